/** What each source serves, in its publisher's own shape and with invented flaws beside the canary: path below the mirror → content. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { makeTar } from './make-tar.ts';
import { makeZip } from './build-zip.ts';

type Content = Readonly<Record<string, string | Buffer>>;

export function anOsvRecord(
  id: string,
  ecosystem: string,
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    id,
    modified: '2026-11-20T00:00:00Z',
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0' }] }],
      },
    ],
    ...more,
  });
}

function osvZip(ecosystem: string, canary: string, repeats = 1): Buffer {
  const records = [
    { name: 'a/TEST-1.json', body: anOsvRecord('TEST-1', ecosystem, 'one', { aliases: [canary] }) },
    { name: 'a/TEST-2.json', body: anOsvRecord('TEST-2', ecosystem, 'two') },
  ];
  return makeZip(Array.from({ length: repeats }, () => records).flat());
}

const CURL = 'CVE-2023-38545';

/** `repeats`: every record so many times over. */
export function sampleOf(source: string, repeats = 1): Content {
  const make = SAMPLES[source];
  if (make === undefined) throw new Error(`no sample for the source ${source}`);
  return make(repeats);
}

const SAMPLES: Readonly<Record<string, (repeats: number) => Content>> = {
  almalinux: (repeats) => ({ 'zip/refs/heads/master': osvZip('AlmaLinux:9', CURL, repeats) }),
  alpine: (repeats) => ({
    '': '<a href="../">../</a><a href="v3.20/">v3.20/</a><a href="edge/">edge/</a>',
    'v3.20/main.json': secdb({ distroversion: 'v3.20', reponame: 'main' }, repeats),
  }),
  chainguard: (repeats) => ({
    'chainguard/security.json': secdb({ apkurl: 'https://packages.cgr.dev/chainguard' }, repeats),
  }),
  debian: (repeats) => ({ 'data/json': tracker(repeats) }),
  endoflife: (repeats) => ({
    'api/v1/products/full': JSON.stringify({
      schema_version: '1.2.0',
      generated_at: '2026-11-21T00:00:00+00:00',
      total: 1,
      result: Array.from({ length: repeats }, () => ({
        name: 'debian',
        label: 'Debian',
        identifiers: [{ type: 'cpe', id: 'cpe:/o:debian:debian_linux' }],
        releases: [
          {
            name: '12',
            codename: 'Bookworm',
            releaseDate: '2023-06-10',
            isEol: false,
            eolFrom: '2026-06-10',
            latest: { name: '12.11', date: '2026-05-17' },
          },
        ],
      })),
    }),
  }),
  epss: (repeats) => ({
    'epss_scores-current.csv.gz': gzipSync(
      `#model_version:v2026.03.14,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\n${'CVE-2020-1472,0.9,0.99\nCVE-2026-0001,0.001,0.1\n'.repeat(repeats)}`,
    ),
  }),
  github: (repeats) => ({ 'zip/refs/heads/main': osvZip('npm', 'CVE-2019-10744', repeats) }),
  gitlab: (repeats) => ({
    'advisories-community-main.tar.gz': gzipSync(
      makeTar(
        Array.from({ length: repeats }, () => ({
          name: 'a/TEST-1.json',
          body: anOsvRecord('TEST-1', 'npm', 'one', { aliases: ['CVE-2019-10744'] }),
        })),
      ),
    ),
  }),
  go: (repeats) => ({ 'vulndb.zip': osvZip('Go', 'CVE-2022-32149', repeats) }),
  kev: (repeats) => ({
    'known_exploited_vulnerabilities.json': JSON.stringify({
      catalogVersion: '2026.11.20',
      dateReleased: '2026-11-20T10:00:00Z',
      vulnerabilities: Array.from({ length: repeats }, () => ({
        cveID: 'CVE-2020-1472',
        vulnerabilityName: 'Netlogon elevation of privilege',
        dateAdded: '2021-11-03',
        dueDate: '2020-09-21',
        knownRansomwareCampaignUse: 'Known',
      })),
    }),
  }),
  nvd: (repeats) => ({
    ...Object.fromEntries(
      Array.from({ length: 25 }, (_, at) => [
        `nvdcve-2.0-${2002 + at}.json.gz`,
        gzipSync(nvdAnswer([anNvdRecord(`CVE-${2002 + at}-0001`)])),
      ]),
    ),
    'nvdcve-2.0-modified.json.gz': gzipSync(
      nvdAnswer(
        Array.from({ length: repeats }, () => [
          anNvdRecord('CVE-2020-1472'),
          anNvdRecord('CVE-2026-0001', { lastModified: '2026-11-20T01:02:03.004' }),
        ]).flat(),
      ),
    ),
  }),
  osv: (repeats) => ({
    'ecosystems.txt': 'Debian\nDebian:12\nGIT\nnpm\n[EMPTY]\n',
    'npm/all.zip': osvZip('npm', 'CVE-2019-10744', repeats),
    'npm/modified_id.csv': '2026-11-20T00:00:00Z,TEST-1\n2026-11-20T00:00:00Z,TEST-2\n',
    'Debian/all.zip': osvZip('Debian:12', CURL, repeats),
    'Debian/modified_id.csv': '2026-11-20T00:00:00Z,TEST-1\n2026-11-20T00:00:00Z,TEST-2\n',
  }),
  pypa: (repeats) => ({ 'PyPI/all.zip': osvZip('PyPI', 'CVE-2019-10906', repeats) }),
  redhat: (repeats) => ({
    'archive_latest.txt': 'csaf_vex_2026-11-20.tar.zst\n',
    'csaf_vex_2026-11-20.tar.zst': zstdCompressSync(
      makeTar(
        Array.from({ length: repeats }, () => ({
          name: '2023/cve-2023-38545.json',
          body: JSON.stringify(aVex()),
        })),
      ),
    ),
  }),
  rocky: (repeats) => ({ 'Rocky Linux/all.zip': osvZip('Rocky Linux:9', CURL, repeats) }),
  rustsec: (repeats) => ({ 'zip/refs/heads/osv': osvZip('crates.io', 'CVE-2020-26235', repeats) }),
  suse: (repeats) => ({
    'SUSE/all.zip': osvZip('SUSE:Linux Enterprise Server 15 SP5', CURL, repeats),
    'openSUSE/all.zip': osvZip('openSUSE:Leap 15.5', CURL, repeats),
  }),
  ubuntu: (repeats) => ({ 'Ubuntu/all.zip': osvZip('Ubuntu:22.04:LTS', CURL, repeats) }),
  windows: (repeats) => ({
    'definitions.zip': makeZip([
      {
        name: 'CVEs_20261110.csv',
        body: `"DatePosted","CVE","BulletinKB","Title","AffectedProduct","AffectedComponent","Severity","Impact","Supersedes","Exploits"\n${'"20210209","CVE-2020-1472","4601345","An invented title","Windows Server 2019","Windows Netlogon","Critical","Elevation of Privilege","",""\n"20261110","CVE-2026-0001","5099999","An invented title","Windows Server 2019","Windows Kernel","Critical","Elevation of Privilege","4601345",""\n'.repeat(repeats)}`,
      },
    ]),
  }),
  vulnrichment: (repeats) => ({
    'zip/refs/heads/develop': makeZip(
      Array.from({ length: repeats }, () => ({
        name: 'vulnrichment-develop/2024/3xxx/CVE-2024-3094.json',
        body: JSON.stringify({
          dataType: 'CVE_RECORD',
          cveMetadata: {
            cveId: 'CVE-2024-3094',
            state: 'PUBLISHED',
            dateUpdated: '2026-11-19T00:00:00Z',
          },
          containers: {
            cna: {},
            adp: [
              {
                metrics: [
                  {
                    other: {
                      type: 'ssvc',
                      content: {
                        options: [
                          { Exploitation: 'poc' },
                          { Automatable: 'no' },
                          { 'Technical Impact': 'total' },
                        ],
                      },
                    },
                  },
                ],
              },
            ],
          },
        }),
      })),
    ),
  }),
  wolfi: (repeats) => ({
    'os/security.json': secdb({ apkurl: 'https://packages.wolfi.dev/os', reponame: 'os' }, repeats),
  }),
};

