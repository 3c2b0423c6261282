/** Until when somebody repairs an operating system: the phases of its support, with what its owner is entitled to. */
import type { EolCycle, EolProduct } from '../../advisories/model.ts';
import type { Bodies } from '../../estate/schema.ts';
import type { Unsupported } from './asset-facts.ts';
import { windowsSupport } from './windows-support.ts';

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
};

/** Whose extended repairs are for everybody, not only for those who pay: Debian's LTS. */
const FREE_EXTENSION: ReadonlySet<string> = new Set(['debian']);

/**
 * When repairs end or ended, with the extended ones where they are free or the asset is entitled to them. What has ended
 * without a known day ended at the last day that is known of it. Null: nobody knows an end.
 *
 * @example endOfSupport({ cycle: '12', eol: '2026-07-11', extended: '2028-06-30' }, true) // '2028-06-30'
 */
export function endOfSupport(
  { eol, extended, support, released }: EolCycle,
  extension: boolean,
): string | null {
  const end = extension && extended !== undefined && extended !== false ? extended : eol;
  if (typeof end === 'string') return end;
  return end === true ? (typeof support === 'string' ? support : (released ?? null)) : null;
}

export function unsupportedSystem(
  asset: Pick<Bodies['asset'], 'os' | 'entitlements' | 'domainRole'>,
  lookUp: (slug: string) => readonly EolProduct[],
  now: Date,
): Unsupported | null {
  const { os } = asset;
  if (os?.versionId === undefined) return null;
  const line = lineOf(asset, os.versionId);
  const cycle = line?.cycleOf(lookUp(line.slug).flatMap(({ cycles }) => cycles));
  if (line === undefined || cycle === undefined) return null;
  const end = endOfSupport(cycle, line.extended);
  if (end === null || Date.parse(end) > now.getTime()) return null;
  return { product: `${line.name} ${cycle.cycle}`, since: new Date(end).toISOString() };
}

interface Line {
  readonly slug: string;
  readonly name: string;
  /** Its repairs go on here beyond the usual end. */
  readonly extended: boolean;
  readonly cycleOf: (cycles: readonly EolCycle[]) => EolCycle | undefined;
}

/** Repairs of Windows beyond its end are bought for Windows; an agreement of another maker gives none. */
const WINDOWS_ENTITLEMENTS: ReadonlySet<string> = new Set(['windows-esu', 'extended-support']);

type Supported = Pick<Bodies['asset'], 'os' | 'entitlements' | 'domainRole'>;

function lineOf(asset: Supported, version: string): Line | undefined {
  const { os, entitlements = [] } = asset;
  if (os?.id === 'windows' || os?.id === 'windows-server') return windowsLine(os, asset);
  const slug = SLUGS[os?.id ?? ''];
  if (slug === undefined) return undefined;
  const extended = FREE_EXTENSION.has(slug) || entitlements.length > 0;
  return { slug, name: os?.id ?? '', extended, cycleOf: (cycles) => cycleOf(cycles, version) };
}

function windowsLine(
  os: NonNullable<Supported['os']>,
  { entitlements = [], domainRole }: Supported,
): Line | undefined {
  const support = windowsSupport(os, os.id === 'windows-server' ? 'server' : domainRole);
  const extended = entitlements.some((each) => WINDOWS_ENTITLEMENTS.has(each));
  return support === undefined ? undefined : { ...support, name: support.slug, extended };
}

/** The cycle that the version belongs to: the same, or the longest that it continues (`9.4` is of `9`, `1.1.1w` of `1.1.1`). */
export function cycleOf(cycles: readonly EolCycle[], version: string): EolCycle | undefined {
  return cycles
    .filter(({ cycle }) => version.startsWith(cycle) && !/^\d/.test(version.slice(cycle.length)))
    .sort((a, b) => b.cycle.length - a.cycle.length)[0];
}
