import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aSigner, aWitnessKey, NOW, ORIGIN } from '../../test/support/a-ledger.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { signNote } from './note.ts';
import { formatPolicy, openTrusted, parsePolicy } from './policy.ts';
import { leafHash } from './tree.ts';

const log = aSigner('log');
const [a, b, c] = [aWitnessKey('a'), aWitnessKey('b'), aWitnessKey('c')] as const;
const text = formatCheckpoint({ origin: ORIGIN, size: 1, root: leafHash(Buffer.from('one')) });
const keys = { log: log.verifier.vkey, a: a.verifier.vkey, b: b.verifier.vkey, c: c.verifier.vkey };

function opens(policy: string, signers: readonly (typeof a)[]): boolean {
  const note = signNote(text, signers, NOW);
  try {
    openTrusted(note, parsePolicy(policy));
    return true;
  } catch (error) {
    assert.equal((error as { code: string }).code, 'tampered');
    return false;
  }
}

test('k of n witnesses: fewer than k do not do, strangers do not count', () => {
  const policy = formatPolicy([log.verifier], [a.verifier, b.verifier, c.verifier], 2);
  assert.equal(opens(policy, [log]), false);
  assert.equal(opens(policy, [log, a]), false);
  assert.equal(opens(policy, [log, a, aWitnessKey('stranger')]), false);
  assert.equal(opens(policy, [log, a, a]), false);
  assert.equal(opens(policy, [log, a, c]), true);
  assert.equal(opens(policy, [log, a, b, c]), true);
  assert.equal(opens(policy, [a, b, c]), false);
  const { cosignedBy } = openTrusted(signNote(text, [log, a, c], NOW), parsePolicy(policy));
  assert.deepEqual(cosignedBy, [
    { name: 'a.example/witness', at: NOW },
    { name: 'c.example/witness', at: NOW },
  ]);
});

test('no witness asked for: the log’s signature alone opens', () => {
  assert.equal(opens(formatPolicy([log.verifier], [a.verifier], 0), [log]), true);
  assert.equal(opens(formatPolicy([log.verifier], [], 0), [a]), false);
});

test('groups of groups, comments and URLs are read', () => {
  const policy = `# whom we trust
log ${keys.log} https://supplier.example/ledger
witness A ${keys.a} https://a.example
 witness\tB ${keys.b}
witness C ${keys.c}

group hospitals any A B
group both all hospitals C
quorum both
`;
  assert.equal(opens(policy, [log, a, c]), true);
  assert.equal(opens(policy, [log, b, c]), true);
  assert.equal(opens(policy, [log, a, b]), false);
  assert.equal(opens(policy.replace('quorum both', 'quorum C'), [log, c]), true);
});

test('policies that could be read in two ways are refused, with the line', () => {
  const start = `log ${keys.log}\nwitness A ${keys.a}\nwitness B ${keys.b}\n`;
  const wrong: readonly (readonly [string, RegExp])[] = [
    [start, /exactly one quorum/],
    [`${start}quorum A\nquorum B\n`, /exactly one quorum/],
    [`${start}quorum C\n`, /line 4/],
    [`${start}group g 3 A B\nquorum g\n`, /line 4/],
    [`${start}group g 0 A B\nquorum g\n`, /line 4/],
    [`${start}group g all\nquorum g\n`, /line 4/],
    [`${start}group g any A A\nquorum g\n`, /line 4/],
    [`${start}group g any A\ngroup h any A B\nquorum g\n`, /line 5/],
    [`${start}group g any h\ngroup h any A\nquorum g\n`, /line 4/],
    [`${start}group none any A\nquorum none\n`, /line 4/],
    [`${start}group A any B\nquorum A\n`, /line 4/],
    [`${start}witness D ${keys.a}\nquorum A\n`, /line 4/],
    [`log ${keys.log}\nlog ${keys.log}\nquorum none\n`, /line 2/],
    [`log ${keys.a}\nquorum none\n`, /line 1/],
    [`witness A ${keys.log}\nquorum A\n`, /line 1/],
    [`trust everyone\nquorum none\n`, /line 1/],
    [`constructor x\nquorum none\n`, /line 1/],
  ];
  for (const [policy, message] of wrong) {
    assert.throws(() => parsePolicy(policy), { code: 'bad_file', message });
  }
  assert.throws(() => parsePolicy('log nonsense\nquorum none\n'), { code: 'bad_input' });
});

test('one key under two witness names does not count twice', () => {
  const alias = aSigner('a', 'witness', 'alias.example/witness');
  const policy = `witness A ${keys.a}\nwitness B ${alias.verifier.vkey}\ngroup g 2 A B\nquorum g\n`;
  assert.throws(() => parsePolicy(policy), { code: 'bad_file', message: /line 2/ });
});
