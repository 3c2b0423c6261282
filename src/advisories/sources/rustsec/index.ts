/** RustSec: crates, also unmaintained and unsound ones, in the OSV schema. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

export const rustsec: Source = {
  id: 'rustsec',
  title: 'RustSec advisory database',
  licence: {
    name: 'CC0-1.0 (some records CC-BY-4.0)',
    url: 'https://github.com/rustsec/advisory-db/blob/main/LICENSE.txt',
  },
  homepage: 'https://rustsec.org',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind: 'Everything that is not a crate.',
  byDefault: 'In OSV already: its feeds would stand twice.',
  format: 'osv',
  canaries: canariesOf('crates.io'),
  base: 'https://codeload.github.com/rustsec/advisory-db/',
  plan: () => [{ parts: [{ path: 'zip/refs/heads/osv' }] }],
};
