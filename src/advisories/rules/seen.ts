/**
 * Where the publisher's page of a rule was seen named for its flaw. Nobody of us opened those pages on the day in `checked`:
 * there was no way to them. What is not in this table was written from knowledge alone.
 */

/**
 * `catalogue`: CISA's list of exploited vulnerabilities names it. `record`: among the references of the CVE record or the
 * NVD's. `others`: checks and write-ups of several others name it for this flaw. `pattern`: the publisher makes the
 * addresses of its pages from the CVE's number. `nobody`: not seen anywhere.
 */
export const SOURCE_SEEN = ['catalogue', 'record', 'others', 'pattern', 'nobody'] as const;
export type SourceSeen = (typeof SOURCE_SEEN)[number];

const SEEN: Readonly<Record<Exclude<SourceSeen, 'nobody'>, readonly string[]>> = {
  catalogue: [
    'CVE-2022-26134',
    'CVE-2022-40684',
    'CVE-2022-42475',
    'CVE-2023-22515',
    'CVE-2023-22518',
    'CVE-2023-22527',
    'CVE-2023-27350',
    'CVE-2023-27997',
    'CVE-2023-34362',
    'CVE-2023-35078',
    'CVE-2023-3519',
    'CVE-2023-4966',
    'CVE-2023-6548',
    'CVE-2023-6549',
    'CVE-2024-1709',
    'CVE-2024-21762',
    'CVE-2024-40711',
    'CVE-2024-40766',
    'CVE-2024-55591',
    'CVE-2024-55956',
    'CVE-2024-57727',
    'CVE-2025-0282',
    'CVE-2025-53770',
    'CVE-2025-5777',
    'CVE-2025-6543',
  ],
  record: [
    'CVE-2018-13379',
    'CVE-2021-21972',
    // The same bulletin.
    'CVE-2021-21974',
    'CVE-2024-27198',
  ],
  others: [
    'CVE-2017-0144',
    'CVE-2019-11510',
    'CVE-2019-19781',
    'CVE-2020-12812',
    'CVE-2020-5902',
    'CVE-2020-8193',
    'CVE-2020-8195',
    'CVE-2020-8196',
    'CVE-2021-21985',
    'CVE-2021-22005',
    'CVE-2021-22893',
    'CVE-2021-26084',
    'CVE-2021-44228',
    'CVE-2022-1388',
    'CVE-2022-27518',
    'CVE-2023-0669',
    'CVE-2024-50623',
    'CVE-2025-7775',
  ],
  pattern: [
    'CVE-2020-0796',
    'CVE-2020-1472',
    'CVE-2020-2021',
    'CVE-2021-26855',
    'CVE-2021-26857',
    'CVE-2021-26858',
    'CVE-2021-27065',
    'CVE-2021-31207',
    'CVE-2021-34473',
    'CVE-2021-34523',
    'CVE-2021-34527',
    'CVE-2022-41040',
    'CVE-2022-41082',
  ],
};

export function sourceSeen(cve: string): SourceSeen {
  return SOURCE_SEEN.find((how) => how !== 'nobody' && SEEN[how].includes(cve)) ?? 'nobody';
}
