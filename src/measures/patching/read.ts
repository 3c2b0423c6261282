/** What is to be patched, as it stands now or as it was known at a past moment, for API, command line and console. */
import type * as z from 'zod';
import { HostPatching } from '../../estate/patching.ts';
import { ComponentNote } from '../../estate/schema.ts';
import { readEntities } from '../../estate/store-read.ts';
import type { Entity } from '../../estate/model.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { compareVersions } from '../../versions/index.ts';
import { assetGroups, type AssetGroups } from './groups.ts';
import type { Exception } from './model.ts';
import { WINDOWS } from './fix-of.ts';
import { reasonsNotPatched } from './reasons.ts';
import { standingOf, type Standing } from './state.ts';
import { readExceptions } from './store-exceptions.ts';
import { readHostNotes, readStoredItems, type HostNote, type StoredItem } from './store-shown.ts';
import { windowsReasons } from './windows-reasons.ts';

export interface PatchQuestion {
  readonly asset?: string | undefined;
  /** The key of a fix, the name of a flaw, or the name of what is to be mended. */
  readonly fix?: string | undefined;
  readonly service?: string | undefined;
  readonly customer?: string | undefined;
  readonly division?: string | undefined;
  readonly asAt?: Date | undefined;
}

export interface StandingItem extends Standing {
  readonly item: StoredItem;
}

export interface PatchState {
  readonly at: Date;
  /** Fixed ones too, void ones not. */
  readonly items: readonly StandingItem[];
  readonly groups: AssetGroups;
  readonly assets: ReadonlyMap<string, Entity>;
  readonly exceptions: readonly Exception[];
}

/** @throws HoldfastError `not_found` where no asset has that key. */
export async function readPatches(
  sql: Sql,
  now: Date,
  question: PatchQuestion = {},
): Promise<PatchState> {
  const { asAt } = question;
  const at = asAt ?? now;
  const entities: Entity[] = [];
  for (const kind of ['asset', 'service', 'dependency', 'holding'] as const)
    entities.push(...(await readEntities(sql, { kind }, asAt)));
  const assets = new Map(
    entities.flatMap((entity) => (entity.kind === 'asset' ? [[entity.key, entity] as const] : [])),
  );
  const groups = assetGroups(entities);
  const exceptions = await readExceptions(sql, asAt);
  const wanted = wantedAssets(question, groups);
  const items = await readStoredItems(sql, { assets: wanted, fix: question.fix, asAt });
  return {
    at,
    groups,
    assets,
    exceptions,
    items: items.map((item) => ({ item, ...standingOf(item, exceptions, at) })),
  };
}

/** Numbers of the assets that are asked for; undefined: all. */
function wantedAssets(
  { asset, service, customer, division }: PatchQuestion,
  groups: AssetGroups,
): number[] | undefined {
  if (asset !== undefined) {
    const found =
      groups.assets.get(asset) ?? [...groups.assets.values()].find(({ name }) => name === asset);
    if (found === undefined) throw new HoldfastError('not_found', `There is no asset ${asset}`);
    return [found.id];
  }
  const asked = Object.entries({ service, customer, division }).flatMap(([kind, key]) =>
    key === undefined ? [] : [`${kind}:${key}`],
  );
  if (asked.length === 0) return undefined;
  return [...groups.assets].flatMap(([key, { id }]) =>
    asked.every((group) => groups.of(key).includes(group)) ? [id] : [],
  );
}

/** What the hosts say of the components of some items, by `asset component`. */
export type HostWords = ReadonlyMap<string, HostNote>;

export async function readHostWords(sql: Sql, items: readonly StandingItem[]): Promise<HostWords> {
  const pairs = items.flatMap(({ item }) =>
    item.components.map((component) => ({ asset: item.assetId, component })),
  );
  const notes = pairs.length === 0 ? [] : await readHostNotes(sql, pairs);
  return new Map(notes.map((note) => [`${note.asset} ${note.component}`, note]));
}

type Note = Partial<z.infer<typeof ComponentNote>>;

export function notesOf(item: StoredItem, words: HostWords): (HostNote & { read: Note })[] {
  return item.components.flatMap((component) => {
    const word = words.get(`${item.assetId} ${component}`);
    if (word === undefined) return [];
    const read = ComponentNote.omit({ index: true })
      .partial()
      .safeParse(word.note ?? {});
    return [{ ...word, read: read.data ?? {} }];
  });
}

/** Why it is not patched, by the component that is farthest from it. */
export function reasonsOf(
  { item, state }: StandingItem,
  { assets, at }: Pick<PatchState, 'assets' | 'at'>,
  words: HostWords,
): ReturnType<typeof reasonsNotPatched> {
  if (state === 'fixed-proven' || item.fix.kind === 'configuration') return [];
  const { packageListsAt, patching, os } = (assets.get(item.asset)?.body ?? {}) as {
    packageListsAt?: string;
    patching?: unknown;
    os?: { readonly versionId?: string };
  };
  const host = HostPatching.safeParse(patching).data;
  const { type } = item.fix.subject;
  const about = {
    to: item.fix.to,
    host,
    listsAt: packageListsAt === undefined ? undefined : new Date(packageListsAt),
    releaseEnded: item.startSource === 'support-end',
    now: at,
  };
  if (type === WINDOWS) {
    const { start: released, phase } = item;
    const fixed = phase === 'fixed-unproven';
    return windowsReasons({ ...about, version: os?.versionId, released, fixed });
  }
  const compare = (a: string, b: string) => compareVersions(type, a, b);
  const facts = { ...about, compare };
  const notes = notesOf(item, words).map(({ read }) => read);
  const each = (notes.length === 0 ? [undefined] : notes).map((note) =>
    reasonsNotPatched({ ...facts, note }),
  );
  return [...new Set(each.flat())];
}
