/** Single login paths, worst first, a page at a time, and who must register a factor. */
import { comparePositions, type Position } from '../../kernel/cursor.ts';
import { accountAt } from './table.ts';
import { codeAt, membersOf, type Coverage } from './coverage.ts';
import { judge } from './judge.ts';
import { sentenceOf } from './explain.ts';
import { doorPosition, type Ranking, type RankedDoor } from './rank.ts';
import { registered } from './strength.ts';
import { VERDICTS, type Account, type Door, type Judgement, type Verdict } from './model.ts';

export interface PathFilter {
  readonly customer?: string | undefined;
  readonly service?: string | undefined;
  readonly division?: string | undefined;
  readonly door?: string | undefined;
  readonly account?: string | undefined;
  readonly verdict?: Verdict | undefined;
  readonly population?: Account['population'];
}

export interface LoginPath {
  readonly account: Account;
  readonly door: Door;
  readonly judgement: Judgement;
  readonly sentence: string;
  /** Where it stands in the list, by value. */
  readonly position: Position;
}

/** `people`: gaps first, by the people behind the door. `rank`: by verdict, then by the danger of the door. */
export const PATH_ORDERS = ['people', 'rank'] as const;
export type PathOrder = (typeof PATH_ORDERS)[number];

export interface PathPage {
  readonly order: PathOrder;
  /** Where the page before ended, as the path there says; the worst first without it. */
  readonly after?: Position | undefined;
  readonly count: number;
}

/** Paths of one verdict at one door. */
interface Bundle {
  readonly ranked: RankedDoor;
  readonly verdict: Verdict;
  readonly position: Position;
}

/** The list and what its positions are made of: enough to tell one that no page of it gave. */
export const LOGIN_PATHS = {
  name: 'login paths',
  shape: [0, 0, 0, 0, 0, 0, '', 0, 0, ''] as Position,
};

/** The next `count` paths in this order; of the same door and verdict by account. */
export function listPaths(
  coverage: Coverage,
  ranking: Ranking,
  filter: PathFilter,
  { order, after, count }: PathPage,
): LoginPath[] {
  const found: LoginPath[] = [];
  const takes = accountFilter(coverage, filter);
  const score = (at: number): number => ranking.accounts[at] ?? 0;
  const key = (at: number): string => coverage.table.keys[at] ?? '';
  for (const { ranked, verdict, position } of bundlesOf(ranking, filter, order)) {
    const compared = after === undefined ? 1 : comparePositions(position, after);
    if (compared < 0) continue;
    const { door } = ranked;
    const places = placesAt(coverage, door, verdict, (at) => takes?.(at, door) ?? true);
    const positionOf = (at: number): Position => [...position, score(at), key(at)];
    const left =
      after === undefined || compared > 0
        ? places
        : places.filter((at) => comparePositions(positionOf(at), after) > 0);
    left.sort((a, b) => score(a) - score(b) || (key(a) < key(b) ? -1 : 1));
    for (const at of left.slice(0, count - found.length))
      found.push(...pathAt(coverage, door, at, positionOf(at)));
    if (found.length >= count) return found;
  }
  return found;
}

function bundlesOf(ranking: Ranking, filter: PathFilter, order: PathOrder): Bundle[] {
  const verdicts = filter.verdict === undefined ? VERDICTS : [filter.verdict];
  const bundles = doorsOf(ranking, filter).flatMap((ranked) =>
    verdicts.map((verdict): Bundle => {
      const code = VERDICTS.indexOf(verdict);
      const isEnforced = verdict === 'enforced' ? 1 : 0;
      const [place, ...rest] = doorPosition(ranked);
      const position =
        order === 'people' ? [isEnforced, place ?? 0, ...rest, code] : [code, 0, ...rest, code];
      return { ranked, verdict, position };
    }),
  );
  return bundles.sort((a, b) => comparePositions(a.position, b.position));
}

/** Doors that a filter leaves, worst first. */
export function doorsOf({ doors }: Ranking, { door, service }: PathFilter): readonly RankedDoor[] {
  return doors.filter(
    (each) =>
      (door === undefined || each.door.key === door || each.door.name === door) &&
      (service === undefined ||
        each.door.opens.some((opened) => opened.kind === 'service' && opened.key === service)),
  );
}

type Takes = (at: number, door: Door) => boolean;

/** undefined: every account is wanted. */
export function accountFilter({ table }: Coverage, filter: PathFilter): Takes | undefined {
  const { customer, division, population, account } = filter;
  if ([customer, division, population, account].every((each) => each === undefined))
    return undefined;
  return (at, door) =>
    (account === undefined || table.keys[at] === account || table.logins[at] === account) &&
    (customer === undefined || table.customers[table.customer[at] ?? -1] === customer) &&
    (division === undefined || divisionOf(table, at, door) === division) &&
    (population === undefined || table.samples[table.traits[at] ?? 0]?.population === population);
}

