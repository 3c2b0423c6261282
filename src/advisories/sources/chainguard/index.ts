/** Chainguard security database. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

export const chainguard: Source = {
  id: 'chainguard',
  title: 'Chainguard security database',
  licence: {
    name: 'Chainguard terms',
    url: 'https://www.chainguard.dev/legal',
    restricted: 'no redistribution of the data',
  },
  homepage: 'https://www.chainguard.dev',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => false,
  blind: 'Flaws that no version repairs yet.',
  byDefault: 'Its terms restrict reuse: switch it on with --only when yours allow it.',
  format: 'secdb',
  canaries: canariesOf('Chainguard'),
  base: 'https://packages.cgr.dev/',
  plan: () => [{ parts: [{ path: 'chainguard/security.json' }] }],
};
