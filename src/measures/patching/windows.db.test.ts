/** Fixes of a Windows host from its exports: open with a reason, done, proven, gone back, and a setting that belongs to them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { aFeedOf, anIndex } from '../../../test/support/advisories.ts';
import { testDatabase } from '../../../test/support/database.ts';
import {
  anEvent,
  anUpdate,
  anUpdateExport,
  offering,
} from '../../../test/support/windows-updates.ts';
import { matchAll } from '../../advisories/match-all.ts';
import type { WindowsUpdate } from '../../advisories/windows/model.ts';
import { windowsHost } from '../../connectors/windows-host/index.ts';
import { collect } from '../../estate/collect.ts';
import { fixedClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import { evaluateFindings } from '../scanning/evaluate.ts';
import type { Matcher } from '../scanning/model.ts';
import { evaluateUploads } from '../scanning/uploads.ts';
import { evaluatePatches } from './evaluate.ts';
import { readHostWords, readPatches, reasonsOf } from './read.ts';

const START = '2026-08-20T10:00:00Z';
const FEED = aFeedOf({
  id: 'windows',
  ecosystem: '',
  source: 'windows',
  asOf: START,
  maxAgeSeconds: 31 * 86_400,
});

function update(kb: string, date: string, cve: string): WindowsUpdate {
  return { kb, date, part: 'windows', cves: [cve], supersedes: [] };
}

const CATALOGUES: Readonly<Record<string, readonly WindowsUpdate[]>> = {
  'windows server 2019': [
    update('4601345', '2021-02-09', 'CVE-2020-1472'),
    update('5099538', '2026-07-14', 'CVE-2026-7'),
    update('5120238', '2026-08-11', 'CVE-2026-8'),
  ],
  'windows server 2012 r2': [update('5022352', '2023-01-10', 'CVE-2023-1')],
};

interface Files {
  readonly kbs: readonly string[];
  readonly build?: string;
  readonly name?: string;
  readonly role?: string;
  readonly netlogon?: string;
  readonly updates?: Readonly<Record<string, unknown>>;
}

const systemInfo = ({ kbs, build = '10.0.17763', name = '2019', role = 'Member Server' }: Files) =>
  `Host Name:                 APP01
OS Name:                   Microsoft Windows Server ${name} Standard
OS Version:                ${build} N/A Build ${build.split('.')[2] ?? ''}
OS Manufacturer:           Microsoft Corporation
OS Configuration:          ${role}
System Type:               x64-based PC
Domain:                    corp.example
Logon Server:              \\\\APP01
Hotfix(s):                 ${kbs.length} Hotfix(s) Installed.
${kbs.map((kb, at) => `                           [${at + 1}]: KB${kb}`).join('\n')}
`;

const system = (revision: number) => ({
  system: { major: 10, minor: 0, version: '6.3', build: '17763', revision },
});
const OLD_SYSTEM = { system: { version: '6.3', build: '9600' } };

async function aHost(t: TestContext) {
  const database = await testDatabase(t);
  const clock = fixedClock(START);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const signal = new AbortController().signal;
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-windows-'));
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  const index = {
    ...anIndex([], {}),
    manifest: { schema: 'holdfast.advisories/1' as const, feeds: [FEED] },
    windows: (product: string) => CATALOGUES[product] ?? [],
  };
  const matcher: Matcher = {
    feeds: [FEED],
    match: (packages, facts = []) => matchAll(packages, index, { now: clock.now(), facts }),
  };
  const tools = {
    database,
    clock,
    signal,
    zone: 'Europe/London',
    exposed: () => 'no' as const,
    unsupported: () => null,
    mitigated: () => Promise.resolve(true),
  };
  /** Collects the host as its exports of this moment show it, and judges it. */
  const collected = async (files: Files) => {
    clock.advance(3_600_000);
    const now = clock.now();
    const texts: Record<string, string> = { 'systeminfo.txt': systemInfo(files) };
    if (files.netlogon !== undefined) texts['netlogon.reg'] = files.netlogon;
    if (files.updates !== undefined) {
      const at = now.toISOString();
      const search = { ...(offering()['search'] as object), at };
      const told = { collectedAt: at, search, ...files.updates };
      texts['windows-update.json'] = JSON.stringify(anUpdateExport(told));
    }
    fs.rmSync(path.join(home, 'app01'), { recursive: true, force: true });
    fs.mkdirSync(path.join(home, 'app01'));
    for (const [name, text] of Object.entries(texts)) {
      fs.writeFileSync(path.join(home, 'app01', name), text);
      fs.utimesSync(path.join(home, 'app01', name), now, now);
    }
    const source = { connector: 'windows-host', name: 'x', interval: 86_400 };
    await collect(
      { database, clock, log, source },
      windowsHost.collect({
        config: { folder: home },
        clock,
        log,
        signal,
        progress: () => undefined,
      }),
    );
    await evaluateFindings({ database, clock, signal, matcher });
    await evaluateUploads(database, clock);
    await evaluatePatches(tools);
    return shown();
  };
  const shown = () =>
    database.transaction('everything', async (sql) => {
      const state = await readPatches(sql, clock.now());
      const words = await readHostWords(sql, state.items);
      const rows = state.items.map((each): [string, string] => {
        const { item } = each;
        const { phase, lacks, reopened } = item;
        const why = reasonsOf(each, state, words).join(' ');
        return [
          item.fix.key.replace(/^windows\//, ''),
          [phase, lacks.join(' '), why, reopened?.cause ?? '']
            .filter((word) => word !== '')
            .join(' | '),
        ];
      });
      return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
    });
  const items = () =>
    database.transaction('everything', async (sql) =>
      (await readPatches(sql, clock.now())).items.map(({ item }) => item),
    );
  return { collected, items };
}

