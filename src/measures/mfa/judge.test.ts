import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  aDoor,
  anAccount,
  aPolicy,
  judged,
  NOW,
  pathOf,
  SEEN,
  STALE,
  TYPED,
  withFactor,
} from '../../../test/support/mfa-facts.ts';
import { sentenceOf } from './explain.ts';
import { FACTOR_TYPES } from '../../estate/authentication.ts';
import { VERDICTS, type Door, type Path, type Proof, type Rule } from './model.ts';

const DAY = 86_400_000;
const everyone = { everyone: true };
const mfa = (more: Partial<Rule> = {}): Rule => ({
  id: 'mfa',
  demands: 'second-factor',
  for: everyone,
  unregistered: 'refused',
  ...more,
});
const asks = (...rules: Rule[]) => ({ authentication: { rules } });
const sound = aDoor(asks(mfa()));
const user = withFactor('totp');
const proof = (outcome: Proof['outcome'], over: Partial<Proof> = {}): Proof => ({
  outcome,
  account: 'canary',
  way: undefined,
  at: NOW - DAY,
  origin: SEEN,
  ...over,
});

test('registered and required, seen by fresh sources: enforced, with the strength of the factor', () => {
  assert.deepEqual(
    [judged(user, sound).verdict, judged(user, sound).strength],
    ['enforced', 'app'],
  );
  assert.equal(judged(withFactor('passkey'), sound).strength, 'phishing-resistant');
  assert.equal(judged(withFactor('sms'), sound).strength, 'sms');
});

test('one success with one factor beats every policy, and the contradiction shows', () => {
  const { verdict, contradicted, reasons } = judged(user, sound, {
    signIn: { oneFactorAt: NOW - DAY },
  });
  assert.deepEqual(
    [verdict, contradicted, reasons[0]],
    ['registered-not-enforced', true, 'observed-one-factor'],
  );
  // A log that has fallen silent since has still seen it.
  const silent = aDoor(asks(mfa()), { observers: [STALE] });
  assert.equal(
    judged(user, silent, { signIn: { oneFactorAt: NOW - DAY, origin: STALE } }).verdict,
    'registered-not-enforced',
  );
});

test('a success from before the rule, or from long ago, shows nothing of today', () => {
  const since = aDoor(asks(mfa({ since: new Date(NOW - DAY).toISOString() })));
  assert.equal(judged(user, since, { signIn: { oneFactorAt: NOW - 2 * DAY } }).verdict, 'enforced');
  assert.equal(
    judged(user, sound, { signIn: { oneFactorAt: NOW - 91 * DAY } }).verdict,
    'enforced',
  );
});

test('a canary that came in beats every policy; one that was refused settles what the policy leaves open', () => {
  assert.equal(
    judged(user, aDoor(asks(mfa()), { proofs: [proof('accepted')] })).verdict,
    'registered-not-enforced',
  );
  const open = asks({ id: 'mfa', demands: 'second-factor', for: everyone });
  const bare = anAccount();
  assert.equal(judged(bare, aDoor(open)).verdict, 'unknown');
  assert.equal(judged(bare, aDoor(open, { proofs: [proof('refused')] })).verdict, 'enforced');
  assert.equal(
    judged(bare, aDoor(open, { proofs: [proof('registration-offered')] })).verdict,
    'none',
  );
  for (const poor of [
    proof('failed'),
    proof('refused', { origin: STALE }),
    proof('refused', { origin: TYPED }),
    proof('refused', { at: NOW - 31 * DAY }),
  ]) {
    assert.equal(judged(bare, aDoor(open, { proofs: [poor] })).verdict, 'unknown');
  }
});

test('what is stale, typed or only partly read closes no gap', () => {
  const policy = aPolicy(asks(mfa()));
  const of = (door: Door) => [judged(user, door).verdict, judged(user, door).reasons[0]];
  assert.deepEqual(of(aDoor([{ ...policy, origin: STALE }])), ['unknown', 'policy-stale']);
  assert.deepEqual(of(aDoor([{ ...policy, origin: TYPED }])), ['unknown', 'policy-declared-only']);
  assert.deepEqual(of(aDoor({ authentication: { whole: false, rules: [mfa()] } })), [
    'unknown',
    'policy-not-whole',
  ]);
  assert.deepEqual(of(aDoor([])), ['unknown', 'no-policy']);
  assert.equal(judged({ ...user, origin: STALE }, sound).verdict, 'unknown');
  assert.equal(judged({ ...user, origin: TYPED }, sound).verdict, 'unknown');
  assert.equal(judged(user, { ...sound, observers: [STALE] }).verdict, 'unknown');
  const passes = aDoor(asks(mfa({ unregistered: 'passes' })));
  assert.equal(
    judged(anAccount({ factors: [{ type: 'totp', origin: STALE }] }), passes).verdict,
    'unknown',
  );
  assert.equal(judged(anAccount({ factorsListed: false }), passes).verdict, 'unknown');
});

