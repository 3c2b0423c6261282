/** NetScaler ADC and Gateway (Citrix ADC): builds as the bulletins count them, FIPS and NDcPP in trains of their own. */
import { CHECKED } from './dates.ts';
import type { Branch, Rule, RuleProduct } from './model.ts';

/** How versions are spelled: `13.1-48.47`, `13.1-FIPS-37.159`. */
const BUILD = /^\d+\.\d+(?:-(?:FIPS|NDcPP))?(?:-\d+\.\d+)?$/i;

function netscaler(...branches: readonly Branch[]): RuleProduct[] {
  return [
    {
      vendor: 'citrix',
      names: ['netscaler-adc', 'netscaler-gateway'],
      like: BUILD,
      branches,
      otherwise: 'unknown',
      exact: true,
    },
  ];
}

const line = (train: string, fixed: string): Branch => ({ trains: [train], fixed });
/** One fix for both certified editions. */
const certified = (release: string, fixed: string): Branch => ({
  trains: [`${release}-FIPS`, `${release}-NDcPP`],
  fixed,
});
/** A line that Citrix no longer repairs and names as vulnerable. */
const ended = (train: string): Branch => ({
  trains: [train],
  instead: 'the release is at its end, move to a supported one',
});
/** Lines that the flaw does not concern or that were made after it. */
const clear = (...trains: string[]): Branch => ({ trains, unaffected: true });

const CITRIX = 'Citrix';
const article = (id: string): string =>
  `https://support.citrix.com/support-home/kbsearch/article?articleNumber=${id}`;
const GATEWAY =
  'it is a gateway (VPN virtual server, ICA proxy, CVPN, RDP proxy) or an AAA virtual server';

