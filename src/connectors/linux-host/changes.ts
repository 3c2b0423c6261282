/** Entries of changelogs, as a host read them: who wrote them stays there. */
import type * as z from 'zod';
import type { ComponentNote } from '../../estate/schema.ts';
import type { HostFacts } from './parse.ts';

type Row = NonNullable<HostFacts['upgradable']>['change'][number];
type Note = z.infer<typeof ComponentNote>;
type Change = NonNullable<Note['changes']>[number];

const MOST = 10;

/** By the name of the package; of several on one host that share a name, all entries. */
export function changesOf(rows: readonly Row[]): (name: string) => Pick<Note, 'changes'> {
  const byName = Map.groupBy(rows, ({ name }) => name);
  return (name) => {
    const changes = (byName.get(name) ?? []).flatMap((row) => changeOf(row) ?? []);
    return changes.length === 0 ? {} : { changes: changes.slice(0, MOST) };
  };
}

function changeOf({ version, when, flaws }: Row): Change | undefined {
  const time = /^\d{1,11}$/.test(when) ? Number(when) * 1000 : Date.parse(when);
  // A packager's clock that was never set tells nothing.
  if (Number.isNaN(time) || time < FIRST || time > LAST) return undefined;
  const at = new Date(time).toISOString();
  const named = flaws?.split(' ') ?? [];
  return { version, at, ...(named.length === 0 ? {} : { flaws: named.slice(0, 100) }) };
}

const FIRST = Date.UTC(1995, 0);
const LAST = Date.UTC(2100, 0);
