/** Rocky Linux errata in the OSV schema. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

const ECOSYSTEMS = ['Rocky Linux'];

export const rocky: Source = {
  id: 'rocky',
  title: 'Rocky Linux errata (OSV)',
  licence: { name: 'BSD-3-Clause', url: 'https://errata.rockylinux.org' },
  homepage: 'https://errata.rockylinux.org',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => false,
  blind: 'Flaws that no erratum repairs yet.',
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
