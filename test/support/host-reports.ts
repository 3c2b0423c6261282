/** Reports made from rows of the inventory script, each checked against the schema on the way. */
import assert from 'node:assert/strict';
import { BODIES, ComponentNote, Key } from '../../src/estate/schema.ts';
import type { Bodies, Inventory, Kind, Report } from '../../src/estate/schema.ts';
import { parseInventory } from '../../src/connectors/linux-host/parse.ts';
import { reportsOf } from '../../src/connectors/linux-host/report.ts';
import { inventoryOutput, SMALL_HOST, type Rows } from './inventory-output.ts';

export const AT = '2026-11-21T23:00:00.000Z';
export const ASSET = 'linux:0123456789abcdef:web1';

export function reports(sections: Rows): Report[] {
  const all = reportsOf(parseInventory(inventoryOutput({ ...SMALL_HOST, ...sections })), AT);
  for (const report of all) {
    if (report.type !== 'observation') continue;
    BODIES[report.kind].parse(report.body);
    Key.parse(report.key);
  }
  return all;
}
export function bodies<K extends Kind>(kind: K, all: readonly Report[]): Map<string, Bodies[K]> {
  return new Map(
    all.flatMap((report) =>
      report.type === 'observation' && report.kind === kind
        ? [[report.key, report.body as Bodies[K]] as const]
        : [],
    ),
  );
}
export function unseen(all: readonly Report[]): string[] {
  return all.flatMap((report) =>
    report.type === 'unseen' && report.detail !== 'was not sent'
      ? [`${report.what}: ${report.reason}`]
      : [],
  );
}
export function asset(all: readonly Report[]): Bodies['asset'] {
  const found = bodies('asset', all).get(ASSET);
  assert.ok(found);
  return found;
}
export function inventory(all: readonly Report[], section: string): Inventory {
  const found = all.find((report) => report.type === 'inventory' && report.section === section);
  assert.ok(found?.type === 'inventory');
  for (const note of found.notes ?? []) ComponentNote.parse(note);
  return found;
}
export function notes(found: Inventory): Record<string, unknown> {
  return Object.fromEntries<unknown>(
    (found.notes ?? []).map(({ index, ...note }) => [found.components[index]?.name ?? '', note]),
  );
}