test('a claim that one factor is enough is believed, until somebody has looked', () => {
  const claim = aPolicy({ origin: TYPED, requires: 'one-factor' });
  assert.equal(judged(user, aDoor([claim])).verdict, 'registered-not-enforced');
  assert.equal(judged(user, aDoor([claim, aPolicy(asks(mfa()))])).verdict, 'enforced');
});

test('where two sources see different policies the worse counts, also when its source falls silent', () => {
  const lax = aPolicy({ ...asks(), origin: { ...SEEN, source: 9 } });
  const strict = aPolicy(asks(mfa()));
  assert.equal(judged(user, aDoor([strict, lax])).verdict, 'registered-not-enforced');
  assert.equal(
    judged(user, aDoor([strict, { ...lax, origin: { ...STALE, source: 9 } }])).verdict,
    'unknown',
  );
});

test('the strictest rule wins on each way in, the worst way in counts', () => {
  const lax = mfa({ id: 'lax', unregistered: 'passes' });
  assert.equal(judged(anAccount(), aDoor(asks(lax, mfa()))).verdict, 'enforced');
  assert.equal(
    judged(user, aDoor(asks({ id: 'one', demands: 'one-factor', for: everyone }, mfa()))).verdict,
    'enforced',
  );
  const ways = [{ id: 'browser' }, { id: 'imap' }];
  assert.equal(
    judged(user, aDoor({ authentication: { ways, rules: [mfa({ ways: ['browser'] })] } })).verdict,
    'registered-not-enforced',
  );
  const blocked = mfa({ id: 'block', demands: 'refuse', ways: ['imap'] });
  assert.equal(
    judged(user, aDoor({ authentication: { ways, rules: [mfa({ ways: ['browser'] }), blocked] } }))
      .verdict,
    'enforced',
  );
  assert.equal(pathOf(user, aDoor(asks(mfa({ demands: 'refuse' })))), 'closed');
});

test('a rule whose scope may not hold the account is unknown, never counted on', () => {
  const vpn = aDoor(asks(mfa({ for: { groups: ['vpn'] } })));
  assert.equal(judged(withFactor('totp', { groups: undefined }), vpn).verdict, 'unknown');
  assert.equal(judged(withFactor('totp', { maybeGroups: ['VPN'] }), vpn).verdict, 'unknown');
  const except = aDoor(asks(mfa({ except: { populations: ['guest'] } })));
  assert.equal(judged(withFactor('totp', { population: undefined }), except).verdict, 'unknown');
  assert.equal(
    judged(withFactor('totp', { disputed: new Set(['population']) }), except).verdict,
    'unknown',
  );
});

test('a factor that is too weak for the door is as good as none there', () => {
  const strong = aDoor(asks(mfa({ demands: 'phishing-resistant', unregistered: 'registers' })));
  assert.equal(judged(user, strong).verdict, 'registered-not-enforced');
  assert.ok(judged(user, strong).reasons.includes('weak-factor'));
  assert.equal(judged(withFactor('security-key'), strong).verdict, 'enforced');
});

test('only what is a second factor counts as one', () => {
  const registers = aDoor(asks(mfa({ unregistered: 'registers' })));
  for (const type of FACTOR_TYPES) {
    const none = ['password', 'question', 'temporary-pass', 'other', 'recovery-code'].includes(
      type,
    );
    assert.equal(judged(withFactor(type), registers).verdict, none ? 'none' : 'enforced', type);
  }
});

test('service accounts: a workload identity holds, a key or a password does not', () => {
  const open = aDoor(asks());
  const service = anAccount({
    population: 'service',
    interactive: false,
    workloadIdentity: true,
    password: 'locked',
  });
  assert.equal(judged(service, open).verdict, 'enforced');
  assert.equal(judged({ ...service, interactive: true }, open).verdict, 'none');
  assert.equal(judged({ ...service, password: 'set' }, open).verdict, 'none');
  assert.equal(judged({ ...service, origin: STALE }, open).verdict, 'none');
  assert.equal(judged(service, aDoor(asks(), { type: 'api' })).verdict, 'enforced');
  assert.equal(
    judged({ ...service, oldestKeyAt: Number.NaN }, aDoor(asks(), { type: 'api' })).verdict,
    'none',
  );
  const api = aDoor(asks(mfa()), { type: 'api' });
  assert.equal(judged({ ...user, keysKnown: false }, api).verdict, 'unknown');
});

