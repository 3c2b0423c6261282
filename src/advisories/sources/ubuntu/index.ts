/** Ubuntu CVE records and notices in the OSV schema. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

const ECOSYSTEMS = ['Ubuntu'];

export const ubuntu: Source = {
  id: 'ubuntu',
  title: 'Ubuntu security (OSV)',
  licence: { name: 'CC-BY-SA-4.0', url: 'https://github.com/canonical/ubuntu-security-notices' },
  homepage: 'https://ubuntu.com/security',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind: 'Packages of other archives (PPAs).',
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
