import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeWindows } from './judge.ts';
import type { WindowsUpdate } from './model.ts';

function update(
  kb: string,
  date: string,
  cves: readonly string[],
  rest: Partial<WindowsUpdate> = {},
): WindowsUpdate {
  return { kb, date, part: 'windows', cves, supersedes: [], ...rest };
}

/** Server 2016 and later: the chain of replaced updates is broken between February and March, as Microsoft's own is. */
const CUMULATIVE = {
  product: 'Windows Server 2019',
  updates: [
    update('4480116', '2019-01-08', ['CVE-2019-1']),
    update('4601345', '2021-02-09', ['CVE-2020-1472'], { supersedes: ['4480116'] }),
    update('5000822', '2021-03-09', ['CVE-2021-3', 'CVE-2020-9']),
    update('4400002', '2020-06-01', ['CVE-2020-6'], { part: 'flash' }),
    update('5004244', '2021-07-13', ['CVE-2021-7'], { supersedes: ['5000822'] }),
  ],
};

function states(catalogue: typeof CUMULATIVE, build: number, installed: readonly string[]) {
  return Object.fromEntries(
    [...judgeWindows(catalogue, { build, installed, whole: true })].map(([cve, { state }]) => [
      cve,
      state,
    ]),
  );
}

test('a host without any update lacks all of them', () => {
  assert.deepEqual(new Set(Object.values(states(CUMULATIVE, 17_763, []))), new Set(['affected']));
});

test('ZeroLogon is found before its cumulative update and not after it', () => {
  assert.equal(states(CUMULATIVE, 17_763, ['4480116'])['CVE-2020-1472'], 'affected');
  assert.equal(states(CUMULATIVE, 17_763, ['4601345'])['CVE-2020-1472'], 'not_affected');
});

test('a cumulative update holds what came before it, also where the list of replaced updates is broken', () => {
  const march = states(CUMULATIVE, 17_763, ['5000822']);
  assert.equal(march['CVE-2020-1472'], 'not_affected');
  assert.equal(march['CVE-2021-7'], 'affected');
  assert.equal(march['CVE-2020-6'], 'affected', 'Flash updated by itself');
  assert.deepEqual(
    new Set(Object.values(states(CUMULATIVE, 17_763, ['5004244']))),
    new Set(['not_affected']),
  );
});

test('an update that is newer than the catalogue makes what is missing unknown, never clean and never affected', () => {
  const verdict = judgeWindows(CUMULATIVE, { build: 17_763, installed: ['5999999'], whole: true });
  assert.deepEqual(verdict.get('CVE-2020-1472'), {
    state: 'unknown',
    reason: 'newer-than-catalogue',
    fixes: ['KB4601345'],
  });
});

const ROLLUPS = {
  product: 'Windows Server 2012 R2',
  updates: [
    update('2900001', '2014-05-13', ['CVE-2014-1']),
    update('3100001', '2016-03-08', ['CVE-2016-1'], { supersedes: ['2900001'] }),
    update('3100002', '2016-04-12', ['CVE-2016-2']),
    update('4400010', '2021-01-12', ['CVE-2021-1']),
    update('4400011', '2021-01-12', ['CVE-2021-1', 'CVE-2021-11']),
    update('4400020', '2021-02-09', ['CVE-2020-1472']),
    update('4400021', '2021-02-09', ['CVE-2020-1472'], { supersedes: ['4400011'] }),
    update('4400031', '2021-03-09', ['CVE-2021-3'], { supersedes: ['4400021'] }),
    update('4400032', '2021-02-20', ['CVE-2021-20']),
  ],
};

test('a security-only update repairs its own month and nothing before it', () => {
  const found = states(ROLLUPS, 9600, ['4400020']);
  assert.equal(found['CVE-2020-1472'], 'not_affected');
  assert.equal(found['CVE-2021-1'], 'affected');
});

test('a rollup holds the months since October 2016, with what came between them', () => {
  const found = states(ROLLUPS, 9600, ['4400031']);
  assert.equal(found['CVE-2020-1472'], 'not_affected');
  assert.equal(found['CVE-2021-11'], 'not_affected');
  assert.equal(found['CVE-2021-20'], 'not_affected');
  assert.equal(states(ROLLUPS, 9600, ['4400021'])['CVE-2021-3'], 'affected');
});

test('before the rollups an update repairs what it replaces; what nobody saw installed is unknown under a rollup', () => {
  assert.equal(states(ROLLUPS, 9600, ['3100001'])['CVE-2014-1'], 'not_affected');
  assert.equal(states(ROLLUPS, 9600, ['3100001'])['CVE-2016-2'], 'affected');
  assert.equal(states(ROLLUPS, 9600, ['4400031'])['CVE-2016-2'], 'unknown');
});

test('more updates installed never make a flaw appear', () => {
  const all = ROLLUPS.updates.map(({ kb }) => kb);
  for (let count = 0; count < all.length; count += 1) {
    const before = states(ROLLUPS, 9600, all.slice(0, count));
    const after = states(ROLLUPS, 9600, all.slice(0, count + 1));
    for (const [cve, state] of Object.entries(before))
      if (state === 'not_affected') assert.equal(after[cve], 'not_affected', cve);
  }
});

