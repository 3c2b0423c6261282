/**
 * The configurations of an NVD record: which ranges of which products are vulnerable, and together with what. A
 * configuration is of nodes, all of which (`AND`) or any (`OR`) must hold; a node is of CPE matches in the same way. What
 * is not vulnerable itself is what the product runs on.
 */
import type { Notes } from '../item.ts';
import type { ProductRange, ProductRow } from '../products/model.ts';
import { productKey, readCpe, spelling, type Cpe } from '../products/names.ts';
import { listOf, objectOf, objectsOf, textOf, type JsonObject } from '../read-json.ts';

type RowNotes = Pick<Notes, 'dropped'>;

export function configuredRows(
  cve: string,
  configurations: unknown,
  notes: RowNotes,
): ProductRow[] {
  const rows = new Map<string, ProductRow & { readonly versions: ProductRange[] }>();
  for (const configuration of objectsOf(configurations))
    for (const { cpe, range, only } of vulnerableIn(configuration, notes)) {
      const { vendor, product } = productKey(cpe.vendor, cpe.product);
      if (vendor === '' || product === '') continue;
      const key = JSON.stringify([vendor, product, only]);
      const known = rows.get(key);
      if (known !== undefined) known.versions.push(range);
      else {
        const limited = only.length === 0 ? {} : { only };
        const versions = [range];
        rows.set(key, {
          cve,
          by: 'nvd',
          vendor,
          product,
          otherwise: 'unknown',
          versions,
          ...limited,
        });
      }
    }
  return [...rows.values()];
}

interface Match {
  readonly cpe: Cpe;
  readonly range: ProductRange;
  readonly isVulnerable: boolean;
}

interface Vulnerable extends Match {
  readonly only: readonly (readonly string[])[];
}

/** Lists of matches, one of each of which must hold. */
type Clauses = readonly (readonly Match[])[];

function vulnerableIn(configuration: JsonObject, notes: RowNotes): Vulnerable[] {
  const nodes = objectsOf(configuration['nodes']);
  // Nothing in the database is negated; whoever begins with it means something else than what is written here.
  if ([configuration, ...nodes].some(({ negate }) => negate === true)) {
    notes.dropped('negated configuration');
    return [];
  }
  const clauses = nodes.map(clausesOf);
  const all = clauses.flat();
  return clauses.flatMap((own) =>
    own.flatMap((clause) => {
      const needed = configuration['operator'] === 'AND' ? all : own;
      const others = needed.filter((other) => other !== clause);
      return clause
        .filter(({ isVulnerable }) => isVulnerable)
        .filter(({ cpe }) => !isDevice(cpe, others))
        .map((match) => ({ ...match, only: conditionsOf(match.cpe, others) }));
    }),
  );
}

/** Matches of a node with `AND` must hold together; of another any one does. */
function clausesOf(node: JsonObject): Clauses {
  const matches = listOf(node['cpeMatch']).map(objectOf).flatMap(matchOf);
  return node['operator'] === 'AND' ? matches.map((match) => [match]) : [matches];
}

function matchOf(match: JsonObject): Match[] {
  const cpe = readCpe(textOf(match['criteria']));
  if (cpe === undefined) return [];
  return [{ cpe, range: rangeOf(cpe, match), isVulnerable: match['vulnerable'] === true }];
}

function rangeOf({ version, update }: Cpe, match: JsonObject): ProductRange {
  const from = textOf(match['versionStartIncluding']);
  const above = textOf(match['versionStartExcluding']);
  const below = textOf(match['versionEndExcluding']);
  const to = textOf(match['versionEndIncluding']);
  const status = 'affected';
  const low = from === '' ? above : from;
  const isAbove = from === '' && above !== '';
  if (below === '' && to === '')
    return low === ''
      ? namedVersion(version, update)
      : { version: `${isAbove ? '>' : '>='} ${low}`, status };
  return {
    version: low === '' ? '*' : low,
    ...(isAbove ? { above: true } : {}),
    ...(below === '' ? { lessThanOrEqual: to } : { lessThan: below }),
    status,
  };
}

/** `*` is every version, `-` none: what repairs it does not show in one. */
function namedVersion(version: string, update: string): ProductRange {
  if (version === '*' || version === '-') return { version, status: 'affected' };
  const plain = /^[*-]?$/.test(update) ? version : `${version} ${update.replaceAll('_', ' ')}`;
  return { version: plain, status: 'affected', type: 'exact' };
}

/** Hardware beside the firmware in it: the firmware has the version, and is spoken of by itself. */
function isDevice({ part, version }: Cpe, others: Clauses): boolean {
  return (
    part === 'h' && /^[*-]$/.test(version) && others.flat().some(({ cpe }) => cpe.part === 'o')
  );
}

function conditionsOf(cpe: Cpe, others: Clauses): string[][] {
  // Firmware runs on nothing but its device.
  const platforms = others.filter(
    (clause) => !(cpe.part === 'o' && clause.every((match) => match.cpe.part === 'h')),
  );
  const names = platforms.map((clause) => [...new Set(clause.map(nameOf))].sort());
  return [...cpe.limits.map((limit) => [spelling(limit)]), ...names];
}

/** A platform of one version is named with it; one of a range is never taken for known. */
function nameOf({ cpe: { product, version }, range }: Match): string {
  if (range.type === 'exact') return spelling(`${product} ${range.version}`);
  const isAny = /^[*-]$/.test(range.version) && /^[*-]$/.test(version);
  const isBounded = range.lessThan !== undefined || range.lessThanOrEqual !== undefined;
  return spelling(isAny && !isBounded ? product : `${product} of some versions`);
}
