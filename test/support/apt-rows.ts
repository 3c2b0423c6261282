/** Rows of the section `upgradable` as apt's hosts send them, with the lists that they refer to. */
import { type Rows } from './inventory-output.ts';

export type RowList = NonNullable<Rows[string]>;
export const SECURITY = '500 http://deb.example.org/debian-security bookworm-security/main amd64';
export const STABLE = '500 http://deb.example.org/debian bookworm/main amd64';
export const BACKPORTS = '100 http://deb.example.org/debian bookworm-backports/main amd64';
export const list = (name: string, fields: Readonly<Record<string, string>>): RowList => [
  ['list', `/var/lib/apt/lists/${name}InRelease`, 1_795_000_000, 1_795_000_000],
  ...Object.entries(fields).map(([key, value]) => ['of', `${name}InRelease`, key, value]),
];
export const ORIGINS: RowList = [
  ...list('deb.example.org_debian-security_dists_bookworm-security_', {
    Origin: 'Debian',
    Label: 'Debian-Security',
    Suite: 'oldstable-security',
    Codename: 'bookworm-security',
    Version: '12',
    Date: 'Fri, 20 Nov 2026 20:00:00 UTC',
    'Valid-Until': 'Fri, 27 Nov 2026 20:00:00 UTC',
  }),
  ...list('deb.example.org_debian_dists_bookworm_', {
    Origin: 'Debian',
    Label: 'Debian',
    Suite: 'oldstable',
    Codename: 'bookworm',
    Version: '12.15',
    Date: 'Sat, 11 Jul 2026 10:00:00 UTC',
  }),
  ...list('deb.example.org_debian_dists_bookworm-backports_', {
    Origin: 'Debian Backports',
    Label: 'Debian Backports',
    Suite: 'oldstable-backports',
  }),
];
export const pkg = (name: string, version = '1.0-1', state = 'ii '): RowList[number] => [
  'pkg',
  name,
  version,
  'amd64',
  state,
  name,
  version,
  '',
];
export const version = (
  name: string,
  order: number,
  of: string,
  marks: string,
  sources: string,
): RowList[number] => ['version', name, order, of, marks, sources === '' ? 100 : 500, sources];
export const APT: RowList = [
  ['manager', 'apt'],
  ['native', 'amd64'],
  ['asked', 9],
];
