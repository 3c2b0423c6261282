/** Brings every item up to date: only what something happened to is judged again. */
import type { Clock } from '../../kernel/clock.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import { sha256Hex } from '../../kernel/ids.ts';
import type { Database, Sql } from '../../kernel/sql/database.ts';
import { readEntities } from '../../estate/store-read.ts';
import type { Body } from '../../ledger/kinds.ts';
import { record } from '../../ledger/record.ts';
import { knownAssets, type FactSources, type KnownAsset, type Unsupported } from './asset-facts.ts';
import { learnChangelogs } from './changelogs.ts';
import { endedProducts } from './ended-products.ts';
import { closeExceptions } from './exceptions.ts';
import { changeOf, closeItem, type ItemRow } from './item-row.ts';
import { judge, type Rules } from './judge.ts';
import type { Fix } from './model.ts';
import { learnOffers } from './offers.ts';
import { proofOf } from './proof.ts';
import { rulesInForce } from './rules/adopted.ts';
import { WINDOWS } from './fix-of.ts';
import { inheritedRows } from './re-image.ts';
import { isKernel } from './software.ts';
import { settingsOf, windowsEvidence, type SettingsAsked } from './windows-evidence.ts';
import { windowsProofOf } from './windows-proof.ts';
import {
  deleteFacts,
  insertRun,
  readHolders,
  readItemRows,
  readLastRun,
  readListedAt,
  readMarks,
  readParts,
  readPresent,
  readStoredFacts,
  writeFacts,
  writeItems,
  type InstalledPart,
  type ItemWrite,
  type RunRecord,
  type StoredFacts,
} from './store-items.ts';
import {
  fixesBeside,
  readClockFacts,
  readFixes,
  readNeeds,
  refreshNeeds,
  type StoredNeed,
} from './store-needs.ts';
import { unsupportedItems } from './unsupported-items.ts';
import { calendarOf } from '../../kernel/zone.ts';

export interface PatchTools extends FactSources {
  readonly database: Database;
  readonly clock: Clock;
  /** The site's zone: a limit of days ends at the same time of day there. */
  readonly zone: string;
  /** Whether the measure that an exception leans on holds. */
  readonly mitigated: (mitigation: string) => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly progress?: (done: number, total: number | undefined, what: string) => void;
}

export interface PatchEvaluation {
  /** Items that were judged. */
  readonly judged: number;
  /** Items that changed. */
  readonly changes: number;
}

/**
 * One transaction: an end in the middle leaves everything as it was.
 *
 * @throws HoldfastError `cancelled`
 */
export function evaluatePatches(tools: PatchTools): Promise<PatchEvaluation> {
  return tools.database.transaction('everything', async (sql) => {
    const now = tools.clock.now();
    const last = await readLastRun(sql);
    const rules = await rulesOf(sql, tools.zone, now);
    const since = overlapping(last?.inventoriesAt ?? null);
    const marks = await readMarks(sql, since);
    const run = { at: now, rules: rules.state, ...timesOf(marks) };
    const everything = last?.rules !== rules.state;
    const needs =
      everything || isLater(marks.matchedAt, last.matchedAt)
        ? await refreshNeeds(sql, alertedNames(rules), last?.at ?? null, now)
        : { components: [], fixes: [] };
    stopIfAsked(tools.signal);
    const facts = await refreshFacts(sql, tools, now);
    const learned = [
      ...(await learnOffers(sql, since, facts.stored, now)),
      ...(await learnChangelogs(sql, since, needs.fixes, now)),
    ];
    const work = openWork(sql, rules, facts, tools);
    if (everything) await work.judge('all');
    else {
      await work.judge({ assets: unique([...marks.assets, ...facts.changed]) });
      const { components, fixes } = needs;
      await work.judge({ fixes: unique([...fixes, ...learned]), components });
    }
    await work.proveAgain();
    const { changes, judged } = await work.write();
    await closeExceptions(sql, tools, now);
    await recordRun(sql, last, { ...run, items: judged, changes: changes.length }, changes);
    return { judged, changes: changes.length };
  });
}

async function rulesOf(
  sql: Sql,
  zone: string,
  now: Date,
): Promise<Rules & { readonly state: string }> {
  const { adopted, digest } = await rulesInForce(sql, now);
  return { adopted, calendar: calendarOf(zone), now, state: sha256Hex(`${digest} ${zone}`) };
}

function isLater(now: Date | null, then: Date | null): boolean {
  return now?.getTime() !== then?.getTime();
}

function alertedNames({ adopted }: Rules): string[] {
  return adopted.flatMap(({ set }) => set.alerts.flatMap(({ names }) => names));
}

function unique(numbers: readonly number[]): number[] {
  return [...new Set(numbers)];
}

/** A transaction that was under way when the last run read may have earlier times than what that run saw. */
const OVERLAP_MS = 10 * 60_000;

