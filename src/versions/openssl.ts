/** OpenSSL: letters after the third number are patches before 3.0 (1.0.2 < 1.0.2a < 1.0.2z < 1.0.2za); semver since. */
import { numberKey, textKey } from './key.ts';
import { keyedScheme } from './scheme.ts';
import { semverKey } from './semver.ts';

const LETTERED = /^(\d+)\.(\d+)\.(\d+)([a-z]+)$/;

function opensslKey(text: string): string | undefined {
  const version = text.trim().toLowerCase();
  const match = LETTERED.exec(version);
  if (match === null) return semverKey(version);
  const [, major = '', minor = '', fix = '', letters = ''] = match;
  return `${numberKey(major) + numberKey(minor) + numberKey(fix)}$${textKey(letters)}`;
}

export const openssl = keyedScheme('openssl', opensslKey);
