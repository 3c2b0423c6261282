import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Component, Observation, Report } from '../../estate/schema.ts';
import { collect } from '../../estate/collect.ts';
import { fixedClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import type { Database } from '../../kernel/sql/database.ts';
import { evaluateFindings } from '../../measures/scanning/evaluate.ts';
import type { Matcher } from '../../measures/scanning/model.ts';
import { CATEGORY_BIT } from '../../people/categories.ts';
import { orderOfPairs, type PersonSet } from '../../people/hash-set.ts';
import { personKey } from '../../people/person-key.ts';
import { sealSet } from '../../people/seal-set.ts';
import { countReadings, storeCount } from '../../people/store.ts';
import { seeded, type Random } from '../../people/synth/random.ts';
import { aFindingOf } from '../../../test/support/a-finding.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { oracleAnswer } from '../../../test/support/reverse-oracle.ts';
import { ask, askDatabase } from './ask.ts';
import { loadEstateIndex } from './load.ts';
import { REVERSE_LISTS, type ReverseAnswer } from './model.ts';

const NOW = '2026-11-01T08:00:00Z';
const key = personKey([Buffer.alloc(32, 6)]);
const ASSETS = 12;
const NAMES = 8;
const FLAWS = 5;

/** A component's flaws follow from its number, so that every run finds the same. */
const matcher: Matcher = {
  feeds: [],
  match: (packages) => ({
    findings: packages.flatMap(({ purl, name, version }) => {
      const number = Number(name.slice(3));
      return [number % FLAWS, (number * 7 + Number(version)) % FLAWS].map((flaw) =>
        aFindingOf(purl, `CVE-2026-${flaw}`, {
          key: `${purl} ${flaw}`,
          state: (number + flaw) % 4 === 0 ? 'unknown' : 'affected',
        }),
      );
    }),
    components: packages.map(({ purl }) => ({ purl, state: 'assessed', limits: [] })),
  }),
};

function aComponent(name: number, version: number): Component {
  return {
    type: 'deb',
    release: 'debian-12',
    name: `lib${name}`,
    version: `${version}`,
    architecture: 'amd64',
    sourceName: `lib${name}`,
    sourceVersion: `${version}`,
  };
}

interface World {
  readonly database: Database;
  readonly tools: {
    database: Database;
    clock: ReturnType<typeof fixedClock>;
    personKey: typeof key;
  };
  tell(source: string, reports: readonly Report[]): Promise<void>;
}

async function world(t: TestContext): Promise<World> {
  const database = await testDatabase(t);
  const clock = fixedClock(NOW);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  return {
    database,
    tools: { database, clock, personKey: key },
    async tell(name, reports) {
      clock.advance(60_000);
      const source = { connector: 'test', name, interval: 86_400 };
      const record = await collect({ database, clock, log, source }, yielding(reports));
      assert.equal(record.outcome, 'complete');
    },
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* yielding(reports: readonly Report[]): AsyncGenerator<Report, 'complete', void> {
  for (const report of reports) yield report;
  return 'complete';
}

const FACT = { type: 'observation', trueAt: NOW } as const;

/** Assets, customers, services, holdings and what hangs on what, some of it missing: a source that tells them all. */
function facts(random: Random): Observation[] {
  const some = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => i)
      .filter(() => !random.chance(1, 6))
      .map(make);
  const links = some(10, () => dependency(random)).map((each) => [each.key, each] as const);
  return [
    ...some(ASSETS, (i): Observation => {
      const body = { name: `A ${i}`, type: 'host', ...maybe(random, 'customer') } as const;
      return { ...FACT, kind: 'asset', key: `asset-${i}`, body };
    }),
    ...some(4, (i): Observation => {
      return { ...FACT, kind: 'customer', key: `customer-${i}`, body: { name: `C ${i}` } };
    }),
    ...some(4, (i): Observation => {
      const customers = random.chance(1, 3) ? { customers: [`customer-${random.below(4)}`] } : {};
      return {
        ...FACT,
        kind: 'service',
        key: `service-${i}`,
        body: { name: `S ${i}`, ...customers },
      };
    }),
    ...some(8, (i) => holding(random, i)),
    ...new Map(links).values(),
  ];
}

function maybe(random: Random, kind: 'customer' | 'service'): Record<string, string> {
  return random.chance(1, 2) ? { [kind]: `${kind}-${random.below(4)}` } : {};
}

function dependency(random: Random): Observation {
  const type = random.pick(['runs-on', 'serves', 'reaches'] as const);
  const to = random.chance(1, 3)
    ? ({ kind: 'service', key: `service-${random.below(4)}` } as const)
    : ({ kind: 'asset', key: `asset-${random.below(ASSETS)}` } as const);
  const from = { kind: 'asset', key: `asset-${random.below(ASSETS)}` } as const;
  const isTurned = type === 'runs-on' && to.kind === 'service';
  const body = { type, from: isTurned ? to : from, to: isTurned ? from : to };
  return { ...FACT, kind: 'dependency', key: `${body.from.key} ${type} ${body.to.key}`, body };
}

function holding(random: Random, i: number): Observation {
  const low = random.below(50);
  const body = {
    asset: `asset-${random.below(ASSETS)}`,
    howCounted: 'declared',
    ...(random.chance(1, 2) ? { people: { low, best: low + 3, high: low + 9 } } : {}),
    ...(random.chance(1, 2) ? { categories: { health: low } } : {}),
    ...maybe(random, 'customer'),
    ...maybe(random, 'service'),
  } as const;
  return { ...FACT, kind: 'holding', key: `holding-${i}`, body };
}

function inventory(random: Random, asset: number, section: string): Report {
  const chosen = new Set<number>();
  for (let i = random.below(5); i > 0; i--) chosen.add(random.below(NAMES * 3));
  const components = [...chosen].map((each) => aComponent(each % NAMES, Math.floor(each / NAMES)));
  return { type: 'inventory', asset: `asset-${asset}`, section, trueAt: NOW, components };
}

type Members = ReadonlyMap<number, number>;

function setOf(members: Members): PersonSet {
  const people = [...members.keys()];
  const hi = Uint32Array.from(people, (person) => Math.imul(person + 1, 0x9e3779b1) >>> 0);
  const lo = Uint32Array.from(people);
  const order = orderOfPairs({ hi, lo });
  const none = new Uint32Array();
  return {
    keyId: key.id,
    keyLayers: key.layers,
    hi: order.map((i) => hi[i] as number),
    lo: order.map((i) => lo[i] as number),
    flags: order.map((i) => members.get(people[i] as number) as number),
    aliases: { hi: none, lo: none, of: none },
  };
}

/** Counts one holding: 40 people at most, of whom some have data about their health. */
async function count(
  { database, tools }: World,
  random: Random,
  holding: string,
): Promise<Members> {
  const members = new Map<number, number>();
  for (let i = random.below(20); i >= 0; i--)
    members.set(random.below(40), random.chance(1, 3) ? CATEGORY_BIT.health : CATEGORY_BIT.contact);
  const bytes = sealSet(setOf(members), holding, key);
  const { size } = members;
  tools.clock.advance(1000);
  await database.transaction('everything', (sql) =>
    storeCount(sql, {
      customer: 0,
      holding,
      countedAt: tools.clock.now(),
      living: { low: size, best: size, high: size },
      deceased: 0,
      partial: false,
      sealed: { keyId: key.id, bytes },
    }),
  );
  return members;
}

async function evaluate({ tools }: World): Promise<void> {
  await evaluateFindings({ ...tools, matcher, signal: new AbortController().signal });
}

/** Every list of the answer, page by page, as the oracle gives them. */
async function wholeAnswer(
  answer: (page: {
    list: (typeof REVERSE_LISTS)[number];
    after?: string;
    limit: number;
  }) => Promise<ReverseAnswer>,
  limit: number,
) {
  const lists: Record<string, Record<string, boolean>> = {};
  let last: ReverseAnswer | undefined;
  for (const list of REVERSE_LISTS) {
    const found: Record<string, boolean> = {};
    let after: string | undefined;
    do {
      last = await answer({ list, limit, ...(after === undefined ? {} : { after }) });
      for (const row of last.rows) found[row.key] = row.state === 'affected';
      after = last.next ?? undefined;
    } while (after !== undefined);
    lists[list] = found;
  }
  return { lists, last: last as ReverseAnswer };
}

for (const seed of ['one', 'two', 'three']) {
  test(`index, database and oracle agree while the estate changes: ${seed}`, async (t) => {
    const own = await world(t);
    const { database, tools } = own;
    const random = seeded(`reverse/${seed}`);
    const members = new Map<string, Members>();
    await own.tell('facts', facts(random));
    for (let asset = 0; asset < ASSETS; asset++)
      await own.tell(`host-${asset}`, [inventory(random, asset, 'deb')]);
    await evaluate(own);
    const index = await loadEstateIndex(tools);

    for (let round = 0; round < 8; round++) {
      const asset = random.below(ASSETS + 2);
      const what = random.below(4);
      if (what === 0) await own.tell('facts', facts(random));
      if (what === 1) {
        const holding = `holding-${random.below(8)}`;
        members.set(holding, await count(own, random, holding));
      }
      if (what > 1)
        await own.tell(`host-${asset}`, [inventory(random, asset, random.pick(['deb', 'npm']))]);
      await evaluate(own);
      await index.refresh();
      for (let flaw = 0; flaw < FLAWS; flaw++) {
        const question = { name: `cve-2026-${flaw}` };
        const expected = await database.transaction('everything', (sql) =>
          oracleAnswer(sql, question.name),
        );
        const warm = await wholeAnswer(
          (page) => ask(database, index.current, question, {}, page, tools.clock.now()),
          3,
        );
        assert.deepEqual(warm.lists, { ...expected }, `round ${round}, flaw ${flaw}`);
        checkTotals(warm.last, expected, members);
        const cold = await wholeAnswer((page) => askDatabase(tools, question, {}, page), 100);
        assert.deepEqual(cold.lists, warm.lists);
        assert.deepEqual(
          [cold.last.affected, cold.last.possible],
          [warm.last.affected, warm.last.possible],
        );
      }
    }
    const before = await database.transaction('everything', countReadings);
    await index.refresh();
    assert.equal(
      await database.transaction('everything', countReadings),
      before,
      'sets are not opened without need',
    );
  });
}

function checkTotals(
  { affected, possible }: ReverseAnswer,
  expected: Awaited<ReturnType<typeof oracleAnswer>>,
  members: ReadonlyMap<string, Members>,
): void {
  for (const list of REVERSE_LISTS) {
    const states = Object.values(expected[list]);
    assert.equal(possible[list], states.length);
    assert.equal(affected[list], states.filter(Boolean).length);
  }
  const counted = Object.keys(expected.holdings).filter((holding) => members.has(holding));
  const people = new Map<number, number>();
  for (const holding of counted)
    for (const [person, flags] of members.get(holding) ?? [])
      people.set(person, (people.get(person) ?? 0) | flags);
  const { living, by, exact, unknownHoldings } = possible.people;
  const isExact = counted.length + unknownHoldings === possible.holdings;
  assert.equal(exact, isExact);
  assert.ok(living.low >= people.size && living.low <= living.best && living.best <= living.high);
  if (!isExact) return;
  assert.deepEqual(living, { low: people.size, best: people.size, high: people.size });
  const health = [...people.values()].filter((flags) => (flags & CATEGORY_BIT.health) !== 0).length;
  assert.equal(by['health']?.best ?? 0, health);
}
