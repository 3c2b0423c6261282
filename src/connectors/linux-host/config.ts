/** Which machine a source of this connector reads, and how it gets there. */
import * as z from 'zod';

/** Options that would weaken what ssh checks, or run something here. */
const FORBIDDEN =
  /^(stricthostkeychecking|userknownhostsfile|globalknownhostsfile|proxycommand|localcommand|permitlocalcommand|knownhostscommand|batchmode|hostkeyalias|forwardagent|forwardx11|sendenv|setenv|match|include|verifyhostkeydns|nohostauthenticationforlocalhost|updatehostkeys|localforward|remoteforward|dynamicforward|controlmaster|controlpath|remotecommand|pkcs11provider|securitykeyprovider|proxyusefdpass)\b/i;

const Local = z.strictObject({ mode: z.literal('local') });
const Ssh = z.strictObject({
  mode: z.literal('ssh'),
  /** `user@host` or `host`, as ssh takes it. */
  destination: z
    .string()
    .max(300)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._@:-]*$/, 'must be user@host or host'),
  port: z.int().min(1).max(65_535).optional(),
  /** Path of the private key; without it ssh looks where it always does. */
  identityFile: z.string().min(1).max(1000).optional(),
  /** Path of the host keys that are trusted, where it is not ssh's own: narrower, never wider. */
  knownHostsFile: z
    .string()
    .min(1)
    .max(1000)
    .regex(/^\/(?!dev\/)\S*$/, 'must be an absolute path of a file, without spaces')
    .optional(),
  /** Further `Name=value` options of ssh_config(5); none that weakens the check of the host's key. */
  options: z
    .array(
      z
        .string()
        .max(300)
        .regex(/^[A-Za-z0-9]+=[^\n\r]*$/, 'must be Name=value')
        .refine(
          (option) => !FORBIDDEN.test(option),
          'is an option that this connector sets itself',
        ),
    )
    .max(20)
    .optional(),
  timeoutSeconds: z.int().min(5).max(3600).optional(),
});
export const Config = z.discriminatedUnion('mode', [Local, Ssh]);
export type Config = z.infer<typeof Config>;
export type SshConfig = z.infer<typeof Ssh>;
