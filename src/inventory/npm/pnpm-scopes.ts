/** pnpm-lock.yaml 9 does not say what is for development only: it follows from who asks for what. */
import type { Found } from '../schema.ts';
import { scopesOf } from '../scope-graph.ts';
import { isYamlMap, mapAt, textAt, type YamlMap } from '../yaml.ts';

/** Scope by the key of `packages`; snapshots carry the peers a package was resolved with in brackets. */
export function pnpmScopes(root: YamlMap): (key: string) => Found['scope'] {
  const snapshots = mapAt(root, 'snapshots');
  const importers = [...(mapAt(root, 'importers')?.values() ?? [])].map(({ value }) => value);
  const roots = (kind: string): string[] =>
    importers.flatMap((importer) => [...wanted(mapAt(importer, kind))]);
  const scope = scopesOf(
    {
      needed: roots('dependencies'),
      optional: roots('optionalDependencies'),
      development: [...roots('devDependencies'), ...roots('configDependencies')],
    },
    (id) => {
      const snapshot = mapAt(snapshots, id);
      return {
        needed: wanted(mapAt(snapshot, 'dependencies')),
        optional: wanted(mapAt(snapshot, 'optionalDependencies')),
      };
    },
  );
  const byPackage = new Map<string, Found['scope']>();
  for (const id of snapshots?.keys() ?? []) {
    const key = id.replace(/\(.*$/s, '');
    // Resolved with different peers, one package has several snapshots: the most needed counts.
    const known = byPackage.has(key) ? byPackage.get(key) : scope(id);
    byPackage.set(key, stronger(known, scope(id)));
  }
  return (key) => byPackage.get(key);
}

function stronger(a: Found['scope'], b: Found['scope']): Found['scope'] {
  if (a === undefined || b === undefined) return undefined;
  return a === 'optional' || b === 'optional' ? 'optional' : 'development';
}

/** Keys of `snapshots`: of an alias the version names the package too. */
function* wanted(dependencies: YamlMap | undefined): Generator<string> {
  for (const [name, { value }] of dependencies ?? []) {
    const version = isYamlMap(value) ? textAt(value, 'version') : value;
    if (typeof version !== 'string') continue;
    yield /^@?[^@(:]+@/.test(version) ? version : `${name}@${version}`;
  }
}
