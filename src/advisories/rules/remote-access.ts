/** VPN gateways and load balancers other than NetScaler: Fortinet, Ivanti (Pulse), SonicWall, F5, Palo Alto Networks. */
import { CHECKED } from './dates.ts';
import type { Branch, Rule, RuleProduct } from './model.ts';

/** Lines by their first release, each with the release that repairs it. */
function lines(...pairs: readonly (readonly [from: string, fixed: string])[]): Branch[] {
  return pairs.map(([from, fixed]) => ({ from, fixed }));
}

const since = (from: string): Branch => ({ from, unaffected: true });
/** Between two lines that the publisher speaks of. */
const unsaid = (from: string): Branch => ({ from, unsaid: true });
const noFix = (from: string): Branch => ({ from, instead: 'move to a supported release' });

function product(
  vendor: string,
  names: readonly string[],
  branches: readonly Branch[],
  otherwise: RuleProduct['otherwise'] = 'unknown',
  like = /^v?\d+(?:\.\d+)+$/,
): RuleProduct {
  return { vendor, names, like, branches, otherwise, exact: true };
}

const fortios = (...branches: readonly Branch[]) => product('fortinet', ['fortios'], branches);
const fortiproxy = (...branches: readonly Branch[]) =>
  product('fortinet', ['fortiproxy'], branches);
const bigip = (...branches: readonly Branch[]) => product('f5', ['big-ip'], branches);
/** Pulse Connect Secure is its name under the maker before. */
const connectSecure = (...branches: readonly Branch[]) =>
  product('ivanti', ['connect-secure'], branches, 'unknown', /^\d+\.\d+R\d+(?:\.\d+)?$/i);
const SSL_VPN = 'the SSL VPN is on';

const fortinet = (
  cve: string,
  id: string,
): Pick<Rule, 'cve' | 'publisher' | 'source' | 'checked'> => ({
  cve,
  publisher: 'Fortinet',
  source: `https://www.fortiguard.com/psirt/${id}`,
  checked: CHECKED,
});

const NETWORK_CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const kev = (added: string, due: string, ransomware = true): Rule['kev'] & object => ({
  added,
  due,
  ransomware,
});

