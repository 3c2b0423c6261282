/** OSV: every ecosystem that osv.dev exports, one archive each; the list of ecosystems comes from there too. */
import { ECOSYSTEM_CANARIES } from '../canaries.ts';
import { DAY, type Source, type Unit } from '../source.ts';

/** Their notices repair; what has no fix yet is not in them. */
const ERRATA = new Set([
  'AlmaLinux',
  'Alpine',
  'Amazon Linux',
  'Azure Linux',
  'Chainguard',
  'Mageia',
  'Oracle Linux',
  'Photon OS',
  'Red Hat',
  'Rocky Linux',
  'SUSE',
  'Wolfi',
  'openEuler',
  'openSUSE',
]);

/** Exports of commits only: no component is named by one. */
const WITHOUT_PACKAGES = new Set(['GIT', 'OSS-Fuzz', '[EMPTY]']);

export const osv: Source = {
  id: 'osv',
  title: 'OSV.dev, all ecosystems',
  licence: {
    name: 'of each database (CC-BY-4.0, CC0-1.0, MIT…)',
    url: 'https://google.github.io/osv.dev/data/',
  },
  homepage: 'https://osv.dev',
  maxAgeSeconds: 7 * DAY,
  seesUnfixed: (ecosystem) => !ERRATA.has(ecosystem),
  blind:
    'Products that are no packages (appliances, Windows), and unfixed flaws of distributions that publish errata only.',
  byDefault: true,
  format: 'osv',
  canaries: ECOSYSTEM_CANARIES,
  base: 'https://osv-vulnerabilities.storage.googleapis.com/',
  plan: async ({ text }) => exportedEcosystems(await text('ecosystems.txt')).map(unitOf),
};

/** One name a line. `Debian:12` is a part of what `Debian` holds. */
export function exportedEcosystems(list: string): string[] {
  const names = list.split(/\r?\n/).map((line) => line.trim());
  const whole = names.filter(
    (name) => /^[A-Za-z][A-Za-z0-9 ._-]*$/.test(name) && !WITHOUT_PACKAGES.has(name),
  );
  return [...new Set(whole)].sort();
}

function unitOf(ecosystem: string): Unit {
  const folder = encodeURIComponent(ecosystem);
  return {
    ecosystem,
    parts: [{ path: `${folder}/all.zip` }],
    changes: {
      path: `${folder}/modified_id.csv`,
      record: (id) => `${folder}/${encodeURIComponent(id)}.json`,
    },
  };
}
