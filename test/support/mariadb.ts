/** A real MariaDB on a free port of loopback and a unix socket, in a directory of its own, as an unprivileged user. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createConnection, type Connection } from 'mysql2/promise';
import { has } from './machine.ts';

/** Where Debian puts the server: the PATH of an ordinary user does not name it. */
const MARIADBD = '/usr/sbin/mariadbd';
const INSTALL = 'mariadb-install-db';
/** `nobody`: the server refuses to run as root. */
const NOBODY = 65534;

export const HAS_MARIADB = has(MARIADBD) && has(INSTALL);

export interface TestMariadb {
  readonly port: number;
  readonly socket: string;
  /** The file of its certificate, which signs itself and is for `localhost`; absent without `tls`. */
  readonly certificate?: string;
  /** Connected as root, over the socket. */
  readonly root: Connection;
  stop(): Promise<void>;
}

/** `tls` needs openssl. */
export async function startMariadb({ tls = false } = {}): Promise<TestMariadb> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-mariadb-'));
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const data = path.join(directory, 'data');
  mkdirSync(data);
  if (isRoot) for (const each of [directory, data]) chownSync(each, NOBODY, NOBODY);
  const options = { ...as, cwd: directory, stdio: 'ignore', env: environment(directory) } as const;
  const [log, pool] = ['--innodb-log-file-size=8M', '--innodb-buffer-pool-size=16M'];
  execFileSync(
    INSTALL,
    [
      '--no-defaults',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      log,
      pool,
    ],
    options,
  );
  const certificate = path.join(directory, 'certificate.pem');
  const key = path.join(directory, 'key.pem');
  if (tls) {
    const words = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost';
    const names = ['-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', [...words.split(' '), ...names, ...files], options);
  }
  const port = await freePort();
  const socket = path.join(directory, 'socket');
  const child = spawn(
    MARIADBD,
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--pid-file=${path.join(directory, 'pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
      '--skip-log-bin',
      // Far from this machine's own, so that a shift would show.
      '--default-time-zone=+13:00',
      log,
      pool,
      ...(tls ? [`--ssl-cert=${certificate}`, `--ssl-key=${key}`] : []),
    ],
    options,
  );
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const root = await connected(socket, child);
  return {
    port,
    socket,
    ...(tls ? { certificate } : {}),
    root,
    stop: async () => {
      root.destroy();
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/bin:/bin`, HOME: home, TMPDIR: home };
}

async function connected(socketPath: string, child: ChildProcess): Promise<Connection> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`mariadbd ended with ${child.exitCode}`);
    const connection = await createConnection({ socketPath, user: 'root' }).catch(() => undefined);
    if (connection !== undefined) return connection;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error('mariadbd does not listen');
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
