/** The text of a `go.sum` file (Go modules reference, "go.sum files"). */
import { invalid, Problems } from '../damage.ts';
import { compareVersions } from '../../versions/index.ts';

export interface Summed {
  readonly path: string;
  readonly version: string;
  readonly line: number;
}

export interface GoSum {
  /** One a module: the highest version whose content was fetched, which is what minimal version selection builds. */
  readonly modules: ReadonlyMap<string, Summed>;
  readonly problems: Problems;
}

/**
 * Lines ending in `/go.mod` tell only that a version was considered; they are not counted as built.
 *
 * @throws HoldfastError `bad_file` where no line is one of a `go.sum`.
 */
export function parseGoSum(text: string): GoSum {
  const modules = new Map<string, Summed>();
  const problems = new Problems();
  let understood = 0;
  text.split('\n').forEach((raw, i) => {
    const words = raw.trim().split(/\s+/);
    const [path = '', version = '', hash = ''] = words;
    if (path === '') return;
    if (words.length !== 3 || !/^v\d/.test(version) || !/^h\d+:/.test(hash)) {
      problems.add(`line ${i + 1}: no module, version and sum`);
      return;
    }
    understood += 1;
    if (version.endsWith('/go.mod')) return;
    const before = modules.get(path);
    if (before !== undefined && compareVersions('Go', before.version, version) !== -1) return;
    modules.set(path, { path, version, line: i + 1 });
  });
  if (understood === 0 && problems.count > 0) throw invalid('no line of a go.sum file');
  return { modules, problems };
}
