/** CISA: known exploited vulnerabilities. */
import { DAY, type Source } from '../source.ts';

export const kev: Source = {
  id: 'kev',
  title: 'Known exploited vulnerabilities (CISA)',
  licence: {
    name: 'CC0-1.0',
    url: 'https://www.cisa.gov/sites/default/files/licenses/kev/license.txt',
  },
  homepage: 'https://www.cisa.gov/known-exploited-vulnerabilities-catalog',
  maxAgeSeconds: 7 * DAY,
  quietSeconds: 60 * DAY,
  seesUnfixed: () => true,
  blind: 'Exploitation that CISA has not confirmed.',
  byDefault: true,
  format: 'kev',
  canaries: { '': 'CVE-2020-1472' },
  base: 'https://www.cisa.gov/sites/default/files/feeds/',
  plan: () => [{ parts: [{ path: 'known_exploited_vulnerabilities.json' }] }],
};
