/** SUSE and openSUSE notices in the OSV schema. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

const ECOSYSTEMS = ['SUSE', 'openSUSE'];

export const suse: Source = {
  id: 'suse',
  title: 'SUSE and openSUSE (OSV)',
  licence: { name: 'CC-BY-4.0', url: 'https://www.suse.com/support/security/' },
  homepage: 'https://www.suse.com/support/security/',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => false,
  blind: 'Flaws that no notice repairs yet.',
  byDefault: 'In OSV already: its feeds would stand twice.',
  format: 'osv',
  canaries: canariesOf(...ECOSYSTEMS),
  // The publisher's own export is not offered in a form that can be read here; OSV passes its records on unchanged.
  base: 'https://osv-vulnerabilities.storage.googleapis.com/',
  plan: () =>
    ECOSYSTEMS.map((ecosystem) => ({
      ecosystem,
      parts: [{ path: `${encodeURIComponent(ecosystem)}/all.zip` }],
    })),
};
