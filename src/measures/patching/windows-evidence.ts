/** What proves a fix of Windows, out of the parts, the settings and the asset's own words. */
import type { Sql } from '../../kernel/sql/database.ts';
import type { KnownAsset } from './asset-facts.ts';
import { WINDOWS } from './fix-of.ts';
import type { ItemRow } from './item-row.ts';
import type { Fix } from './model.ts';
import { readSettingsAsked, type InstalledPart } from './store-items.ts';
import type { WindowsEvidence } from './windows-proof.ts';

/** Of each component the flaws against which a setting is still to be made; true: it is known not to be in force. */
export type SettingsAsked = ReadonlyMap<number, ReadonlyMap<string, boolean>>;

/** Asked only where fixes of Windows are closed. */
export async function settingsOf(
  sql: Sql,
  parts: ReadonlyMap<string, readonly InstalledPart[]>,
  fixes: ReadonlyMap<number, Fix>,
): Promise<SettingsAsked> {
  const components = [...parts.values()]
    .flat()
    .filter(({ fix }) => fixes.get(fix)?.subject.type === WINDOWS)
    .map(({ component }) => component);
  const asked = Map.groupBy(
    await readSettingsAsked(sql, [...new Set(components)]),
    ({ component }) => component,
  );
  return new Map(
    [...asked].map(([component, rows]) => [
      component,
      new Map(rows.map(({ flaw, certain }) => [flaw, certain])),
    ]),
  );
}

interface Closing {
  readonly row: Pick<ItemRow, 'flaws'>;
  readonly fix: Fix;
  readonly parts: readonly InstalledPart[];
  readonly settings: SettingsAsked;
  readonly asset: KnownAsset | undefined;
}

type Own = Omit<WindowsEvidence, 'matches' | 'listedAt'>;

export function windowsEvidence({ row, fix, parts, settings, asset }: Closing): Own {
  const open = parts.flatMap(({ component }) =>
    row.flaws.flatMap((flaw) => settings.get(component)?.get(flaw) ?? []),
  );
  const { patching } = asset ?? {};
  const offers = patching?.offers;
  return {
    version: parts[0]?.version,
    to: fix.to,
    setting: settingIn(fix, open),
    restarts: asset?.restarts,
    bootedAt: asset?.bootedAt,
    events: patching?.events ?? [],
    offers: offers?.map(({ update }) => update),
    approved: patching?.approved === true,
    // A search of which nobody saw the outcome proves nothing of what is on offer.
    listsAt: offers === undefined ? undefined : asset?.listsAt,
  };
}

/** A setting that is asked for besides the update; of a fix that is one, that nobody asks for it any more. */
function settingIn({ kind }: Fix, open: readonly boolean[]): WindowsEvidence['setting'] {
  if (open.length > 0) return open.includes(true) ? 'no' : 'unknown';
  return kind === 'configuration' ? 'yes' : undefined;
}
