/** Wolfi security database. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

export const wolfi: Source = {
  id: 'wolfi',
  title: 'Wolfi security database',
  licence: {
    name: 'Chainguard terms',
    url: 'https://github.com/wolfi-dev/advisories',
    restricted: 'no redistribution of the data',
  },
  homepage: 'https://wolfi.dev',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => false,
  blind: 'Flaws that no version repairs yet.',
  byDefault: 'Its terms restrict reuse: switch it on with --only when yours allow it.',
  format: 'secdb',
  canaries: canariesOf('Wolfi'),
  base: 'https://packages.wolfi.dev/',
  plan: () => [{ parts: [{ path: 'os/security.json' }] }],
};
