/** The campaign as CSV (RFC 4180) that survives a spreadsheet. */
import type { CampaignRow } from './schema.ts';

const COLUMNS = [
  'owner',
  'ownerKind',
  'account',
  'login',
  'population',
  'enabled',
  'registered',
  'action',
  'openDoors',
  'unknownDoors',
  'worstDoor',
] as const satisfies readonly (keyof CampaignRow)[];

/** A header and one line an account, without the last line end. */
export function campaignCsv(rows: readonly CampaignRow[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','));
  return [COLUMNS.join(','), ...lines].join('\n');
}

/** What starts like a formula would be run by a spreadsheet: an apostrophe stops that. */
function cell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const guarded = /^'*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
