/** FIRST: the probability of exploitation in the next 30 days. */
import { DAY, type Source } from '../source.ts';

export const epss: Source = {
  id: 'epss',
  title: 'Exploit prediction scores (FIRST EPSS)',
  licence: { name: 'free to use with attribution to FIRST', url: 'https://www.first.org/epss/' },
  homepage: 'https://www.first.org/epss/',
  maxAgeSeconds: 7 * DAY,
  quietSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind: 'What is exploited already: it orders, and never lowers what KEV lists.',
  byDefault: true,
  format: 'epss',
  canaries: { '': 'CVE-2020-1472' },
  base: 'https://epss.empiricalsecurity.com/',
  plan: () => [{ parts: [{ path: 'epss_scores-current.csv.gz' }] }],
};
