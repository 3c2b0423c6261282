/** Bitnami: semantic versions whose number after the hyphen is a revision of theirs, newer than none. */
import { keyedScheme } from './scheme.ts';
import { semverKey } from './semver.ts';

const REVISED = /^v?\d+\.\d+\.\d+-\d+(?=\+|$)/;

function bitnamiKey(text: string): string | undefined {
  const version = text.trim();
  return semverKey(REVISED.test(version) ? version.replace('-', '.') : version);
}

export const bitnami = keyedScheme('bitnami', bitnamiKey);
