/** Coverage in the form of the API's schemas. */
import { HoldfastError } from '../../kernel/errors.ts';
import { bypassOf } from './bypasses.ts';
import type { Counts } from './coverage.ts';
import { explain } from './explain.ts';
import type { Position } from '../../kernel/cursor.ts';
import type { CampaignRow as Row, LoginPath as Path, PathFilter, PathPage } from './paths.ts';
import { campaign, listPaths } from './paths.ts';
import { pathsOf, type RankedDoor } from './rank.ts';
import type { MfaState } from './read.ts';
import { accountAt } from './table.ts';
import type { CampaignRow, LoginPath, MfaDoor, MfaSummary, PathExplanation } from './schema.ts';
import type * as z from 'zod';
import type { PathCounts } from './schema.ts';
import { summarise, type Share } from './summary.ts';

/** An account that has not signed in for so long is dormant. */
const DORMANT_DAYS = 90;

export function shownCounts(counts: Counts): z.infer<typeof PathCounts> {
  const { enforced, none, unknown, closed } = counts;
  const registeredNotEnforced = counts['registered-not-enforced'];
  return { paths: pathsOf(counts), enforced, registeredNotEnforced, none, unknown, closed };
}

export function shownSummary({ at, coverage, ranking }: MfaState, filter: PathFilter): MfaSummary {
  const { total, byDivision, byCustomer, byPopulation, ...rest } = summarise(
    coverage,
    ranking,
    filter,
  );
  const shares = (list: readonly Share[]) =>
    list.map(({ name, counts }) => ({ name, counts: shownCounts(counts) }));
  return {
    at: at.toISOString(),
    total: shownCounts(total),
    byDivision: shares(byDivision),
    byCustomer: shares(byCustomer),
    byPopulation: shares(byPopulation),
    ...rest,
  };
}

export function shownPaths(
  { at, coverage, ranking }: MfaState,
  filter: PathFilter,
  page: PathPage,
): LoginPath[] {
  return listPaths(coverage, ranking, filter, page).map((path) => shownPath(path, at));
}

export interface PagedPaths {
  readonly paths: LoginPath[];
  /** Where the page ended; undefined: there is no further one. */
  readonly end: Position | undefined;
}

/** A page of them, and where it ended. */
export function pagedPaths(
  { at, coverage, ranking }: MfaState,
  filter: PathFilter,
  page: PathPage,
): PagedPaths {
  const found = listPaths(coverage, ranking, filter, { ...page, count: page.count + 1 });
  const shown = found.slice(0, page.count);
  return {
    paths: shown.map((path) => shownPath(path, at)),
    end: found.length > page.count ? shown.at(-1)?.position : undefined,
  };
}

function shownPath({ account, door, judgement, sentence }: Path, at: Date): LoginPath {
  const { key, login, identitySource, population, customer, division, enabled, privileged } =
    account;
  const { verdict, strength, reasons, bypasses, contradicted } = judgement;
  return {
    account: key,
    login,
    identitySource,
    population: population ?? null,
    customer: customer ?? null,
    division: division ?? door.division ?? null,
    enabled: enabled ?? null,
    dormant: isDormant(account.lastSignInAt, at),
    privileged: privileged ?? null,
    door: door.key,
    verdict,
    strength: strength ?? null,
    reasons: [...new Set(reasons)],
    bypasses: [...bypasses],
    contradicted,
    sentence,
  };
}

function isDormant(lastSignInAt: number | undefined, at: Date): boolean | null {
  if (lastSignInAt === undefined) return null;
  return at.getTime() - lastSignInAt > DORMANT_DAYS * 86_400_000;
}

export function shownDoors({ ranking }: Pick<MfaState, 'ranking'>): MfaDoor[] {
  return ranking.doors.map(shownDoor);
}

export function shownDoor({ door, counts, reached }: RankedDoor): MfaDoor {
  const { key, name, type, reachableFrom, accepts, declared } = door;
  return {
    key,
    name,
    type: type ?? null,
    reachableFrom: [...reachableFrom],
    accepts: accepts === undefined ? null : [...accepts],
    declared,
    peopleBehind: reached === undefined ? null : { ...reached },
    counts: shownCounts(counts),
  };
}

/** @throws HoldfastError `not_found` where no source tells of the account or the door. */
export function shownExplanation(
  state: MfaState,
  accountName: string,
  doorName: string,
): PathExplanation {
  const { account, door } = pathNamed(state, accountName, doorName);
  const { path, sentence, evidence } = explain(account, door, state.coverage.setting);
  const closed = {
    verdict: 'closed',
    strength: undefined,
    contradicted: false,
    bypasses: [],
  } as const;
  const { verdict, strength, contradicted, bypasses } = path === 'closed' ? closed : path;
  return {
    at: state.at.toISOString(),
    account: account.key,
    door: door.key,
    verdict,
    strength: strength ?? null,
    contradicted,
    sentence,
    bypasses: bypasses
      .flatMap((id) => bypassOf(id) ?? [])
      .map(({ id, title, where, shows }) => ({ id, title, where, shows })),
    evidence: evidence.map(({ source, trueAt, ...rest }) => ({
      ...rest,
      source: state.sources.get(source)?.name ?? `source ${source}`,
      trueAt: new Date(trueAt).toISOString(),
    })),
  };
}

function pathNamed(state: MfaState, accountName: string, doorName: string) {
  const { coverage } = state;
  const at = coverage.table.indexOf(accountName) ?? byLogin(state, accountName);
  if (at === undefined) throw unknownName('account', accountName);
  const door = coverage.judged.get(doorName)?.door ?? byName(state, doorName);
  if (door === undefined) throw unknownName('door', doorName);
  const account = accountAt(coverage.table, at);
  if (door.accepts?.includes(account.identitySource) === true) return { account, door };
  throw new HoldfastError(
    'not_found',
    `The door ${door.key} is not known to accept accounts of ${account.identitySource}`,
    { remedy: 'holdfast doors shows whose accounts each door accepts.' },
  );
}

/** A login alone will do where only one account has it. */
function byLogin({ coverage }: MfaState, login: string): number | undefined {
  const at = coverage.table.logins.indexOf(login);
  return at === -1 || coverage.table.logins.includes(login, at + 1) ? undefined : at;
}

function byName({ coverage }: MfaState, name: string) {
  const doors = [...coverage.judged.values()].filter(({ door }) => door.name === name);
  return doors.length === 1 ? doors[0]?.door : undefined;
}

function unknownName(kind: 'account' | 'door', name: string): HoldfastError {
  return new HoldfastError('not_found', `No ${kind}, or more than one, is called ${name}`, {
    remedy: `holdfast estate list ${kind} shows them all by key.`,
  });
}

export function shownCampaign({ coverage, ranking }: MfaState, filter: PathFilter): CampaignRow[] {
  return campaign(coverage, ranking, filter).map(({ population, enabled, ...row }: Row) => ({
    ...row,
    population: population ?? null,
    enabled: enabled ?? null,
  }));
}
