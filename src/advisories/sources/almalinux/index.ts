/** AlmaLinux errata in the OSV schema; bug-fix and enhancement notices are passed over. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

export const almalinux: Source = {
  id: 'almalinux',
  title: 'AlmaLinux errata',
  licence: { name: 'MIT', url: 'https://github.com/AlmaLinux/osv-database/blob/master/LICENSE' },
  homepage: 'https://errata.almalinux.org',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => false,
  blind: 'Flaws that no erratum repairs yet: more than half of what affects a host.',
  byDefault: 'In OSV already: its feeds would stand twice.',
  format: 'osv',
  canaries: canariesOf('AlmaLinux'),
  base: 'https://codeload.github.com/AlmaLinux/osv-database/',
  plan: () => [{ parts: [{ path: 'zip/refs/heads/master' }] }],
};
