import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROOF_CODES, proofOf, type ProofEvidence } from './proof.ts';

const NOW = new Date('2026-11-01T08:00:00Z');

function anEvidence(over: Partial<ProofEvidence> = {}): ProofEvidence {
  return {
    parts: [
      { name: 'libssl3', version: '3.0.17-1', state: null },
      { name: 'openssl', version: '3.0.17-1', state: 'ii' },
    ],
    matches: 'yes',
    needsBoot: false,
    restarts: [],
    listedAt: new Date('2026-11-01T07:00:00Z'),
    listsAt: new Date('2026-10-31T07:00:00Z'),
    ...over,
  };
}

function lacks(over: Partial<ProofEvidence>) {
  const proof = proofOf(anEvidence(over), NOW);
  assert.equal(proof.proven, proof.lacks.length === 0);
  return proof.lacks;
}

test('installed, configured, in use and freshly listed is proof', () => {
  assert.deepEqual(lacks({}), []);
  assert.deepEqual(lacks({ parts: [{ name: 'openssl', version: '3', state: 'hi' }] }), [], 'held');
  assert.deepEqual(lacks({ parts: [] }), [], 'taken away');
});

test('the right version alone proves nothing: each thing that lacks is named', () => {
  const part = (state: string | null | undefined) => ({
    parts: [{ name: 'libssl3', version: '3', state }],
  });
  assert.deepEqual(lacks(part('iU')), ['configured'], 'unpacked');
  assert.deepEqual(lacks(part('iF')), ['configured'], 'half-configured');
  assert.deepEqual(lacks(part('iiR')), ['configured'], 'in error');
  assert.deepEqual(lacks(part(undefined)), ['configured'], 'never read');
  assert.deepEqual(lacks({ matches: 'no' }), ['version']);
  assert.deepEqual(lacks({ matches: 'unknown' }), ['version']);
  assert.deepEqual(lacks({ restarts: [{ code: 'deleted-file-mapped', packages: ['libssl3'] }] }), [
    'not-in-memory',
  ]);
  assert.deepEqual(
    lacks({ restarts: [{ code: 'deleted-file-mapped' }] }),
    ['not-in-memory'],
    'of whom is not known',
  );
  assert.deepEqual(lacks({ restarts: [{ code: 'deleted-file-mapped', packages: ['libz1'] }] }), []);
  assert.deepEqual(lacks({ restarts: [{ code: 'reboot-required-file', packages: ['libssl3'] }] }), [
    'booted',
  ]);
  assert.deepEqual(lacks({ restarts: [{ code: 'kernel-not-booted' }] }), []);
  assert.deepEqual(lacks({ restarts: [{ code: 'kernel-not-booted' }], needsBoot: true }), [
    'booted',
  ]);
  assert.deepEqual(lacks({ restarts: undefined }), ['not-in-memory', 'booted']);
  assert.deepEqual(lacks({ listsAt: undefined }), ['lists-fresh']);
  assert.deepEqual(lacks({ listsAt: new Date('2026-10-20T00:00:00Z') }), ['lists-fresh']);
  assert.deepEqual(lacks({ listedAt: new Date('2026-10-20T00:00:00Z') }), ['listed']);
  assert.deepEqual(lacks({ setting: 'unknown' }), ['setting']);
  assert.deepEqual(lacks({ setting: 'yes' }), []);
});

test('a restart of which nobody knows for what is unknown; one that is for no package, or for others, is none of this', () => {
  const answers = (restarts: ProofEvidence['restarts'], over: Partial<ProofEvidence> = {}) =>
    proofOf(anEvidence({ restarts, ...over }), NOW)
      .checks.filter(({ code }) => code === 'not-in-memory' || code === 'booted')
      .map(({ answer }) => answer);
  const mapped = (packages?: readonly string[]) => [
    { code: 'deleted-file-mapped' as const, ...(packages === undefined ? {} : { packages }) },
  ];
  assert.deepEqual(answers(mapped()), ['unknown', 'yes']);
  assert.deepEqual(answers(mapped([])), ['yes', 'yes'], 'files that never were of a package');
  assert.deepEqual(answers(mapped(['libz1'])), ['yes', 'yes']);
  assert.deepEqual(answers(mapped(['libz1', 'libssl3'])), ['no', 'yes']);
  assert.deepEqual(answers([...mapped(), ...mapped(['libssl3'])]), ['no', 'yes']);
  assert.deepEqual(answers(mapped(['libz1']), { parts: [] }), ['unknown', 'yes'], 'taken away');
  assert.deepEqual(answers(mapped([]), { parts: [] }), ['yes', 'yes']);
  assert.deepEqual(answers([{ code: 'reboot-required-file' }]), ['yes', 'unknown']);
  assert.deepEqual(answers([{ code: 'reboot-required-file', packages: ['libc6'] }]), [
    'yes',
    'yes',
  ]);
});

test('every check says why', () => {
  const { checks } = proofOf(anEvidence({ setting: 'no' }), NOW);
  assert.deepEqual(
    checks.map(({ code }) => code),
    PROOF_CODES,
  );
  for (const { because } of checks) assert.match(because, /^.{10,}$/);
});
