/** Asked of every file of a target by every extractor: no more than a comparison of its end. */
import type { TargetPath } from './schema.ts';

/** Whether the last part of the path is that name. */
export function isNamed(path: TargetPath, name: string): boolean {
  if (!path.endsWith(name)) return false;
  return path.length === name.length || path.charCodeAt(path.length - name.length - 1) === 47;
}
