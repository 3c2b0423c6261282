/** Debian security tracker: every release, fixed or not, ignored or not affected. */
import { DAY, type Source } from '../source.ts';

export const debian: Source = {
  id: 'debian',
  title: 'Debian security tracker',
  licence: { name: 'Debian: free to use', url: 'https://www.debian.org/license' },
  homepage: 'https://security-tracker.debian.org',
  maxAgeSeconds: 7 * DAY,
  quietSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind: 'Security uploads that name no CVE (about one in six).',
  byDefault: true,
  format: 'debian-tracker',
  canaries: { Debian: 'CVE-2023-38545' },
  base: 'https://security-tracker.debian.org/tracker/',
  plan: () => [{ parts: [{ path: 'data/json' }] }],
};
