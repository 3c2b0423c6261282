/** First packets at real servers, where they are installed. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { has } from '../../../../test/support/machine.ts';
import { HAS_MARIADB, startMariadb } from '../../../../test/support/mariadb.ts';
import { HAS_SLAPD, listening, startSlapd } from '../../../../test/support/slapd.ts';
import { probe } from '../probe.ts';
import { serviceOf } from '../service.ts';
import type { Hello } from './hello.ts';
import { ldap } from './ldap.ts';
import { postgresql } from './postgresql.ts';
import { smb } from './smb.ts';

const FREE = new AbortController().signal;
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

async function told(port: number, hello?: Hello) {
  const target = { address: '127.0.0.1', port, connectOnly: false, timeoutMs: 10_000 };
  return serviceOf(port, await probe(hello === undefined ? target : { ...target, hello }, FREE));
}

function skipped(isThere: boolean, what: string): false | string {
  if (isThere) return false;
  assert.notEqual(process.env['HOLDFAST_PEERS'], 'required', `${what} is not installed`);
  return `${what} is not installed`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function folder(name: string): string {
  return mkdtempSync(path.join(os.tmpdir(), `holdfast-${name}-`));
}

/** A server that ends with the test, and its directory after it. */
async function started(
  t: TestContext,
  made: string,
  command: string,
  args: readonly string[],
  port: number,
  user?: number,
): Promise<void> {
  const who = user === undefined ? {} : { uid: user, gid: user };
  const child = spawn(command, args, { stdio: 'ignore', cwd: os.tmpdir(), ...who });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
    // Helpers of the server write until they have ended, too.
    rmSync(made, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });
  await listening(port, () => child.exitCode);
}

const SMBD = '/usr/sbin/smbd';

test(
  'Samba’s smbd tells its dialect and demands signatures where it is set so',
  {
    skip: skipped(has(SMBD) && isRoot, 'smbd (as root)'),
  },
  async (t) => {
    const made = folder('smbd');
    const places = ['lock', 'state', 'cache', 'pid', 'private', 'ncalrpc'].map((name) => {
      mkdirSync(path.join(made, name), { mode: name === 'ncalrpc' ? 0o755 : 0o700 });
      const key =
        name === 'ncalrpc'
          ? 'ncalrpc dir'
          : name === 'private'
            ? 'private dir'
            : `${name} directory`;
      return `${key} = ${path.join(made, name)}`;
    });
    const settings = path.join(made, 'smb.conf');
    const port = await freePort();
    const own = ['interfaces = lo', 'bind interfaces only = yes', 'server signing = mandatory'];
    const lines = [...own, 'load printers = no', 'disable spoolss = yes', ...places];
    writeFileSync(settings, `[global]\n${lines.join('\n')}\n`);
    const args = ['--foreground', `--configfile=${settings}`, `--port=${port}`];
    await started(t, made, SMBD, [...args, `--log-basename=${made}`], port);
    const { banner, protocol } = await told(port, smb);
    assert.equal(protocol, 'smb');
    assert.equal(banner, 'smb: dialect 3.1.1, signing required');
  },
);

const POSTGRES = ['15', '16', '17', '18']
  .map((major) => `/usr/lib/postgresql/${major}/bin`)
  .find((bin) => has(`${bin}/postgres`) && has(`${bin}/initdb`));

test(
  'PostgreSQL answers whether it offers TLS, and logs no failed sign-in',
  {
    skip: skipped(POSTGRES !== undefined && isRoot, 'PostgreSQL (as root)'),
  },
  async (t) => {
    const made = folder('pg');
    chownSync(made, NOBODY, NOBODY);
    const data = path.join(made, 'data');
    execFileSync(`${POSTGRES ?? ''}/initdb`, ['-D', data, '-A', 'trust', '--no-sync'], {
      stdio: 'ignore',
      uid: NOBODY,
      gid: NOBODY,
      cwd: made,
      env: { ...process.env, LC_ALL: 'C', HOME: made },
    });
    const port = await freePort();
    const args = ['-D', data, '-p', `${port}`, '-c', `unix_socket_directories=${made}`];
    await started(t, made, `${POSTGRES ?? ''}/postgres`, args, port, NOBODY);
    const { banner, product } = await told(port, postgresql);
    assert.equal(banner, 'postgresql: offers no TLS; tells no version before the sign-in');
    assert.equal(product?.version, undefined);
  },
);

test(
  'OpenLDAP shows its root entry to everybody',
  {
    skip: skipped(HAS_SLAPD, 'slapd'),
  },
  async (t) => {
    const slapd = await startSlapd(
      'dn: dc=care,dc=example\nobjectClass: dcObject\nobjectClass: organization\ndc: care\no: care\n',
    );
    t.after(() => slapd.stop());
    const { banner, product } = await told(slapd.port, ldap);
    assert.equal(banner, 'ldap: OpenLDAP');
    assert.equal(product?.product, 'openldap');
  },
);

test(
  'MariaDB tells its version by itself',
  { skip: skipped(HAS_MARIADB, 'mariadbd') },
  async (t) => {
    const mariadb = await startMariadb();
    t.after(() => mariadb.stop());
    const { product, protocol } = await told(mariadb.port);
    assert.equal(protocol, 'mysql');
    assert.equal(product?.product, 'mariadb');
    assert.match(product.version ?? '', /^\d+\.\d+\.\d+$/);
  },
);
