/** Red Hat's CSAF-VEX: one document a CVE, with what is affected and not repaired, and what is not affected. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

export const redhat: Source = {
  id: 'redhat',
  title: 'Red Hat CSAF-VEX',
  licence: {
    name: 'CC-BY-4.0',
    url: 'https://www.redhat.com/en/about/legal-statement-security-data',
  },
  homepage: 'https://security.access.redhat.com/data/csaf/v2/vex/',
  maxAgeSeconds: 7 * DAY,
  quietSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind: 'Rebuilds of RHEL by others: their own fixes come under other versions.',
  byDefault: true,
  format: 'csaf',
  canaries: canariesOf('Red Hat'),
  names: 'both',
  base: 'https://security.access.redhat.com/data/csaf/v2/vex/',
  plan: async ({ text }) => {
    const name = (await text('archive_latest.txt')).trim();
    // The name becomes part of an address: it must be one.
    const path = /^[\w.-]+\.tar\.(zst|gz)$/.test(name) ? name : 'csaf_vex_latest.tar.zst';
    return [{ parts: [{ path, sha256From: `${path}.sha256` }] }];
  },
};
