/** Turns what a bill of materials lists into packages, once each, and says what of it could not be understood. */
import { osvPackage } from '../../versions/purl-package.ts';
import type { Distribution, Extracted, Found } from '../schema.ts';
import { agreed, distributionOf, distributionOfPurl } from './distribution.ts';
import type { SbomItem } from './item.ts';
import { purlPart, type PurlPart } from './purl-part.ts';

/**
 * Types whose advisories name the product itself and cannot be meant for somebody's own program of the same name: of
 * these what a document is about is matched too, of others only what it is made of.
 */
const SUBJECT_TYPES = new Set(['apk', 'bitnami', 'deb', 'rpm']);

interface Gathered {
  /** What operating-system components say. */
  readonly systems: Distribution[];
  /** What package URLs say. */
  readonly named: Distribution[];
  readonly packages: Extracted[];
  /** What the document is about, where it could be matched. */
  readonly subjects: Extracted[];
  readonly seen: Set<string>;
}

export function* concluded(items: Iterable<SbomItem>): Generator<Extracted> {
  const gathered: Gathered = {
    systems: [],
    named: [],
    packages: [],
    subjects: [],
    seen: new Set(),
  };
  for (const item of items) {
    const problem = item.kind === 'system' ? addSystem(gathered, item) : addPart(gathered, item);
    if (problem !== undefined) {
      yield { kind: 'unread', reason: 'invalid', detail: `${item.at}: ${problem}` };
    }
  }
  const { systems, named, packages, subjects } = gathered;
  const distribution = agreed(systems.length > 0 ? systems : named);
  if (distribution !== undefined) yield { kind: 'distribution', distribution };
  // A document about one package alone names it as its subject.
  yield* packages.length === 0 ? subjects : packages;
}

function addSystem({ systems }: Gathered, { name, version }: SbomItem): string | undefined {
  const system = distributionOf(name, version);
  if (system === undefined) return 'an operating system without a name';
  systems.push(system);
  return undefined;
}

function addPart(gathered: Gathered, item: SbomItem): string | undefined {
  const part = purlPart(item);
  if (part === undefined) return addUnnamed(gathered, item);
  if ('problem' in part) {
    const also = addUnnamed(gathered, item) === undefined ? '' : ', and no name';
    return `a package URL that cannot be read: ${part.problem.slice(0, 200)}${also}`;
  }
  addDistribution(gathered.named, distributionOfPurl(part.purl));
  add(gathered, item, part);
  return undefined;
}

function add({ packages, subjects, seen }: Gathered, item: SbomItem, part: PurlPart): void {
  const { purl, found } = part;
  if (item.subject === true && !SUBJECT_TYPES.has(purl.type)) {
    if (osvPackage(purl) !== undefined) subjects.push({ kind: 'package', found });
    return;
  }
  const key = found.purl ?? '';
  if (seen.has(key)) return;
  seen.add(key);
  packages.push({ kind: 'package', found });
}

/** What nobody's ecosystem knows is kept under its name, so that it is seen to be unknown. */
function addUnnamed({ packages, seen }: Gathered, item: SbomItem): string | undefined {
  if (item.kind === 'group' || item.subject === true) return undefined;
  const { name, group = '', version, scope, line } = item;
  if (name === '') return 'neither a name nor a package URL';
  const key = `${group} ${name} ${version}`;
  if (seen.has(key)) return undefined;
  seen.add(key);
  const found: Found = {
    type: 'generic',
    ...(group !== '' && { namespace: group }),
    name,
    version,
    ...(scope !== undefined && { scope }),
    ...(line !== undefined && { line }),
  };
  packages.push({ kind: 'package', found });
  return undefined;
}

function addDistribution(all: Distribution[], one: Distribution | undefined): void {
  if (one === undefined) return;
  if (!all.some(({ id, version }) => id === one.id && version === one.version)) all.push(one);
}
