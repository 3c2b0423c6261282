import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kind } from '../schema.ts';
import { formatProblem } from './problem.ts';
import { readDeclared, type ReadOptions } from './read.ts';

const NOW = '2026-11-21T09:00:00Z';
const read = (files: Record<string, string | Uint8Array>, options: Partial<ReadOptions> = {}) =>
  readDeclared(
    Object.entries(files).map(([name, content]) => ({
      name,
      bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
    })),
    { now: NOW, ...options },
  );

function observations(files: Record<string, string>, options: Partial<ReadOptions> = {}) {
  const result = read(files, options);
  assert.deepEqual(result.ok ? [] : result.problems.map(formatProblem), []);
  return result.ok ? result.observations.map(({ observation }) => observation) : [];
}

function problems(files: Record<string, string | Uint8Array>, options: Partial<ReadOptions> = {}) {
  const result = read(files, options);
  return result.ok ? [] : result.problems.map(formatProblem);
}

test('an item becomes an observation with its place, its time and its identifiers', () => {
  const result = read({
    'estate.yaml':
      'customers:\n  - id: rx1\n    name: Riverside\n    ods: RX1\n    trueAt: 2026-10-01\n',
  });
  assert.deepEqual(result, {
    ok: true,
    observations: [
      {
        at: { file: 'estate.yaml', line: 2, column: 5 },
        observation: {
          type: 'observation',
          kind: 'customer',
          key: 'rx1',
          trueAt: '2026-10-01T00:00:00Z',
          identifiers: ['ods:RX1'],
          body: { name: 'Riverside', ods: 'RX1' },
        },
      },
    ],
  });
});

test('short forms: names, one number of people, dependencies', () => {
  const found = observations({
    'estate.yaml': [
      'services: [{ id: rota, runsOn: db1 }]',
      'assets:',
      '- id: dc1',
      '  type: directory',
      '  hostname: DC1',
      '  fqdn: dc1.corp.example',
      '  administers: [db1]',
      '- { id: db1, type: database, memberOf: dc1 }',
      'holdings:',
      '- { asset: db1, service: rota, people: 1200, categories: [contact, health] }',
      'dependencies:',
      '- { from: asset/db1, type: serves, to: service/rota }',
    ].join('\n'),
  });
  const bodies = found.map(({ kind, key, identifiers, body }) => [kind, key, identifiers, body]);
  const dependency = (type: string, from: [Kind, string], to: [Kind, string]) => [
    'dependency',
    `${from.join('/')} ${type} ${to.join('/')}`,
    undefined,
    { type, from: { kind: from[0], key: from[1] }, to: { kind: to[0], key: to[1] } },
  ];
  assert.deepEqual(bodies, [
    ['service', 'rota', undefined, { name: 'rota' }],
    dependency('runs-on', ['service', 'rota'], ['asset', 'db1']),
    [
      'asset',
      'dc1',
      ['fqdn:dc1.corp.example', 'hostname:dc1'],
      { name: 'dc1', type: 'directory', hostnames: ['DC1', 'dc1.corp.example'] },
    ],
    dependency('administers', ['asset', 'dc1'], ['asset', 'db1']),
    ['asset', 'db1', undefined, { name: 'db1', type: 'database' }],
    dependency('member-of', ['asset', 'db1'], ['asset', 'dc1']),
    [
      'holding',
      'db1 / rota',
      undefined,
      {
        asset: 'db1',
        service: 'rota',
        people: { low: 1200, best: 1200, high: 1200 },
        categories: { contact: 1200, health: 1200 },
        howCounted: 'declared',
      },
    ],
    dependency('serves', ['asset', 'db1'], ['service', 'rota']),
  ]);
});

test('text is taken as it is spelled: a number, a version, a leading zero', () => {
  const [first, second] = observations({
    'estate.yaml':
      'assets:\n- id: 0012\n  name: 111\n  type: host\n  os: { id: debian, versionId: 12.10 }\ndivisions:\n- id: "no"\n  name: true\n',
  });
  assert.deepEqual(first?.body, {
    name: '111',
    type: 'host',
    os: { id: 'debian', versionId: '12.10' },
  });
  assert.equal(first.key, '0012');
  assert.deepEqual(second?.body, { name: 'true' });
});

