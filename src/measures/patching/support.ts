/** Until when somebody repairs an operating system: the phases of its support, with what its owner is entitled to. */
import type { EolCycle, EolProduct } from '../../advisories/model.ts';
import type { Bodies } from '../../estate/schema.ts';
import type { Unsupported } from './asset-facts.ts';

/** `debian` and `12` under the names that endoflife.date uses. */
const SLUGS: Readonly<Record<string, string>> = {
  almalinux: 'almalinux',
  alpine: 'alpine-linux',
  amzn: 'amazon-linux',
  centos: 'centos',
  debian: 'debian',
  fedora: 'fedora',
  ol: 'oracle-linux',
  'opensuse-leap': 'opensuse',
  rhel: 'rhel',
  rocky: 'rocky-linux',
  sles: 'sles',
  ubuntu: 'ubuntu',
  windows: 'windows',
  'windows-server': 'windows-server',
};

/** Whose extended repairs are for everybody, not only for those who pay: Debian's LTS. */
const FREE_EXTENSION: ReadonlySet<string> = new Set(['debian']);

/**
 * When repairs end or ended, with the extended ones where they are free or the asset is entitled to them. What has ended
 * without a known day ended at the last day that is known of it. Null: nobody knows an end.
 *
 * @example endOfSupport({ cycle: '12', eol: '2026-07-11', extended: '2028-06-30' }, true) // '2028-06-30'
 */
function endOfSupport(
  { eol, extended, support, released }: EolCycle,
  extension: boolean,
): string | null {
  const end = extension && extended !== undefined && extended !== false ? extended : eol;
  if (typeof end === 'string') return end;
  return end === true ? (typeof support === 'string' ? support : (released ?? null)) : null;
}

export function unsupportedSystem(
  asset: Pick<Bodies['asset'], 'os' | 'entitlements'>,
  lookUp: (slug: string) => readonly EolProduct[],
  now: Date,
): Unsupported | null {
  const { os, entitlements = [] } = asset;
  const slug = SLUGS[os?.id ?? ''];
  if (os?.versionId === undefined || slug === undefined) return null;
  const cycle = cycleOf(lookUp(slug), os.versionId);
  if (cycle === undefined) return null;
  const extension = FREE_EXTENSION.has(slug) || entitlements.length > 0;
  const end = endOfSupport(cycle, extension);
  if (end === null || Date.parse(end) > now.getTime()) return null;
  return { product: `${os.id} ${cycle.cycle}`, since: new Date(end).toISOString() };
}

/** The cycle that the version belongs to: the same, or the longest that it continues (`9.4` is of `9`). */
function cycleOf(products: readonly EolProduct[], version: string): EolCycle | undefined {
  return products
    .flatMap(({ cycles }) => cycles)
    .filter(({ cycle }) => version === cycle || version.startsWith(`${cycle}.`))
    .sort((a, b) => b.cycle.length - a.cycle.length)[0];
}
