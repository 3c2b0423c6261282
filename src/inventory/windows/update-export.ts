/** What `collect.ps1` says of the system itself; what it says of updates on offer is for the estate, not for an inventory. */
import type { Extracted } from '../schema.ts';
import { invalid } from '../damage.ts';
import { foundWindows } from './product.ts';

const FORMAT = 'holdfast-windows-update';

export function isUpdateExport(text: string): boolean {
  return text.includes(`"${FORMAT}"`);
}

/** @throws HoldfastError `bad_file` where it is cut off, or something else. */
export function* extractedUpdateExport(text: string): Generator<Extracted> {
  const { format, system } = recordOf(parsed(text));
  if (format !== FORMAT) throw invalid('not what collect.ps1 writes');
  const version = versionOf(recordOf(system));
  if (version !== undefined) yield { kind: 'package', found: foundWindows({ version }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('no JSON: cut off, or changed on its way');
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Since Windows 10 `version` stays at 6.3, and the numbers stand in values of their own. */
function versionOf(system: Readonly<Record<string, unknown>>): string | undefined {
  const { major, minor, version, build, revision } = system;
  const isNumber = (value: unknown): value is number =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  if (typeof build !== 'string' || !/^\d{4,6}$/.test(build)) return undefined;
  const base = isNumber(major) ? `${major}.${isNumber(minor) ? minor : 0}` : version;
  if (typeof base !== 'string' || !/^\d{1,2}\.\d{1,2}$/.test(base)) return undefined;
  return `${base}.${build}${isNumber(revision) ? `.${revision}` : ''}`;
}
