/** Which components of the estate an advisory or a range of versions concerns that nothing was matched with yet. */
import { ecosystemBase } from '../../advisories/ecosystem.ts';
import { indexOfRecords } from '../../advisories/index-memory.ts';
import type { RecordItem } from '../../advisories/item.ts';
import { canonicalName } from '../../advisories/keys.ts';
import { lookupsFor } from '../../advisories/match-names.ts';
import { matcher } from '../../advisories/match.ts';
import type { Feed } from '../../advisories/model.ts';
import { recogniseDocument } from '../../advisories/recognise.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import { osvPackage } from '../../versions/purl-package.ts';
import { readPurl } from '../../versions/purl.ts';
import { readVers, versContains } from '../../versions/vers.ts';
import { packageOf, type NumberedComponent } from './component.ts';
import type { ConcernedComponents } from './model.ts';

/** Components of the estate by the names that advisories may know them by. */
export interface ComponentNames {
  add(component: NumberedComponent): void;
  named(ecosystem: string, name: string): readonly NumberedComponent[];
  get(id: number): NumberedComponent | undefined;
  readonly size: number;
}

/** Both as it is called and as its source is: which of them counts is for the matcher to say. */
const EVERY_NAME = { names: 'both' } as Feed;

export function componentNames(): ComponentNames {
  const byName = new Map<string, NumberedComponent | NumberedComponent[]>();
  const byId = new Map<number, NumberedComponent>();
  const keyOf = (ecosystem: string, name: string): string => {
    const base = ecosystemBase(ecosystem);
    return `${base}\0${canonicalName(base, name)}`;
  };
  return {
    add(component) {
      if (byId.has(component.id)) return;
      byId.set(component.id, component);
      const item = packageOf(component);
      const keys = lookupsFor(item, EVERY_NAME).map(({ name }) => keyOf(item.ecosystem, name));
      for (const key of new Set(keys)) {
        const held = byName.get(key);
        if (held === undefined) byName.set(key, component);
        else if (Array.isArray(held)) held.push(component);
        else byName.set(key, [held, component]);
      }
    },
    named(ecosystem, name) {
      const held = byName.get(keyOf(ecosystem, name)) ?? [];
      return Array.isArray(held) ? held : [held];
    },
    get: (id) => byId.get(id),
    get size() {
      return byId.size;
    },
  };
}

/** What an advisory says of itself, with the components that it concerns. */
export interface Advised {
  readonly ids: readonly string[];
  readonly summary: string;
  /** Packages that it names, as `ecosystem name`. */
  readonly packages: readonly string[];
  readonly components: ConcernedComponents;
}

/**
 * Judges one document (OSV, CSAF, secdb) as the matcher would if it were taken over now.
 *
 * @throws HoldfastError `bad_input` where it is no advisory about packages.
 */
export function concernedBy(document: unknown, names: ComponentNames, now: Date): Advised {
  const items = recordsOf(document);
  const asked = new Map<number, NumberedComponent>();
  const packages = new Set<string>();
  for (const { rows } of items) {
    for (const { ecosystem, name } of rows) {
      packages.add(`${ecosystem} ${name}`);
      for (const component of names.named(ecosystem, name)) asked.set(component.id, component);
    }
  }
  const match = matcher(indexOfRecords(items, now), { now });
  const affected: number[] = [];
  const unknown: number[] = [];
  for (const component of asked.values()) {
    const states = match(packageOf(component)).findings.map(({ state }) => state);
    if (states.includes('affected')) affected.push(component.id);
    else if (states.includes('unknown')) unknown.push(component.id);
  }
  const [first] = items;
  return {
    ids: [...new Set(items.flatMap(({ record }) => [record.id, ...record.aliases]))],
    summary: first?.record.summary ?? '',
    packages: [...packages].sort(),
    components: { affected, unknown },
  };
}

function recordsOf(document: unknown): RecordItem[] {
  const format = recogniseDocument(document);
  const dropped: string[] = [];
  const notes = { dropped: (reason: string) => dropped.push(reason), asOf: () => undefined };
  const items = format?.parse(document, notes, '') ?? [];
  const records = items.filter((item) => item.kind === 'record');
  if (records.length > 0) return records;
  throw new HoldfastError('bad_input', 'this is no advisory that names packages', {
    remedy: 'Give one record in the OSV schema, or a CSAF document, as JSON.',
    detail: { format: format?.format, dropped },
  });
}

/**
 * Components of one package whose version lies in a range of versions.
 *
 * @param purl The package without a version: `pkg:npm/lodash`, `pkg:deb/debian/openssl`. A distribution in the qualifier
 *   `distro` restricts it to that release.
 * @param range `vers:npm/<4.17.21`
 * @throws HoldfastError `bad_input`
 */
export function concernedByRange(
  purl: string,
  range: string,
  names: ComponentNames,
): ConcernedComponents {
  const meant = osvPackage(readPurl(purl).value ?? NO_PURL);
  if (meant === undefined)
    throw new HoldfastError(
      'bad_input',
      `${purl} is not the package URL of a package with versions`,
    );
  const read = readVers(range);
  if (read.value === undefined)
    throw new HoldfastError('bad_input', `${range} is not a range of versions`, {
      remedy: 'Write it as vers:npm/>=1.0.0|<1.2.3.',
    });
  const affected: number[] = [];
  const unknown: number[] = [];
  for (const component of names.named(meant.ecosystem, meant.name)) {
    const item = packageOf(component);
    if (meant.release !== undefined && item.ecosystem !== `${meant.ecosystem}:${meant.release}`)
      continue;
    const asked = lookupsFor(item, EVERY_NAME).filter(
      ({ name }) =>
        canonicalName(meant.ecosystem, name) === canonicalName(meant.ecosystem, meant.name),
    );
    const inside = asked.map(({ version }) => versContains(read.value, version));
    if (inside.includes(true)) affected.push(component.id);
    else if (inside.includes(undefined)) unknown.push(component.id);
  }
  return { affected, unknown };
}

const NO_PURL = {
  type: '',
  namespace: null,
  name: '',
  version: null,
  qualifiers: null,
  subpath: null,
};
