/** Alpine's secdb, also published by Wolfi and Chainguard: package → repairing version → identifiers; version `0` is never affected. */
import { canonicalEcosystem } from '../ecosystem.ts';
import type { Item, Notes } from '../item.ts';
import type { AdvisoryRow } from '../model.ts';
import { listOf, objectOf, objectsOf, textOf, type JsonObject } from '../read-json.ts';

export function isSecdb(document: JsonObject): boolean {
  return (
    Array.isArray(document['packages']) &&
    ('apkurl' in document || 'reponame' in document || 'distroversion' in document)
  );
}

export function parseSecdb(document: unknown, notes: Notes): Item[] {
  const database = objectOf(document);
  const ecosystem = ecosystemOf(database);
  if (ecosystem === '') {
    notes.dropped('database that does not name its release');
    return [];
  }
  const where = `${ecosystem} ${textOf(database['reponame'])}`;
  return objectsOf(database['packages']).flatMap(({ pkg }) => {
    const { name, secfixes } = objectOf(pkg);
    if (textOf(name) === '') {
      notes.dropped('package without a name');
      return [];
    }
    return packageItems({ ecosystem, where, name: textOf(name) }, objectOf(secfixes), notes);
  });
}

function ecosystemOf(database: JsonObject): string {
  const place = `${textOf(database['urlprefix'])} ${textOf(database['apkurl'])}`;
  if (place.includes('wolfi')) return 'Wolfi';
  if (place.includes('chainguard') || place.includes('cgr.dev')) return 'Chainguard';
  const release = textOf(database['distroversion']);
  return release === '' ? '' : canonicalEcosystem(`Alpine:${release}`);
}

interface Place {
  readonly ecosystem: string;
  readonly where: string;
  readonly name: string;
}

function packageItems(place: Place, secfixes: JsonObject, notes: Notes): Item[] {
  const items: Item[] = [];
  for (const [fixed, entries] of Object.entries(secfixes)) {
    for (const ids of listOf(entries).map(idsOf)) {
      const [id, ...others] = ids;
      if (id === undefined) notes.dropped('fix without an identifier');
      else items.push(itemOf(place, fixed, id, others));
    }
  }
  return items;
}

/** `CVE-2019-15903 XSA-123 (+ fix)`: several names of one flaw; the CVE leads. */
function idsOf(entry: unknown): string[] {
  const ids =
    textOf(entry).match(/\b[A-Z][A-Z0-9]*-[A-Za-z0-9][A-Za-z0-9-]*\d[A-Za-z0-9-]*/g) ?? [];
  return [...new Set(ids)].sort(
    (a, b) => Number(b.startsWith('CVE-')) - Number(a.startsWith('CVE-')),
  );
}

function itemOf(place: Place, fixed: string, id: string, aliases: readonly string[]): Item {
  const row: AdvisoryRow =
    fixed === '0'
      ? { id, state: 'not_affected' }
      : {
          id,
          state: 'affected',
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
        };
  return {
    kind: 'record',
    identity: `${id} ${place.where} ${place.name} ${fixed}`,
    record: {
      id,
      status: 'active',
      aliases,
      upstream: [],
      summary: '',
      published: '',
      modified: '',
      cvss: [],
      cwes: [],
      url: pageOf(id, place.ecosystem),
    },
    rows: [{ ecosystem: place.ecosystem, name: place.name, row }],
  };
}

function pageOf(id: string, ecosystem: string): string {
  return ecosystem.startsWith('Alpine') && id.startsWith('CVE-')
    ? `https://security.alpinelinux.org/vuln/${id}`
    : `https://osv.dev/vulnerability/${encodeURIComponent(id)}`;
}
