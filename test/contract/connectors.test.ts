/** What every connector owes its caller, whatever it reads: kept here so that a new one cannot forget it. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { connectors } from '../../src/connectors/index.ts';
import {
  BODIES,
  Component,
  ComponentNote,
  Key,
  Sighting,
  Sweep,
  Unseen,
} from '../../src/estate/schema.ts';
import type { Report } from '../../src/estate/schema.ts';
import { collected } from '../support/collect.ts';
import { CLIENT, emptyTenant, startGraph, TENANT, user } from '../support/graph-server.ts';
import { startWebServer, type Answer } from '../support/web-server.ts';

const FOLDER = path.join(import.meta.dirname, '../../src/connectors');
const SECRET = 'hunter2-must-not-be-seen';
process.env['HOLDFAST_CONTRACT_SECRET'] = SECRET;
process.env['HOLDFAST_CONTRACT_URL'] = `mysql://u:${SECRET}@127.0.0.1:1/x`;

/** Sources that answer, each badly in its own way; every other answer is good. */
const GOOD = await startGraph({
  ...emptyTenant(),
  users: Array.from({ length: 9 }, (_, n) => user(`u${n}`)),
});
const BAD: readonly (readonly [string, Answer])[] = [
  ['a malformed page', { body: '{"value": [' }],
  ['a page of another form', { body: { value: 'all of them' } }],
  ['throttled for ever', { status: 429, headers: { 'retry-after': '0' } }],
  ['broken for ever', { status: 500, headers: { 'retry-after': '0' } }],
  ['silent', { silent: true }],
  ['refused', { status: 403 }],
];
const badGraphs = await Promise.all(
  BAD.map(([, answer]) =>
    startGraph(emptyTenant(), ({ path: asked }) => (asked.includes('/users') ? answer : undefined)),
  ),
);
const PEOPLE = { totalResults: 1, Resources: [{ id: '1', userName: 'anna', active: true }] };
const goodScim = await startWebServer(({ path: asked }) => ({
  body: asked.includes('/Users') ? PEOPLE : { totalResults: 0 },
}));
const badScims = await Promise.all(
  BAD.map(([, answer]) =>
    startWebServer(({ path: asked }) =>
      asked.includes('/Users') ? answer : { body: { totalResults: 0 } },
    ),
  ),
);
const SERVERS = [GOOD, goodScim, ...badGraphs, ...badScims];
after(() => Promise.all(SERVERS.map((server) => server.close())));

function graphAt(url: string): Record<string, unknown> {
  return {
    mode: 'graph',
    tenantId: TENANT,
    clientId: CLIENT,
    clientSecret: { environment: 'HOLDFAST_CONTRACT_SECRET' },
    authority: url,
    graph: url,
    timeoutSeconds: 1,
  };
}

function scimAt(url: string): Record<string, unknown> {
  const token = { environment: 'HOLDFAST_CONTRACT_SECRET' };
  return { url, token, identitySource: 'app:x', timeoutSeconds: 1 };
}

function csvAt(file: string): Record<string, unknown> {
  return { file, identitySource: 'app:x', columns: { login: 'login' } };
}

function logAt(file: string): Record<string, unknown> {
  const fields = { login: 'user.name', time: 'time' };
  return { file, format: 'jsonl', identitySource: 'app:x', door: 'door', fields };
}

interface Case {
  /** Configurations of sources that answer badly, by what is wrong. */
  readonly damaged?: readonly (readonly [string, unknown])[];
  /** A configuration whose source cannot be read; any secret in it is SECRET. */
  readonly failing: unknown;
  /** One whose source takes a while, or undefined where none does. */
  readonly slow: unknown;
}
/** One row for each connector; a connector without a row fails. */
const CASES: Readonly<Record<string, Case>> = {
  citrix: {
    failing: { file: `/nonexistent/${SECRET}` },
    slow: { file: path.join(FOLDER, 'citrix/fixtures/gateway.conf') },
  },
  csv: {
    failing: csvAt(`/nonexistent/${SECRET}`),
    slow: csvAt(path.join(FOLDER, 'csv/fixtures/accounts.csv')),
  },
  entra: {
    failing: graphAt('http://127.0.0.1:1'),
    slow: graphAt(GOOD.url),
    damaged: BAD.map(([name], index) => [name, graphAt(badGraphs[index]?.url ?? '')]),
  },
  ldap: {
    failing: {
      url: 'ldap://127.0.0.1:1',
      bindDn: `cn=${SECRET}`,
      password: { environment: 'HOLDFAST_CONTRACT_SECRET' },
    },
    // A directory that answers is in src/connectors/ldap/slapd.test.ts and samba.test.ts.
    slow: undefined,
  },
  nmap: {
    failing: { file: `/nonexistent/${SECRET}` },
    slow: { file: path.join(FOLDER, 'nmap/fixtures/ward.xml') },
  },
  scim: {
    failing: scimAt('http://127.0.0.1:1'),
    slow: scimAt(goodScim.url),
    damaged: BAD.map(([name], index) => [name, scimAt(badScims[index]?.url ?? '')]),
  },
  'sign-in-logs': {
    failing: logAt(`/nonexistent/${SECRET}`),
    slow: logAt(path.join(FOLDER, 'sign-in-logs/fixtures/gateway.jsonl')),
  },
  'sql-accounts': {
    failing: {
      url: { environment: 'HOLDFAST_CONTRACT_URL' },
      table: 'users',
      identitySource: 'app:x',
      columns: { login: 'name' },
    },
    // Databases that answer are in src/connectors/sql-accounts/sql-accounts.test.ts.
    slow: undefined,
  },
  'tcp-scan': {
    // Not enabled: nothing is touched.
    failing: { network: SECRET, ranges: ['127.0.0.1'] },
    slow: {
      network: 'here',
      ranges: ['127.0.0.1-3'],
      ports: '1',
      enabled: true,
      authorisedBy: 'a test',
      connectionsPerSecond: 500,
    },
  },
  'windows-host': {
    failing: { folder: `/nonexistent/${SECRET}` },
    slow: { folder: path.join(FOLDER, 'windows-host/fixtures/estate'), maxAgeDays: 3650 },
  },
  'linux-host': {
    // Port 1 of the machine itself: nobody listens there.
    failing: {
      mode: 'ssh',
      destination: `${SECRET}@127.0.0.1`,
      port: 1,
      identityFile: `/nonexistent/${SECRET}`,
      timeoutSeconds: 30,
    },
    slow: { mode: 'local' },
  },
};

