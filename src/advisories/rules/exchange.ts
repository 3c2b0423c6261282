/** Microsoft Exchange and SharePoint: by the build of the server's files, which every security update changes. */
import { CHECKED } from './dates.ts';
import type { Branch, Rule, RuleProduct } from './model.ts';

const BUILD = /^\d+\.\d+\.\d+\.\d+$/;

/** Branches by cumulative update: each begins with its own first build and has its own fix. */
function exchange(year: '2013' | '2016' | '2019', ...branches: readonly Branch[]): RuleProduct {
  return {
    vendor: 'microsoft',
    names: [`exchange-server-${year}`],
    like: BUILD,
    branches,
    otherwise: 'unknown',
    exact: true,
  };
}

/** Cumulative updates before the first one with an update of its own have none: they count as affected. */
const before = (from: string): Branch => ({
  from,
  instead: 'move to a cumulative update that is repaired',
});
const repaired = (fixed: string, kb: string): Branch => ({
  from: fixed.replace(/\.\d+$/, '.0'),
  fixed,
  updates: [kb],
});
const since = (from: string): Branch => ({ from, unaffected: true });

const PROXY_LOGON = 'KB5000871';
const MICROSOFT = 'Microsoft';
const msrc = (cve: string): string =>
  `https://msrc.microsoft.com/update-guide/vulnerability/${cve}`;

const proxyLogon: readonly RuleProduct[] = [
  exchange(
    '2013',
    before('15.0.0.0'),
    repaired('15.0.1395.12', PROXY_LOGON),
    repaired('15.0.1473.6', PROXY_LOGON),
    repaired('15.0.1497.12', PROXY_LOGON),
  ),
  exchange(
    '2016',
    before('15.1.0.0'),
    ...[
      '15.1.1415.10',
      '15.1.1466.16',
      '15.1.1531.12',
      '15.1.1591.18',
      '15.1.1713.10',
      '15.1.1779.8',
      '15.1.1847.12',
      '15.1.1913.12',
      '15.1.1979.8',
      '15.1.2044.13',
      '15.1.2106.13',
      '15.1.2176.9',
    ].map((fixed) => repaired(fixed, PROXY_LOGON)),
    since('15.1.2242.0'),
  ),
  exchange(
    '2019',
    before('15.2.0.0'),
    ...[
      '15.2.221.18',
      '15.2.330.11',
      '15.2.397.11',
      '15.2.464.15',
      '15.2.529.13',
      '15.2.595.8',
      '15.2.659.12',
      '15.2.721.13',
      '15.2.792.10',
    ].map((fixed) => repaired(fixed, PROXY_LOGON)),
    since('15.2.858.0'),
  ),
];

/** ProxyShell came in two updates: April and May 2021. */
function proxyShell(kb: string, builds: readonly [string, string, string, string, string]) {
  const [cu23, cu19, cu20, cu8, cu9] = builds;
  return [
    exchange('2013', before('15.0.0.0'), repaired(cu23, kb)),
    exchange('2016', before('15.1.0.0'), repaired(cu19, kb), repaired(cu20, kb), {
      ...since('15.1.2308.0'),
    }),
    exchange('2019', before('15.2.0.0'), repaired(cu8, kb), repaired(cu9, kb), {
      ...since('15.2.922.0'),
    }),
  ];
}

const april = proxyShell('KB5001779', [
  '15.0.1497.15',
  '15.1.2176.12',
  '15.1.2242.8',
  '15.2.792.13',
  '15.2.858.10',
]);
const may = proxyShell('KB5003435', [
  '15.0.1497.18',
  '15.1.2176.14',
  '15.1.2242.10',
  '15.2.792.15',
  '15.2.858.12',
]);

const proxyNotShell: readonly RuleProduct[] = [
  exchange('2013', before('15.0.0.0'), repaired('15.0.1497.44', 'KB5019758')),
  exchange(
    '2016',
    before('15.1.0.0'),
    repaired('15.1.2375.37', 'KB5019758'),
    repaired('15.1.2507.16', 'KB5019758'),
  ),
  exchange(
    '2019',
    before('15.2.0.0'),
    repaired('15.2.986.36', 'KB5019758'),
    repaired('15.2.1118.20', 'KB5019758'),
    since('15.2.1258.0'),
  ),
];

/** SharePoint's servers count one after the other: 2016, 2019, the subscription edition. */
const sharepoint = (name: string, branch: Branch): RuleProduct => ({
  vendor: 'microsoft',
  names: [name],
  like: BUILD,
  branches: [branch],
  otherwise: 'unknown',
  exact: true,
});

interface Short {
  readonly cve: string;
  readonly title: string;
  readonly products: readonly RuleProduct[];
  readonly kev: Rule['kev'] & object;
  readonly fixReleased: string;
  readonly cvss?: string;
  readonly reachedBy?: string;
}

const rule = (short: Short): Rule => ({
  ...short,
  publisher: MICROSOFT,
  source: msrc(short.cve),
  checked: CHECKED,
});

const LOGON_KEV = { added: '2021-11-03', due: '2021-04-16', ransomware: true };
const SHELL_KEV = { added: '2021-11-03', due: '2021-11-17', ransomware: true };
const NOT_SHELL_KEV = { added: '2022-09-30', due: '2022-10-21', ransomware: true };

export const exchangeRules: readonly Rule[] = [
  ...['CVE-2021-26855', 'CVE-2021-26857', 'CVE-2021-26858', 'CVE-2021-27065'].map((cve) =>
    rule({
      cve,
      title: 'Microsoft Exchange Server code execution (ProxyLogon)',
      products: proxyLogon,
      kev: LOGON_KEV,
      fixReleased: '2021-03-02',
    }),
  ),
  rule({
    cve: 'CVE-2021-31207',
    title: 'Microsoft Exchange Server security feature bypass (ProxyShell)',
    products: may,
    kev: SHELL_KEV,
    fixReleased: '2021-05-11',
  }),
  ...['CVE-2021-34473', 'CVE-2021-34523'].map((cve) =>
    rule({
      cve,
      title: 'Microsoft Exchange Server code execution (ProxyShell)',
      products: april,
      kev: SHELL_KEV,
      fixReleased: '2021-04-13',
    }),
  ),
  ...['CVE-2022-41040', 'CVE-2022-41082'].map((cve) =>
    rule({
      cve,
      title: 'Microsoft Exchange Server code execution (ProxyNotShell)',
      products: proxyNotShell,
      kev: NOT_SHELL_KEV,
      fixReleased: '2022-11-08',
    }),
  ),
  rule({
    cve: 'CVE-2025-53770',
    title: 'Microsoft SharePoint Server code execution (ToolShell)',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    products: [
      sharepoint('sharepoint-server-2016', {
        from: '16.0.4000.0',
        fixed: '16.0.5513.1001',
        updates: ['KB5002760'],
        released: '2025-07-21',
      }),
      sharepoint('sharepoint-server-2019', {
        from: '16.0.10337.0',
        fixed: '16.0.10417.20037',
        updates: ['KB5002754'],
      }),
      sharepoint('sharepoint-server-subscription-edition', {
        from: '16.0.14326.0',
        fixed: '16.0.18526.20508',
        updates: ['KB5002768'],
      }),
    ],
    kev: { added: '2025-07-20', due: '2025-07-21', ransomware: true },
    fixReleased: '2025-07-20',
  }),
];
