/** Go vulnerability database: packages and symbols, in the OSV schema. */
import { canariesOf } from '../canaries.ts';
import { DAY, type Source } from '../source.ts';

export const go: Source = {
  id: 'go',
  title: 'Go vulnerability database',
  licence: { name: 'CC-BY-4.0', url: 'https://go.dev/security/vuln/database' },
  homepage: 'https://vuln.go.dev',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind: 'Everything that is not Go.',
  byDefault: 'In OSV already: its feeds would stand twice.',
  format: 'osv',
  canaries: canariesOf('Go'),
  base: 'https://vuln.go.dev/',
  plan: () => [{ parts: [{ path: 'vulndb.zip' }] }],
};
