import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Bodies, Kind, Observation } from '../estate/schema.ts';
import { demoEstate } from '../people/synth/estate.ts';
import { exposureFacts, zeroLogon } from '../../test/support/exposure-facts.ts';
import { ATTACKERS, attackerOf } from './attackers.ts';
import { buildGraph } from './build-graph.ts';
import type { EstateFacts } from './facts.ts';
import { START, type AttackGraph } from './model.ts';
import { rowOf } from './rows.ts';

const TRUE_AT = '2022-08-01T00:00:00.000Z';
const outsider = ATTACKERS[0] ?? assert.fail();

function a<K extends Kind>(kind: K, key: string, body: Bodies[K]): Observation {
  return { type: 'observation', kind, key, trueAt: TRUE_AT, body } as Observation;
}

function link(type: Bodies['dependency']['type'], from: string, to: string): Observation {
  const end = (name: string) => {
    const [kind = '', key = ''] = name.split(':');
    return { kind: kind as Kind, key };
  };
  return a('dependency', `${from} ${type} ${to}`, { type, from: end(from), to: end(to) });
}

/** Keys of what the attacker gets to. */
function reached(graph: AttackGraph, belief: 'proven' | 'all'): Set<string> {
  const found = new Set([START]);
  for (const node of found) {
    for (const next of rowOf(graph.out, node)) {
      if (belief === 'all' || graph.assumed[next] === 0) found.add(next);
    }
  }
  return new Set([...found].map((node) => graph.keys[node] ?? ''));
}

function ways(facts: EstateFacts, attacker = outsider) {
  const { graph, evidence } = buildGraph(facts, attacker);
  return { graph, evidence, proven: reached(graph, 'proven'), all: reached(graph, 'all') };
}

const BASE: readonly Observation[] = [
  a('network', 'internet', { name: 'Internet', zone: 'internet' }),
  a('network', 'lan', { name: 'LAN', zone: 'internal' }),
  a('asset', 'web', { name: 'Web', type: 'host', networks: ['lan'] }),
  a('asset', 'db', { name: 'Database', type: 'database' }),
  a('asset', 'db-host', { name: 'Database host', type: 'host', networks: ['lan'] }),
  link('runs-on', 'asset:db', 'asset:db-host'),
  a('holding', 'h1', { asset: 'db', customer: 'c1', service: 's', howCounted: 'declared' }),
  a('holding', 'h2', { asset: 'db', customer: 'c2', service: 's', howCounted: 'declared' }),
];

function door(over: Partial<Bodies['door']> = {}): Observation {
  return a('door', 'gate', {
    name: 'Gate',
    type: 'portal',
    asset: 'web',
    reachableFrom: ['internet'],
    accepts: ['corp'],
    opens: [{ kind: 'service', key: 's' }],
    settings: { 'authentication.factors': 'password' },
    ...over,
  });
}

function account(login: string, over: Partial<Bodies['account']> = {}): Observation {
  const body = { login, identitySource: 'corp', password: 'set' as const, factorsListed: true };
  return a('account', `corp:${login}`, { ...body, privileged: false, ...over });
}

test("a customer's account sees its own customer's data, staff sees everybody's", () => {
  const looked = ['web', 'db-host'];
  const customer = account('a', { population: 'customer', customer: 'c1' });
  const own = ways(exposureFacts([...BASE, door(), customer], { looked }));
  assert.ok(own.all.has('holding:h1'));
  assert.ok(!own.all.has('holding:h2'));
  assert.deepEqual(own.all, own.proven);
  const staff = ways(
    exposureFacts([...BASE, door(), account('b', { population: 'staff' })], { looked }),
  );
  assert.ok(staff.proven.has('holding:h1') && staff.proven.has('holding:h2'));
});

test('a second factor that is proved closes the way, one that is unknown is assumed open, no password needs none', () => {
  const looked = ['web', 'db-host'];
  const person = account('b', { population: 'staff' });
  const factor = a('factor', 'f', { account: 'corp:b', type: 'totp' });
  const two = door({ settings: { 'authentication.factors': 'password totp' } });
  const enforced = ways(exposureFacts([...BASE, two, person, factor], { looked }));
  assert.ok(!enforced.all.has('holding:h1'));
  const unknown = ways(exposureFacts([...BASE, door({ settings: {} }), person], { looked }));
  assert.ok(unknown.all.has('holding:h1') && !unknown.proven.has('holding:h1'));
  const none = ways(
    exposureFacts([...BASE, door(), person], { looked }),
    attackerOf('outsider-none'),
  );
  assert.ok(!none.all.has('holding:h1'));
});

test('a source that has fallen silent proves nothing, and what people typed opens a way', () => {
  const facts = [...BASE, door(), account('b', { population: 'staff' })];
  const looked = ['web', 'db-host'];
  const silent = ways(exposureFacts(facts, { looked, source: { fresh: false } }));
  assert.ok(silent.all.has('holding:h1') && !silent.proven.has('holding:h1'));
  const typed = ways(exposureFacts(facts, { looked, source: { declared: true } }));
  assert.ok(typed.proven.has('holding:h1'));
  assert.ok(typed.evidence('door:gate').every(({ declared }) => declared));
});