function overlapping(at: Date | null): Date {
  return new Date(Math.max(0, (at?.getTime() ?? 0) - OVERLAP_MS));
}

function timesOf({ matchedAt, inventoriesAt }: Pick<RunRecord, 'matchedAt' | 'inventoriesAt'>) {
  return { matchedAt, inventoriesAt };
}

function stopIfAsked(signal: AbortSignal): void {
  if (signal.aborted) throw new HoldfastError('cancelled', 'The evaluation was cancelled');
}

interface AssetState {
  readonly assets: ReadonlyMap<number, KnownAsset>;
  /** Products of it, beside its operating system, that nobody repairs any more. */
  readonly ended: ReadonlyMap<number, readonly Unsupported[]>;
  readonly present: ReadonlySet<number>;
  readonly stored: ReadonlyMap<number, StoredFacts>;
  /** Assets whose facts are not what they were, or that are gone. */
  readonly changed: readonly number[];
}

async function refreshFacts(sql: Sql, tools: FactSources, now: Date): Promise<AssetState> {
  const entities = [
    ...(await readEntities(sql, { kind: 'asset' })),
    ...(await readEntities(sql, { kind: 'service' })),
    ...(await readEntities(sql, { kind: 'dependency' })),
  ];
  const assets = new Map(knownAssets(entities, tools).map((asset) => [asset.id, asset]));
  const ended = await endedProducts(sql, entities, tools);
  const present = await readPresent(sql);
  const stored = new Map((await readStoredFacts(sql)).map((each) => [each.asset, each]));
  const told = [...assets.values()].map(({ id, facts, unsupported }) => ({
    asset: id,
    facts: { ...facts, unsupported, ...(ended.has(id) ? { products: ended.get(id) } : {}) },
  }));
  const changed = told.filter(
    ({ asset, facts }) => wordsOf(stored.get(asset)?.facts) !== wordsOf(facts),
  );
  const gone = [...stored.keys()].filter((asset) => !present.has(asset));
  await writeFacts(sql, changed, now);
  await deleteFacts(sql, gone);
  return {
    assets,
    ended,
    present,
    stored,
    changed: [...changed.map(({ asset }) => asset), ...gone],
  };
}

