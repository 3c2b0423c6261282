/** endoflife.date: a product and the life of its release cycles, as in its repository and in its API (v0 items, v1 products). */
import type { Item, Notes } from '../item.ts';
import type { EolCycle } from '../model.ts';
import { objectOf, objectsOf, textOf, timeOf, type JsonObject } from '../read-json.ts';

export function isEndOfLife(document: JsonObject): boolean {
  if (Array.isArray(document['releases'])) {
    return 'slug' in document || 'permalink' in document || 'name' in document;
  }
  return 'result' in document && 'schema_version' in document;
}

export function parseEndOfLife(document: unknown, notes: Notes): Item[] {
  const body = objectOf(document);
  if (!('result' in body)) return productItems(body, '', notes);
  const made = timeOf(body['generated_at']) || timeOf(body['last_modified']);
  notes.asOf(made);
  const { result } = body;
  const products = Array.isArray(result) ? objectsOf(result) : [objectOf(result)];
  return products.flatMap((product) => productItems(product, made, notes));
}

function productItems(product: JsonObject, made: string, notes: Notes): Item[] {
  const slug =
    textOf(product['slug']) ||
    textOf(product['name']) ||
    textOf(product['permalink']).replace(/^\/+/, '');
  const releases = objectsOf(product['releases']);
  if (slug === '' || releases.length === 0) {
    notes.dropped('product without a name or a release');
    return [];
  }
  for (const release of releases) {
    notes.asOf(timeOf(release['latestReleaseDate']) || timeOf(objectOf(release['latest'])['date']));
  }
  return [
    {
      kind: 'eol',
      modified: made,
      product: {
        slug,
        title: textOf(product['title']) || textOf(product['label']) || slug,
        url: `https://endoflife.date/${encodeURIComponent(slug)}`,
        identifiers: objectsOf(product['identifiers']).flatMap(identifiersOf),
        cycles: releases.flatMap((release) => cycleOf(release, notes)),
      },
    },
  ];
}

/** `{purl: …}` in the repository, `{type: 'purl', id: …}` in the API. */
function identifiersOf(entry: JsonObject): string[] {
  return [
    textOf(entry['purl']),
    textOf(entry['cpe']),
    textOf(entry['repology']) && `repology:${textOf(entry['repology'])}`,
    textOf(entry['id']),
  ].filter((text) => text !== '');
}

/** Names of one thing in the repository, in the API's version 0, and in its version 1 (a date, or only whether). */
const ENDS = {
  support: ['support', 'eoas', 'eoasFrom', 'isEoas'],
  eol: ['eol', 'eolFrom', 'isEol'],
  extended: ['extendedSupport', 'eoes', 'eoesFrom', 'isEoes'],
} as const;

function cycleOf(release: JsonObject, notes: Notes): EolCycle[] {
  const cycle = firstText(release, ['releaseCycle', 'name', 'cycle']);
  if (cycle === '') {
    notes.dropped('release without a name');
    return [];
  }
  const texts = {
    codename: textOf(release['codename']),
    released: textOf(release['releaseDate']),
    latest: textOf(release['latest']) || textOf(objectOf(release['latest'])['name']),
  };
  return [
    {
      cycle,
      ...present(texts),
      ...ends('support', release),
      ...ends('eol', release),
      ...ends('extended', release),
    },
  ];
}

function firstText(object: JsonObject, names: readonly string[]): string {
  return names.map((name) => textOf(object[name])).find((text) => text !== '') ?? '';
}

function present(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
}

function ends<Name extends keyof typeof ENDS>(
  name: Name,
  release: JsonObject,
): Partial<Record<Name, string | boolean>> {
  const values = ENDS[name].map((field) => release[field]);
  const known = values.find((value) => typeof value === 'string' || typeof value === 'boolean');
  return known === undefined ? {} : ({ [name]: known } as Partial<Record<Name, string | boolean>>);
}