export const citrixRules: readonly Rule[] = [
  {
    cve: 'CVE-2019-19781',
    title: 'Citrix ADC and Gateway directory traversal to code execution',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    kev: { added: '2021-11-03', due: '2022-05-03', ransomware: true },
    products: netscaler(
      { ...line('10.5', '70.12'), released: '2020-01-24' },
      { ...line('11.1', '63.15'), released: '2020-01-19' },
      { ...line('12.0', '63.13'), released: '2020-01-19' },
      { ...line('12.1', '55.18'), released: '2020-01-23' },
      { ...line('13.0', '47.24'), released: '2020-01-23' },
      clear('13.1', '13.1-FIPS', '13.1-NDcPP', '14.1', '14.1-FIPS'),
    ),
    fixReleased: '2020-01-19',
    publisher: CITRIX,
    source: article('CTX267027'),
    checked: CHECKED,
  },
  ...(['CVE-2020-8193', 'CVE-2020-8195', 'CVE-2020-8196'] as const).map((cve): Rule => ({
    cve,
    title:
      cve === 'CVE-2020-8193'
        ? 'Citrix ADC and Gateway authorisation bypass at the management address'
        : 'Citrix ADC and Gateway information disclosure at the management address',
    kev: { added: '2021-11-03', due: '2022-05-03', ransomware: false },
    products: netscaler(
      line('10.5', '70.18'),
      line('11.1', '64.14'),
      line('12.0', '63.21'),
      line('12.1', '57.18'),
      line('13.0', '58.30'),
      clear('13.1', '13.1-FIPS', '13.1-NDcPP', '14.1', '14.1-FIPS'),
    ),
    reachedBy: 'the management address can be reached',
    fixReleased: '2020-07-07',
    publisher: CITRIX,
    source: article('CTX276688'),
    checked: CHECKED,
  })),
  {
    cve: 'CVE-2022-27518',
    title: 'Citrix ADC and Gateway unauthenticated code execution',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    kev: { added: '2022-12-13', due: '2023-01-03', ransomware: false },
    products: netscaler(
      line('12.1', '65.25'),
      certified('12.1', '55.291'),
      line('13.0', '58.32'),
      clear('13.1', '13.1-FIPS', '13.1-NDcPP', '14.1', '14.1-FIPS'),
    ),
    reachedBy: 'it is a SAML service or identity provider',
    fixReleased: '2022-12-13',
    publisher: CITRIX,
    source: article('CTX474995'),
    checked: CHECKED,
  },
  {
    cve: 'CVE-2023-3519',
    title: 'NetScaler ADC and Gateway unauthenticated code execution',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    kev: { added: '2023-07-19', due: '2023-08-09', ransomware: true },
    products: netscaler(
      ended('12.1'),
      certified('12.1', '55.297'),
      line('13.0', '91.13'),
      line('13.1', '49.13'),
      certified('13.1', '37.159'),
      clear('14.1', '14.1-FIPS'),
    ),
    reachedBy: GATEWAY,
    fixReleased: '2023-07-18',
    publisher: CITRIX,
    source: article('CTX561482'),
    checked: CHECKED,
  },
  {
    cve: 'CVE-2023-4966',
    title: 'NetScaler ADC and Gateway disclosure of memory and sessions (CitrixBleed)',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N',
    kev: { added: '2023-10-18', due: '2023-11-08', ransomware: true },
    products: netscaler(
      ended('12.1'),
      certified('12.1', '55.300'),
      line('13.0', '92.19'),
      line('13.1', '49.15'),
      certified('13.1', '37.164'),
      line('14.1', '8.50'),
      clear('14.1-FIPS'),
    ),
    reachedBy: GATEWAY,
    fixReleased: '2023-10-10',
    publisher: CITRIX,
    source: article('CTX579459'),
    checked: CHECKED,
  },
  ...(['CVE-2023-6548', 'CVE-2023-6549'] as const).map((cve): Rule => {
    const isCode = cve === 'CVE-2023-6548';
    return {
      cve,
      title: isCode
        ? 'NetScaler ADC and Gateway code execution at the management interface'
        : 'NetScaler ADC and Gateway denial of service',
      cvss: isCode
        ? 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'
        : 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
      kev: { added: '2024-01-17', due: isCode ? '2024-01-24' : '2024-02-07', ransomware: false },
      products: netscaler(
        ended('12.1'),
        certified('12.1', '55.302'),
        line('13.0', '92.21'),
        line('13.1', '51.15'),
        certified('13.1', '37.176'),
        line('14.1', '12.35'),
        clear('14.1-FIPS'),
      ),
      reachedBy: isCode ? 'the management address can be reached' : GATEWAY,
      fixReleased: '2024-01-16',
      publisher: CITRIX,
      source: article('CTX584986'),
      checked: CHECKED,
    };
  }),
  {
    cve: 'CVE-2025-5777',
    title: 'NetScaler ADC and Gateway memory overread (CitrixBleed 2)',
    cvss: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:L/SI:L/SA:L',
    kev: { added: '2025-07-10', due: '2025-07-11', ransomware: true },
    products: netscaler(
      ended('12.1'),
      certified('12.1', '55.328'),
      ended('13.0'),
      line('13.1', '58.32'),
      certified('13.1', '37.235'),
      line('14.1', '43.56'),
    ),
    reachedBy: GATEWAY,
    fixReleased: '2025-06-17',
    publisher: CITRIX,
    source: article('CTX693420'),
    checked: CHECKED,
  },
  {
    cve: 'CVE-2025-6543',
    title: 'NetScaler ADC and Gateway memory overflow',
    cvss: 'CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:L/SI:L/SA:L',
    kev: { added: '2025-06-30', due: '2025-07-21', ransomware: false },
    products: netscaler(
      ended('12.1'),
      ended('13.0'),
      line('13.1', '59.19'),
      certified('13.1', '37.236'),
      line('14.1', '47.46'),
    ),
    reachedBy: GATEWAY,
    fixReleased: '2025-06-25',
    publisher: CITRIX,
    source: article('CTX694788'),
    checked: CHECKED,
  },
  {
    cve: 'CVE-2025-7775',
    title: 'NetScaler ADC and Gateway memory overflow to code execution',
    cvss: 'CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:L/SI:L/SA:L',
    kev: { added: '2025-08-26', due: '2025-08-28', ransomware: false },
    products: netscaler(
      ended('12.1'),
      certified('12.1', '55.330'),
      ended('13.0'),
      line('13.1', '59.22'),
      certified('13.1', '37.241'),
      line('14.1', '47.48'),
    ),
    reachedBy: `${GATEWAY}, or balances load to IPv6 services, or has a CR virtual server of type HDX`,
    fixReleased: '2025-08-26',
    publisher: CITRIX,
    source: article('CTX694938'),
    checked: CHECKED,
  },
];