/** The division of a path: its account's, else that of the door's machine. */
export function divisionOf(table: Coverage['table'], at: number, door: Door): string | undefined {
  return table.divisions[table.division[at] ?? -1] ?? door.division;
}

function placesAt(
  { judged, classes }: Coverage,
  door: Door,
  verdict: Verdict,
  takes: (at: number) => boolean,
): number[] {
  const here = judged.get(door.key);
  if (here === undefined) return [];
  const code = VERDICTS.indexOf(verdict);
  const places: number[] = [];
  for (const [number, each] of here.codes.entries()) {
    if (each !== code) continue;
    for (const at of membersOf(classes, number)) if (!here.own.has(at)) places.push(at);
  }
  for (const [at, each] of here.own) if (each === code) places.push(at);
  return places.filter(takes);
}

function pathAt(coverage: Coverage, door: Door, at: number, position: Position): LoginPath[] {
  const account = accountAt(coverage.table, at);
  const path = judge(account, door, coverage.setting);
  if (path === 'closed') return [];
  return [{ account, door, judgement: path, sentence: sentenceOf(path), position }];
}

/** An account that must get a second factor (or stop being one that a secret opens). */
export interface CampaignRow {
  readonly owner: string;
  readonly ownerKind: 'customer' | 'division' | 'identity-source';
  readonly account: string;
  readonly login: string;
  readonly population: Account['population'];
  readonly enabled: boolean | undefined;
  /** What the account has now. */
  readonly registered: 'none' | 'weak' | 'unknown';
  readonly action: 'register-a-factor' | 'use-a-workload-identity';
  /** Doors that one factor opens to it, or of which it is unknown. */
  readonly openDoors: number;
  readonly unknownDoors: number;
  readonly worstDoor: string;
}

/** Everybody without a sound second factor who has a login path that is not enforced, by owner, worst first. */
export function campaign(coverage: Coverage, ranking: Ranking, filter: PathFilter): CampaignRow[] {
  const { table, classes } = coverage;
  const takes = accountFilter(coverage, filter);
  const doors = doorsOf(ranking, filter);
  const rows: { row: CampaignRow; score: number }[] = [];
  for (const [number, sample] of classes.samples.entries()) {
    const state = registrationOf(sample);
    if (state === undefined) continue;
    for (const at of membersOf(classes, number)) {
      const gaps = gapsAt(coverage, doors, at, takes);
      if (gaps === undefined) continue;
      const account = accountAt(table, at);
      rows.push({
        row: { ...rowOf(account), registered: state, ...gaps },
        score: ranking.accounts[at] ?? 0,
      });
    }
  }
  const byOwner = (a: CampaignRow, b: CampaignRow) =>
    a.owner === b.owner ? 0 : a.owner < b.owner ? -1 : 1;
  return rows.sort((a, b) => byOwner(a.row, b.row) || a.score - b.score).map(({ row }) => row);
}

/** undefined: it has a factor that an attacker does not get by asking for it. */
function registrationOf(account: Account): CampaignRow['registered'] | undefined {
  if (registered(account, 'app').state === 'yes') return undefined;
  const { state } = registered(account, 'sms');
  if (state === 'yes') return 'weak';
  return state === 'no' ? 'none' : 'unknown';
}

function gapsAt(
  coverage: Coverage,
  doors: readonly RankedDoor[],
  at: number,
  takes: Takes | undefined,
): Pick<CampaignRow, 'openDoors' | 'unknownDoors' | 'worstDoor'> | undefined {
  const found = { openDoors: 0, unknownDoors: 0, worstDoor: '' };
  for (const { door } of doors) {
    if (takes !== undefined && !takes(at, door)) continue;
    const verdict = VERDICTS[codeAt(coverage, door.key, at) ?? -1];
    if (verdict === undefined || verdict === 'enforced') continue;
    if (verdict === 'unknown') found.unknownDoors += 1;
    else found.openDoors += 1;
    if (found.worstDoor === '') found.worstDoor = door.key;
  }
  return found.worstDoor === '' ? undefined : found;
}

function rowOf(account: Account) {
  const { key, login, population, enabled, customer, division, identitySource } = account;
  const owner = customer ?? division ?? identitySource;
  const ownerKind =
    customer === undefined ? (division === undefined ? 'identity-source' : 'division') : 'customer';
  const machine = population === 'service' || population === 'system';
  const action = machine ? 'use-a-workload-identity' : 'register-a-factor';
  return { owner, ownerKind, account: key, login, population, enabled, action } as const;
}
