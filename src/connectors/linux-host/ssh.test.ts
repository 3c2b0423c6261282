/** Over SSH for real: sshd on loopback, keys and known hosts of the test's own. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { collected, type Collected } from '../../../test/support/collect.ts';
import { has, skipUnless } from '../../../test/support/machine.ts';
import { SSHD, startSshd, type TestSshd } from '../../../test/support/sshd.ts';
import type { Report, Unseen } from '../../estate/schema.ts';
import { Config } from './config.ts';
import { linuxHost } from './index.ts';
import { sshFailure } from './ssh.ts';

const SCRIPT = path.join(import.meta.dirname, 'inventory.sh');
const met = existsSync(SSHD) && has('ssh') && has('ssh-keygen');
const NEEDS = skipUnless([existsSync(SSHD), `${SSHD} (openssh-server)`], [has('ssh'), 'ssh']);

let sshd: TestSshd | undefined;
before(async () => {
  if (met) sshd = await startSshd(`sh ${SCRIPT} --sections os`);
});
after(() => sshd?.stop());

function running(): TestSshd {
  assert.ok(sshd !== undefined);
  return sshd;
}
function config(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { user, port, key, knownHosts } = running();
  return {
    mode: 'ssh',
    destination: `${user}@127.0.0.1`,
    port,
    identityFile: key,
    knownHostsFile: knownHosts,
    timeoutSeconds: 200,
    ...changes,
  };
}
function collect(changes: Readonly<Record<string, unknown>> = {}): Promise<Collected> {
  return collected(linuxHost, config(changes));
}
function assetKeys(reports: readonly Report[]): string[] {
  return reports.flatMap((report) =>
    report.type === 'observation' && report.kind === 'asset' ? [report.key] : [],
  );
}
function onlyUnseen({ reports, outcome }: Collected): Unseen {
  assert.equal(outcome, 'failed');
  assert.equal(reports.length, 1);
  const [report] = reports;
  assert.ok(report?.type === 'unseen');
  return report;
}

test('a machine over SSH is the machine that it is', NEEDS, async () => {
  const { reports, outcome } = await collect();
  assert.notEqual(outcome, 'failed');
  const [key] = assetKeys(reports);
  assert.match(key ?? '', /^linux:[0-9a-z]+:/);
  const place = `${key ?? ''}/tcp/${running().port}`;
  const seen = reports.some((report) => report.type === 'observation' && report.key === place);
  assert.ok(seen, 'the sshd that we came through is no door');
});

test('a key with a forced command runs that and nothing else', NEEDS, async () => {
  const { reports, outcome } = await collect({ identityFile: running().forcedKey });
  assert.equal(assetKeys(reports).length, 1);
  assert.notEqual(outcome, 'failed');
  assert.ok(
    !reports.some((report) => report.type === 'inventory'),
    'the script that was sent has run',
  );
});

test('an unknown host key is refused, and nothing is learnt by it', NEEDS, async () => {
  const { directory } = running();
  const unseen = onlyUnseen(await collect({ knownHostsFile: path.join(directory, 'none') }));
  assert.equal(unseen.reason, 'not-permitted');
  assert.match(unseen.detail ?? '', /host key/);
  assert.ok(!existsSync(path.join(directory, 'none')));
});

test('a key that the host does not know is refused', NEEDS, async () => {
  const unseen = onlyUnseen(await collect({ identityFile: running().strangerKey }));
  assert.equal(unseen.reason, 'not-permitted');
  assert.match(unseen.detail ?? '', /does not accept the key/);
});

test('a port where nobody listens is unreachable', NEEDS, async () => {
  assert.equal(onlyUnseen(await collect({ port: 1 })).reason, 'unreachable');
});

test('a host that accepts and then says nothing is given up', NEEDS, async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  try {
    const address = silent.address();
    assert.ok(address !== null && typeof address === 'object');
    const { knownHosts } = running();
    const unseen = onlyUnseen(
      await collect({
        port: address.port,
        knownHostsFile: knownHosts,
        options: ['ConnectTimeout=1'],
      }),
    );
    assert.equal(unseen.reason, 'timeout');
  } finally {
    silent.close();
  }
});

test('an abort while the host works ends ssh', NEEDS, async () => {
  const controller = new AbortController();
  const collecting = collected(linuxHost, config(), controller.signal);
  setTimeout(() => controller.abort(), 300);
  await assert.rejects(collecting, { code: 'cancelled' });
});

test('options that weaken the check of the host, or run things here, are refused', () => {
  const base = { mode: 'ssh', destination: 'inventory@web1' };
  assert.equal(Config.safeParse(base).success, true);
  assert.equal(
    Config.safeParse({ ...base, options: ['ProxyJump=jump1', 'Ciphers=aes256-gcm@openssh.com'] })
      .success,
    true,
  );
  for (const options of [
    ['StrictHostKeyChecking=no'],
    ['stricthostkeychecking=accept-new'],
    ['UserKnownHostsFile=/dev/null'],
    ['ProxyCommand=sh -c id'],
    ['PermitLocalCommand=yes'],
    ['NoHostAuthenticationForLocalhost=yes'],
    ['-oProxyCommand=id'],
    ['Port'],
    ['A=b\nProxyCommand=id'],
  ]) {
    assert.equal(Config.safeParse({ ...base, options }).success, false, options.join());
  }
  for (const destination of ['-oProxyCommand=id', '', 'a b', 'host;id', '$(id)']) {
    assert.equal(Config.safeParse({ ...base, destination }).success, false, destination);
  }
  for (const knownHostsFile of ['/dev/null', 'relative', '/a b']) {
    assert.equal(Config.safeParse({ ...base, knownHostsFile }).success, false, knownHostsFile);
  }
});

test('what ssh says is told in words of ours, without what it names', () => {
  const failed = (stderr: string, status: number | null = 255): Unseen | undefined =>
    sshFailure({
      status,
      stdout: Buffer.alloc(0),
      stderr: Buffer.from(stderr),
      truncated: false,
      timedOut: false,
    });
  assert.equal(
    failed('ssh: Could not resolve hostname web1: Name or service not known')?.reason,
    'unreachable',
  );
  assert.equal(
    failed('@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @')?.reason,
    'not-permitted',
  );
  assert.equal(failed('something new about anna@web1')?.detail, 'ssh could not connect');
  assert.equal(failed('sh: not found', 127)?.reason, 'invalid');
});
