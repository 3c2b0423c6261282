/**
 * Windows hosts from their exports to the estate's findings: collected from folders of real captures, evaluated, asked. The
 * catalogue is Microsoft's own of June 2026 (22,134 CVEs).
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { matchAll } from '../../src/advisories/match-all.ts';
import type { Feed } from '../../src/advisories/model.ts';
import type { WindowsUpdate } from '../../src/advisories/windows/model.ts';
import { windowsHost } from '../../src/connectors/windows-host/index.ts';
import { collect } from '../../src/estate/collect.ts';
import type { Observation, Report } from '../../src/estate/schema.ts';
import { decodeWindowsText } from '../../src/inventory/windows/decode.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { evaluateFindings } from '../../src/measures/scanning/evaluate.ts';
import type { Matcher } from '../../src/measures/scanning/model.ts';
import { readCoverage, readFindingsPage } from '../../src/measures/scanning/read.ts';
import { aFeedOf, anIndex } from '../support/advisories.ts';
import { testDatabase } from '../support/database.ts';
import { absent, sharedFile } from '../support/shared-data.ts';
import { realUpdates } from '../support/windows-feed.ts';

const NOW = '2026-07-01T00:00:00Z';
const skip = absent('windows');

const FEED: Feed = aFeedOf({
  id: 'windows',
  ecosystem: '',
  source: 'windows',
  asOf: '2026-06-28T00:00:00Z',
  maxAgeSeconds: 31 * 86_400,
});

type Catalogue = ReadonlyMap<string, readonly WindowsUpdate[]>;

const PRODUCTS = [
  'windows server 2012 r2',
  'windows server 2016',
  'windows server 2019',
  'windows server 2022',
  'windows 10 version 1809 for x64-based systems',
];
let read: Catalogue | undefined;
const catalogue = (): Catalogue => (read ??= realUpdates(PRODUCTS));

/** Exploited flaws, for those of which nothing is known. */
const KEV = { added: '2021-11-03', due: '2020-09-21', ransomware: true, name: 'ZeroLogon' };

function aMatcher(
  updates: Catalogue,
  feeds: readonly Feed[] = [FEED],
): Matcher & { asked: number } {
  const index = {
    ...anIndex([], { 'CVE-2020-1472': { kev: KEV } }),
    manifest: { schema: 'holdfast.advisories/1' as const, feeds },
    windows: (product: string) => updates.get(product) ?? [],
  };
  const matcher = {
    feeds,
    asked: 0,
    match: (
      packages: Parameters<Matcher['match']>[0],
      facts: Parameters<Matcher['match']>[1] = [],
    ) => {
      matcher.asked += 1;
      return matchAll(packages, index, { now: new Date(NOW), facts });
    },
  };
  return matcher;
}

