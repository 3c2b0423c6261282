/** What the machine of the test can do; a test that needs more is skipped, and says what was missing. */
import { spawnSync } from 'node:child_process';

export function has(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}

/** Options of a test: skipped, with the reason, unless every condition is met. */
export function skipUnless(...conditions: readonly (readonly [boolean, string])[]): {
  skip?: string;
} {
  const missing = conditions.filter(([met]) => !met).map(([, name]) => name);
  return missing.length === 0 ? {} : { skip: `needs ${missing.join(', ')}` };
}
