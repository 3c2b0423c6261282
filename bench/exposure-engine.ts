/**
 * `node bench/exposure-engine.ts [hashes] [assets] [shape]`: CPU and memory of the exposure engine on an invented estate with
 * 10,000 holdings (40 million hashes, 50,000 assets, copies of customers' people by default). Prints one line a part.
 */
import process from 'node:process';
import { exposureEngine } from '../src/exposure/assess.ts';
import type { Assessment } from '../src/exposure/assess.ts';
import { graphBuilder } from '../src/exposure/graph.ts';
import type { AttackGraph, Fix, NodeInput } from '../src/exposure/model.ts';
import { NODE_KINDS } from '../src/exposure/model.ts';
import { pathThrough } from '../src/exposure/paths.ts';
import { planFixes } from '../src/exposure/plan.ts';
import { population } from '../src/exposure/population.ts';
import { CATEGORY_BIT, CHILD } from '../src/people/categories.ts';
import type { CountedHolding, PeopleSets } from '../src/people/people-sets.ts';
import { peopleSets } from '../src/people/people-sets.ts';
import { seeded } from '../src/people/synth/random.ts';
import { holdingMembers } from '../src/people/synth/scale.ts';

const HASHES = Number(process.argv[2] ?? 40_000_000);
const ASSETS = Number(process.argv[3] ?? 50_000);
const SHAPE = process.argv[4] === 'random' ? 'random' : 'customers';
const HOLDINGS = 10_000;
const DOORS = 100;
const NETWORKS = 200;
const CUSTOMERS = 658;

