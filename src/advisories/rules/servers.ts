/** Servers that attackers of hospitals and their suppliers came in through: virtualisation, wikis, file transfer, remote support. */
import { CHECKED } from './dates.ts';
import type { Branch, Rule, RuleProduct } from './model.ts';

function lines(...pairs: readonly (readonly [from: string, fixed: string])[]): Branch[] {
  return pairs.map(([from, fixed]) => ({ from, fixed }));
}

const since = (from: string): Branch => ({ from, unaffected: true });
/** The publisher names an update whose build is not known here. */
const unsaid = (from: string): Branch => ({ from, unsaid: true });
const noFix = (from: string): Branch => ({ from, instead: 'move to a supported release' });

const DOTTED = /^v?\d+(?:\.\d+)+$/;

function product(
  vendor: string,
  names: readonly string[],
  branches: readonly Branch[],
  like = DOTTED,
): RuleProduct {
  return { vendor, names, like, branches, otherwise: 'unknown', exact: true };
}

const confluence = (...branches: readonly Branch[]): RuleProduct =>
  product(
    'atlassian',
    ['confluence', 'confluence-server', 'confluence-data-center'],
    branches,
    /^\d+\.\d+\.\d+$/,
  );

/** `7.0.1-17327517`: the version and the build behind it, which alone tells the update. */
const WITH_BUILD = /^\d+\.\d+\.\d+-\d{6,}$/;
const vmware = (name: string, ...branches: readonly Branch[]): RuleProduct =>
  product('vmware', [name], branches, WITH_BUILD);

const kev = (added: string, due: string): Rule['kev'] & object => ({
  added,
  due,
  ransomware: true,
});
const NETWORK_CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

interface Publisher {
  readonly publisher: string;
  readonly source: string;
  readonly checked: string;
}

const by = (publisher: string, source: string): Publisher => ({
  publisher,
  source,
  checked: CHECKED,
});

const vmsa = (id: string): Publisher =>
  by('VMware', `https://www.vmware.com/security/advisories/${id}.html`);
const atlassian = (page: string): Publisher =>
  by('Atlassian', `https://confluence.atlassian.com/${page}.html`);