/** In the shape of the NVD's interface 2.0: an invented product with two lines of releases. */
export function anNvdRecord(
  id: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const line = (from: string, below: string): unknown => ({
    vulnerable: true,
    criteria: 'cpe:2.3:o:invented:wardgate_firmware:*:*:*:*:*:*:*:*',
    versionStartIncluding: from,
    versionEndExcluding: below,
    matchCriteriaId: '00000000-0000-4000-8000-000000000001',
  });
  const device = {
    vulnerable: false,
    criteria: 'cpe:2.3:h:invented:wardgate:-:*:*:*:*:*:*:*',
    matchCriteriaId: '00000000-0000-4000-8000-000000000002',
  };
  return {
    id,
    sourceIdentifier: 'security@invented.example',
    published: '2020-08-17T19:15:15.117',
    lastModified: '2026-11-19T10:00:00.000',
    vulnStatus: 'Analyzed',
    cveTags: [],
    descriptions: [{ lang: 'en', value: 'An invented flaw.' }],
    metrics: {
      cvssMetricV31: [
        {
          source: 'nvd@nist.gov',
          type: 'Primary',
          cvssData: {
            version: '3.1',
            vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
            baseScore: 9.8,
          },
        },
      ],
    },
    configurations: [
      {
        operator: 'AND',
        nodes: [
          {
            operator: 'OR',
            negate: false,
            cpeMatch: [line('7.0.0', '7.0.10'), line('7.2.0', '7.2.4')],
          },
          { operator: 'OR', negate: false, cpeMatch: [device] },
        ],
      },
    ],
    references: [],
    ...more,
  };
}

