/** Python packaging advisories in the OSV schema. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

const ECOSYSTEMS = ['PyPI'];

export const pypa: Source = {
  id: 'pypa',
  title: 'PyPA advisory database (OSV)',
  licence: {
    name: 'CC-BY-4.0',
    url: 'https://github.com/pypa/advisory-database/blob/main/LICENSE',
  },
  homepage: 'https://github.com/pypa/advisory-database',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind: 'Everything that is not on PyPI.',
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
