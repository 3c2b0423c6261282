import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anAccount, withFactor } from '../../../test/support/mfa-facts.ts';
import type { Account } from './model.ts';
import { readSshd, type SshAnswer } from './ssh.ts';

const STACK =
  '[success=1 default=ignore] pam_unix.so\nrequisite pam_deny.so\nrequired pam_permit.so';
const CODE = `${STACK}\nrequired pam_google_authenticator.so`;
/** What Debian's sshd says of itself when nobody has changed anything. */
const BASE = {
  'sshd.port': '22',
  'sshd.usepam': 'yes',
  'sshd.authenticationmethods': 'any',
  'sshd.passwordauthentication': 'yes',
  'sshd.pubkeyauthentication': 'yes',
  'sshd.kbdinteractiveauthentication': 'no',
  'sshd.permitrootlogin': 'without-password',
  'sshd.permitemptypasswords': 'no',
  'pam.sshd.auth': STACK,
};
const methods = (value: string) => ({
  'sshd.authenticationmethods': value,
  'sshd.kbdinteractiveauthentication': 'yes',
});
const key = withFactor('ssh-key');
const root = { login: 'root' };

const CASES: readonly (readonly [string, Record<string, string>, Account, SshAnswer['demands']])[] =
  [
    ['a password is enough as delivered', {}, anAccount(), 'one'],
    ['a locked password and no key open nothing', {}, anAccount({ password: 'locked' }), 'closed'],
    ['a locked password and a key do', {}, withFactor('ssh-key', { password: 'locked' }), 'one'],
    [
      'a key that nobody has looked for may be there',
      {},
      anAccount({ password: 'locked', sshKeysListed: false }),
      'one',
    ],
    [
      'a key from a program may be there',
      { 'sshd.authorizedkeyscommand': '/usr/bin/sss_ssh_authorizedkeys' },
      anAccount({ password: 'locked' }),
      'one',
    ],
    ['an empty password is refused', {}, anAccount({ password: 'none' }), 'closed'],
    [
      'an empty password is taken',
      { 'sshd.permitemptypasswords': 'yes' },
      anAccount({ password: 'none' }),
      'one',
    ],
    ['root by password is refused', {}, anAccount(root), 'closed'],
    ['root by key is not', {}, withFactor('ssh-key', root), 'one'],
    ['root is refused', { 'sshd.permitrootlogin': 'no' }, withFactor('ssh-key', root), 'closed'],
    ['key and password', methods('publickey,password'), key, 'two'],
    ['key and password, without a key', methods('publickey,password'), anAccount(), 'closed'],
    ['key or password: a space is an or', methods('publickey password'), key, 'one'],
    [
      'one of two sets has one kind',
      methods('publickey,keyboard-interactive publickey'),
      key,
      'one',
    ],
    ['two keys are one kind', methods('publickey,publickey'), key, 'one'],
    [
      'password and questions are one kind',
      methods('password,keyboard-interactive'),
      anAccount(),
      'one',
    ],
    [
      'questions with a code',
      { ...methods('keyboard-interactive:pam'), 'pam.sshd.auth': CODE },
      anAccount(),
      'two',
    ],
    [
      'questions whose stack is not told',
      { ...methods('keyboard-interactive'), 'pam.sshd.auth': 'required pam_ourown.so' },
      anAccount(),
      'unknown',
    ],
    [
      'a method that is off closes its set',
      { ...methods('password publickey,password'), 'sshd.passwordauthentication': 'no' },
      key,
      'closed',
    ],
    [
      'keys that demand a finger and a PIN',
      {
        ...methods('publickey'),
        'sshd.pubkeyauthoptions': 'verify-required',
        'sshd.pubkeyacceptedalgorithms': 'sk-ssh-ed25519@openssh.com',
      },
      withFactor('security-key'),
      'two',
    ],
    [
      'the same with ordinary keys beside',
      {
        ...methods('publickey'),
        'sshd.pubkeyauthoptions': 'verify-required',
        'sshd.pubkeyacceptedalgorithms': 'sk-ssh-ed25519@openssh.com,ssh-ed25519',
      },
      key,
      'one',
    ],
    [
      'not among AllowUsers',
      { 'sshd.allowusers': 'bert\ncarla@10.0.0.0/8' },
      anAccount(),
      'closed',
    ],
    ['among AllowUsers by pattern', { 'sshd.allowusers': 'an*' }, anAccount(), 'one'],
    ['among DenyUsers', { 'sshd.denyusers': 'anna' }, anAccount(), 'closed'],
    ['denied from one place only', { 'sshd.denyusers': 'anna@10.0.0.1' }, anAccount(), 'one'],
    [
      'not among AllowGroups',
      { 'sshd.allowgroups': 'ssh-users' },
      anAccount({ groups: ['staff'] }),
      'closed',
    ],
    [
      'groups that nobody tells',
      { 'sshd.allowgroups': 'ssh-users' },
      anAccount({ groups: undefined }),
      'one',
    ],
    [
      "a host's key is no factor of a person",
      { ...methods('hostbased,publickey'), 'sshd.hostbasedauthentication': 'yes' },
      key,
      'one',
    ],
  ];

for (const [what, more, account, expected] of CASES) {
  test(what, () => {
    assert.equal(readSshd({ ...BASE, ...more }, account).demands, expected);
  });
}

test('settings that say nothing are unknown', () => {
  assert.equal(readSshd({ 'sshd-file.port': '22' }, anAccount()).demands, 'unknown');
});
