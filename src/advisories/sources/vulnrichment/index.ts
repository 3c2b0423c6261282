/** CISA Vulnrichment: SSVC decision points and vectors in CVE records. */
import { DAY, type Source } from '../source.ts';

export const vulnrichment: Source = {
  id: 'vulnrichment',
  title: 'CVE records with CISA SSVC (Vulnrichment)',
  licence: { name: 'CC0-1.0', url: 'https://github.com/cisagov/vulnrichment/blob/develop/LICENSE' },
  homepage: 'https://github.com/cisagov/vulnrichment',
  maxAgeSeconds: 14 * DAY,
  quietSeconds: 21 * DAY,
  seesUnfixed: () => true,
  blind: 'CVEs published before 2024 that were not assessed since.',
  byDefault: true,
  format: 'cve',
  canaries: { '': 'CVE-2024-3094' },
  base: 'https://codeload.github.com/cisagov/vulnrichment/',
  plan: () => [{ parts: [{ path: 'zip/refs/heads/develop' }] }],
};