test('of a list that is not whole, what is missing is unknown and what is there stands', () => {
  const verdicts = judgeWindows(CUMULATIVE, {
    build: 17_763,
    installed: ['4480116'],
    whole: false,
  });
  assert.equal(verdicts.get('CVE-2019-1')?.state, 'not_affected');
  assert.deepEqual(verdicts.get('CVE-2020-1472'), {
    state: 'unknown',
    reason: 'part-of-list',
    fixes: ['KB4601345'],
  });
});

test('what the catalogue dates by a later revision, or what stands beside the monthly updates, covers no month', () => {
  const odd = {
    product: 'Windows Server 2019',
    updates: [
      ...CUMULATIVE.updates,
      // The update of July 2021, as the catalogue of 2026 has it, and Secure Boot's list.
      update('5004947', '2023-06-13', ['CVE-2021-34527']),
      update('5012170', '2023-01-10', ['CVE-1', 'CVE-2', 'CVE-3', 'CVE-4', 'CVE-5']),
      update('5022286', '2023-01-10', ['CVE-2023-1']),
    ],
  };
  const found = states(odd, 17_763, ['5004947', '5012170']);
  assert.equal(found['CVE-2020-1472'], 'not_affected');
  assert.equal(found['CVE-2021-7'], 'affected');
  assert.equal(found['CVE-2023-1'], 'affected');
});

test('of a build with its revision: the list adds nothing but what stands between two revisions', () => {
  const at = (revision: number, installed: readonly string[], whole = false) =>
    Object.fromEntries(
      [...judgeWindows(CUMULATIVE, { build: 17_763, revision, installed, whole })].map(
        ([cve, { state }]) => [cve, state],
      ),
    );
  assert.equal(at(1697, [])['CVE-2020-1472'], 'affected');
  assert.equal(at(1757, [])['CVE-2020-1472'], 'not_affected');
  assert.equal(at(1758, [])['CVE-2020-1472'], 'not_affected', 'an update that is not listed');
  assert.equal(at(1757, [])['CVE-2021-3'], 'affected');
  assert.equal(at(1757, ['5000822'])['CVE-2021-3'], 'affected', 'it waits for a restart');
  assert.equal(at(2061, [])['CVE-2020-6'], 'not_affected', 'Flash was removed');
  assert.equal(at(1817, [])['CVE-2020-6'], 'unknown', 'Flash has no revision');
  assert.equal(at(9999, [])['CVE-2021-7'], 'not_affected');
});

test('a revision below all known ones lacks everything; one above all leaves nothing affected', () => {
  const oldest = judgeWindows(CUMULATIVE, {
    build: 17_763,
    revision: 1,
    installed: [],
    whole: false,
  });
  assert.equal(oldest.get('CVE-2019-1')?.state, 'affected');
  const future = {
    ...CUMULATIVE,
    updates: [...CUMULATIVE.updates, update('5200000', '2026-12-08', ['CVE-2026-9'])],
  };
  const newest = judgeWindows(future, {
    build: 17_763,
    revision: 9999,
    installed: [],
    whole: true,
  });
  assert.deepEqual(newest.get('CVE-2026-9'), {
    state: 'unknown',
    reason: 'newer-than-catalogue',
    fixes: ['KB5200000'],
  });
});

/** Server 2022 in the first quarter of 2024: the cumulative update of January is the baseline of two hotpatches. */
const HOTPATCHED = {
  product: 'Windows Server 2022',
  updates: [
    update('5034129', '2024-01-09', ['CVE-2024-1']),
    update('5034860', '2024-02-13', ['CVE-2024-2']),
    update('5034770', '2024-02-13', ['CVE-2024-2']),
    update('5035959', '2024-03-12', ['CVE-2024-3']),
    update('5035857', '2024-03-12', ['CVE-2024-3']),
  ],
};

const hotpatched = (revision: number | undefined, installed: readonly string[] = []) =>
  Object.values(
    Object.fromEntries(
      judgeWindows(HOTPATCHED, {
        build: 20_348,
        installed,
        whole: true,
        ...(revision === undefined ? {} : { revision }),
      }),
    ),
  ).map(({ state }) => state);

test('a hotpatch repairs what the cumulative update of its month does, and is told by its own revision alone', () => {
  assert.deepEqual(hotpatched(2227), ['not_affected', 'affected', 'affected']);
  assert.deepEqual(hotpatched(2277), ['not_affected', 'not_affected', 'affected']);
  assert.deepEqual(hotpatched(2278), ['not_affected', 'affected', 'affected']);
  assert.deepEqual(hotpatched(2333), ['not_affected', 'not_affected', 'not_affected']);
  const list = ['5034129', '5034860'];
  assert.deepEqual(hotpatched(2227, list), ['not_affected', 'affected', 'affected']);
  assert.deepEqual(hotpatched(undefined, list), ['not_affected', 'not_affected', 'affected']);
});

test('what every host can take is named before a hotpatch of the same day', () => {
  const verdicts = judgeWindows(HOTPATCHED, { build: 20_348, installed: [], whole: true });
  assert.deepEqual(verdicts.get('CVE-2024-3'), {
    state: 'affected',
    fixes: ['KB5035857', 'KB5035959'],
  });
});
