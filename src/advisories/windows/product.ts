/** Under which names Microsoft's catalogue lists a system. */

export interface WindowsSystem {
  /** `windows-server-2019`, `windows-10`… as the inventory names it. */
  readonly name: string;
  /** `x64`, `x86`, `arm64`, `ia64`. */
  readonly arch: string;
  /** `1809`, `22h2`; empty where it has none or it is not known. */
  readonly release: string;
  readonly servicePack: string;
  readonly core: boolean;
}

const SYSTEMS: Readonly<Record<string, string>> = {
  x64: 'x64-based systems',
  x86: '32-bit systems',
  arm64: 'arm64-based systems',
  ia64: 'itanium-based systems',
};

type Naming = (system: WindowsSystem, product: string) => string | undefined;

/** How the catalogue names each family; the first pattern that fits. */
const FAMILIES: readonly (readonly [RegExp, Naming])[] = [
  [/^windows server (?:2012|2016|2019|2022|2025)/, (system, product) => product + coreOf(system)],
  [
    /^windows server 2008/,
    (system, product) => `${product} for ${systemsOf(system)}${packOf(system)}${coreOf(system)}`,
  ],
  [
    /^windows server 2003/,
    (system, product) => product + x64(system, ' x64 edition') + packOf(system),
  ],
  [/^windows 1[01]$/, clientName],
  [/^windows vista$/, (system, product) => product + x64(system, ' x64 edition') + packOf(system)],
  [
    /^windows xp$/,
    (system, product) => product + x64(system, ' professional x64 edition') + packOf(system),
  ],
  [
    /^windows (?:7|8|8\.1)$/,
    (system, product) => `${product} for ${systemsOf(system)}${packOf(system)}`,
  ],
];

/** The catalogue's name in small letters; undefined where it cannot be told (no release of a client). */
export function catalogueName(system: WindowsSystem): string | undefined {
  const product = system.name.replaceAll('-', ' ');
  const naming = FAMILIES.find(([pattern]) => pattern.test(product))?.[1];
  return naming?.(system, product);
}

/** The first release of Windows 10 is listed without one. */
function clientName(system: WindowsSystem, product: string): string | undefined {
  const { release } = system;
  if (release === '') return undefined;
  return release === '1507'
    ? `${product} for ${systemsOf(system)}`
    : `${product} version ${release} for ${systemsOf(system)}`;
}

function systemsOf({ arch }: WindowsSystem): string {
  return SYSTEMS[arch] ?? 'x64-based systems';
}

function packOf({ servicePack }: WindowsSystem): string {
  return servicePack === '' || servicePack === '0' ? '' : ` service pack ${servicePack}`;
}

function coreOf({ core }: WindowsSystem): string {
  return core ? ' (server core installation)' : '';
}

function x64({ arch }: WindowsSystem, words: string): string {
  return arch === 'x64' ? words : '';
}
