/** Flaws of Windows that give away a domain or a network, by the build that repairs them. */
import { CHECKED } from './dates.ts';
import type { Branch, Rule, RuleProduct } from './model.ts';

/** Since 2016 the build's revision tells every update that is in. */
function system(names: readonly string[], ...branches: readonly Branch[]): RuleProduct {
  return { vendor: 'microsoft', names, branches, otherwise: 'unknown', exact: true };
}

/** Older systems count revisions with their rollups only: a security-only update does not show in them. */
function olderSystem(names: readonly string[], branch: Branch): RuleProduct {
  return { vendor: 'microsoft', names, branches: [branch], otherwise: 'unknown', exact: false };
}

const SERVER_2008_R2 = ['windows-server-2008-r2'];
const SERVER_2012 = ['windows-server-2012'];
const SERVER_2012_R2 = ['windows-server-2012-r2'];
const SERVER_2016 = ['windows-server-2016'];
const SERVER_2019 = ['windows-server-2019'];
/** Releases without a year: their build tells which. */
const SERVER = ['windows-server'];
/** `windows` is what a build alone is called, where nothing says whether it is a server. */
const CLIENTS = ['windows-10', 'windows'];

const MICROSOFT = 'Microsoft';
const msrc = (cve: string): string =>
  `https://msrc.microsoft.com/update-guide/vulnerability/${cve}`;

export const windowsRules: readonly Rule[] = [
  {
    cve: 'CVE-2017-0144',
    title: 'Windows SMBv1 remote code execution (EternalBlue, MS17-010)',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    kev: { added: '2022-02-10', due: '2022-08-10', ransomware: true },
    products: [
      system(
        CLIENTS,
        { from: '10.0.10240', fixed: '10.0.10240.17319', updates: ['KB4012606'] },
        { from: '10.0.10586', fixed: '10.0.10586.839', updates: ['KB4013198'] },
        { from: '10.0.14393', fixed: '10.0.14393.953', updates: ['KB4013429'] },
        { from: '10.0.15063', unaffected: true },
      ),
      system(SERVER_2016, {
        from: '10.0.14393',
        fixed: '10.0.14393.953',
        updates: ['KB4013429'],
      }),
    ],
    fixReleased: '2017-03-14',
    publisher: MICROSOFT,
    source: 'https://learn.microsoft.com/en-us/security-updates/securitybulletins/2017/ms17-010',
    checked: CHECKED,
  },
  {
    cve: 'CVE-2020-0796',
    title: 'Windows SMBv3 remote code execution (SMBGhost)',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    kev: { added: '2022-02-10', due: '2022-08-10', ransomware: true },
    products: [
      system(
        [...CLIENTS, ...SERVER],
        { from: '10.0.18362', fixed: '10.0.18362.720', updates: ['KB4551762'] },
        { from: '10.0.18363', fixed: '10.0.18363.720', updates: ['KB4551762'] },
        { from: '10.0.19041', unaffected: true },
      ),
    ],
    fixReleased: '2020-03-12',
    publisher: MICROSOFT,
    source: msrc('CVE-2020-0796'),
    checked: CHECKED,
  },
  {
    cve: 'CVE-2020-1472',
    title: 'Windows Netlogon elevation of privilege (ZeroLogon)',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    kev: { added: '2021-11-03', due: '2020-09-21', ransomware: true },
    products: [
      olderSystem(SERVER_2008_R2, {
        from: '6.1.7600',
        updates: ['KB4571729', 'KB4571719'],
      }),
      olderSystem(SERVER_2012, {
        from: '6.2.9200',
        updates: ['KB4571736', 'KB4571702'],
      }),
      olderSystem(SERVER_2012_R2, {
        from: '6.3.9600',
        fixed: '6.3.9600.19785',
        updates: ['KB4571703', 'KB4571723'],
      }),
      system(SERVER_2016, {
        from: '10.0.14393',
        fixed: '10.0.14393.3866',
        updates: ['KB4571694'],
      }),
      system(SERVER_2019, {
        from: '10.0.17763',
        fixed: '10.0.17763.1397',
        updates: ['KB4565349'],
      }),
      system(
        SERVER,
        { from: '10.0.18362', fixed: '10.0.18362.1016', updates: ['KB4565351'] },
        { from: '10.0.18363', fixed: '10.0.18363.1016', updates: ['KB4565351'] },
        { from: '10.0.19041', fixed: '10.0.19041.450', updates: ['KB4566782'] },
        { from: '10.0.19042', unaffected: true },
      ),
      { ...system(['windows-server-2022', 'windows-server-2025']), otherwise: 'unaffected' },
    ],
    setting: {
      role: 'domain-controller',
      ask: 'whether enforcement is on (updates of 9 February 2021 or later; before them FullSecureChannelProtection = 1 below HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters) and the policy "Domain controller: Allow vulnerable Netlogon secure channel connections" exempts no account',
      source: 'https://support.microsoft.com/help/4557222',
    },
    fixReleased: '2020-08-11',
    publisher: MICROSOFT,
    source: msrc('CVE-2020-1472'),
    checked: CHECKED,
  },
  {
    cve: 'CVE-2021-34527',
    title: 'Windows Print Spooler remote code execution (PrintNightmare)',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H',
    kev: { added: '2021-11-03', due: '2021-07-20', ransomware: true },
    products: [
      system(SERVER_2016, {
        from: '10.0.14393',
        fixed: '10.0.14393.4470',
        updates: ['KB5004948'],
        released: '2021-07-07',
      }),
      system(SERVER_2019, {
        from: '10.0.17763',
        fixed: '10.0.17763.2029',
        updates: ['KB5004947'],
      }),
      system(
        [...CLIENTS, ...SERVER],
        {
          from: '10.0.14393',
          fixed: '10.0.14393.4470',
          updates: ['KB5004948'],
          released: '2021-07-07',
        },
        { from: '10.0.17763', fixed: '10.0.17763.2029', updates: ['KB5004947'] },
        { from: '10.0.18363', fixed: '10.0.18363.1646', updates: ['KB5004946'] },
        { from: '10.0.19041', fixed: '10.0.19041.1083', updates: ['KB5004945'] },
        { from: '10.0.19042', fixed: '10.0.19042.1083', updates: ['KB5004945'] },
        { from: '10.0.19043', fixed: '10.0.19043.1083', updates: ['KB5004945'] },
        { from: '10.0.19044', unaffected: true },
      ),
    ],
    reachedBy: 'the Print Spooler service runs',
    fixReleased: '2021-07-06',
    publisher: MICROSOFT,
    source: msrc('CVE-2021-34527'),
    checked: CHECKED,
  },
];
