/**
 * Exposure at scale: `node --expose-gc bench/exposure.ts [ASSETS] [ACCOUNTS] [HOLDINGS] [HASHES]` (50,000, 1,000,000, 10,000 and
 * 40,000,000). Out of facts in memory, as the database gives them: prints CPU seconds of each part, the whole, memory at
 * the end and at the peak, and what a changed verdict costs. Making the facts is not counted.
 */
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import type { Observation } from '../src/estate/schema.ts';
import { ATTACKERS } from '../src/exposure/attackers.ts';
import {
  countedOf,
  exposureOf,
  withChangedAsset,
  withChangedDoor,
  type Exposure,
} from '../src/exposure/exposure.ts';
import type { EstateFacts, Looked, Told } from '../src/exposure/facts.ts';
import { rankGaps, rankSubjects, type RankedGap } from '../src/exposure/gaps.ts';
import { gather } from '../src/measures/mfa/gather.ts';
import { measureCoverage } from '../src/measures/mfa/coverage.ts';
import type { Account, Door } from '../src/measures/mfa/model.ts';
import { accountTable } from '../src/measures/mfa/table.ts';
import type { Flaw } from '../src/measures/scanning/flaw.ts';
import { BY_NHS_NUMBER, CATEGORY_BIT } from '../src/people/categories.ts';
import type { PersonSet } from '../src/people/hash-set.ts';
import { peopleSets } from '../src/people/people-sets.ts';
import { holdingMembers } from '../src/people/synth/scale.ts';
import { LARGEST, scaledFacts } from '../src/people/synth/scaled-estate.ts';

const [
  assets = LARGEST.assets,
  accounts = LARGEST.accounts,
  holdings = LARGEST.holdings,
  hashes = 4e7,
] = process.argv.slice(2).map(Number);
const size = { ...LARGEST, assets, accounts, holdings };
const AT = '2026-11-01T12:00:00.000Z';
const at = new Date(AT);
const source = { id: 1, name: 'bench/estate', declared: false, fresh: true };
const sources = new Map([[1, source]]);

let counted = 0;
function measured<T>(what: string, work: () => T): T {
  const began = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(began);
  counted += (user + system) / 1e6;
  console.log(`${what.padEnd(46)} ${((user + system) / 1e6).toFixed(3).padStart(8)} s CPU`);
  return result;
}

const voiceOf = (observation: Observation, entity: number) => ({
  ...observation,
  entity,
  source: 1,
  declared: false,
  trueAt: at,
  learnedAt: at,
  confirmed: true,
});

/** Facts other than accounts and their factors are kept; accounts become rows of the table as they come. */
function takeFacts() {
  const others: Observation[] = [];
  const spent = { cpu: 0 };
  function* people(): Generator<Account> {
    let chunk: Observation[] = [];
    const flush = (): readonly Account[] => {
      const began = process.cpuUsage();
      const { accounts: some } = gather(chunk.map(voiceOf), sources);
      const { user, system } = process.cpuUsage(began);
      spent.cpu += (user + system) / 1e6;
      chunk = [];
      return some;
    };
    for (const fact of scaledFacts(size, AT)) {
      if (fact.kind !== 'account' && fact.kind !== 'factor') others.push(fact);
      else if (fact.kind === 'account' && chunk.length > 20_000) {
        yield* flush();
        chunk.push(fact);
      } else chunk.push(fact);
    }
    yield* flush();
  }
  const table = accountTable(people());
  return { others, table };
}

function personSetOf(holding: number): PersonSet {
  const { hi, lo } = holdingMembers({
    seed: 'bench',
    holding,
    holdings,
    hashes,
    shape: 'customers',
  });
  const flags = hi.map((word) => {
    const home = word % 90 === 0 ? CATEGORY_BIT['home-entry'] : 0;
    return BY_NHS_NUMBER | CATEGORY_BIT.contact | home | (word % 2 === 0 ? CATEGORY_BIT.health : 0);
  });
  const aliases = { hi: new Uint32Array(), lo: new Uint32Array(), of: new Uint32Array() };
  return { keyId: '0'.repeat(16), keyLayers: 1, hi, lo, flags, aliases };
}

const KNOWN: Flaw = {
  id: 'CVE-2026-0001',
  component: 1,
  package: 'serviced',
  source: 'serviced',
  state: 'affected',
  from: 'network',
  needsAccount: false,
  needsVictim: false,
  opens: true,
  knownExploited: true,
  ransomware: true,
  epss: 0.9,
  score: 9.8,
  firstSeen: at,
};
const LOOKED: Looked = { components: 'covered', services: 'uncovered', reason: '', at };

/** How many verdicts change. */
const CHANGES = 30;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const { others, table } = measured('taking in (and making) the facts', takeFacts);
counted = 0;
const told = <K extends Observation['kind']>(kind: K): Told<K>[] =>
  others.flatMap((fact) =>
    fact.kind === kind
      ? [
          {
            ...fact,
            sources: [1],
            trueAt: at,
            learnedAt: at,
            fresh: true,
            declared: false,
          } as unknown as Told<K>,
        ]
      : [],
  );
