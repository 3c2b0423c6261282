/** A real Samba domain controller with an LDAP service only, on an address of loopback of its own, in a directory of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { has } from './machine.ts';
import { listening } from './slapd.ts';

/** Samba takes no other port than 389, so only root can run it, on an address that nobody else uses. */
export const CAN_RUN_SAMBA =
  has('samba-tool') && has('ldbmodify') && has('/usr/sbin/samba') && process.getuid?.() === 0;
const ADDRESS = '127.0.85.20';

export interface TestSamba {
  readonly address: string;
  readonly bindDn: string;
  readonly password: string;
  readonly caFile: string;
  stop(): Promise<void>;
}

/** The entries and changes of each LDIF are taken into the new domain `holdfast.example`, as restoring one would. */
export async function startSamba(...ldifs: readonly string[]): Promise<TestSamba> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-samba-'));
  const password = 'Only-For-Tests-1';
  const settings = path.join(directory, 'etc/smb.conf');
  execFileSync(
    'samba-tool',
    [
      'domain',
      'provision',
      '--realm=HOLDFAST.EXAMPLE',
      '--domain=HOLDFAST',
      '--server-role=dc',
      '--dns-backend=NONE',
      '--host-name=dc1',
      `--adminpass=${password}`,
      `--targetdir=${directory}`,
    ],
    { stdio: 'ignore' },
  );
  const text = readFileSync(settings, 'utf8');
  const own = [
    'interfaces = ' + ADDRESS + '/8',
    'bind interfaces only = yes',
    `log file = ${directory}/log`,
    `pid directory = ${directory}`,
    `ncalrpc dir = ${directory}/ncalrpc`,
  ];
  writeFileSync(
    settings,
    text
      .replace(/^\s*(?:log file|server services) =.*\n/gm, '')
      .replace('[global]\n', `[global]\n\t${own.join('\n\t')}\n\tserver services = ldap\n`),
  );
  const database = path.join(directory, 'private/sam.ldb');
  const file = path.join(directory, 'changes.ldif');
  for (const ldif of ldifs.filter((each) => each !== '')) {
    writeFileSync(file, `${ldif}\n`);
    const take = ['-H', database, '--controls=relax:0', `--configfile=${settings}`, file];
    execFileSync('ldbmodify', take, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const child = spawn('/usr/sbin/samba', ['-i', '-M', 'single', '-s', settings], {
    stdio: 'ignore',
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await listening(389, () => child.exitCode, ADDRESS);
  return {
    address: ADDRESS,
    bindDn: 'CN=Administrator,CN=Users,DC=holdfast,DC=example',
    password,
    caFile: path.join(directory, 'private/tls/ca.pem'),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