export const serverRules: readonly Rule[] = [
  {
    cve: 'CVE-2021-21972',
    title: 'VMware vCenter Server code execution through a plug-in',
    cvss: NETWORK_CRITICAL,
    kev: kev('2021-11-03', '2021-11-17'),
    products: [
      vmware(
        'vcenter-server',
        ...lines(
          ['6.5.0', '6.5.0-17590285'],
          ['6.7.0', '6.7.0-17138064'],
          ['7.0.0', '7.0.1-17327517'],
        ),
      ),
    ],
    fixReleased: '2021-02-23',
    ...vmsa('VMSA-2021-0002'),
  },
  {
    cve: 'CVE-2021-21985',
    title: 'VMware vCenter Server code execution through the vSAN health check',
    cvss: NETWORK_CRITICAL,
    kev: kev('2021-11-03', '2021-11-17'),
    products: [
      vmware(
        'vcenter-server',
        ...lines(['6.5.0', '6.5.0-17994927']),
        unsaid('6.7.0'),
        ...lines(['7.0.0', '7.0.2-17958471']),
      ),
    ],
    fixReleased: '2021-05-25',
    ...vmsa('VMSA-2021-0010'),
  },
  {
    cve: 'CVE-2021-22005',
    title: 'VMware vCenter Server file upload to code execution',
    cvss: NETWORK_CRITICAL,
    kev: kev('2021-11-03', '2021-11-17'),
    products: [
      vmware(
        'vcenter-server',
        since('6.5.0'),
        ...lines(['6.7.0', '6.7.0-18485166'], ['7.0.0', '7.0.2-18356314']),
      ),
    ],
    fixReleased: '2021-09-21',
    ...vmsa('VMSA-2021-0020'),
  },
  {
    cve: 'CVE-2021-21974',
    title: 'VMware ESXi heap overflow in OpenSLP (ESXiArgs)',
    cvss: 'CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    products: [
      vmware(
        'esxi',
        ...lines(
          ['6.5.0', '6.5.0-17477841'],
          ['6.7.0', '6.7.0-17499825'],
          ['7.0.0', '7.0.1-17325551'],
        ),
        since('8.0.0'),
      ),
    ],
    reachedBy: 'the SLP service runs',
    fixReleased: '2021-02-23',
    ...vmsa('VMSA-2021-0002'),
  },
  {
    cve: 'CVE-2021-26084',
    title: 'Confluence Server and Data Center OGNL injection',
    cvss: NETWORK_CRITICAL,
    kev: kev('2021-11-03', '2021-11-17'),
    products: [
      confluence(
        ...lines(['0', '6.13.23'], ['6.14.0', '7.4.11'], ['7.5.0', '7.11.6'], ['7.12.0', '7.12.5']),
      ),
    ],
    fixReleased: '2021-08-25',
    ...atlassian('doc/confluence-security-advisory-2021-08-25-1077906215'),
  },
  {
    cve: 'CVE-2022-26134',
    title: 'Confluence Server and Data Center OGNL injection',
    cvss: NETWORK_CRITICAL,
    kev: { added: '2022-06-02', due: '2022-06-06', ransomware: true },
    products: [
      confluence(
        ...lines(
          ['1.3.0', '7.4.17'],
          ['7.5.0', '7.13.7'],
          ['7.14.0', '7.14.3'],
          ['7.15.0', '7.15.2'],
          ['7.16.0', '7.16.4'],
          ['7.17.0', '7.17.4'],
          ['7.18.0', '7.18.1'],
        ),
      ),
    ],
    fixReleased: '2022-06-03',
    ...atlassian('doc/confluence-security-advisory-2022-06-02-1130377146'),
  },
  {
    cve: 'CVE-2023-22515',
    title: 'Confluence Data Center and Server: anybody may make an administrator',
    cvss: NETWORK_CRITICAL,
    kev: kev('2023-10-05', '2023-10-13'),
    products: [
      confluence(since('0'), ...lines(['8.0.0', '8.3.3'], ['8.4.0', '8.4.3'], ['8.5.0', '8.5.2'])),
    ],
    fixReleased: '2023-10-04',
    ...atlassian(
      'security/cve-2023-22515-privilege-escalation-vulnerability-in-confluence-data-center-and-server-1295682276',
    ),
  },
  {
    cve: 'CVE-2023-22518',
    title: 'Confluence Data Center and Server improper authorisation',
    cvss: NETWORK_CRITICAL,
    kev: kev('2023-11-07', '2023-11-28'),
    products: [
      confluence(
        ...lines(
          ['0', '7.19.16'],
          ['7.20.0', '8.3.4'],
          ['8.4.0', '8.4.4'],
          ['8.5.0', '8.5.3'],
          ['8.6.0', '8.6.1'],
        ),
      ),
    ],
    fixReleased: '2023-10-31',
    ...atlassian(
      'security/cve-2023-22518-improper-authorization-vulnerability-in-confluence-data-center-and-server-1311473907',
    ),
  },
  {
    cve: 'CVE-2023-22527',
    title: 'Confluence Data Center and Server template injection',
    cvss: NETWORK_CRITICAL,
    kev: kev('2024-01-24', '2024-02-14'),
    products: [confluence(since('0'), ...lines(['8.0.0', '8.5.4']))],
    fixReleased: '2023-12-05',
    ...atlassian(
      'security/cve-2023-22527-rce-remote-code-execution-vulnerability-in-confluence-data-center-and-confluence-server-1333990257',
    ),
  },
  {
    cve: 'CVE-2023-34362',
    title: 'MOVEit Transfer SQL injection',
    cvss: NETWORK_CRITICAL,
    kev: kev('2023-06-02', '2023-06-23'),
    products: [
      product(
        'progress',
        ['moveit-transfer'],
        [
          noFix('0'),
          { from: '12.0.0', instead: 'Progress has a patch for 2020.1, and none for 2020.0' },
          ...lines(
            ['13.0.0', '13.0.6'],
            ['13.1.0', '13.1.4'],
            ['14.0.0', '14.0.4'],
            ['14.1.0', '14.1.5'],
            ['15.0.0', '15.0.1'],
          ),
          { from: '2020.0.0', instead: 'Progress has a patch for 2020.1, and none for 2020.0' },
          ...lines(
            ['2021.0.0', '2021.0.6'],
            ['2021.1.0', '2021.1.4'],
            ['2022.0.0', '2022.0.4'],
            ['2022.1.0', '2022.1.5'],
            ['2023.0.0', '2023.0.1'],
          ),
        ],
        /^\d+\.\d+\.\d+(?:\.\d+)?$/,
      ),
    ],
    fixReleased: '2023-05-31',
    ...by(
      'Progress',
      'https://community.progress.com/s/article/MOVEit-Transfer-Critical-Vulnerability-31May2023',
    ),
  },
  {
    cve: 'CVE-2023-0669',
    title: 'GoAnywhere MFT code execution at the licence page',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H',
    kev: kev('2023-02-10', '2023-03-03'),
    products: [product('fortra', ['goanywhere-mft'], lines(['0', '7.1.2']))],
    reachedBy: 'the administration console can be reached',
    fixReleased: '2023-02-06',
    ...by('Fortra', 'https://www.fortra.com/blog/summary-investigation-related-cve-2023-0669'),
  },
  {
    cve: 'CVE-2024-50623',
    title: 'Cleo Harmony, VLTrader and LexiCom file upload',
    cvss: NETWORK_CRITICAL,
    kev: kev('2024-12-13', '2025-01-03'),
    products: [product('cleo', ['harmony', 'vltrader', 'lexicom'], lines(['0', '5.8.0.21']))],
    fixReleased: '2024-10-27',
    ...by(
      'Cleo',
      'https://support.cleo.com/hc/en-us/articles/27140294267799-Cleo-Product-Security-Advisory-CVE-2024-50623',
    ),
  },
  {
    cve: 'CVE-2024-55956',
    title: 'Cleo Harmony, VLTrader and LexiCom command execution',
    cvss: NETWORK_CRITICAL,
    kev: kev('2024-12-17', '2025-01-07'),
    products: [product('cleo', ['harmony', 'vltrader', 'lexicom'], lines(['0', '5.8.0.24']))],
    fixReleased: '2024-12-11',
    ...by(
      'Cleo',
      'https://support.cleo.com/hc/en-us/articles/28408134019735-Cleo-Product-Security-Update-CVE-2024-55956',
    ),
  },
  {
    cve: 'CVE-2024-1709',
    title: 'ConnectWise ScreenConnect authentication bypass',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    kev: kev('2024-02-22', '2024-02-29'),
    products: [product('connectwise', ['screenconnect'], lines(['0', '23.9.8']))],
    fixReleased: '2024-02-19',
    ...by(
      'ConnectWise',
      'https://www.connectwise.com/company/trust/security-bulletins/connectwise-screenconnect-23.9.8',
    ),
  },
  {
    cve: 'CVE-2023-27350',
    title: 'PaperCut MF and NG authentication bypass to code execution',
    cvss: NETWORK_CRITICAL,
    kev: kev('2023-04-21', '2023-05-12'),
    products: [
      product(
        'papercut',
        ['papercut-mf', 'papercut-ng'],
        [since('0'), ...lines(['8.0.0', '20.1.7'], ['21.0.0', '21.2.11'], ['22.0.0', '22.0.9'])],
      ),
    ],
    fixReleased: '2023-03-08',
    ...by('PaperCut', 'https://www.papercut.com/kb/Main/PO-1216-and-PO-1219'),
  },
  {
    cve: 'CVE-2024-40711',
    title: 'Veeam Backup & Replication code execution without signing in',
    cvss: NETWORK_CRITICAL,
    kev: kev('2024-10-17', '2024-11-07'),
    products: [
      product(
        'veeam',
        ['backup-and-replication', 'backup-replication'],
        lines(['12.0.0.0', '12.2.0.334']),
        /^\d+\.\d+\.\d+\.\d+$/,
      ),
    ],
    fixReleased: '2024-09-04',
    ...by('Veeam', 'https://www.veeam.com/kb4649'),
  },
  {
    cve: 'CVE-2024-27198',
    title: 'JetBrains TeamCity authentication bypass',
    cvss: NETWORK_CRITICAL,
    kev: kev('2024-03-07', '2024-03-28'),
    products: [product('jetbrains', ['teamcity'], lines(['0', '2023.11.4']))],
    fixReleased: '2024-03-04',
    ...by('JetBrains', 'https://www.jetbrains.com/privacy-security/issues-fixed/'),
  },
  {
    cve: 'CVE-2021-44228',
    title: 'UniFi Network Application holds Log4j with Log4Shell',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    kev: kev('2021-12-10', '2021-12-24'),
    products: [product('ubiquiti', ['unifi-network-application'], lines(['0', '6.5.54']))],
    fixReleased: '2021-12-10',
    ...by(
      'Ubiquiti',
      'https://community.ui.com/releases/UniFi-Network-Application-6-5-54/d717f241-48bb-4979-8b10-99db36ddabe1',
    ),
  },
  {
    cve: 'CVE-2024-57727',
    title: 'SimpleHelp path traversal: secrets of the server',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
    kev: kev('2025-02-13', '2025-03-06'),
    products: [
      product(
        'simplehelp',
        ['simplehelp'],
        lines(['0', '5.3.9'], ['5.4.0', '5.4.10'], ['5.5.0', '5.5.8']),
      ),
    ],
    fixReleased: '2025-01-13',
    ...by('SimpleHelp', 'https://simple-help.com/kb---security-vulnerabilities-01-2025'),
  },
];
