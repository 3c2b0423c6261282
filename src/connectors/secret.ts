/** Secrets of sources: from a file that only its owner can read, or from the environment; never from the configuration. */
import { readFile, stat } from 'node:fs/promises';
import process from 'node:process';
import * as z from 'zod';
import { HoldfastError, systemCode } from '../kernel/errors.ts';

/** Where a secret is: exactly one of the two. */
export const SecretPlace = z
  .strictObject({
    file: z.string().min(1).max(1000).optional(),
    environment: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{0,100}$/, 'must be the name of a variable, in capitals')
      .optional(),
  })
  .refine(
    ({ file, environment }) => (file === undefined) !== (environment === undefined),
    'must name either a file or an environment variable',
  );
export type SecretPlace = z.infer<typeof SecretPlace>;

/**
 * The secret, without the line feed at its end.
 *
 * @throws HoldfastError `bad_config` where it is not there, is empty, or can be read by others.
 */
export async function readSecret({ file, environment = '' }: SecretPlace): Promise<string> {
  const secret = file === undefined ? process.env[environment] : await fromFile(file);
  if (secret !== undefined && secret !== '') return secret;
  const where = file === undefined ? `the environment variable ${environment}` : 'its file';
  throw new HoldfastError('bad_config', `the secret is empty or missing in ${where}`);
}

async function fromFile(file: string): Promise<string> {
  try {
    if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
      throw new HoldfastError('bad_config', 'the file of the secret can be read by others', {
        remedy: 'chmod 600 it; if others may have read it, change the secret.',
      });
    }
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('bad_config', 'the file of the secret cannot be read', {
      detail: { code: systemCode(error) },
    });
  }
}
