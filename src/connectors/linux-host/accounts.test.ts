import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASSET, bodies, reports, unseen } from '../../../test/support/host-reports.ts';
import type { Bodies } from '../../estate/schema.ts';
import { mayBecomeRoot } from './sudo.ts';

test('accounts: shell, groups, password state, expiry, privilege and keys', () => {
  const all = reports({
    accounts: [
      ['account', 'root', 0, '/bin/bash', 'locked', '', 'root'],
      ['account', 'daemon', 1, '/usr/sbin/nologin', 'locked', '', 'daemon'],
      ['account', 'anna', 1000, '/bin/bash', 'set', '', 'anna,wheel'],
      ['account', 'ben', 1001, '/bin/sh', 'none', '19000', 'ben'],
      ['account', 'cora', 1002, '/bin/sh', 'set', '99999', 'cora,docker'],
      ['account', 'dan', 1003, '/bin/sh', '-', '', 'dan'],
      ['key', 'anna', 'ssh-ed25519'],
      ['key', 'anna', 'sk-ssh-ed25519@openssh.com'],
      ['keys-unknown', 'dan'],
      ['nss', 'passwd', 'files sss [NOTFOUND=return]'],
      ['nss', 'group', 'files systemd'],
    ],
    sudo: [
      ['rule', '/etc/sudoers', '0001', 'Defaults env_reset'],
      ['rule', '/etc/sudoers', '0002', '%wheel ALL=(ALL:ALL) ALL'],
      ['rule', '/etc/sudoers.d/x.bak', '0001', 'ben ALL=(ALL) ALL'],
    ],
  });
  const accounts = bodies('account', all);
  const of = (login: string): Bodies['account'] | undefined =>
    accounts.get(`local:${ASSET}/${login}`);
  assert.deepEqual(of('anna'), {
    login: 'anna',
    identitySource: `local:${ASSET}`,
    shell: '/bin/bash',
    groups: ['anna', 'wheel'],
    password: 'set',
    enabled: true,
    privileged: true,
    sshKeysListed: true,
  });
  assert.deepEqual(
    ['root', 'daemon', 'ben', 'cora', 'dan'].map((login) => {
      const { enabled, privileged, password, population } = of(login) ?? {};
      return [login, enabled, privileged, password, population];
    }),
    [
      ['root', true, true, 'locked', undefined],
      ['daemon', false, false, 'locked', 'system'],
      ['ben', false, false, 'none', undefined],
      ['cora', true, true, 'set', undefined],
      ['dan', undefined, false, undefined, undefined],
    ],
  );
  assert.deepEqual(
    [...bodies('factor', all).values()].map((factor) => factor.type),
    ['security-key', 'ssh-key'],
  );
  const administers = [...bodies('dependency', all).values()].map((one) => one.from.key);
  assert.deepEqual(
    administers.sort(),
    ['anna', 'cora', 'root'].map((login) => `local:${ASSET}/${login}`),
  );
  assert.deepEqual(unseen(all), [
    'accounts of other identity sources: not-supported',
    'ssh keys of accounts: not-permitted',
  ]);
});

test('who may become root is unknown where the rules cannot be read', () => {
  const all = reports({
    accounts: [
      ['account', 'anna', 1000, '/bin/bash', '-', '', 'anna,sudo'],
      ['account', 'root', 0, '/bin/bash', '-', '', 'root'],
    ],
    sudo: [['unseen', '/etc/sudoers', 'not-permitted', '']],
  });
  const privileged = [...bodies('account', all).values()].map((one) => [one.login, one.privileged]);
  assert.deepEqual(privileged, [
    ['anna', undefined],
    ['root', true],
  ]);
});

const SUDOERS: readonly (readonly [string, readonly string[], boolean])[] = [
  ['by name', ['anna ALL=(ALL) ALL'], true],
  ['by group', ['%staff ALL = (root) /usr/bin/apt'], true],
  ['by number', ['#1000 ALL=ALL'], true],
  ['everybody', ['ALL ALL=(ALL) NOPASSWD: ALL'], true],
  ['in a list', ['ben , anna ALL=(ALL) ALL'], true],
  ['by alias', ['User_Alias ADMINS = ben, %staff : OTHERS = cora', 'ADMINS ALL=ALL'], true],
  ['over two lines', ['ben, \\', 'anna ALL=ALL'], true],
  ['as somebody who is not root', ['anna ALL=(postgres) ALL'], false],
  ['as root by an alias', ['anna ALL=(postgres,OPS) ALL'], true],
  ['as a group only', ['anna ALL=(:adm) ALL'], false],
  ['somebody else', ['ben ALL=(ALL) ALL', '%wheel ALL=ALL'], false],
  ['taken out', ['ALL, !anna ALL=ALL'], false],
  ['settings only', ['Defaults:anna !requiretty', 'Host_Alias anna = x'], false],
  ['an alias of itself', ['User_Alias A = B', 'User_Alias B = A', 'A ALL=ALL'], false],
];
for (const [name, lines, expected] of SUDOERS) {
  test(`sudo: ${name}`, () => {
    const rules = lines.map((text, line) => ({ file: '/etc/sudoers', line, text }));
    const anna = { login: 'anna', uid: 1000, groups: ['anna', 'staff'] };
    assert.equal(mayBecomeRoot(rules)(anna), expected);
  });
}

test('doas: groups, targets and options', () => {
  const may = (text: string): boolean =>
    mayBecomeRoot([{ file: '/etc/doas.conf', line: 1, text }])({
      login: 'anna',
      uid: 1000,
      groups: ['wheel'],
    });
  assert.equal(may('permit persist :wheel'), true);
  assert.equal(may('permit nopass setenv { PATH=/bin } anna as root cmd apk'), true);
  assert.equal(may('permit anna as postgres'), false);
  assert.equal(may('deny anna'), false);
});
