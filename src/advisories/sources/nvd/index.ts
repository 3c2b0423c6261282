/** NIST NVD: CVE records with configurations of products (CPE) and their ranges of versions. */
import { DAY, type Source } from '../source.ts';

/** The first of the yearly files; it holds the years before as well. */
const FIRST_YEAR = 2002;

export const nvd: Source = {
  id: 'nvd',
  title: 'National Vulnerability Database (NIST)',
  licence: {
    name: 'public domain (US government work)',
    url: 'https://nvd.nist.gov/general/legal-disclosure',
  },
  homepage: 'https://nvd.nist.gov',
  maxAgeSeconds: 7 * DAY,
  quietSeconds: 7 * DAY,
  seesUnfixed: () => true,
  blind:
    'CVEs that nobody at NIST has analysed: most of the new ones since February 2024, but for exploited ones.',
  byDefault: true,
  format: 'nvd',
  canaries: { '': 'CVE-2020-1472' },
  base: 'https://nvd.nist.gov/feeds/json/cve/2.0/',
  plan: ({ now }) => [{ parts: yearly(now.getUTCFullYear()) }],
};

function yearly(last: number): { path: string; mayBeMissing?: boolean }[] {
  const years = Array.from({ length: last - FIRST_YEAR + 1 }, (_, at) => FIRST_YEAR + at);
  return [
    // In the first days of a year its file is not there yet.
    ...years.map((year) => ({
      path: `nvdcve-2.0-${year}.json.gz`,
      ...(year === last ? { mayBeMissing: true } : {}),
    })),
    { path: 'nvdcve-2.0-modified.json.gz' },
  ];
}