test('nobody is exempt: disabled, dormant, guest, customer and break-glass accounts are judged alike', () => {
  const open = aDoor(asks());
  for (const over of [
    { enabled: false },
    { lastSignInAt: 0 },
    { population: 'guest' },
    { population: 'customer' },
    { population: 'break-glass' },
  ] as const) {
    assert.equal(judged(anAccount(over), open).verdict, 'none');
  }
});

test('who signs in elsewhere first has passed what is demanded there, or not', () => {
  const through = new Map([['corp', 'idp']]);
  const app = aDoor(asks(mfa({ except: { identitySources: ['corp'] } })), { through });
  const idp = (over: Partial<Door>, ...rules: Rule[]) =>
    aDoor(asks(...rules), { key: 'idp', ...over });
  assert.equal(judged(user, app, { doors: [idp({}, mfa())] }).verdict, 'enforced');
  assert.equal(judged(user, app, { doors: [idp({})] }).verdict, 'registered-not-enforced');
  assert.equal(
    judged(user, app, { doors: [idp({}, mfa())], signIn: { door: 'idp', oneFactorAt: NOW } })
      .verdict,
    'registered-not-enforced',
  );
  assert.equal(judged(user, app).verdict, 'unknown');
  assert.equal(
    judged(user, app, { doors: [idp({ accepts: ['other'] }, mfa())] }).verdict,
    'unknown',
  );
  const circle = [idp({ through: new Map([['corp', 'portal']]) })];
  assert.notEqual(judged(user, app, { doors: circle }).verdict, 'enforced');
});

test('every verdict explains itself in one sentence', () => {
  assert.equal(
    sentenceOf(judged(user, sound)),
    'Two factors are enforced: the door demands two factors and the account has a second one.',
  );
  const seen = judged(user, sound, { signIn: { oneFactorAt: NOW } });
  assert.match(
    sentenceOf(seen),
    /^One factor opens it although a second is registered: a sign-in with one factor succeeded.* The policy says otherwise\.$/,
  );
  assert.match(sentenceOf('closed'), /No login path/);
});

const rank = (path: Path): number =>
  path === 'closed' ? VERDICTS.length : VERDICTS.indexOf(path.verdict);
const aRule: fc.Arbitrary<Rule> = fc.record(
  {
    id: fc.constant('r'),
    demands: fc.constantFrom('one-factor', 'second-factor', 'phishing-resistant', 'refuse'),
    for: fc.constantFrom(everyone, { groups: ['a'] }, { populations: ['staff' as const] }),
    except: fc.constantFrom({}, { groups: ['b'] }, { privileged: true }),
    state: fc.constantFrom('on', 'on', 'report-only'),
    unregistered: fc.constantFrom('refused', 'passes', 'registers'),
  },
  { requiredKeys: ['id', 'demands', 'for'] },
);

test('one rule more never makes a verdict worse, unless what is unknown about it does', () => {
  fc.assert(
    fc.property(
      fc.array(aRule, { maxLength: 4 }),
      aRule,
      fc.subarray(['a', 'b']),
      (rules, more, groups) => {
        const account = withFactor('totp', { groups });
        const before = rank(pathOf(account, aDoor(asks(...rules))));
        // A stronger demand may be one that this account's factor does not meet.
        fc.pre(
          more.demands !== 'phishing-resistant' &&
            rules.every(({ demands }) => demands !== 'phishing-resistant'),
        );
        assert.ok(rank(pathOf(account, aDoor(asks(...rules, more)))) >= before);
      },
    ),
  );
});

test('no evidence that is taken away makes a verdict enforced', () => {
  fc.assert(
    fc.property(
      fc.array(aRule, { maxLength: 3 }),
      fc.boolean(),
      fc.constantFrom('policy', 'account', 'factor', 'proof'),
      (rules, factor, gone) => {
        const account = factor ? user : anAccount();
        const door = aDoor(asks(...rules), { proofs: [proof('refused')] });
        const before = pathOf(account, door);
        fc.pre(before === 'closed' || before.verdict !== 'enforced');
        const without = {
          policy: () =>
            pathOf(account, {
              ...door,
              policies: door.policies.map((each) => ({ ...each, origin: STALE })),
            }),
          account: () =>
            pathOf({ ...account, origin: STALE, groups: undefined, factorsListed: false }, door),
          factor: () => pathOf({ ...account, factors: [], factorsListed: false }, door),
          proof: () => pathOf(account, { ...door, proofs: [] }),
        }[gone]();
        assert.ok(without === 'closed' || without.verdict !== 'enforced');
      },
    ),
  );
});