export const remoteAccessRules: readonly Rule[] = [
  {
    ...fortinet('CVE-2018-13379', 'FG-IR-18-384'),
    title: 'FortiOS SSL VPN path traversal: passwords of signed-in users',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    kev: kev('2021-11-03', '2022-05-03'),
    products: [
      fortios(
        ...lines(['5.4.6', '5.4.13']),
        since('5.6.0'),
        ...lines(['5.6.3', '5.6.8'], ['6.0.0', '6.0.5']),
        since('6.2.0'),
      ),
    ],
    reachedBy: SSL_VPN,
    fixReleased: '2019-05-24',
  },
  {
    ...fortinet('CVE-2020-12812', 'FG-IR-19-283'),
    title: 'FortiOS SSL VPN: the second factor is skipped by changing the case of the user name',
    cvss: NETWORK_CRITICAL,
    kev: kev('2021-11-03', '2022-05-03'),
    products: [fortios(...lines(['0', '6.0.10'], ['6.2.0', '6.2.4'], ['6.4.0', '6.4.1']))],
    reachedBy: `${SSL_VPN} and users are authenticated by a directory`,
    fixReleased: '2020-07-13',
  },
  {
    ...fortinet('CVE-2022-40684', 'FG-IR-22-377'),
    title: 'FortiOS and FortiProxy authentication bypass at the administrative interface',
    cvss: NETWORK_CRITICAL,
    kev: kev('2022-10-11', '2022-11-01'),
    products: [
      fortios(since('0'), ...lines(['7.0.0', '7.0.7'], ['7.2.0', '7.2.2'])),
      fortiproxy(since('0'), ...lines(['7.0.0', '7.0.7'], ['7.2.0', '7.2.1'])),
    ],
    reachedBy: 'the administrative interface can be reached',
    fixReleased: '2022-10-10',
  },
  {
    ...fortinet('CVE-2022-42475', 'FG-IR-22-398'),
    title: 'FortiOS SSL VPN heap overflow',
    cvss: NETWORK_CRITICAL,
    kev: kev('2022-12-13', '2023-01-03'),
    products: [
      fortios(
        noFix('5.0.0'),
        ...lines(
          ['6.0.0', '6.0.16'],
          ['6.2.0', '6.2.12'],
          ['6.4.0', '6.4.11'],
          ['7.0.0', '7.0.9'],
          ['7.2.0', '7.2.3'],
        ),
      ),
    ],
    reachedBy: SSL_VPN,
    fixReleased: '2022-12-12',
  },
  {
    ...fortinet('CVE-2023-27997', 'FG-IR-23-097'),
    title: 'FortiOS and FortiProxy SSL VPN heap overflow',
    cvss: NETWORK_CRITICAL,
    kev: kev('2023-06-13', '2023-07-04'),
    products: [
      fortios(
        ...lines(
          ['6.0.0', '6.0.17'],
          ['6.2.0', '6.2.14'],
          ['6.4.0', '6.4.13'],
          ['7.0.0', '7.0.12'],
          ['7.2.0', '7.2.5'],
        ),
      ),
    ],
    reachedBy: SSL_VPN,
    fixReleased: '2023-06-12',
  },
  {
    ...fortinet('CVE-2024-21762', 'FG-IR-24-015'),
    title: 'FortiOS SSL VPN out-of-bounds write',
    cvss: NETWORK_CRITICAL,
    kev: kev('2024-02-09', '2024-02-16'),
    products: [
      fortios(
        ...lines(
          ['6.0.0', '6.0.18'],
          ['6.2.0', '6.2.16'],
          ['6.4.0', '6.4.15'],
          ['7.0.0', '7.0.14'],
          ['7.2.0', '7.2.7'],
          ['7.4.0', '7.4.3'],
        ),
      ),
    ],
    reachedBy: SSL_VPN,
    fixReleased: '2024-02-08',
  },
  {
    ...fortinet('CVE-2024-55591', 'FG-IR-24-535'),
    title: 'FortiOS and FortiProxy authentication bypass',
    cvss: NETWORK_CRITICAL,
    kev: kev('2025-01-14', '2025-01-21'),
    products: [
      fortios(since('6.0.0'), ...lines(['7.0.0', '7.0.17'])),
      fortiproxy(...lines(['7.0.0', '7.0.20'], ['7.2.0', '7.2.13'])),
    ],
    reachedBy: 'the administrative interface can be reached',
    fixReleased: '2025-01-14',
  },
  {
    cve: 'CVE-2019-11510',
    title: 'Pulse Connect Secure arbitrary file reading',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    kev: kev('2021-11-03', '2021-04-23'),
    products: [
      connectSecure(
        ...lines(['8.2R1', '8.2R12.1'], ['8.3R1', '8.3R7.1'], ['9.0R1', '9.0R3.4']),
        since('9.1R1'),
      ),
    ],
    fixReleased: '2019-04-24',
    publisher: 'Ivanti',
    source: 'https://kb.pulsesecure.net/articles/Pulse_Security_Advisories/SA44101',
    checked: CHECKED,
  },
  {
    cve: 'CVE-2021-22893',
    title: 'Pulse Connect Secure authentication bypass to code execution',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    kev: kev('2021-11-03', '2021-04-23'),
    products: [connectSecure(...lines(['9.0R3', '9.1R11.4']))],
    fixReleased: '2021-05-03',
    publisher: 'Ivanti',
    source: 'https://kb.pulsesecure.net/articles/Pulse_Security_Advisories/SA44784',
    checked: CHECKED,
  },
  {
    cve: 'CVE-2025-0282',
    title: 'Ivanti Connect Secure stack overflow',
    cvss: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H',
    kev: kev('2025-01-08', '2025-01-15'),
    products: [connectSecure(...lines(['22.7R2', '22.7R2.5']))],
    fixReleased: '2025-01-08',
    publisher: 'Ivanti',
    source:
      'https://forums.ivanti.com/s/article/Security-Advisory-Ivanti-Connect-Secure-Policy-Secure-ZTA-Gateways-CVE-2025-0282-CVE-2025-0283',
    checked: CHECKED,
  },
  {
    cve: 'CVE-2023-35078',
    title: 'Ivanti Endpoint Manager Mobile (MobileIron Core) authentication bypass',
    cvss: NETWORK_CRITICAL,
    kev: kev('2023-07-25', '2023-08-15'),
    products: [
      product(
        'ivanti',
        ['endpoint-manager-mobile'],
        [
          noFix('0'),
          ...lines(['11.8.0', '11.8.1.1'], ['11.9.0', '11.9.1.1'], ['11.10.0', '11.10.0.2']),
        ],
      ),
    ],
    fixReleased: '2023-07-23',
    publisher: 'Ivanti',
    source:
      'https://forums.ivanti.com/s/article/CVE-2023-35078-Remote-unauthenticated-API-access-vulnerability',
    checked: CHECKED,
  },
  {
    cve: 'CVE-2024-40766',
    title: 'SonicOS improper access control: management access and SSL VPN',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:L/A:H',
    kev: kev('2024-09-09', '2024-09-30'),
    products: [
      product(
        'sonicwall',
        ['sonicos'],
        [
          { from: '5.0.0', last: '5.9.2.14-12o' },
          { from: '6.0.0', last: '6.5.4.14-109n' },
          { from: '7.0.0', last: '7.0.1-5035' },
        ],
        'unknown',
        /^\d+(?:\.\d+){2,3}-\d+[a-z]?$/,
      ),
    ],
    fixReleased: '2024-08-22',
    publisher: 'SonicWall',
    source: 'https://psirt.global.sonicwall.com/vuln-detail/SNWLID-2024-0015',
    checked: CHECKED,
  },
  {
    cve: 'CVE-2020-5902',
    title: 'F5 BIG-IP management interface code execution',
    cvss: NETWORK_CRITICAL,
    kev: kev('2021-11-03', '2022-05-03'),
    products: [
      bigip(
        ...lines(['11.6.1', '11.6.5.2'], ['12.1.0', '12.1.5.2']),
        unsaid('13.0.0'),
        ...lines(['13.1.0', '13.1.3.4']),
        unsaid('14.0.0'),
        ...lines(['14.1.0', '14.1.2.6'], ['15.0.0', '15.1.0.4']),
      ),
    ],
    reachedBy: 'the management interface or a self address can be reached',
    fixReleased: '2020-06-30',
    publisher: 'F5',
    source: 'https://my.f5.com/manage/s/article/K52145254',
    checked: CHECKED,
  },
  {
    cve: 'CVE-2022-1388',
    title: 'F5 BIG-IP iControl REST authentication bypass',
    cvss: NETWORK_CRITICAL,
    kev: kev('2022-05-10', '2022-05-31'),
    products: [
      bigip(
        noFix('11.6.1'),
        unsaid('13.0.0'),
        ...lines(['13.1.0', '13.1.5']),
        unsaid('14.0.0'),
        ...lines(['14.1.0', '14.1.4.6']),
        unsaid('15.0.0'),
        ...lines(['15.1.0', '15.1.5.1']),
        unsaid('16.0.0'),
        ...lines(['16.1.0', '16.1.2.2']),
        since('17.0.0'),
      ),
    ],
    reachedBy: 'the management interface or a self address can be reached',
    fixReleased: '2022-05-04',
    publisher: 'F5',
    source: 'https://my.f5.com/manage/s/article/K23605346',
    checked: CHECKED,
  },
  {
    cve: 'CVE-2020-2021',
    title: 'PAN-OS authentication bypass where SAML is used',
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    kev: kev('2022-03-25', '2022-04-15'),
    products: [
      product(
        'paloaltonetworks',
        ['pan-os'],
        [
          since('7.1.0'),
          noFix('8.0.0'),
          ...lines(['8.1.0', '8.1.15'], ['9.0.0', '9.0.9'], ['9.1.0', '9.1.3']),
          since('10.0.0'),
        ],
        'unknown',
        /^\d+\.\d+\.\d+(?:-h\d+)?$/,
      ),
    ],
    reachedBy: 'SAML is used and the certificate of the identity provider is not validated',
    fixReleased: '2020-06-29',
    publisher: 'Palo Alto Networks',
    source: 'https://security.paloaltonetworks.com/CVE-2020-2021',
    checked: CHECKED,
  },
];