test('every folder is in the registry, sorted, under its own name, with a README', () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  assert.deepEqual(
    connectors.map((connector) => connector.id),
    folders,
  );
  for (const folder of folders)
    assert.ok(existsSync(path.join(FOLDER, folder, 'README.md')), folder);
});

for (const connector of connectors) {
  const given = CASES[connector.id];
  const name = (rule: string): string => `${connector.id}: ${rule}`;

  test(name('has a row in this test, and says what it needs'), () => {
    assert.ok(given !== undefined);
    assert.ok(connector.title.length > 0 && connector.version >= 1 && connector.interval > 0);
    assert.ok(connector.needs.permissions.length > 0);
  });
  if (given === undefined) continue;

  test(name('refuses a configuration that it does not know'), () => {
    for (const wrong of [
      undefined,
      null,
      {},
      [],
      'text',
      { ...record(given.failing), surprise: 1 },
    ]) {
      assert.equal(connector.config.safeParse(wrong).success, false, JSON.stringify(wrong));
    }
    assert.equal(connector.config.safeParse(given.failing).success, true);
  });

  test(
    name('a source that cannot be read is a failed collection that says why, not an exception'),
    async () => {
      const { reports, outcome, logged } = await collected(connector, given.failing);
      assert.equal(outcome, 'failed');
      assert.ok(reports.some((report) => report.type === 'unseen'));
      assert.ok(!JSON.stringify(reports).includes(SECRET), 'a secret is in a report');
      assert.ok(!logged.includes(SECRET), 'a secret is in the log');
    },
  );

  test(name('stops at once when it was aborted before it began'), async () => {
    await assert.rejects(collected(connector, given.failing, AbortSignal.abort()), {
      code: 'cancelled',
    });
  });

  for (const [wrong, config] of given.damaged ?? []) {
    test(name(`${wrong} is told, keeps what was known, and shows no secret`), async () => {
      const { reports, outcome, logged } = await collected(connector, config);
      assert.notEqual(outcome, 'complete');
      for (const report of reports) fits(report);
      assert.ok(reports.some((report) => report.type === 'unseen'));
      assert.ok(!(JSON.stringify(reports) + logged).includes(SECRET));
    });
  }

  if (given.slow === undefined) continue;
  test(name('stops when it is aborted, and ends no other way'), async () => {
    const controller = new AbortController();
    const collecting = collected(connector, given.slow, controller.signal, () =>
      controller.abort(),
    );
    await assert.rejects(collecting, { code: 'cancelled' });
  });

  test(name('every report fits the schema, and the outcome admits what is unseen'), async (t) => {
    const { reports, outcome } = await collected(connector, given.slow);
    t.diagnostic(`${reports.length} reports, ${outcome}`);
    for (const report of reports) fits(report);
    const unseen = reports.some((report) => report.type === 'unseen');
    if (unseen) assert.notEqual(outcome, 'complete');
    const keys = reports.flatMap((report) =>
      report.type === 'observation' ? [`${report.kind} ${report.key}`] : [],
    );
    assert.equal(new Set(keys).size, keys.length, 'a key comes twice');
  });
}

function fits(report: Report): void {
  if (report.type === 'unseen') {
    const { type, ...unseen } = report;
    assert.equal(type, 'unseen');
    Unseen.parse(unseen);
  } else if (report.type === 'inventory') {
    Key.parse(report.asset);
    for (const component of report.components) Component.parse(component);
    for (const note of report.notes ?? []) {
      ComponentNote.parse(note);
      assert.ok(note.index < report.components.length);
    }
  } else if (report.type === 'sighting') {
    const { type, ...sighting } = report;
    assert.equal(type, 'sighting');
    Sighting.parse(sighting);
  } else if (report.type === 'sweep') {
    const { type, ...sweep } = report;
    assert.equal(type, 'sweep');
    Sweep.parse(sweep);
  } else if (report.type === 'position') {
    assert.equal(typeof report.text, 'string');
  } else {
    Key.parse(report.key);
    BODIES[report.kind].parse(report.body);
  }
}

function record(value: unknown): Record<string, unknown> {
  return value as Record<string, unknown>;
}
