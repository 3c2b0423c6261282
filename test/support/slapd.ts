/** A real slapd on free ports of loopback, with a database and certificates in a directory of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { has } from './machine.ts';

const SLAPD = '/usr/sbin/slapd';
const SLAPADD = '/usr/sbin/slapadd';

export const HAS_SLAPD = has(SLAPD) && has(SLAPADD) && has('openssl');

export interface TestSlapd {
  readonly port: number;
  readonly securePort: number;
  /** The file of the certificate that the server's own is signed with: itself, for 127.0.0.1 and localhost. */
  readonly caFile: string;
  readonly directory: string;
  stop(): Promise<void>;
}

/** `settings` are lines of the database's section of slapd.conf. */
export async function startSlapd(
  ldif: string,
  settings: readonly string[] = [],
): Promise<TestSlapd> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-slapd-'));
  const file = (name: string): string => path.join(directory, name);
  mkdirSync(file('data'));
  const [key, caFile] = [file('key.pem'), file('certificate.pem')];
  const words = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', [...words.split(' '), ...names, '-keyout', key, '-out', caFile], {
    stdio: 'ignore',
  });
  writeFileSync(
    file('slapd.conf'),
    [
      ...['core', 'cosine', 'inetorgperson', 'nis'].map(
        (name) => `include /etc/ldap/schema/${name}.schema`,
      ),
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      'moduleload ppolicy',
      `TLSCertificateFile ${caFile}`,
      `TLSCertificateKeyFile ${key}`,
      'database mdb',
      'suffix "dc=care,dc=example"',
      'rootdn "cn=root,dc=care,dc=example"',
      'rootpw root-for-tests',
      `directory ${file('data')}`,
      'maxsize 268435456',
      'overlay ppolicy',
      ...settings,
      '',
    ].join('\n'),
  );
  writeFileSync(file('data.ldif'), ldif);
  execFileSync(SLAPADD, ['-q', '-f', file('slapd.conf'), '-l', file('data.ldif')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [port, securePort] = [await freePort(), await freePort()];
  const urls = `ldap://127.0.0.1:${port}/ ldaps://127.0.0.1:${securePort}/`;
  const child = spawn(SLAPD, ['-h', urls, '-f', file('slapd.conf'), '-d', '0'], {
    stdio: 'ignore',
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await listening(port, () => child.exitCode);
  return {
    port,
    securePort,
    caFile,
    directory,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Waits until something answers on a port of loopback; gives up where the program has ended. */
export async function listening(
  port: number,
  exitCode: () => number | null,
  host = '127.0.0.1',
): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host);
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    if (exitCode() !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens on port ${port}`);
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