/** The database orders the fields of an object in its own way. */
function wordsOf(facts: unknown): string {
  return JSON.stringify(facts, (_, value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

type WorkScope =
  | 'all'
  | { readonly assets: readonly number[] }
  | { readonly fixes: readonly number[]; readonly components: readonly number[] };

/** The judging of one run: what it wrote once it does not look at again. */
function openWork(sql: Sql, rules: Rules, state: AssetState, tools: PatchTools) {
  const writes = new Map<string, ItemWrite & { readonly before: ItemRow | undefined }>();
  const { now } = rules;
  const put = (before: ItemRow | undefined, row: ItemRow): void => {
    const key = `${row.asset} ${row.fix}`;
    const first = writes.get(key)?.before ?? before;
    writes.set(key, { before: first, row, why: changeOf(first, row) });
  };
  const close = async (
    rows: readonly ItemRow[],
    fixes: ReadonlyMap<number, Fix>,
  ): Promise<void> => {
    const parts = Map.groupBy(await readParts(sql, rows), ({ asset, fix }) => `${asset} ${fix}`);
    const listed = await readListedAt(sql, [...new Set(rows.map(({ asset }) => asset))]);
    const settings = await settingsOf(sql, parts, fixes);
    for (const row of rows) {
      const fix = fixes.get(row.fix);
      if (fix === undefined) continue;
      const own = parts.get(`${row.asset} ${row.fix}`) ?? [];
      const listedAt = listed.get(row.asset) ?? row.firstSeen;
      const evidence = { parts: own, listedAt, settings };
      put(row, closeItem(row, afterOf(row, fix, evidence, state, now), now));
    }
  };
  return {
    judge: async (scope: WorkScope): Promise<void> => {
      if (scope !== 'all' && Object.values(scope).every((list) => list.length === 0)) return;
      const loaded = await load(sql, scope, state);
      const { open, closing } = judge(loaded, rules);
      const before = new Map(loaded.before.map((row) => [`${row.asset} ${row.fix}`, row]));
      for (const row of open) put(before.get(`${row.asset} ${row.fix}`), row);
      stopIfAsked(tools.signal);
      await close(closing, loaded.fixes);
      tools.progress?.(writes.size, undefined, 'fixes judged');
    },
    /** What was done without proof may have it now: a restart, a configuration, a fresh list. */
    proveAgain: async (): Promise<void> => {
      const rows = (await readItemRows(sql, { phase: 'fixed-unproven' })).filter(
        ({ asset, fix }) => !writes.has(`${asset} ${fix}`),
      );
      if (rows.length > 0)
        await close(
          rows,
          await readFixes(
            sql,
            rows.map(({ fix }) => fix),
          ),
        );
    },
    write: async () => {
      const all = [...writes.values()];
      const changes = all.filter(({ why }) => why !== undefined);
      await writeItems(sql, changes, now);
      return { changes, judged: all.length };
    },
  };
}

async function load(sql: Sql, scope: WorkScope, state: AssetState) {
  const whole = scope === 'all' || 'assets' in scope;
  const fixIds = whole ? undefined : await fixesBeside(sql, scope.fixes);
  const needs: StoredNeed[] = await readNeeds(sql, fixIds);
  const asked = new Set(needs.map(({ component }) => component));
  if (!whole) for (const component of scope.components) asked.add(component);
  const holders = (await readHolders(sql, whole ? scope : { components: [...asked] })).filter(
    ({ asset }) => state.present.has(asset),
  );
  const ofScope = whole ? scope : { fixes: fixIds ?? [] };
  const unsupported = whole ? await unsupportedItems(sql, scope, state) : [];
  const before = (await readItemRows(sql, ofScope)).filter(
    // Support is a fact of the asset, judged with the asset and never with a package.
    (row) => whole || row.components.length > 0 || row.flaws.length > 0,
  );
  return {
    needs,
    holders,
    unsupported,
    before,
    inherited: await inheritedRows(sql, unseenBefore(holders, before)),
    fixes: await readFixes(sql, fixIds),
    facts: await readClockFacts(sql, fixIds),
    assets: state.assets,
  };
}

/** Assets of which nothing in the scope is recorded yet: only they can have inherited it. */
function unseenBefore(
  holders: readonly { readonly asset: number }[],
  before: readonly ItemRow[],
): number[] {
  const recorded = new Set(before.map(({ asset }) => asset));
  return holders.flatMap(({ asset }) => (recorded.has(asset) ? [] : [asset]));
}

interface Evidence {
  readonly parts: readonly InstalledPart[];
  readonly listedAt: Date;
  /** Settings that are still to be made, by component. */
  readonly settings: SettingsAsked;
}

function afterOf(
  row: ItemRow,
  fix: Fix,
  { parts, listedAt, settings }: Evidence,
  state: AssetState,
  now: Date,
) {
  const asset = state.assets.get(row.asset);
  const components = parts.map(({ component }) => component).sort((a, b) => a - b);
  const held = new Set(components);
  const listed = parts[0]?.listedAt ?? listedAt;
  const matches = parts.every(({ reason }) => reason === null) ? 'yes' : 'unknown';
  const proof =
    fix.subject.type === WINDOWS
      ? windowsProofOf(
          {
            listedAt: listed,
            matches,
            ...windowsEvidence({ row, fix, parts, settings, asset }),
          },
          now,
        )
      : proofOf(
          {
            listedAt: listed,
            listsAt: asset?.listsAt,
            parts: parts.map(({ name, version, state: own }) => ({
              name,
              version,
              state: fix.subject.type === 'deb' ? own : (own ?? null),
            })),
            matches,
            needsBoot: isKernel(fix.subject),
            restarts: asset?.restarts,
            ...(fix.kind === 'configuration' ? { setting: 'yes' as const } : {}),
          },
          now,
        );
  const unchanged = row.components.length > 0 && row.components.every((id) => held.has(id));
  return { present: state.present.has(row.asset), unchanged, components, proof };
}

/** One entry a run that changed something: how the items stand that changed, and a digest of the changes. */
async function recordRun(
  sql: Sql,
  last: RunRecord | undefined,
  run: RunRecord & { readonly items: number; readonly changes: number },
  changes: readonly ItemWrite[],
): Promise<void> {
  const moved = JSON.stringify([run.rules, timesOf(run)]);
  const settled = last !== undefined && moved === JSON.stringify([last.rules, timesOf(last)]);
  if (changes.length === 0 && settled) return;
  const id = await insertRun(sql, run);
  if (changes.length > 0)
    await record(sql, 'verdict.changed', entryOf(id, changes, run.at), run.at);
}

function entryOf(run: number, changes: readonly ItemWrite[], now: Date): Body<'verdict.changed'> {
  const rows = changes.map(({ row }) => row);
  const late = ({ phase, due }: ItemRow): boolean => phase === 'open' && due !== null && due < now;
  const uncovered = rows.filter(late);
  const unknown = rows.filter(
    (row) => (row.phase === 'fixed-unproven' || !row.certain) && !late(row),
  );
  const list = changes.map(({ row, why }) => [
    row.asset,
    row.fix,
    why,
    row.phase,
    row.due,
    row.ruleVersion,
  ]);
  return {
    measure: 'patching',
    run,
    covered: rows.length - uncovered.length - unknown.length,
    uncovered: uncovered.length,
    unknown: unknown.length,
    changes: changes.length,
    digest: sha256Hex(JSON.stringify(list)),
  };
}