test('several files and documents are one estate; a reference may lead to another file or to what is known', () => {
  const files = {
    'a.yaml': '%YAML 1.2\n---\ncustomers:\n- id: rx1\n---\ndivisions:\n- id: care\n...\n',
    'doors.csv': 'id,type,asset,reachableFrom,accepts\ncitrix,remote-desktop,ctx1,,corp.example\n',
    'b.yml': 'services:\n- id: rota\n  division: care\n  customers: [rx1, rx2]\n',
  };
  const known = new Set(['customer/rx2', 'asset/ctx1', 'identity-source/corp.example']);
  const found = observations(files, { isKnown: (kind, key) => known.has(`${kind}/${key}`) });
  assert.equal(found.length, 4);
  assert.deepEqual(problems(files), [
    'doors.csv:2:23: door "citrix": asset names an asset "ctx1" that is neither declared in these files nor known',
    'doors.csv:2:29: door "citrix": accepts names an asset or identity source "corp.example" that is neither declared in these files nor known',
    'b.yml:4:20: service "rota": customers names a customer "rx2" that is neither declared in these files nor known; did you mean "rx1"?',
  ]);
});

test('every problem of every file is told, and nothing is applied', () => {
  const found = problems({
    'one.yaml':
      'customers:\n- id: rx1\n  nmae: X\n- id: rx2\n  ods: rx2\n- name: none\ncustmers:\n- id: x\n',
    'two.yaml': 'assets:\n- id: a\n  type: hots\n- id: b\n- just text\n',
  });
  assert.deepEqual(found, [
    'one.yaml:3:3: customer "rx1": unknown field "nmae"; did you mean "name"?',
    'one.yaml:5:8: customer "rx2": ods "rx2" is not an ODS code (3 to 10 capital letters and digits); did you mean "RX2"?',
    'one.yaml:6:3: customer: id is missing',
    'one.yaml:7:1: unknown section "custmers"; did you mean "customers"?',
    'two.yaml:3:9: asset "a": type "hots" is not allowed; did you mean "host"?',
    'two.yaml:4:3: asset "b": type is missing; it is one of host, container-image, device, directory, database, file-share, backup, saas-tenant, other',
    'two.yaml:5:3: assets: each item must hold fields such as "id: …"',
  ]);
});

/** One line of an item, and what is said of it. */
const FIELD_MESSAGES: readonly (readonly [string, string, string])[] = [
  [
    'holdings',
    'people: 12,400',
    'people "12,400" is not a whole number from 0 to 10000000000, digits only',
  ],
  [
    'holdings',
    'people: "12"',
    'people "12" is not a whole number from 0 to 10000000000, digits only',
  ],
  [
    'holdings',
    'people: -1',
    'people "-1" is not a whole number from 0 to 10000000000, digits only',
  ],
  [
    'holdings',
    'people: 0x1f',
    'people "0x1f" is not a whole number from 0 to 10000000000, digits only',
  ],
  [
    'holdings',
    'people: {low: 5, best: 4, high: 6}',
    'people must hold low <= best <= high, but has 5, 4, 6',
  ],
  ['holdings', 'people: {low: 5, best: 6}', 'people.high is missing'],
  [
    'holdings',
    'people: {low: 5, bets: 6, best: 6, high: 7}',
    'unknown field "bets" in people; did you mean "best"?',
  ],
  [
    'holdings',
    'categories: {helth: 5}',
    'unknown field "helth" in categories; did you mean "health"?',
  ],
  [
    'holdings',
    'categories: [health]',
    'categories without numbers need people; write {contact: 1200} or give people',
  ],
  [
    'holdings',
    'howCounted: counted',
    'howCounted must be declared (or left out): a number in a file is never counted',
  ],
  [
    'holdings',
    'asOf: 21/11/2026',
    'asOf "21/11/2026" is not a date such as 2026-11-21 or a time such as 2026-11-21T09:30:00Z',
  ],
  [
    'holdings',
    'asOf: 2026-02-30',
    'asOf "2026-02-30" is not a date such as 2026-11-21 or a time such as 2026-11-21T09:30:00Z',
  ],
  [
    'holdings',
    'asOf: 2027-01-01',
    'asOf "2027-01-01T00:00:00Z" is later than this import (2026-11-21T09:00:00Z)',
  ],
  ['accounts', 'enabled: yes', 'enabled "yes" is not true or false'],
  ['accounts', 'groups: [a, a]', 'groups holds "a" twice'],
  ['accounts', 'shell: {a: b}', 'shell must be one value, not a mapping'],
  ['accounts', 'shell: ', 'shell is empty; write a value or leave the field out'],
  ['accounts', 'shell: "a\\u0007"', 'shell "a\\u0007" must be one line without control characters'],
  [
    'accounts',
    'identifiers: [web1]',
    'identifiers "web1" is not kind:name such as fqdn:web1.example.org',
  ],
  ['networks', 'cidrs: [10.0.0/8]', 'cidrs "10.0.0/8" is not a network such as 10.1.0.0/16'],
  [
    'assets',
    'addresses: 10.0.0.256',
    'addresses "10.0.0.256" is not an IP address such as 10.1.0.5',
  ],
  ['assets', 'hostname: a.example', 'hostname "a.example" has a domain; write fqdn instead'],
  [
    'assets',
    'kernel: {running: "6.1"}',
    'kernel is measured on the machine by a connector and cannot be declared',
  ],
  [
    'doors',
    'opens: rota',
    'opens "rota" is not kind/id such as asset/dc1; the kind is one of service, asset',
  ],
  ['doors', 'asOf: 2026-01-01', 'unknown field "asOf"; did you mean "trueAt"?'],
  [
    'doors',
    'opens: "asset/a\\u0085b"',
    'opens "a\\u0085b" must be one line without control characters',
  ],
  [
    'doors',
    'opens: asset/',
    'opens "asset/" is not kind/id such as asset/dc1; the kind is one of service, asset',
  ],
  ['doors', 'port: 70000', 'port "70000" is not a whole number from 0 to 65535, digits only'],
  ['doors', 'name: "X: y\'s &"\n  name: z', '"name" is written twice, first in line 4'],
];
const COMMON: Record<string, string> = {
  holdings: 'id: x\n  asset: known',
  accounts: 'id: x\n  login: l\n  identitySource: corp',
  assets: 'id: x\n  type: host',
  doors: 'id: x\n  type: ssh',
  networks: 'id: x',
};