const STEP_ONE = 'windows-server-2019@10.0.17763.1397';
const JULY = 'windows-server-2019@KB5099538';
const AUGUST = 'windows-server-2019@KB5120238';
const ENFORCED = 'windows-server-2019#setting-CVE-2020-1472';

test('a cumulative update: on offer, in and waiting, running and proven, taken away again', async (t) => {
  const { collected } = await aHost(t);
  const offers = offering(anUpdate('5120238'));
  const search = { ...(offers['search'] as object), at: START };
  const first = await collected({ kbs: ['5094123'], updates: { ...system(8880), search } });
  assert.deepEqual(first, {
    [JULY]: 'open | not-installed-yet',
    [AUGUST]: 'open | not-installed-yet',
  });
  const pending = { servicing: true, updates: true, renames: 3, waiting: ['5120238'] };
  const history = [anEvent('5120238', { HResult: '0x00240005', Date: '2026-08-20T11:30:00Z' })];
  const waiting = { ...system(8880), pending, history };
  const second = await collected({ kbs: ['5094123', '5120238'], updates: waiting });
  assert.deepEqual(second, {
    [JULY]: 'open | restart-pending',
    [AUGUST]: 'open | restart-pending',
  });
  const running = { ...system(9121), history, booted: '20260820124500.000000+000' };
  const third = await collected({ kbs: ['5120238'], updates: running });
  assert.deepEqual(third, { [JULY]: 'fixed-proven', [AUGUST]: 'fixed-proven' });
  const removed = [...history, anEvent('5120238', { Operation: 2, Date: '2026-08-20T15:00:00Z' })];
  const back = await collected({
    kbs: ['5094123'],
    updates: { ...system(9020), history: removed },
  });
  assert.equal(back[JULY], 'fixed-proven', 'still held by what runs');
  assert.equal(back[AUGUST], 'open | no-fix-offered | downgrade');
});

test('without the revision, the search or the restarts it is done and not proven, and proven once they are known', async (t) => {
  const { collected } = await aHost(t);
  await collected({ kbs: ['5094123'] });
  const listed = await collected({ kbs: ['5120238'] });
  assert.deepEqual(listed, {
    [JULY]: 'fixed-unproven | version booted lists-fresh | lists-unknown',
    [AUGUST]: 'fixed-unproven | version booted lists-fresh | lists-unknown',
  });
  const whole = await collected({ kbs: ['5120238'], updates: system(9121) });
  assert.deepEqual(whole, { [JULY]: 'fixed-proven', [AUGUST]: 'fixed-proven' });
});

const NETLOGON = (values: string): string => `Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters]
"RequireSignOrSeal"=dword:00000001
${values}`;