/** Hosts by name, each with its files. */
type Hosts = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function anEstate(t: TestContext) {
  const database = await testDatabase(t);
  const clock = fixedClock(NOW);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-windows-'));
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  const take = (
    connector: string,
    reports: AsyncGenerator<Report, 'complete' | 'partial' | 'failed', void>,
  ) =>
    collect({ database, clock, log, source: { connector, name: 'x', interval: 86_400 } }, reports);
  return {
    database,
    /** Collects from the folder as these hosts left it. */
    hosts: (given: Hosts) => {
      for (const [host, files] of Object.entries(given)) {
        fs.rmSync(path.join(home, host), { recursive: true, force: true });
        fs.mkdirSync(path.join(home, host));
        for (const [name, text] of Object.entries(files)) {
          fs.writeFileSync(path.join(home, host, name), text);
          fs.utimesSync(path.join(home, host, name), new Date(NOW), new Date(NOW));
        }
      }
      const signal = new AbortController().signal;
      const config = { folder: home };
      return take(
        'windows-host',
        windowsHost.collect({ config, clock, log, signal, progress: () => undefined }),
      );
    },
    declared: (facts: readonly Observation[]) => take('declared', yielding(facts)),
    evaluate: (matcher: Matcher) =>
      evaluateFindings({ database, clock, matcher, signal: new AbortController().signal }),
    ask: (asset: string, filter: { name?: string } = {}) =>
      database.transaction('everything', (sql) =>
        readFindingsPage(sql, { asset, limit: 10_000, ...filter }),
      ),
    coverage: async (asset: string, kind: string) => {
      const all = await database.transaction('everything', (sql) => readCoverage(sql, clock.now()));
      return all.find((each) => each.asset === asset && each.kind === kind);
    },
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* yielding(reports: readonly Report[]): AsyncGenerator<Report, 'complete', void> {
  for (const report of reports) yield report;
  return 'complete';
}

/** A capture of a real machine under another name, with further updates and another role. */
function capture(file: string, change: (text: string) => string = (text) => text): string {
  return change(decodeWindowsText(sharedFile(`windows/${file}`)));
}

/** A systeminfo of our own. */
function info(
  product: string,
  build: string,
  kbs: readonly string[],
  role = 'Member Server',
): string {
  const list = kbs.map((kb, at) => `                           [${at + 1}]: KB${kb}`);
  return `Host Name:                 HOST
OS Name:                   Microsoft Windows Server ${product}
OS Version:                ${build} N/A Build ${build.split('.')[2] ?? ''}
OS Manufacturer:           Microsoft Corporation
OS Configuration:          ${role}
System Type:               x64-based PC
Domain:                    WORKGROUP
Logon Server:              \\\\HOST
Hotfix(s):                 ${kbs.length} Hotfix(s) Installed.
${list.join('\n')}
`;
}

const named = (text: string, name: string): string =>
  text.replace(/^(Host Name: +)\S+/m, `$1${name}`);

test(
  'ZeroLogon on Server 2012 R2, 2016 and 2019: there before its update, gone after it',
  { skip },
  async (t) => {
    const estate = await anEstate(t);
    const hosts: [string, string][] = [
      ['old12', info('2012 R2 Standard', '6.3.9600', ['2919355', '4565541'])],
      ['new12', info('2012 R2 Standard', '6.3.9600', ['2919355', '4601384'])],
      ['only12', info('2012 R2 Standard', '6.3.9600', ['2919355', '4601349'])],
      ['old16', info('2016 Datacenter', '10.0.14393', ['4471321'])],
      ['new16', info('2016 Datacenter', '10.0.14393', ['4471321', '4601318'])],
      ['aug16', info('2016 Datacenter', '10.0.14393', ['4571694'])],
      ['old19', info('2019 Datacenter', '10.0.17763', ['4480116'])],
      ['new19', info('2019 Datacenter', '10.0.17763', ['4601345'])],
      ['june19', info('2019 Datacenter', '10.0.17763', ['5094123'])],
    ];
    await estate.hosts(
      Object.fromEntries(
        hosts.map(([name, text]) => [name, { 'systeminfo.txt': named(text, name) }]),
      ),
    );
    const matcher = aMatcher(catalogue());
    await estate.evaluate(matcher);
    assert.equal(matcher.asked, hosts.length, 'once for each system');
    const states: Record<string, string> = {};
    for (const [name] of hosts) {
      const { findings } = await estate.ask(`windows:${name}`, { name: 'CVE-2020-1472' });
      states[name] = findings[0]?.finding.state ?? 'none';
    }
    assert.deepEqual(states, {
      old12: 'affected',
      new12: 'none',
      only12: 'none',
      old16: 'affected',
      new16: 'none',
      aug16: 'none',
      old19: 'affected',
      new19: 'none',
      june19: 'none',
    });
    const { counts } = await estate.ask('windows:old19');
    t.diagnostic(
      `Server 2019 of January 2019: ${counts.affected} affected, ${counts.undecided} undecided`,
    );
    assert.ok(counts.affected > 3000);
    const patched = await estate.ask('windows:june19');
    assert.deepEqual(
      [patched.counts.affected, patched.counts.undecided],
      [0, 0],
      'nothing is lacking',
    );
    const coverage = await estate.coverage('windows:june19', 'advisories');
    assert.equal(coverage?.state, 'covered');
  },
);

test(
  'real captures: a Server 2012 R2 domain controller, a 2022 server, a client',
  { skip },
  async (t) => {
    const estate = await anEstate(t);
    const controller = capture('srv_2012r2_x64_standard_ru_systeminfo.txt');
    await estate.hosts({
      dc: { 'systeminfo.txt': controller },
      srv2022: { 'systeminfo.txt': capture('srv_2022_systeminfo.txt') },
      client: { 'systeminfo.txt': capture('10_1809_x64_education_en-us_systeminfo.txt') },
    });
    await estate.evaluate(aMatcher(catalogue()));
    const of = async (asset: string) =>
      (await estate.ask(asset, { name: 'CVE-2020-1472' })).findings[0];
    assert.equal((await of('windows:dc'))?.finding.state, 'affected');
    assert.equal(
      await of('windows:win-ribn7sm07bk'),
      undefined,
      'the catalogue lists none for 2022',
    );
    assert.equal(await of('windows:laptop'), undefined);
    for (const asset of ['windows:win-ribn7sm07bk', 'windows:laptop']) {
      const { counts } = await estate.ask(asset);
      t.diagnostic(`${asset}: ${counts.affected} affected, ${counts.undecided} undecided`);
      assert.ok(counts.affected > 1000, asset);
    }
  },
);

test(
  'hosts of one state are judged once; an update makes another state, and the old verdicts go with it',
  { skip },
  async (t) => {
    const estate = await anEstate(t);
    const old = info('2016 Datacenter', '10.0.14393', ['4565511']);
    await estate.hosts({
      a: { 'systeminfo.txt': named(old, 'A') },
      b: { 'systeminfo.txt': named(old, 'B') },
    });
    const matcher = aMatcher(catalogue());
    await estate.evaluate(matcher);
    assert.equal(matcher.asked, 1);
    const [both] = (await estate.ask('windows:a', { name: 'CVE-2020-1472' })).findings;
    assert.deepEqual([both?.finding.state, both?.assets], ['affected', 2]);

    await estate.hosts({ a: { 'systeminfo.txt': named(old.replace('4565511', '4601318'), 'A') } });
    assert.equal((await estate.evaluate(matcher)).matched, 2, 'the system and its update');
    assert.equal((await estate.ask('windows:a', { name: 'CVE-2020-1472' })).findings.length, 0);
    const [left] = (await estate.ask('windows:b', { name: 'CVE-2020-1472' })).findings;
    assert.equal(left?.assets, 1);
    assert.equal((await estate.evaluate(matcher)).matched, 0);

    // Rolled back: the state is an old one, and known.
    await estate.hosts({ a: { 'systeminfo.txt': named(old, 'A') } });
    await estate.evaluate(matcher);
    assert.equal((await estate.ask('windows:a', { name: 'CVE-2020-1472' })).findings[0]?.assets, 2);

    const renewed = aMatcher(catalogue(), [{ ...FEED, sha256: 'newer' }]);
    await estate.evaluate(renewed);
    assert.equal(renewed.asked, 1, 'what no host holds any more waits');
  },
);

const CONTROLLER = 'Primary Domain Controller';
const NETLOGON = (values: string): string => `Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters]
"RequireSignOrSeal"=dword:00000001
${values}`;

test(
  'a domain controller: the setting is asked for, and answered by the registry',
  { skip },
  async (t) => {
    const estate = await anEstate(t);
    const patched = info('2016 Standard', '10.0.14393', ['4601318'], CONTROLLER);
    const august = info('2016 Standard', '10.0.14393', ['4571694'], CONTROLLER);
    const allowed = '"VulnerableChannelAllowList"="O:BAG:BAD:(A;;RC;;;S-1-5-21-1-2-3-1105)"\n';
    await estate.hosts({
      asked: { 'systeminfo.txt': named(patched, 'ASKED') },
      shut: { 'systeminfo.txt': named(patched, 'SHUT'), 'netlogon.reg': NETLOGON('') },
      exempt: { 'systeminfo.txt': named(patched, 'EXEMPT'), 'netlogon.reg': NETLOGON(allowed) },
      half: { 'systeminfo.txt': named(august, 'HALF'), 'netlogon.reg': NETLOGON('') },
      full: {
        'systeminfo.txt': named(august, 'FULL'),
        'netlogon.reg': NETLOGON('"FullSecureChannelProtection"=dword:00000001\n'),
      },
    });
    for (const updates of [catalogue(), new Map<string, never>()]) {
      const matcher = aMatcher(updates, [{ ...FEED, sha256: String(updates.size) }]);
      await estate.evaluate(matcher);
      const told = async (name: string) => {
        const [found] = (await estate.ask(`windows:${name}`, { name: 'CVE-2020-1472' })).findings;
        return found === undefined
          ? 'none'
          : `${found.finding.state} ${found.finding.reason ?? ''}`.trim();
      };
      assert.equal(await told('asked'), 'unknown setting');
      assert.equal(await told('exempt'), 'affected setting');
      assert.equal(await told('half'), 'affected setting');
      assert.equal(await told('shut'), 'none');
      assert.equal(await told('full'), 'none');
    }
  },
);

function declaredHost(
  key: string,
  versionId: string,
  prettyName: string,
  domainRole?: 'domain-controller',
): Observation {
  return {
    type: 'observation',
    kind: 'asset',
    key,
    trueAt: NOW,
    identifiers: [`hostname:${key}`],
    body: {
      name: key,
      type: 'host',
      os: { id: 'windows', versionId, prettyName },
      ...(domainRole === undefined ? {} : { domainRole }),
    },
  };
}

test(
  'a build that somebody only wrote down is judged; without a revision it is unknown, never clean',
  { skip },
  async (t) => {
    const estate = await anEstate(t);
    const facts = [
      declaredHost('old16', '10.0.14393.3808', 'Windows Server 2016', 'domain-controller'),
      declaredHost('new16', '10.0.14393.5246', 'Windows Server 2016'),
      declaredHost('any16', '10.0 (14393)', 'Windows Server 2016 Standard'),
      declaredHost('mac1', '14.5', 'macOS'),
    ];
    await estate.declared(facts);
    await estate.evaluate(aMatcher(catalogue()));
    const state = async (name: string) =>
      (await estate.ask(name, { name: 'CVE-2020-1472' })).findings[0]?.finding.state;
    assert.equal(await state('old16'), 'affected');
    assert.equal(await state('any16'), 'unknown');
    const { counts } = await estate.ask('any16');
    assert.equal(counts.affected, 0);
    assert.ok(counts.undecided >= 1 && counts.undecided < 10, 'not one row for each flaw');
    assert.equal((await estate.ask('mac1')).findings.length, 0);
    assert.equal(
      (await estate.coverage('old16', 'packages'))?.state,
      'uncovered',
      'nobody listed it',
    );

    // An export of the host itself knows better than what was declared.
    const text = info('2016 Datacenter', '10.0.14393', ['5094122']);
    await estate.hosts({ old16: { 'systeminfo.txt': named(text, 'OLD16') } });
    await estate.declared(facts);
    await estate.evaluate(aMatcher(catalogue()));
    assert.equal(await state('old16'), undefined);
    assert.equal((await estate.coverage('old16', 'packages'))?.state, 'covered');
  },
);

test('a declared appliance is matched by its version', async (t) => {
  const estate = await anEstate(t);
  const gateway = (key: string, versionId: string): Observation => ({
    type: 'observation',
    kind: 'asset',
    key,
    trueAt: NOW,
    body: { name: key, type: 'device', os: { id: 'netscaler', versionId } },
  });
  await estate.declared([gateway('old', '12.1-55.13'), gateway('new', '14.1-99.1')]);
  await estate.evaluate(aMatcher(new Map()));
  const bleed = (await estate.ask('old', { name: 'CVE-2019-19781' })).findings[0]?.finding;
  assert.equal(bleed?.state, 'affected');
  assert.equal((await estate.ask('new', { name: 'CVE-2019-19781' })).findings.length, 0);
});
