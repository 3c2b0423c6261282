/** `sshd -T` account by account, against a real sshd with Match blocks, in a mount namespace of the test's own. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { has, skipUnless } from '../../../test/support/machine.ts';
import { SSHD } from '../../../test/support/sshd.ts';
import { parseInventory, type HostFacts } from './parse.ts';
import { reportsOf } from './report.ts';

const SCRIPT = path.join(import.meta.dirname, 'inventory.sh');
const root = process.getuid?.() === 0;
const NEEDS = skipUnless(
  [root, 'root, for a mount namespace'],
  [existsSync(SSHD), `${SSHD} (openssh-server)`],
  [has('unshare') && spawnSync('unshare', ['-m', 'true']).status === 0, 'unshare -m'],
);

const PASSWD = `root:x:0:0:root:/root:/bin/sh
sshd:x:102:65534::/run/sshd:/usr/sbin/nologin
anna:x:1000:1000::/home/anna:/bin/sh
backup-svc:x:1001:1001::/srv:/bin/sh
odd user:x:1002:1002::/srv:/bin/sh
`;
const BASE = `AuthenticationMethods publickey,keyboard-interactive
KbdInteractiveAuthentication yes
AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u
`;
const MATCH = `Match User backup-svc
  AuthenticationMethods password
Match Address 10.8.0.0/16,!10.8.9.9
  AuthenticationMethods publickey password
`;

/** Runs `command` where /etc/ssh, /etc/passwd and /run are the test's; the machine's own stay as they are. */
function within(config: string, command: readonly string[]): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-ns-'));
  try {
    execFileSync('mkdir', ['-p', `${directory}/ssh/keys`]);
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-f',
      `${directory}/ssh/ssh_host_ed25519_key`,
    ]);
    writeFileSync(`${directory}/ssh/sshd_config`, config);
    writeFileSync(
      `${directory}/ssh/keys/anna`,
      'command="echo ssh-rsa x" sk-ssh-ed25519@openssh.com AAAA anna\n',
    );
    writeFileSync(`${directory}/passwd`, PASSWD);
    const prepare = `
      mount --bind "$1/ssh" /etc/ssh && mount --bind "$1/passwd" /etc/passwd &&
      mount -t tmpfs tmpfs /run && mkdir /run/sshd && shift && exec "$@"`;
    return execFileSync('unshare', ['-m', 'sh', '-c', prepare, 'sh', directory, ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
function facts(config: string): HostFacts {
  return parseInventory(
    Buffer.from(within(config, ['sh', SCRIPT, '--sections', 'os,sshd,accounts'])),
  );
}
interface Setting {
  readonly key: string;
  readonly value: string | undefined;
}
function lines(rows: readonly Setting[]): string[] {
  return rows.map(({ key, value = '' }) => `${key} ${value}`.trim()).sort();
}

test('every account’s settings are those that sshd itself gives for it', NEEDS, () => {
  const { sshd } = facts(BASE + MATCH);
  assert.ok(sshd !== undefined);
  const asked = sshd.asked.map((row) => `${row.login} ${row.from}`);
  const [probe] = sshd.probes;
  assert.ok(probe !== undefined);
  const addresses = [probe.inside, probe.outside, '10.8.0.0'].sort();
  const expected = ['anna', 'backup-svc', 'root'].flatMap((login) =>
    addresses.map((from) => `${login} ${from}`),
  );
  assert.deepEqual(asked, expected.sort());
  for (const { login, from } of sshd.asked) {
    const own = within(BASE + MATCH, [
      SSHD,
      '-T',
      '-C',
      `user=${login},host=${from},addr=${from},laddr=${from},lport=22`,
    ]);
    const differing: readonly Setting[] = sshd.user.filter(
      (row) => row.login === login && row.from === from,
    );
    const changed = new Set(differing.map((row) => row.key));
    const effective: readonly Setting[] = [
      ...sshd.global.filter((row) => !changed.has(row.key)),
      ...differing.filter((row) => row.value !== undefined),
    ];
    assert.deepEqual(
      lines(effective),
      own
        .trim()
        .split('\n')
        .map((line) => line.trim())
        .sort(),
      `${login} from ${from}`,
    );
  }
});

test('the holes of Match blocks are found, by account and by address', NEEDS, () => {
  const found = facts(BASE + MATCH);
  const methods = (login: string, from: string): string | undefined =>
    found.sshd?.user.find(
      (row) => row.login === login && row.from === from && row.key === 'authenticationmethods',
    )?.value;
  assert.equal(methods('backup-svc', '203.0.113.1'), 'password');
  assert.equal(methods('anna', '10.8.0.0'), 'publickey password');
  assert.equal(methods('anna', '203.0.113.1'), undefined);
  const unseen = reportsOf(found, '2026-11-21T23:00:00.000Z').filter(
    (report) => report.type === 'unseen',
  );
  assert.ok(
    unseen.some((item) => item.what === 'sshd settings of an account' && item.reason === 'invalid'),
  );
});

test('without Match blocks sshd is asked once', NEEDS, () => {
  const { sshd } = facts(BASE);
  assert.deepEqual([sshd?.match.length, sshd?.asked.length, sshd?.user.length], [1, 0, 0]);
  assert.ok((sshd?.global.length ?? 0) > 50);
});

test('keys are looked for where sshd looks, and an option’s text is no key', NEEDS, () => {
  assert.deepEqual(facts(BASE).accounts?.key, [
    { login: 'anna', type: 'sk-ssh-ed25519@openssh.com' },
  ]);
});

test('a configuration that sshd refuses is unseen, with its words', NEEDS, () => {
  const { sshd } = facts('NoSuchKeyword yes\n');
  assert.equal(sshd?.global.length, 0);
  assert.deepEqual(
    sshd.unseen.map((item) => item.reason),
    ['unreadable'],
  );
  assert.match(sshd.unseen[0]?.detail ?? '', /NoSuchKeyword|Bad configuration/);
});

test('the machine’s own files were not touched', NEEDS, () => {
  assert.ok(!readFileSync('/etc/passwd', 'utf8').includes('backup-svc'));
});
