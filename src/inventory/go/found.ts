/** Go's modules and its standard library as packages. */
import type { Found } from '../schema.ts';

/** @param version - With its `v`; empty where it is not known. */
export function foundModule(path: string, version: string, line?: number): Found {
  const slash = path.lastIndexOf('/');
  return {
    type: 'golang',
    ...(slash > 0 ? { namespace: path.slice(0, slash) } : {}),
    name: path.slice(slash + 1),
    version,
    ...(line === undefined ? {} : { line }),
  };
}

/**
 * Advisories call the standard library `stdlib` and the programs around it `toolchain`.
 *
 * @param version - `go1.22.3`, `1.22.3`, also with what a distribution adds; of a development build the version is unknown.
 */
export function foundGo(name: 'stdlib' | 'toolchain', version: string, line?: number): Found {
  const numbers = /^(?:go)?(\d+(?:\.\d+){0,2}(?:(?:alpha|beta|rc)\d+)?)(?![\w.])/.exec(
    version,
  )?.[1];
  return {
    type: 'golang',
    name,
    version: numbers ?? '',
    ...(name === 'toolchain' ? { scope: 'development' as const } : {}),
    ...(line === undefined ? {} : { line }),
  };
}
