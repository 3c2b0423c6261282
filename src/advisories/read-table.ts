/** Reads EPSS and KEV tables, row by row. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { epssComment, epssRow } from './formats/epss.ts';
import { parseKevEntry } from './formats/kev.ts';
import type { Item, Notes } from './item.ts';
import type { TableShape } from './recognise.ts';
import { readUpdates } from './windows/read-updates.ts';

interface TableReading extends Notes {
  item(item: Item): void;
}

const MOST_ROW = 1024 * 1024;

/** @throws HoldfastError `bad_file` where a row has not the columns of the header or a quote stays open. */
export async function readTable(
  chunks: AsyncIterable<Buffer>,
  shape: TableShape,
  reading: TableReading,
): Promise<void> {
  if (shape.format === 'windows-updates') {
    await readUpdates(chunks, shape.columns, reading);
    return;
  }
  const about = epssComment(shape.comment);
  const rows = parse({
    bom: true,
    delimiter: shape.separator,
    columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
    from_line: shape.comment === '' ? 1 : 2,
    quote: shape.separator === ',' ? '"' : null,
    skip_empty_lines: true,
    max_record_size: MOST_ROW,
  });
  try {
    await pipeline(
      Readable.from(chunks),
      rows,
      async (records: AsyncIterable<Record<string, string>>) => {
        for await (const row of records) {
          const items =
            shape.format === 'kev'
              ? parseKevEntry(kevEntry(row), reading)
              : [epssRow(row, about, reading)];
          for (const item of items) if (item !== undefined) reading.item(item);
        }
      },
    );
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('bad_file', `The table is damaged or cut off (${messageOf(error)}).`, {
      cause: error,
    });
  }
}

/** The table has CISA's field names in lower case by now. */
function kevEntry(row: Readonly<Record<string, string>>): Record<string, unknown> {
  return {
    cveID: row['cveid'],
    vendorProject: row['vendorproject'],
    product: row['product'],
    vulnerabilityName: row['vulnerabilityname'],
    dateAdded: row['dateadded'],
    dueDate: row['duedate'],
    knownRansomwareCampaignUse: row['knownransomwarecampaignuse'],
  };
}
