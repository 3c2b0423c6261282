import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASSET, bodies, reports, unseen } from '../../../test/support/host-reports.ts';
import type { Rows } from '../../../test/support/inventory-output.ts';

const SSHD_SOCKETS: NonNullable<Rows[string]> = [
  ['ephemeral', 32_768, 60_999],
  ['listen', 'tcp', '00000000:0016', 0, '/usr/sbin/sshd', 'openssh-server', 'host'],
  [
    'listen',
    'tcp6',
    '00000000000000000000000000000000:0016',
    0,
    '/usr/sbin/sshd',
    'openssh-server',
    'host',
  ],
  ['listen', 'tcp', '00000000:0016', 0, '/usr/lib/systemd/systemd', 'systemd', 'host'],
  [
    'listen',
    'tcp',
    '0100007F:1538',
    101,
    '/usr/lib/postgresql/15/bin/postgres',
    'postgresql-15',
    'host',
  ],
  [
    'listen',
    'tcp6',
    '00000000000000000000000001000000:1538',
    101,
    '/usr/lib/postgresql/15/bin/postgres',
    'postgresql-15',
    'host',
  ],
  ['listen', 'tcp', '0A00020A:01BB', 0, '', '', 'unknown'],
  ['listen', 'udp', '00000000:CA6C', 0, '', '', 'kernel'],
  ['listen', 'udp', '00000000:9C40', 1000, '/usr/bin/client', 'client', 'host'],
];

test('listening sockets are doors by program or port, with their addresses', () => {
  const all = reports({ sockets: SSHD_SOCKETS });
  const doors = [...bodies('door', all)].map(([key, door]) => [
    key.slice(ASSET.length),
    door.type,
    door.address,
    door.package,
  ]);
  assert.deepEqual(doors.sort(), [
    ['/tcp/22', 'ssh', '0.0.0.0, ::', 'openssh-server'],
    ['/tcp/443', 'portal', '10.2.0.10', undefined],
    ['/tcp/5432', 'database', '127.0.0.1, ::1', 'postgresql-15'],
    ['/udp/51820', 'vpn', '0.0.0.0', undefined],
  ]);
  assert.equal(bodies('door', all).get(`${ASSET}/tcp/22`)?.program, '/usr/sbin/sshd');
  assert.equal(
    [...bodies('dependency', all).values()].filter((one) => one.type === 'runs-on').length,
    4,
  );
  assert.deepEqual(unseen(all), ['udp sockets on temporary ports: not-supported']);
});

test('the ssh door carries what sshd says, account by account, and the PAM stacks', () => {
  const all = reports({
    sockets: [
      ...SSHD_SOCKETS,
      ['listen', 'tcp', '00000000:08AE', 0, '/usr/sbin/sshd', 'openssh-server', 'host'],
    ],
    sshd: [
      ['config', '/etc/ssh/sshd_config', '0001', 'Match User backup Host *.example.org'],
      ['global', 'port', '22'],
      ['global', 'authenticationmethods', 'publickey,keyboard-interactive'],
      ['global', 'allowusers', 'anna'],
      ['global', 'allowusers', 'ben'],
      ['global', 'ciphers', 'none-of-our-business'],
      ['probes', '192.0.2.10', '203.0.113.1'],
      ['asked', 'anna', '203.0.113.1'],
      ['asked', 'backup', '203.0.113.1'],
      ['user', 'backup', '203.0.113.1', 'authenticationmethods', 'password'],
      ['running', '/usr/sbin/sshd -D'],
      ['running', '/usr/sbin/sshd -p 2222 -f /srv/sshd_config'],
    ],
    pam: [
      [
        'pam',
        '/etc/pam.d/common-auth',
        '0001',
        'auth [success=1 default=ignore] pam_unix.so nullok',
      ],
      ['pam', '/etc/pam.d/common-auth', '0002', 'auth requisite pam_deny.so'],
      ['pam', '/etc/pam.d/sshd', '0001', '@include common-auth'],
      ['pam', '/etc/pam.d/sshd', '0002', 'account required pam_nologin.so'],
      ['pam', '/etc/pam.d/sshd', '0003', 'auth include nowhere'],
    ],
  });
  const door = bodies('door', all).get(`${ASSET}/tcp/22`);
  assert.deepEqual(door?.settings, {
    'pam.sshd.account': 'required pam_nologin.so',
    'pam.sshd.auth':
      '[success=1 default=ignore] pam_unix.so nullok\nrequisite pam_deny.so\n# missing: nowhere',
    'sshd.allowusers': 'anna\nben',
    'sshd.authenticationmethods': 'publickey,keyboard-interactive',
    'sshd.port': '22',
  });
  assert.deepEqual(door.accountSettings, [
    { account: `local:${ASSET}/anna`, from: '203.0.113.1', settings: {} },
    {
      account: `local:${ASSET}/backup`,
      from: '203.0.113.1',
      settings: { 'sshd.authenticationmethods': 'password' },
    },
  ]);
  assert.deepEqual(door.accepts, [`local:${ASSET}`]);
  const other = bodies('door', all).get(`${ASSET}/tcp/2222`);
  assert.equal(other?.type, 'ssh');
  assert.equal(other.settings, undefined);
  assert.deepEqual(unseen(all).slice(1), [
    'sshd settings under Match: not-supported',
    'settings of an sshd with its own configuration: not-supported',
  ]);
});

test('what only the files say is never shown as what sshd does', () => {
  const all = reports({
    sockets: SSHD_SOCKETS,
    sshd: [
      ['config', '/etc/ssh/sshd_config', '0001', 'PasswordAuthentication no'],
      ['config', '/etc/ssh/sshd_config', '0002', 'Match User x'],
      ['config', '/etc/ssh/sshd_config', '0003', 'PermitEmptyPasswords yes'],
      ['unseen', 'sshd settings as sshd itself reports them', 'not-permitted', ''],
    ],
  });
  const door = bodies('door', all).get(`${ASSET}/tcp/22`);
  assert.deepEqual(door?.settings, { 'sshd-file.passwordauthentication': 'no' });
  assert.equal(door.accountSettings, undefined);
});
