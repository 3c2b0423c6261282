/**
 * Go module versions (semantic versions with a `v`, pseudo-versions among them) and the toolchain's own, which have no
 * hyphen before `rc` or `beta` and are what `stdlib` advisories meet on a host (`go1.21rc2`).
 */
import { keyedScheme } from './scheme.ts';
import { semverKey } from './semver.ts';

const TOOLCHAIN = /^(?:go)?(\d+(?:\.\d+){0,2})(?:(alpha|beta|rc)(\d+))?(?:[ -]X:.*|-.*)?$/;

function goKey(text: string): string | undefined {
  const version = text.trim();
  const toolchain = version.startsWith('go') || /\d(?:beta|rc)\d/.test(version);
  const match = toolchain ? TOOLCHAIN.exec(version) : null;
  if (match === null) return semverKey(version);
  const [, numbers = '', phase, number = ''] = match;
  return semverKey(phase === undefined ? numbers : `${numbers}-${phase}.${number}`);
}

export const go = keyedScheme('go', goKey);
