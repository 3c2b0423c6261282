/** Which source an item is of, where a file may bring the records of any. */
import { ecosystemBase } from './ecosystem.ts';
import type { Item } from './item.ts';
import type { Format } from './recognise.ts';
import type { Source } from './sources/source.ts';

/** Of OSV records in a directory nobody says who collected them: they are OSV's unless one other source was asked for. */
export function attribution(
  chosen: readonly Source[],
  isChoice: boolean,
): (item: Item, format: Format) => string | undefined {
  const ids = new Set(chosen.map(({ id }) => id));
  const inOsvForm = chosen.filter(({ format }) => format === 'osv');
  const only = inOsvForm.length === 1 ? inOsvForm[0]?.id : 'osv';
  return (item, format) => {
    const id = ownerOf(item, format, isChoice ? only : 'osv');
    return id !== undefined && (!isChoice || ids.has(id)) ? id : undefined;
  };
}

const SECDB: ReadonlyMap<string, string> = new Map([
  ['Chainguard', 'chainguard'],
  ['Wolfi', 'wolfi'],
]);

function ownerOf(item: Item, format: Format, osv: string | undefined): string | undefined {
  if (item.kind === 'intel') return item.source;
  if (item.kind === 'eol') return 'endoflife';
  if (item.kind === 'windows') return 'windows';
  const base = ecosystemBase(item.rows[0]?.ecosystem ?? '');
  if (format === 'secdb') return SECDB.get(base) ?? 'alpine';
  if (format === 'csaf') return base === 'SUSE' ? 'suse' : 'redhat';
  return format === 'debian-tracker' ? 'debian' : osv;
}
