/** endoflife.date: when the support of a product ends. */
import { DAY, type Source } from '../source.ts';

export const endoflife: Source = {
  id: 'endoflife',
  title: 'endoflife.date',
  licence: {
    name: 'MIT',
    url: 'https://github.com/endoflife-date/endoflife.date/blob/master/LICENSE',
  },
  homepage: 'https://endoflife.date',
  maxAgeSeconds: 30 * DAY,
  seesUnfixed: () => true,
  blind: 'Products that nobody has entered.',
  byDefault: true,
  format: 'endoflife',
  canaries: { '': 'debian' },
  base: 'https://endoflife.date/',
  plan: () => [{ parts: [{ path: 'api/v1/products/full' }] }],
};