for (const [section, line, message] of FIELD_MESSAGES) {
  test(`${section}, ${JSON.stringify(line)}`, () => {
    const [field = ''] = line.split(':', 1);
    const lines = (COMMON[section] ?? '')
      .split('\n')
      .filter((text) => !text.trim().startsWith(field));
    const content = `${section}:\n- ${[...lines, `  ${line}`].join('\n').trimStart()}\n`;
    const found = problems({ 'e.yaml': content }, { isKnown: () => true });
    assert.equal(found.length, 1, found.join('\n'));
    assert.ok(found[0]?.endsWith(message), found[0]);
  });
}

test('counts that cannot be are told', () => {
  const content =
    'holdings:\n- asset: db\n  people: 10\n  children: 11\n  categories: { health: 12 }\n  deceased: 1\n';
  assert.deepEqual(problems({ 'e.yaml': content }, { isKnown: () => true }), [
    'e.yaml:4:13: holding: children 11 is more than all the people (10)',
    'e.yaml:5:15: holding: categories.health 12 is more than all the people (11)',
  ]);
});

test('a thing declared twice names both places, in one file or two', () => {
  const one = 'divisions:\n- id: care\n- id: care\n';
  assert.deepEqual(problems({ 'a.yaml': one, 'divisions.csv': 'id\ncare\n' }), [
    'a.yaml:3:3: division "care" is declared twice; first at a.yaml:2:3',
    'divisions.csv:2:1: division "care" is declared twice; first at a.yaml:2:3',
  ]);
  assert.deepEqual(problems({ 'a.yaml': 'divisions:\n- id: x\ndivisions:\n- id: y\n' }), [
    'a.yaml:3:1: "divisions" is written twice, first in line 1',
  ]);
  const twice = { name: 'a.yaml', bytes: new TextEncoder().encode('divisions: []') };
  const result = readDeclared([twice, twice], { now: NOW });
  assert.deepEqual(!result.ok && result.problems.map(formatProblem), [
    'a.yaml:1:1: this file is given twice',
  ]);
});