test('an asset that nobody scanned is assumed to be open to whoever reaches it, and one that was is not', () => {
  const gate = door({ type: 'remote-desktop', opens: [] });
  const person = account('b', { population: 'staff' });
  const blind = ways(exposureFacts([...BASE, gate, person]));
  assert.ok(blind.all.has('holding:h1') && !blind.proven.has('holding:h1'));
  const seen = ways(exposureFacts([...BASE, gate, person], { looked: ['web', 'db-host'] }));
  assert.ok(seen.proven.has('network:lan') && !seen.all.has('holding:h1'));
});

test('a flaw is proven where the service that listens has it, assumed where another component has it', () => {
  const looked = ['web', 'db-host'];
  const listener = a('door', 'sql', {
    name: 'SQL',
    type: 'other',
    asset: 'db-host',
    package: 'mysqld',
  });
  const gate = door({ type: 'remote-desktop', opens: [] });
  const facts = [...BASE, gate, listener, account('b', { population: 'staff' })];
  const flaw = (name: string, over = {}) => ({
    'db-host': [zeroLogon({ package: name, ...over })],
  });
  const own = ways(exposureFacts(facts, { looked, flaws: flaw('mysqld') }));
  assert.ok(own.proven.has('holding:h1'));
  const other = ways(exposureFacts(facts, { looked, flaws: flaw('vim') }));
  assert.ok(other.all.has('holding:h1') && !other.proven.has('holding:h1'));
  for (const over of [
    { from: 'local' },
    { needsAccount: true },
    { opens: false },
    { epss: 0.01, knownExploited: false, score: 5 },
  ]) {
    const unfit = ways(exposureFacts(facts, { looked, flaws: flaw('mysqld', over) }));
    assert.ok(!unfit.all.has('holding:h1'), JSON.stringify(over));
  }
});

test('a network, an asset and a reach that nobody described are assumed, cycles and loose ends do no harm', () => {
  const gate = door({ type: 'vpn', asset: 'web', opens: [] });
  const odd = [
    a('asset', 'lost', { name: 'Lost', type: 'host' }),
    a('holding', 'h3', { asset: 'nowhere', howCounted: 'declared' }),
    link('runs-on', 'asset:x', 'asset:y'),
    link('runs-on', 'asset:y', 'asset:x'),
    link('backs-up', 'asset:x', 'asset:x'),
    link('reaches', 'network:lan', 'network:nameless'),
  ];
  const { all, proven, graph } = ways(exposureFacts([...BASE, ...odd, gate, account('b')]));
  for (const key of ['asset:lost', 'holding:h3', 'asset:x', 'network:nameless'])
    assert.ok(all.has(key), key);
  assert.ok(!proven.has('asset:lost') && !proven.has('holding:h3'));
  assert.deepEqual(graph.dangling, []);
});

let demo: EstateFacts;
before(() => {
  const estate = demoEstate();
  const holdings = estate.holdings.map(({ key, asset, customer, service }) =>
    a('holding', key, { asset, customer, service, howCounted: 'declared' }),
  );
  demo = exposureFacts([...estate.facts(TRUE_AT), ...holdings], {
    flaws: { 'dc-01': [zeroLogon()], 'dc-02': [zeroLogon()] },
  });
});

test('2022: one password at the Citrix door leads through the domain controller to everything, proven', () => {
  const { graph, proven, evidence } = ways(demo);
  const holdings = [...proven].filter((key) => key.startsWith('holding:'));
  assert.equal(holdings.length, demo.holdings.length);
  const enter = 'enter:door-citrix-rota/customer-perhaps-privileged/none';
  assert.ok(proven.has(enter));
  assert.ok((graph.gaps.get(graph.find(enter) ?? -1)?.count ?? 0) > 1000);
  const entered = evidence(enter);
  assert.ok(
    entered.some(({ kind }) => kind === 'account') && entered.some(({ kind }) => kind === 'door'),
  );
  assert.match(evidence('exploit:dc-01')[0]?.text ?? '', /CVE-2020-1472.*known to be exploited/);
  const enters = [...proven].filter(
    (key) => key.startsWith('enter:') && key.split('/').length === 3,
  );
  assert.ok(
    enters.every((key) => key.startsWith('enter:door-citrix-rota/')),
    String(enters),
  );
});

test('2022: each attacker has its own ways', () => {
  const of = (id: string) => ways(demo, attackerOf(id)).proven;
  const holdings = (keys: Set<string>) =>
    [...keys].filter((key) => key.startsWith('holding:')).length;
  assert.equal(holdings(of('outsider-none')), 0);
  assert.equal(holdings(of('ransomware-affiliate')), demo.holdings.length);
  assert.equal(holdings(of('customer-insider')), demo.holdings.length);
  assert.ok([...of('compromised-supplier')].some((key) => key.includes('/supplier')));
});
