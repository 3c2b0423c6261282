import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPamStack, type PamAnswer } from './pam.ts';

const DEBIAN = `[success=1 default=ignore] pam_unix.so nullok
requisite pam_deny.so
required pam_permit.so
optional pam_cap.so`;
const RED_HAT = `required pam_env.so
[default=1 ignore=ignore success=ok] pam_usertype.so isregular
[default=1 ignore=ignore success=ok] pam_localuser.so
sufficient pam_unix.so nullok
[default=1 ignore=ignore success=ok] pam_usertype.so isregular
sufficient pam_sss.so forward_pass
required pam_deny.so`;

const CASES: readonly (readonly [string, string, Partial<PamAnswer>])[] = [
  [
    "Debian's own stack asks for the password",
    DEBIAN,
    { demands: 'one', unregistered: 'passes', bypasses: [] },
  ],
  ["Red Hat's own stack asks for the password", RED_HAT, { demands: 'one' }],
  [
    'a code after the password',
    `${DEBIAN}\nrequired pam_google_authenticator.so`,
    { demands: 'two', unregistered: 'refused' },
  ],
  [
    'nullok',
    `${DEBIAN}\nrequired pam_google_authenticator.so nullok`,
    { demands: 'two', unregistered: 'passes', bypasses: ['pam-nullok'] },
  ],
  [
    'nouserok',
    `${DEBIAN}\nrequired pam_u2f.so cue nouserok`,
    { demands: 'two', unregistered: 'passes', bypasses: ['pam-nouserok'] },
  ],
  [
    'the code alone suffices',
    `sufficient pam_google_authenticator.so\n${DEBIAN}`,
    { demands: 'one', bypasses: ['pam-sufficient'] },
  ],
  [
    'a password that suffices before the code',
    'sufficient pam_unix.so\nrequired pam_oath.so',
    { demands: 'one', bypasses: ['pam-sufficient'] },
  ],
  [
    'a code that is optional',
    'required pam_unix.so\noptional pam_oath.so',
    { demands: 'one', bypasses: ['pam-sufficient'] },
  ],
  [
    'Duo fails open by default',
    'requisite pam_unix.so\nrequired pam_duo.so',
    { demands: 'two', opensInOutage: true, bypasses: ['duo-fails-open'] },
  ],
  [
    'Duo that fails closed',
    'requisite pam_unix.so\nrequired pam_duo.so failmode=secure',
    { demands: 'two', opensInOutage: false, bypasses: [] },
  ],
  [
    'some networks skip the code',
    'required pam_unix.so\n[success=1 default=ignore] pam_access.so accessfile=/etc/local.conf\nrequired pam_oath.so',
    { demands: 'one' },
  ],
  [
    'a substack ends itself only',
    'substack common {\nrequisite pam_unix.so\n}\nrequired pam_oath.so',
    { demands: 'two' },
  ],
  [
    'a jump over a substack',
    '[success=1 default=ignore] pam_unix.so\nsubstack deny {\nrequisite pam_deny.so\n}\nrequired pam_permit.so',
    { demands: 'one' },
  ],
  ['everybody is let in', 'sufficient pam_permit.so', { demands: 'nothing' }],
  [
    'a module that nobody knows',
    'required pam_unix.so\nrequired pam_ourown.so',
    { demands: 'unknown', unknown: ['pam_ourown'] },
  ],
  [
    'a file that is missing',
    'required pam_unix.so\n# missing: common-auth',
    { demands: 'unknown' },
  ],
  [
    'faillock around the password',
    'required pam_faillock.so preauth\nsufficient pam_unix.so\n[default=die] pam_faillock.so authfail\nrequired pam_deny.so',
    { demands: 'one' },
  ],
];

for (const [what, stack, expected] of CASES) {
  test(what, () => {
    const answer = readPamStack(stack);
    for (const [field, value] of Object.entries(expected)) {
      assert.deepEqual(answer[field as keyof PamAnswer], value, field);
    }
  });
}