test('two things that would be one, or count twice, are told', () => {
  const content = `
customers:
- { id: a, ods: RX1 }
- { id: b, ods: RX1 }
assets:
- { id: h1, type: host, hostname: web }
- { id: h2, type: host, hostname: WEB, runsOn: h1 }
accounts:
- { id: x, identitySource: h1, login: ann }
- { id: y, identitySource: h1, login: ann }
holdings:
- { id: p, asset: h1, people: 3 }
- { id: q, asset: h1, people: 4 }
dependencies:
- { id: z, from: asset/h2, type: runs-on, to: asset/h1 }
`;
  assert.deepEqual(problems({ 'e.yaml': content }), [
    'e.yaml:4:3: customer "b": its name "ods:RX1" belongs to customer "a" at e.yaml:3:3',
    'e.yaml:7:3: asset "h2": its name "hostname:web" belongs to asset "h1" at e.yaml:6:3',
    'e.yaml:10:3: account "y": the same login of the same identity source is account "x" at e.yaml:9:3',
    'e.yaml:13:3: holding "q": the same people would count twice; give a different name, or one holding for both: holding "p" at e.yaml:12:3',
    'e.yaml:15:3: dependency "z": the same dependency is dependency "asset/h2 runs-on asset/h1" at e.yaml:7:48',
  ]);
});

test('circles are told where they make no sense, and only there', () => {
  const content = (type: string) =>
    `assets:\n- { id: a, type: host, ${type}: [b] }\n- { id: b, type: host, ${type}: [c] }\n- { id: c, type: host, ${type}: [a] }\n`;
  assert.deepEqual(problems({ 'e.yaml': content('memberOf') }), [
    'e.yaml:4:35: dependency "asset/c member-of asset/a": member-of goes in a circle: asset/a → asset/b → asset/c → asset/a',
  ]);
  assert.deepEqual(problems({ 'e.yaml': content('backsUp') }), []);
  assert.deepEqual(problems({ 'e.yaml': 'assets:\n- { id: a, type: host, administers: a }\n' }), [
    'e.yaml:2:37: dependency "asset/a administers asset/a": asset/a cannot depend on itself',
  ]);
});

test('dependencies join only what can be joined', () => {
  const content =
    'customers: [{ id: rx1 }]\nassets: [{ id: a, type: host }]\ndependencies:\n- { from: asset/a, type: administers, to: customer/rx1 }\n- { from: a, type: serves, to: rx1 }\n';
  assert.deepEqual(problems({ 'e.yaml': content }), [
    'e.yaml:4:43: dependency: to "customer/rx1" cannot be a customer; with administers it is asset, network, service, door',
    'e.yaml:5:11: dependency: from "a" is not kind/id such as asset/dc1; the kind is one of division, customer, service, network, asset, door, account, factor, holding, dependency, signin, proof',
    'e.yaml:5:32: dependency: to "rx1" is not kind/id such as asset/dc1; the kind is one of division, customer, service, network, asset, door, account, factor, holding, dependency, signin, proof',
  ]);
});

test('a reference to an item with a problem of its own is not called dangling', () => {
  const content = 'customers:\n- id: rx1\n  ods: x\nservices:\n- id: s\n  customers: [rx1, rx9]\n';
  assert.deepEqual(problems({ 'e.yaml': content }), [
    'e.yaml:3:8: customer "rx1": ods "x" is not an ODS code (3 to 10 capital letters and digits)',
    'e.yaml:6:20: service "s": customers names a customer "rx9" that is neither declared in these files nor known; did you mean "rx1"?',
  ]);
});

test('problems beyond the bound are counted', () => {
  const content = `divisions:\n${'- nmae: x\n'.repeat(50)}`;
  const result = read({ 'e.yaml': content }, { limits: { problems: 10 } });
  assert.ok(!result.ok);
  assert.equal(result.problems.length, 10);
  assert.equal(result.omitted, 90);
});

test('limits: file size, items, an unknown ending, nothing in it', () => {
  assert.deepEqual(
    problems({ 'e.yaml': '#'.repeat(1024 * 1024 + 1) }, { limits: { fileBytes: 1024 * 1024 } }),
    ['e.yaml:1:1: the file is larger than 1 MiB; cut it into several'],
  );
  const three = 'divisions:\n- id: a\n- id: b\n- id: c\n';
  assert.deepEqual(problems({ 'e.yaml': three }, { limits: { items: 2 } }), [
    'e.yaml:4:3: more than 2 items in all files together',
  ]);
  assert.deepEqual(problems({ 'e.txt': three }), [
    'e.txt:1:1: the file name must end in .yaml, .yml or .csv',
  ]);
  for (const empty of ['', '# nothing\n', ' \n\n']) {
    assert.deepEqual(problems({ 'e.yaml': empty }), ['e.yaml:1:1: the file declares nothing']);
  }
});