function measured<T>(what: string, work: () => T): T {
  const began = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(began);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${what}: ${((user + system) / 1e6).toFixed(2)} s CPU, peak ${peak} MB`);
  return result;
}

/** What a person's record holds: everybody's contact, most people's health, one in ninety at home. */
function flagsOf(person: number): number {
  const drawn = Math.imul(person, 0x9e3779b1) >>> 0;
  return (
    CATEGORY_BIT.contact |
    (drawn % 10 < 7 ? CATEGORY_BIT.health : 0) |
    (drawn % 90 === 0 ? CATEGORY_BIT['home-entry'] : 0) |
    (drawn % 5 === 0 ? CHILD : 0)
  );
}

function drawPeople(): CountedHolding[] {
  const none = new Uint32Array();
  return Array.from({ length: HOLDINGS }, (_, holding) => {
    const drawn = holdingMembers({
      seed: 'bench',
      holding,
      holdings: HOLDINGS,
      hashes: HASHES,
      shape: SHAPE,
    });
    return {
      set: {
        keyId: 'bench',
        keyLayers: 1,
        hi: drawn.hi,
        lo: drawn.lo,
        flags: drawn.people.map(flagsOf),
        aliases: { hi: none, lo: none, of: none },
      },
    };
  });
}

/** Doors of many login classes, networks of assets of which a third have a flaw, domains, backups, holdings on one asset in five. */
function drawGraph(): AttackGraph {
  const random = seeded('bench/graph');
  const builder = graphBuilder();
  const add = (kind: NodeInput['kind'], name: string, extra: Partial<NodeInput> = {}): number =>
    builder.node({ kind, key: `${kind}:${name}`, certainty: 'proven', ...extra });
  const join = (...nodes: number[]): void => {
    for (let i = 1; i < nodes.length; i++) builder.edge(nodes[i - 1] as number, nodes[i] as number);
  };
  const internet = add('network', 'internet');
  join(builder.start, internet);
  const networks = Array.from({ length: NETWORKS }, (_, i) => add('network', `n${i}`));
  const domains = Array.from({ length: 20 }, (_, i) => add('identity', `d${i}`));
  const assets: number[] = [];
  for (let i = 0; i < ASSETS; i++) {
    const network = networks[i % NETWORKS] as number;
    const asset = add('asset', `a${i}`, { subjects: [`asset:a${i}`] });
    assets.push(asset);
    if (random.chance(1, 3)) {
      const certainty = random.chance(1, 4) ? 'assumed' : 'proven';
      join(network, add('exploit', `a${i}`, { certainty, likelihood: 0.2 }), asset);
    }
    join(asset, add('move', `a${i}/network`, { likelihood: 0.8 }), network);
    const domain = domains[i % domains.length] as number;
    if (i % 50 === 0) join(asset, add('move', `a${i}/domain`), domain);
    join(domain, asset);
  }
  for (let i = 0; i + 7 < NETWORKS; i += 7) {
    join(
      networks[i] as number,
      add('move', `n${i}`, { certainty: 'assumed' }),
      networks[i + 7] as number,
    );
  }
  for (let i = 0; i < DOORS; i++) {
    const door = add('door', `door${i}`, { subjects: [`door:door${i}`] });
    join(internet, door);
    for (let each = 0; each < 12; each++) {
      const customer = random.below(CUSTOMERS);
      const enter = add('enter', `door${i}/${each}`, {
        certainty: each % 3 === 0 ? 'assumed' : 'proven',
        gap: { measure: 'mfa', key: `door${i}/${each}`, count: 800 },
        subjects: [`customer:c${customer}`, `door:door${i}`],
      });
      join(door, enter, random.pick(assets));
      const data = add('data', `c${customer}`, { subjects: [`customer:c${customer}`] });
      join(
        enter,
        data,
        add('read', `c${customer}`),
        add('holding', `h${(customer * 4) % HOLDINGS}`, { holding: (customer * 4) % HOLDINGS }),
      );
    }
  }
  for (let i = 0; i < HOLDINGS; i++) {
    const asset = random.pick(assets);
    const holding = add('holding', `h${i}`, { holding: i, subjects: [`service:s${i % 40}`] });
    join(asset, add('read', `h${i}`), holding);
  }
  return builder.build();
}

function drawFixes(graph: AttackGraph): Fix[] {
  const kind = (node: number): string => NODE_KINDS[graph.kinds[node] as number] as string;
  const patches = [...graph.keys.keys()]
    .filter((node) => kind(node) === 'exploit')
    .map((node) => ({ key: graph.keys[node] as string, label: 'patch', nodes: [node] }));
  const doors = [...graph.subjects]
    .filter(([subject]) => subject.startsWith('door:'))
    .map(([subject, nodes]) => ({
      key: subject,
      label: 'MFA',
      nodes: nodes.filter((node) => kind(node) === 'enter'),
    }));
  const segments = [...graph.keys.keys()]
    .filter((node) => /^move:n\d+$/.test(graph.keys[node] as string))
    .map((node) => ({ key: graph.keys[node] as string, label: 'segment', nodes: [node], cost: 3 }));
  return [...patches, ...doors, ...segments];
}

function peopleSetsOf(holdings: readonly CountedHolding[]): PeopleSets {
  return measured(`people of ${HOLDINGS} holdings, ${HASHES} hashes`, () => peopleSets(holdings));
}

function rankedGaps(state: Assessment): number {
  const nodes = [...state.reach.order];
  const impacts = nodes.map((node) => state.impact(node));
  return impacts.reduce((most, { through }) => Math.max(most, through), 0);
}

const sets = peopleSetsOf(drawPeople());
const people = measured('classes of living people', () => population(sets));
const graph = measured('graph from nodes and edges', drawGraph);
console.log(`  ${graph.size} nodes, ${graph.edges} edges, ${people.shared.sizes.length} classes`);
const engine = exposureEngine(people);
const whole = engine.assess(graph);
measured('people through and saved by every node', () => rankedGaps(whole));
measured('the same, proven steps only', () => rankedGaps(engine.assess(graph, 'proven')));
measured('everybody reached, by category', () => whole.total);
console.log(`  ${whole.reach.order.length} nodes reached, ${whole.total.living.best} people`);
const gaps = [...graph.gaps.keys()].filter((node) => whole.reach.reached[node] === 1);
measured('figures of one gap by category', () => whole.figuresSaved(gaps[0] as number));
measured('the way through one gap', () => pathThrough(whole, gaps[0] as number));
for (const node of gaps.slice(0, 3)) {
  measured('one changed verdict, every node again', () =>
    rankedGaps(engine.assess(graph, 'all', [node])),
  );
}
const fixes = drawFixes(graph);
const plan = measured(`plan of 5 steps out of ${fixes.length} fixes`, () =>
  planFixes(engine, graph, fixes, { steps: 5 }),
);
console.log(
  plan.steps
    .map((step) => `  ${step.fixes.length} fixes, ${step.left.living.best} left`)
    .join('\n'),
);