test('ZeroLogon on a domain controller: the update alone is not the fix, its enforcement is asked for and proven too', async (t) => {
  const { collected } = await aHost(t);
  const role = 'Primary Domain Controller';
  const at = (revision: number, over: Partial<Files> = {}) =>
    collected({ kbs: ['5120238'], role, updates: system(revision), ...over });
  const zero = async (...args: Parameters<typeof at>) => {
    const all = await at(...args);
    return [all[STEP_ONE], all[ENFORCED]];
  };
  assert.deepEqual(await zero(1397 - 58), ['open | no-fix-offered', undefined], 'July 2020');
  const half = await zero(1397, { netlogon: NETLOGON('') });
  assert.match(half[0] ?? '', /^fixed-unproven \| setting/, 'the first step of August 2020');
  assert.match(half[1] ?? '', /^open/);
  const allowed = NETLOGON(
    '"VulnerableChannelAllowList"="O:BAG:BAD:(A;;RC;;;S-1-5-21-1-2-3-1105)"\n',
  );
  const exempt = await zero(9121, { netlogon: allowed });
  assert.deepEqual(
    exempt.map((word = '') => word.split(' | ').slice(0, 2).join(' ')),
    ['fixed-unproven setting', 'open'],
  );
  const unseen = await zero(9121, {});
  assert.match(unseen[0] ?? '', /^fixed-unproven \| setting/);
  const enforced = await zero(9121, { netlogon: NETLOGON('') });
  assert.deepEqual(
    enforced.map((word = '') => word.split(' | ')[0]),
    ['fixed-proven', 'fixed-proven'],
  );
});

test('Server 2012 R2 has no revision: the list, the restarts and the search prove it together', async (t) => {
  const { collected } = await aHost(t);
  const old = { build: '6.3.9600', name: '2012 R2' };
  const fix = 'windows-server-2012-r2@KB5022352';
  const offers = { ...OLD_SYSTEM, ...offering(anUpdate('5022352', { hidden: true })) };
  const first = await collected({ ...old, kbs: ['2919355'], updates: offers });
  assert.equal(first[fix], 'open | declined');
  const done = { ...old, kbs: ['2919355', '5022352'] };
  const pending = { servicing: true, updates: false, renames: 0, waiting: [] };
  const second = await collected({ ...done, updates: { ...OLD_SYSTEM, pending } });
  assert.equal(second[fix], 'fixed-unproven | booted | restart-pending');
  assert.equal((await collected({ ...done, updates: OLD_SYSTEM }))[fix], 'fixed-proven');
});

test('what is offered as security is to be installed, though no catalogue knows it; its clock is its publication', async (t) => {
  const { collected, items } = await aHost(t);
  const later = anUpdate('9000001', { changedAt: '2026-08-18T00:00:00Z', severity: 'Critical' });
  const other = anUpdate('890830', { categories: [] });
  const offered = (...updates: readonly object[]) => ({
    ...system(9121),
    search: { ...(offering(...(updates as [])) as { search: object }).search, at: START },
  });
  const fix = 'windows-server-2019@KB9000001';
  const first = await collected({ kbs: ['5120238'], updates: offered(later, other) });
  assert.deepEqual(first, { [fix]: 'open | not-installed-yet' });
  const [item] = await items();
  assert.deepEqual(
    [item?.start.toISOString(), item?.startSource, item?.startFrom, item?.flaws],
    [
      '2026-08-18T00:00:00.000Z',
      'vendor',
      'KB9000001 (Microsoft Update)',
      ['PENDING-SECURITY-UPDATE'],
    ],
  );
  const failed = {
    at: START,
    from: 'default',
    resultCode: null,
    error: '0x80072EE2',
    updates: null,
  };
  const unsaid = { ...system(9121), search: failed };
  const silent = await collected({ kbs: ['5120238'], updates: unsaid });
  assert.equal(silent[fix], 'open | source-unreachable', 'what was on offer is not forgotten');
  const moved = await collected({ kbs: ['5120238', '890830'], updates: unsaid });
  assert.match(moved[fix] ?? '', /^fixed-unproven \| version lists-fresh \| source-unreachable/);
  const back = await collected({ kbs: ['5120238'], updates: offered(later) });
  assert.match(back[fix] ?? '', /^open \| not-installed-yet/);
  const newer = anUpdate('9000002', { changedAt: '2026-08-20T00:00:00Z' });
  await collected({ kbs: ['5120238'], updates: offered(newer) });
  const next = (await items()).find((each) => each.fix.to === 'KB9000002');
  assert.equal(
    next?.start.toISOString(),
    '2026-08-18T00:00:00.000Z',
    'the clock of what it replaces',
  );
  assert.equal(next.reopened, null);
  const done = await collected({ kbs: ['9000002'], updates: system(9200) });
  assert.equal(done['windows-server-2019@KB9000002'], 'fixed-proven');
});
