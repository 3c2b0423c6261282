/** A real sshd on a high port of loopback, with keys of its own in a directory of its own. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

export const SSHD = '/usr/sbin/sshd';

export interface TestSshd {
  readonly directory: string;
  readonly port: number;
  readonly user: string;
  /** Private key that may log in, and one that may only run `forced`. */
  readonly key: string;
  readonly forcedKey: string;
  /** Private key that nobody knows. */
  readonly strangerKey: string;
  readonly knownHosts: string;
  stop(): Promise<void>;
}

export async function startSshd(forced: string): Promise<TestSshd> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-sshd-'));
  const file = (name: string): string => path.join(directory, name);
  for (const name of ['host', 'key', 'forced', 'stranger']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file(name)]);
  }
  const publicKey = (name: string): string => readFileSync(file(`${name}.pub`), 'utf8').trim();
  writeFileSync(
    file('authorized_keys'),
    `${publicKey('key')}\nrestrict,command="${forced}" ${publicKey('forced')}\n`,
  );
  const port = await freePort();
  writeFileSync(file('known_hosts'), `[127.0.0.1]:${port} ${publicKey('host')}\n`);
  writeFileSync(
    file('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${file('host')}`,
      `AuthorizedKeysFile ${file('authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      '',
    ].join('\n'),
  );
  const child = spawn(...daemon(file('sshd_config')), { stdio: 'ignore', detached: true });
  await listening(port, child);
  return {
    directory,
    port,
    user: os.userInfo().username,
    key: file('key'),
    forcedKey: file('forced'),
    strangerKey: file('stranger'),
    knownHosts: file('known_hosts'),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
}

/** As root sshd wants /run/sshd; where nobody made it, it is made for this daemon's eyes only. */
function daemon(config: string): [string, string[]] {
  const words = [SSHD, '-D', '-e', '-f', config];
  if (process.getuid?.() !== 0 || existsSync('/run/sshd')) return [SSHD, words.slice(1)];
  const prepare = 'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec "$@"';
  return ['unshare', ['-m', 'sh', '-c', prepare, 'sh', ...words]];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}`);
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('sshd does not listen');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
