/** A question about a flaw, and its answer out of the loaded indexes or, once, out of the database. */
import type { Database, Sql } from '../../kernel/sql/database.ts';
import { readComponents, readEstateLinks, readHolders } from '../../estate/store-columns.ts';
import {
  componentNames,
  concernedBy,
  concernedByRange,
  type ComponentNames,
} from '../../measures/scanning/concerned.ts';
import type { ConcernedComponents } from '../../measures/scanning/model.ts';
import { packageOf } from '../../measures/scanning/component.ts';
import { readConcerned } from '../../measures/scanning/store.ts';
import { reverseAnswer } from './answer.ts';
import { linksOf } from './links.ts';
import { peopleSource, type PeopleTools } from './load-people.ts';
import type { LoadedEstate } from './load.ts';
import type { ReverseAnswer, ReverseFilter, ReversePage } from './model.ts';

export type ReverseQuestion =
  /** A CVE or another name of a flaw that the evaluation has found. */
  | { readonly name: string }
  /** The document of an advisory, evaluated or not. */
  | { readonly advisory: unknown }
  /** A package URL without a version, and `vers:…`. */
  | { readonly purl: string; readonly range: string };

export interface AskedAnswer extends ReverseAnswer {
  /** What was asked about, in words. */
  readonly about: string;
  readonly asOf: Date;
  readonly affectedComponents: number;
  readonly unknownComponents: number;
  /** Package URLs of the components that rows name. */
  readonly purls: ReadonlyMap<number, string>;
  /** Why people are bounds although there are sets. */
  readonly problem: string | undefined;
}

/** From the loaded indexes; only a name is looked up in the database. @throws HoldfastError `bad_input`, `not_found` */
export async function ask(
  database: Database,
  estate: LoadedEstate,
  question: ReverseQuestion,
  filter: ReverseFilter,
  page: ReversePage,
  now: Date,
): Promise<AskedAnswer> {
  const { about, concerned } =
    'name' in question
      ? await concernedByName(database, question.name)
      : concernedIn(question, estate.names, now);
  const answer = reverseAnswer(estate, concerned, filter, page);
  return {
    ...answer,
    about,
    asOf: estate.asOf,
    affectedComponents: concerned.affected.length,
    unknownComponents: concerned.unknown.length,
    purls: purlsOf(answer, estate.names),
    problem: estate.problem,
  };
}

/** The same without an index of the holders, which one question is not worth: the database looks them up. */
export async function askDatabase(
  tools: PeopleTools,
  question: ReverseQuestion,
  filter: ReverseFilter,
  page: ReversePage,
): Promise<AskedAnswer> {
  const { database, clock } = tools;
  const asOf = clock.now();
  const read = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    database.transaction('everything', work);
  const names = componentNames();
  if (!('name' in question))
    for (const component of await read((sql) => readComponents(sql))) names.add(component);
  const { about, concerned } =
    'name' in question
      ? await concernedByName(database, question.name)
      : concernedIn(question, names, asOf);
  const all = [...new Set([...concerned.affected, ...concerned.unknown])];
  const holders = await read((sql) => readHolders(sql, all));
  const links = linksOf(await read(readEstateLinks));
  const source = peopleSource(tools);
  const people = await source.of(links.holdingRows);
  const each = (component: number, visit: (asset: number) => void): void => {
    for (const asset of holders.get(component) ?? []) visit(asset);
  };
  const answer = reverseAnswer({ each, links, people }, concerned, filter, page);
  const shown = answer.rows.flatMap(({ components }) => components);
  if ('name' in question)
    for (const component of await read((sql) => readComponents(sql, shown))) names.add(component);
  return {
    ...answer,
    about,
    asOf,
    affectedComponents: concerned.affected.length,
    unknownComponents: concerned.unknown.length,
    purls: purlsOf(answer, names),
    problem: source.problem,
  };
}

interface Concern {
  readonly about: string;
  readonly concerned: ConcernedComponents;
}

async function concernedByName(database: Database, name: string): Promise<Concern> {
  const concerned = await database.transaction('everything', (sql) => readConcerned(sql, name));
  return { about: name, concerned };
}

function concernedIn(
  question: Exclude<ReverseQuestion, { readonly name: string }>,
  names: ComponentNames,
  now: Date,
): Concern {
  if ('advisory' in question) {
    const { ids, components } = concernedBy(question.advisory, names, now);
    return { about: ids.join(', '), concerned: components };
  }
  const { purl, range } = question;
  return { about: `${purl} ${range}`, concerned: concernedByRange(purl, range, names) };
}

function purlsOf({ rows }: ReverseAnswer, names: ComponentNames): Map<number, string> {
  const purls = new Map<number, string>();
  for (const id of rows.flatMap(({ components }) => components)) {
    const component = purls.has(id) ? undefined : names.get(id);
    if (component !== undefined) purls.set(id, packageOf(component).purl);
  }
  return purls;
}
