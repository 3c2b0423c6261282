/** Exposure as it is, or as it was known at a past moment, before any of the attackers. */
import { HoldfastError } from '../kernel/errors.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database, Sql } from '../kernel/sql/database.ts';
import { readEstateStamp } from '../estate/store-voices.ts';
import { readMfa, type MfaState } from '../measures/mfa/read.ts';
import { readFindingsStamp } from '../measures/scanning/store-flaws.ts';
import type { PersonKey } from '../people/person-key.ts';
import { readCountsStamp } from '../people/store-stamp.ts';
import { ATTACKERS, attackerOf } from './attackers.ts';
import { countedOf, exposureOf, type Counted, type Exposure } from './exposure.ts';
import type { EstateFacts } from './facts.ts';
import { readFacts } from './read-facts.ts';
import { readPeople, type HoldingPeople } from './read-people.ts';

export interface ExposureTools {
  readonly database: Database;
  readonly clock: Clock;
  /** The person key, where one is at hand: without it unions of people are bounds. */
  readonly key?: PersonKey | undefined;
  /** Kept MFA coverage of the present, so that it is not judged twice. */
  readonly mfa?: { now(): Promise<MfaState> } | undefined;
}

export interface ExposureQuestion {
  /** By id (attackers.ts); the outsider with one stolen password where none is named. */
  readonly attacker?: string | undefined;
  readonly asAt?: Date | undefined;
}

/** Everything of one moment that does not depend on the attacker. */
interface Ground extends Counted {
  readonly at: Date;
  readonly facts: EstateFacts;
  readonly people: HoldingPeople;
  readonly sources: MfaState['sources'];
}

/** @throws HoldfastError `not_found` for an attacker that is not known. */
export async function readExposure(
  tools: ExposureTools,
  { attacker, asAt }: ExposureQuestion = {},
): Promise<Exposure> {
  const model = knownAttacker(attacker);
  return facing(await readGround(tools, asAt), model);
}

function knownAttacker(id: string | undefined) {
  const model = attackerOf(id);
  if (model !== undefined) return model;
  throw new HoldfastError('not_found', `no attacker is called ${id ?? ''}`, {
    remedy: `Name one of ${ATTACKERS.map((each) => each.id).join(', ')}.`,
  });
}

function facing(ground: Ground, attacker: Exposure['attacker']): Exposure {
  return exposureOf({ ...ground, attacker, counted: ground });
}

async function readGround(tools: ExposureTools, asAt?: Date, known?: Ground): Promise<Ground> {
  const { database, clock, key } = tools;
  const now = clock.now();
  const kept = asAt === undefined ? await tools.mfa?.now() : undefined;
  return database.transaction('everything', async (sql) => {
    const mfa = kept ?? (await readMfa(sql, now, asAt));
    const facts = await readFacts(sql, mfa, now, asAt);
    const at = asAt ?? now;
    if (known !== undefined && samePositions(known.facts, facts))
      return { ...known, at, facts, sources: mfa.sources };
    const people = await readPeople(sql, facts.holdings, { at: now, asAt, key });
    return { at, facts, people, sources: mfa.sources, ...countedOf(people) };
  });
}

/** Whether the same holdings with the same figures stand at the same positions. */
function samePositions(a: EstateFacts, b: EstateFacts): boolean {
  if (a.holdings.length !== b.holdings.length) return false;
  return a.holdings.every((holding, at) => {
    const other = b.holdings[at];
    return other?.key === holding.key && other.learnedAt.getTime() === holding.learnedAt.getTime();
  });
}

export interface ExposureReader {
  read(question?: ExposureQuestion): Promise<Exposure>;
}

/** How old an answer may be whose sources may have become stale meanwhile. */
const KEPT_MS = 60_000;

/**
 * Keeps the present between requests: until a collection, a matching or a count is stored, or a minute has passed. The
 * people stay counted for as long as no count is stored, and each attacker's graph for as long as the facts stand.
 */
export function exposureReader(tools: ExposureTools): ExposureReader {
  let kept: { stamp: string; counts: string; ground: Ground } | undefined;
  let graphs = new Map<string, Exposure>();
  let running: Promise<Ground> | undefined;
  const present = async (): Promise<Ground> => {
    const { stamp, counts } = await tools.database.transaction('everything', readStamps);
    const now = tools.clock.now().getTime();
    if (kept?.stamp === stamp && now - kept.ground.at.getTime() < KEPT_MS) return kept.ground;
    const known = kept?.counts === counts ? kept.ground : undefined;
    const ground = await readGround(tools, undefined, known);
    kept = { stamp, counts, ground };
    graphs = new Map();
    return ground;
  };
  return {
    async read({ attacker, asAt } = {}) {
      const model = knownAttacker(attacker);
      if (asAt !== undefined) return facing(await readGround(tools, asAt), model);
      const ground = await (running ??= present().finally(() => (running = undefined)));
      const known = graphs.get(model.id) ?? facing(ground, model);
      graphs.set(model.id, known);
      return known;
    },
  };
}

async function readStamps(sql: Sql): Promise<{ stamp: string; counts: string }> {
  const counts = await readCountsStamp(sql);
  const others = [await readEstateStamp(sql), await readFindingsStamp(sql)];
  return { counts, stamp: [counts, ...others].join(' ') };
}
