/** How ssh is started, and what its refusals mean. */
import type { Unseen } from '../../estate/schema.ts';
import type { RunResult } from '../../kernel/process.ts';
import type { SshConfig } from './config.ts';

/** ssh's own failures end with 255 (ssh(1), EXIT STATUS); a remote program's never do. */
const SSH_FAILED = 255;

/** Arguments of ssh: never a question, never an unknown host key, nothing forwarded, no terminal. */
export function sshArguments(config: SshConfig): string[] {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'PermitLocalCommand=no',
    'ControlMaster=no',
    'ControlPath=none',
    'LogLevel=ERROR',
    ...(config.identityFile === undefined
      ? []
      : [`IdentityFile=${quoted(config.identityFile)}`, 'IdentitiesOnly=yes']),
    ...(config.knownHostsFile === undefined
      ? []
      : [`UserKnownHostsFile=${config.knownHostsFile}`, 'GlobalKnownHostsFile=/dev/null']),
    // ssh takes the first of two: what stands above cannot be overruled, what stands below can.
    ...(config.options ?? []),
    'ConnectTimeout=15',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=3',
  ];
  return [
    '-T',
    ...options.flatMap((option) => ['-o', option]),
    ...(config.port === undefined ? [] : ['-p', String(config.port)]),
    '--',
    config.destination,
    // A forced command of the host's replaces this; the script then sent is not read.
    'sh -s',
  ];
}

/** A path for ssh_config(5), where spaces part words and `%` opens a token. */
function quoted(path: string): string {
  return `"${path.replace(/%/g, '%%').replace(/"/g, '')}"`;
}

const MEANINGS: readonly (readonly [RegExp, Unseen['reason'], string])[] = [
  [
    /host key verification failed|remote host identification has changed|no .* host key is known/i,
    'not-permitted',
    'the host key is not the one that is known: check it on the host, then add it to known_hosts',
  ],
  [
    /permission denied|too many authentication failures|no supported authentication/i,
    'not-permitted',
    'the host does not accept the key',
  ],
  [
    /unprotected private key|bad permissions|load key|no such identity/i,
    'not-permitted',
    'the private key cannot be used: missing, readable for others, or with a passphrase',
  ],
  [
    /could not resolve|name or service not known|temporary failure in name resolution/i,
    'unreachable',
    'its name is not known',
  ],
  [/timed out|timeout/i, 'timeout', 'it does not answer'],
  [
    /connection refused|no route to host|network is unreachable|connection (?:closed|reset)/i,
    'unreachable',
    'nothing accepts the connection',
  ],
];

/** Why nothing came; undefined where the script's output did. ssh's own words are not passed on: they name people. */
export function sshFailure(result: RunResult): Unseen | undefined {
  const what = 'host';
  if (result.stdout.includes('holdfast-inventory\t')) return undefined;
  if (result.timedOut) return { what, reason: 'timeout', detail: 'the script did not end in time' };
  const said = result.stderr.toString('utf8');
  const meaning = MEANINGS.find(([pattern]) => pattern.test(said));
  if (meaning !== undefined) return { what, reason: meaning[1], detail: meaning[2] };
  if (result.status === SSH_FAILED) {
    return { what, reason: 'unreachable', detail: 'ssh could not connect' };
  }
  const detail = 'it ran something else than the inventory script';
  return { what, reason: 'invalid', detail };
}
