/**
 * Packages of component-based servicing, as the registry, `dism /online /get-packages` and `Get-WindowsPackage` list them.
 * Since Windows 10 the cumulative update is a package without a number, whose version is the revision of the build that it
 * brings: `Package_for_RollupFix~31bf3856ad364e35~amd64~~17763.253.1.5`.
 */
import type { Extracted, Found } from '../schema.ts';
import { fact, UPDATES } from './facts.ts';
import { foundKb, foundWindows } from './product.ts';

export interface ServicedPackage {
  readonly identity: string;
  readonly isInstalled: boolean;
  readonly line: number;
}

export interface Servicing {
  readonly found: readonly Found[];
  /** Whether every installed update is among them by its number. */
  readonly isWhole: boolean;
}

const UPDATE = /^package_(?:\d+_)?for_kb(\d{5,8})[~_]/i;
const CUMULATIVE = /^package_for_rollupfix~[^~]*~[^~]*~[^~]*~(\d{4,6})\.(\d{1,6})\./i;

export function servicingOf(packages: readonly ServicedPackage[]): Servicing {
  const installed = packages.filter(({ isInstalled }) => isInstalled);
  const newest = installed
    .flatMap(cumulativeOf)
    .sort((a, b) => b.revision - a.revision)
    .slice(0, 1)
    .map(({ version, line }) => foundWindows({ version, line }));
  const updates = installed.flatMap(({ identity, line }) => {
    const kb = UPDATE.exec(identity)?.[1];
    return kb === undefined ? [] : [foundKb(kb, line)];
  });
  const found = [...updates, ...newest];
  return { found, isWhole: found.length > 0 && packages.flatMap(cumulativeOf).length === 0 };
}

function cumulativeOf({ identity, line }: ServicedPackage) {
  const [, build, revision] = CUMULATIVE.exec(identity) ?? [];
  if (build === undefined || revision === undefined) return [];
  return [{ version: `10.0.${build}.${revision}`, revision: Number(revision), line }];
}

/** `Package Identity : … State : Installed` in any language, a table with bars, or a table of `Get-WindowsPackage`. */
export function* extractedServicing(text: string): Generator<Extracted> {
  const { found, isWhole } = servicingOf(listedPackages(text));
  for (const one of found) yield { kind: 'package', found: one };
  if (isWhole) yield fact(UPDATES, 'whole');
}

const IDENTITY = /\b(Package_(?:\d+_)?for_[^\s|"',]{1,200}~[^\s|"',]{0,200})/i;
/** `Installed` as the tools of each language write it; anything else is staged, superseded, pending… */
const INSTALLED =
  /^(?:installed|installiert|installé|instalado|instalada|installato|geïnstalleerd|zainstalowan[ey]|установлено|已安装|已安裝|インストール済み|설치됨)$/i;

/** The state as `ConvertTo-Json` writes it. */
const INSTALLED_NUMBER = '4';

/** The state stands in the same line as the identity (tables), or in the line after it (lists). */
function listedPackages(text: string): ServicedPackage[] {
  const lines = text.split(/\r\n|\n|\r/);
  return lines.flatMap((line, at) => {
    const identity = IDENTITY.exec(line)?.[1];
    if (identity === undefined) return [];
    const beside = wordsOf(line.slice(line.indexOf(identity) + identity.length));
    const below = wordsOf(lines[at + 1] ?? '').at(-1) ?? '';
    const isInstalled =
      beside.length > 0
        ? beside.some((word) => INSTALLED.test(word))
        : INSTALLED.test(below) || below === INSTALLED_NUMBER;
    return [{ identity, isInstalled, line: at + 1 }];
  });
}

function wordsOf(text: string): string[] {
  return text
    .split(/[|",;:]|\s{2,}/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

export function isServicing(text: string): boolean {
  return IDENTITY.test(text);
}