const facts = { doors: told('door'), holdings: told('holding'), assets: told('asset') };
// One host in twenty has a flaw that is known to be exploited, one in ten was never scanned.
const hosts = facts.assets.filter(({ body }) => body.type === 'host').map(({ key }) => key);
const around = {
  networks: told('network'),
  services: told('service'),
  dependencies: told('dependency'),
  flaws: new Map(hosts.flatMap((key, i) => (i % 20 === 0 ? [[key, [KNOWN]] as const] : []))),
  looked: new Map(hosts.flatMap((key, i) => (i % 10 === 0 ? [] : [[key, LOOKED] as const]))),
};
const counts = facts.holdings.map((_, i) => ({ set: personSetOf(i) }));
console.log(
  `${facts.assets.length} assets, ${table.size} accounts, ${facts.doors.length} doors, ${facts.holdings.length} holdings, ${counts.reduce((sum, { set }) => sum + set.hi.length, 0)} hashes; before: ${megabytes(process.memoryUsage().rss)}`,
);

const doorVoices = others.filter(({ kind }) => kind === 'door').map(voiceOf);
const doors: readonly Door[] = gather(doorVoices, sources).doors;
const mfa = measured('verdicts of all login paths', () =>
  measureCoverage({ table, doors, signIns: [], now: at.getTime() }),
);
const sets = measured('people: classes of all holdings', () => peopleSets(counts));
const people = { sets, exact: counts.length, bounds: 0, unknown: [], declared: [], otherKey: [] };
const index = measured('people: for the engine', () => countedOf(people));
const attacker = ATTACKERS[0];
if (attacker === undefined) throw new Error('no attacker');
const estate: EstateFacts = { ...facts, ...around, mfa };
const exposure = measured('the graph', () =>
  exposureOf({ at, attacker, facts: estate, people, sources, counted: index }),
);
const gaps = measured('every gap, with people through and saved', () => rankGaps(exposure));
measured('every door, asset, customer and service', () =>
  (['door', 'asset', 'accounts', 'customer', 'service'] as const).map(
    (kind) => rankSubjects(exposure, kind).length,
  ),
);
const total = measured('totals by category', () => [exposure.proven.total, exposure.all.total]);
console.log(`${'the whole'.padEnd(46)} ${counted.toFixed(3).padStart(8)} s CPU`);
const { graph } = exposure;
console.log(
  `${graph.size} nodes, ${graph.edges} edges, ${gaps.length} gaps; ${total.map(({ living }) => living.best).join(' proven, ')} assumed people; worst: ${gaps[0]?.key}, ${gaps[0]?.proven.people}`,
);

/** What was looked at since, one after the other, by kind. */
const open = facts.assets.filter(({ key }) => around.flaws.has(key)).map(({ key }) => key);
const closed = hosts.filter((key) => !around.flaws.has(key));
const reachOfAsset = (key: string): number =>
  exposure.all.impact(exposure.graph.find(`asset:${key}`) ?? 0).through;
const byReach = [...open].sort((one, other) => reachOfAsset(other) - reachOfAsset(one));
const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;
const KINDS: readonly (readonly [string, (i: number, before: Exposure) => Exposure])[] = [
  [
    'MFA at a door',
    (i, before) => {
      const door = pick(doors, i * 7);
      const settings = { 'authentication.factors': i % 2 === 0 ? 'password totp' : 'password' };
      const policies = door.policies.map((policy) => ({ ...policy, settings }));
      return withChangedDoor(before, { ...door, policies });
    },
  ],
  [
    'patch where most is behind',
    (i, before) => withChangedAsset(before, pick(byReach, i), { flaws: [] }),
  ],
  [
    'patch where least is behind',
    (i, before) => withChangedAsset(before, pick(byReach, byReach.length - 1 - i), { flaws: [] }),
  ],
  ['a new flaw', (i, before) => withChangedAsset(before, pick(closed, i * 97), { flaws: [KNOWN] })],
  [
    'nobody looked for too long',
    (i, before) =>
      withChangedAsset(before, pick(closed, i * 89), {
        looked: { ...LOOKED, components: 'unknown' },
      }),
  ],
];

/** The collector's debt of making the facts is no change's: `node --expose-gc` pays it here. */
(globalThis as { gc?: () => void }).gc?.();
await setTimeout(2000);
const spent: { readonly ms: number; readonly what: string }[] = [];
let latest = exposure;
for (let i = 0; i < CHANGES; i++) {
  const [what, change] = pick(KINDS, i);
  const began = process.cpuUsage();
  latest = change(Math.floor(i / KINDS.length), latest);
  rankGaps(latest);
  const { user, system } = process.cpuUsage(began);
  spent.push({ ms: Math.round((user + system) / 1000), what });
}
const ordered = spent.map(({ ms }) => ms).sort((one, other) => one - other);
console.log(
  `one changed verdict, ${CHANGES} in turn: first ${spent[0]?.ms} ms CPU, median ${ordered[CHANGES >> 1]}, worst ${ordered.at(-1)}`,
);
for (const [what] of KINDS) {
  const some = spent.filter((each) => each.what === what).map(({ ms }) => ms);
  console.log(`  ${what}: ${some.join(', ')} ms`);
}
const anew = measured('the last state drawn anew', () =>
  rankGaps(exposureOf({ ...latest, counted: index })),
);
const plain = (all: readonly RankedGap[]): string =>
  JSON.stringify(all.map((gap) => ({ ...gap, nodes: gap.nodes.length })));
if (plain(rankGaps(latest)) !== plain(anew)) throw new Error('not what drawing anew gives');
console.log('  which gives the same gaps with the same figures');
console.log(
  `at the end ${megabytes(process.memoryUsage().rss)}, peak ${megabytes(process.resourceUsage().maxRSS * 1024)}`,
);