/** An answer of the interface, and a yearly file. */
export function nvdAnswer(records: readonly unknown[]): string {
  return JSON.stringify({
    resultsPerPage: records.length,
    startIndex: 0,
    totalResults: records.length,
    format: 'NVD_CVE',
    version: '2.0',
    timestamp: '2026-11-21T00:00:00.000',
    vulnerabilities: records.map((cve) => ({ cve })),
  });
}

function secdb(head: Readonly<Record<string, string>>, repeats: number): string {
  const pkg = { name: 'curl', secfixes: { '8.4.0-r0': [CURL], '0': ['CVE-2026-0002'] } };
  return JSON.stringify({ ...head, packages: Array.from({ length: repeats }, () => ({ pkg })) });
}

function tracker(repeats: number): string {
  const releases = {
    bookworm: { status: 'resolved', fixed_version: '7.88.1-10+deb12u4', urgency: 'high' },
    bullseye: { status: 'open', urgency: 'low', nodsa: 'Minor issue', nodsa_reason: '' },
    sid: { status: 'open', urgency: 'unimportant' },
  };
  const member = `"curl": ${JSON.stringify({ [CURL]: { description: 'heap overflow', releases } })}`;
  return `{${Array.from({ length: repeats }, () => member).join(', ')}}`;
}

/** One flaw: repaired in RHEL 9, left in RHEL 8 and in a module of it, not there in RHEL 7. */
export function aVex(): unknown {
  const product = (id: string, cpe: string): unknown => ({
    category: 'product_name',
    name: id,
    product: { product_id: id, name: id, product_identification_helper: { cpe } },
  });
  const version = (id: string, purl: string): unknown => ({
    category: 'product_version',
    name: id,
    product: { product_id: id, name: id, product_identification_helper: { purl } },
  });
  const relation = (within: string, part: string): unknown => ({
    category: 'default_component_of',
    full_product_name: { product_id: `${within}:${part}`, name: part },
    product_reference: part,
    relates_to_product_reference: within,
  });
  return {
    document: {
      csaf_version: '2.0',
      category: 'csaf_vex',
      aggregate_severity: { text: 'Important' },
      tracking: {
        id: CURL,
        current_release_date: '2026-11-18T00:00:00+00:00',
        initial_release_date: '2023-10-11T00:00:00+00:00',
      },
    },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'Red Hat',
          branches: [
            product('BaseOS-9', 'cpe:/o:redhat:enterprise_linux:9::baseos'),
            product('rhel-8', 'cpe:/o:redhat:enterprise_linux:8'),
            product('rhel-7', 'cpe:/o:redhat:enterprise_linux:7'),
            version(
              'curl-0:7.76.1-26.el9_3.2.x86_64',
              'pkg:rpm/redhat/curl@7.76.1-26.el9_3.2?arch=x86_64&epoch=0',
            ),
            version(
              'curl-0:7.76.1-26.el9_3.2.aarch64',
              'pkg:rpm/redhat/curl@7.76.1-26.el9_3.2?arch=aarch64&epoch=0',
            ),
            version('curl', 'pkg:rpm/redhat/curl?arch=src'),
            version('nodejs:18:8090:abc', 'pkg:rpmmod/redhat/nodejs@18:8090:abc'),
            version(
              'nodejs-1:18.1-1.module+el8.x86_64',
              'pkg:rpm/redhat/nodejs@18.1-1.module%2Bel8?arch=x86_64&epoch=1',
            ),
            version('nodejs:16/nodejs', 'pkg:rpmmod/redhat/nodejs:16/nodejs'),
          ],
        },
      ],
      relationships: [
        relation('BaseOS-9', 'curl-0:7.76.1-26.el9_3.2.x86_64'),
        relation('BaseOS-9', 'curl-0:7.76.1-26.el9_3.2.aarch64'),
        relation('rhel-8', 'curl'),
        relation('rhel-7', 'curl'),
        relation('rhel-8', 'nodejs:18:8090:abc'),
        relation('rhel-8:nodejs:18:8090:abc', 'nodejs-1:18.1-1.module+el8.x86_64'),
        relation('rhel-8', 'nodejs:16/nodejs'),
      ],
    },
    vulnerabilities: [
      {
        cve: CURL,
        title: 'curl: heap overflow',
        cwe: { id: 'CWE-122' },
        scores: [{ cvss_v3: { vectorString: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H' } }],
        product_status: {
          fixed: [
            'BaseOS-9:curl-0:7.76.1-26.el9_3.2.x86_64',
            'BaseOS-9:curl-0:7.76.1-26.el9_3.2.aarch64',
            'rhel-8:nodejs:18:8090:abc:nodejs-1:18.1-1.module+el8.x86_64',
          ],
          known_affected: ['rhel-8:curl', 'rhel-8:nodejs:16/nodejs', 'rhel-9:unknown'],
          known_not_affected: ['rhel-7:curl'],
        },
        remediations: [
          { category: 'no_fix_planned', details: 'Will not fix', product_ids: ['rhel-8:curl'] },
        ],
        threats: [{ category: 'impact', details: 'Moderate', product_ids: ['rhel-8:curl'] }],
      },
    ],
  };
}
