/** Coverage of the estate as it is, or as it was known at a past moment. */
import { readEntities, readSources } from '../../estate/store-read.ts';
import { readEstateStamp, readVoices } from '../../estate/store-voices.ts';
import type { Entity } from '../../estate/model.ts';
import type { Bodies } from '../../estate/schema.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Sql } from '../../kernel/sql/database.ts';
import { measureCoverage, type Coverage } from './coverage.ts';
import { gather } from './gather.ts';
import type { SourceState } from './model.ts';
import { rank, type Ranking, type Surroundings } from './rank.ts';
import { accountTable } from './table.ts';

export interface MfaState {
  readonly at: Date;
  readonly coverage: Coverage;
  readonly ranking: Ranking;
  /** `connector/name` of each source by number. */
  readonly sources: ReadonlyMap<number, SourceState>;
}

const KINDS = ['account', 'factor', 'door', 'signin', 'proof'] as const;

/** Reads and judges everything; `asAt` as `readEntities`. */
export async function readMfa(sql: Sql, now: Date, asAt?: Date): Promise<MfaState> {
  const at = asAt ?? now;
  const sources = await readSourceStates(sql, now, asAt);
  const assets = await readEntities(sql, { kind: 'asset' }, asAt);
  const divisions = new Map(
    assets.map(({ key, body }) => [key, (body as Partial<Bodies['asset']>).division]),
  );
  const voices = await readVoices(sql, { kinds: KINDS }, asAt);
  const { accounts, doors, signIns } = gather(voices, sources, (asset) => divisions.get(asset));
  const table = accountTable(accounts);
  const coverage = measureCoverage({ table, doors, signIns, now: at.getTime() });
  return { at, coverage, ranking: rank(coverage, await readSurroundings(sql, asAt)), sources };
}

async function readSourceStates(
  sql: Sql,
  now: Date,
  asAt?: Date,
): Promise<Map<number, SourceState>> {
  const sources = await readSources(sql, now, asAt);
  return new Map(
    sources.map(({ id, connector, name, stale, lastCollection }) => [
      id,
      {
        id,
        name: `${connector}/${name}`,
        declared: connector === 'declared',
        // A collection that failed leaves what it last said standing, but not as evidence for today.
        fresh: !stale && lastCollection?.outcome !== 'failed',
      },
    ]),
  );
}

async function readSurroundings(sql: Sql, asAt?: Date): Promise<Surroundings> {
  const networks = await readEntities(sql, { kind: 'network' }, asAt);
  const holdings = await readEntities(sql, { kind: 'holding' }, asAt);
  return {
    zones: new Map(
      networks.map(({ key, body }) => [key, (body as Partial<Bodies['network']>).zone]),
    ),
    holdings: holdings.map(holdingOf),
  };
}

function holdingOf({ body }: Entity): Surroundings['holdings'][number] {
  const { asset = '', customer, service, people } = body as Partial<Bodies['holding']>;
  return { asset, customer, service, people: people?.best };
}

/** A minute: how old an answer may be whose sources may have become stale meanwhile. */
const KEPT_MS = 60_000;

export interface MfaReader {
  now(): Promise<MfaState>;
  asAt(moment: Date): Promise<MfaState>;
}

/** Keeps the present between requests, until a collection ends or a minute has passed. */
export function mfaReader({ database, clock }: { database: Database; clock: Clock }): MfaReader {
  let kept: { readonly stamp: string; readonly state: MfaState } | undefined;
  let running: Promise<MfaState> | undefined;
  const read = async (): Promise<MfaState> => {
    const now = clock.now();
    const stamp = await database.transaction('everything', readEstateStamp);
    if (kept?.stamp === stamp && now.getTime() - kept.state.at.getTime() < KEPT_MS)
      return kept.state;
    const state = await database.transaction('everything', (sql) => readMfa(sql, now));
    kept = { stamp, state };
    return state;
  };
  return {
    now: () => (running ??= read().finally(() => (running = undefined))),
    asAt: (moment) =>
      database.transaction('everything', (sql) => readMfa(sql, clock.now(), moment)),
  };
}
