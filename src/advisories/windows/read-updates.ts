/** Reads a table of Microsoft's updates row by row: hundreds of thousands of rows become some hundred catalogues. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { HoldfastError, messageOf } from '../../kernel/errors.ts';
import type { Item, Notes } from '../item.ts';
import { gatherCatalogues, type CatalogueRow } from './read-catalogue.ts';
import type { WindowsCatalogue } from './model.ts';

interface UpdateReading extends Notes {
  item(item: Item): void;
}

const MOST_ROW = 1024 * 1024;
const PIECE = 64 * 1024;

/**
 * @param columns names in the header's order, in small letters
 * @throws HoldfastError `bad_file` where a quote stays open.
 */
export async function readUpdates(
  chunks: AsyncIterable<Buffer>,
  columns: readonly string[],
  reading: UpdateReading,
): Promise<void> {
  const at = (name: string): number => columns.indexOf(name);
  const places = {
    date: at('dateposted'),
    cve: at('cve'),
    kb: at('bulletinkb'),
    product: at('affectedproduct'),
    component: at('affectedcomponent'),
    supersedes: at('supersedes'),
  };
  const catalogues = gatherCatalogues();
  let newest = '';
  const rows = parse({
    bom: true,
    comment: '#',
    comment_no_infix: true,
    from_line: 2,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MOST_ROW,
  });
  try {
    await pipeline(
      Readable.from(pieces(chunks)),
      rows,
      async (records: AsyncIterable<string[]>) => {
        for await (const record of records) {
          const row = rowOf(record, places);
          if (row === undefined) {
            reading.dropped('update without a date or a product');
            continue;
          }
          if (row.date > newest) newest = row.date;
          catalogues.take(row);
        }
      },
    );
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('bad_file', `The table is damaged or cut off (${messageOf(error)}).`, {
      cause: error,
    });
  }
  if (newest !== '') reading.asOf(`${isoDay(newest)}T00:00:00.000Z`);
  for (const catalogue of catalogues.catalogues())
    reading.item({ kind: 'windows', catalogue, modified: lastDay(catalogue) });
}

/** An archive's file comes as one piece, and the parser copies what it is given. */
async function* pieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += PIECE) yield chunk.subarray(at, at + PIECE);
}

function rowOf(
  record: readonly string[],
  places: Readonly<Record<keyof CatalogueRow, number>>,
): CatalogueRow | undefined {
  const field = (name: keyof CatalogueRow): string => record[places[name]] ?? '';
  if (!/^\d{8}$/.test(field('date')) || field('product') === '') return undefined;
  return {
    date: field('date'),
    cve: field('cve'),
    kb: field('kb'),
    product: field('product'),
    component: field('component'),
    supersedes: field('supersedes'),
  };
}

function isoDay(day: string): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
}

function lastDay({ updates }: WindowsCatalogue): string {
  return updates.reduce((last, { date }) => (date > last ? date : last), '');
}
