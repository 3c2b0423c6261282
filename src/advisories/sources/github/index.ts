/** GitHub Advisory Database: reviewed advisories of language packages, in the OSV schema. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

export const github: Source = {
  id: 'github',
  title: 'GitHub Advisory Database',
  licence: {
    name: 'CC-BY-4.0',
    url: 'https://github.com/github/advisory-database/blob/main/LICENSE.md',
  },
  homepage: 'https://github.com/advisories',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind: 'Operating systems, and what GitHub has not reviewed.',
  byDefault: 'In OSV already: its feeds would stand twice.',
  format: 'osv',
  canaries: canariesOf(
    'Go',
    'Hex',
    'Maven',
    'NuGet',
    'Packagist',
    'Pub',
    'PyPI',
    'RubyGems',
    'crates.io',
    'npm',
  ),
  base: 'https://codeload.github.com/github/advisory-database/',
  plan: () => [{ parts: [{ path: 'zip/refs/heads/main' }] }],
};
