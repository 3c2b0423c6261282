/** Microsoft's updates with the flaws they repair and the updates they replace, as the wesng project gathers them from MSRC. */
import { DAY, type Source } from '../source.ts';

export const windows: Source = {
  id: 'windows',
  title: 'Windows updates (MSRC by way of wesng)',
  licence: { name: 'BSD-3-Clause', url: 'https://github.com/bitsadmin/wesng/blob/master/LICENSE' },
  homepage: 'https://github.com/bitsadmin/wesng',
  // Microsoft publishes monthly: an older catalogue lacks the latest updates.
  maxAgeSeconds: 31 * DAY,
  seesUnfixed: () => false,
  blind: 'Flaws without an update, and settings that an update needs to take effect.',
  byDefault: true,
  format: 'windows-updates',
  canaries: { '': 'CVE-2020-1472' },
  base: 'https://raw.githubusercontent.com/bitsadmin/wesng/master/',
  plan: () => [{ parts: [{ path: 'definitions.zip' }] }],
};
