/**
 * What services say they are: banners by which a product and its version are read, and the packages that it comes in.
 * Data: each row names where the form of the banner is laid down or printed. Vendor and product are spelled as CPE has them.
 */
import type { SightedProduct } from '../estate/schema.ts';

export interface ProductForm {
  readonly vendor: string;
  readonly product: string;
  /** Group 1 is the version, where the banner tells one. */
  readonly form: RegExp;
  /** Packages of the common distributions. */
  readonly packages: readonly string[];
  readonly source: string;
}

const SSH = 'RFC 4253 section 4.2, software version';
const HTTP = 'RFC 9110 section 10.2.4, Server';
const SMTP = 'RFC 5321 section 4.2, greeting';
const FTP = 'RFC 959 section 4.2, reply 220';
const PRINTED = 'printed by the program itself';

export const PRODUCT_FORMS: readonly ProductForm[] = [
  row('openbsd', 'openssh', /^SSH-2\.0-OpenSSH_(?:for_Windows_)?([\w.]+)/, SSH, [
    'openssh-server',
    'openssh',
  ]),
  row('dropbear_ssh_project', 'dropbear_ssh', /^SSH-2\.0-dropbear(?:_([\w.]+))?/, SSH, [
    'dropbear',
    'dropbear-bin',
  ]),
  row('libssh', 'libssh', /^SSH-2\.0-libssh[_-]([\d.]+)/, SSH, ['libssh-4', 'libssh']),
  row('cisco', 'ios', /^SSH-(?:2\.0|1\.99)-Cisco-/, SSH, []),
  row('solarwinds', 'serv-u', /^SSH-2\.0-Serv-U_([\d.]+)/, SSH, []),
  row('apache', 'http_server', /^Server: Apache(?:\/([\d.]+))?(?![-\w])/im, HTTP, [
    'apache2',
    'apache2-bin',
    'httpd',
  ]),
  row('apache', 'tomcat', /^Server: Apache-Coyote\b/im, HTTP, ['tomcat9', 'tomcat10', 'tomcat']),
  row('f5', 'nginx', /^Server: nginx(?:\/([\d.]+))?/im, HTTP, [
    'nginx',
    'nginx-core',
    'nginx-light',
    'nginx-full',
  ]),
  row('microsoft', 'internet_information_services', /^Server: Microsoft-IIS\/([\d.]+)/im, HTTP, []),
  row('lighttpd', 'lighttpd', /^Server: lighttpd(?:\/([\d.]+))?/im, HTTP, ['lighttpd']),
  row('caddyserver', 'caddy', /^Server: Caddy\b/im, HTTP, ['caddy']),
  row('eclipse', 'jetty', /^Server: Jetty\(([\w.]+)\)/im, HTTP, ['jetty9', 'jetty']),
  row('squid-cache', 'squid', /^Server: squid(?:\/([\d.]+))?/im, HTTP, ['squid', 'squid-openssl']),
  row('haproxy', 'haproxy', /^Server: HAProxy\b/im, HTTP, ['haproxy']),
  row('python', 'python', /^Server: SimpleHTTP\/[\d.]+ Python\/([\d.]+)/im, HTTP, [
    'python3',
    'python3.11',
  ]),
  // NetScaler names no version outside; its cookies and Via give it away.
  row(
    'citrix',
    'netscaler_adc',
    /^(?:Set-Cookie: (?:NSC_|citrix_ns_id)|Via: NS-CACHE|Server: NetScaler|Location: \/(?:vpn\/|logon\/LogonPoint\/))/im,
    'Citrix: cookies of persistence (NSC_), the Via header of the integrated cache, and the gateway’s log-on pages',
    [],
  ),
  row(
    'fortinet',
    'fortios',
    /^Server: xxxxxxxx-xxxxx\s*$/im,
    'printed by FortiOS in place of a name',
    [],
  ),
  row('postfix', 'postfix', /^220 \S+ ESMTP Postfix\b/i, SMTP, ['postfix']),
  row('exim', 'exim', /^220 \S+ ESMTP Exim ([\d.]+)/i, SMTP, [
    'exim4',
    'exim4-daemon-light',
    'exim4-daemon-heavy',
    'exim',
  ]),
  row('sendmail', 'sendmail', /^220 \S+ ESMTP Sendmail ([\d.]+)/i, SMTP, [
    'sendmail',
    'sendmail-bin',
  ]),
  row('microsoft', 'exchange_server', /^220 \S+ Microsoft ESMTP MAIL Service/i, SMTP, []),
  row('vsftpd_project', 'vsftpd', /^220[ -]\(vsFTPd ([\d.]+)\)/i, FTP, ['vsftpd']),
  row('proftpd', 'proftpd', /^220[ -]ProFTPD(?: ([\d.]+\w*))? Server/i, FTP, [
    'proftpd-core',
    'proftpd-basic',
    'proftpd',
  ]),
  row('pureftpd', 'pure-ftpd', /^220-+ Welcome to Pure-FTPd/i, FTP, ['pure-ftpd']),
  row(
    'filezilla-project',
    'filezilla_server',
    /^220-FileZilla Server(?: version)? ([\d.]+)/i,
    FTP,
    [],
  ),
  row('dovecot', 'dovecot', /^(?:\* OK|\+OK).*\bDovecot\b/i, PRINTED, ['dovecot-core', 'dovecot']),
  // The protocol's first packet holds the version as text; MariaDB before 11 puts 5.5.5- before its own for old clients.
  row(
    'mariadb',
    'mariadb',
    /^mysql (?:5\.5\.5-)?(\d[\d.]*)-MariaDB/,
    'MariaDB: initial handshake packet',
    ['mariadb-server', 'mariadb-server-core', 'mariadb'],
  ),
  row('oracle', 'mysql', /^mysql (\d[\d.]*)(?:-|$)/, 'MySQL: protocol::HandshakeV10', [
    'mysql-server',
    'mysql-server-core-8.0',
    'mysql',
  ]),
  // What the first answers of protocols say that wait for the client to speak (tcp-scan).
  row(
    'postgresql',
    'postgresql',
    /^postgresql: /,
    'PostgreSQL frontend/backend protocol: SSLRequest; it tells no version before the sign-in',
    ['postgresql-server', ...[13, 14, 15, 16, 17, 18].map((major) => `postgresql-${major}`)],
  ),
  row(
    'microsoft',
    'sql_server',
    /^ms-sql: SQL Server (\d+\.\d+\.\d+)/,
    '[MS-TDS] 2.2.6.5, PRELOGIN',
    [],
  ),
  row('openldap', 'openldap', /^ldap: OpenLDAP\b/, 'OpenLDAP: object class of its root entry', [
    'slapd',
    'openldap-servers',
  ]),
  row(
    'redhat',
    '389_directory_server',
    /^ldap: 389 Project 389-Directory\/([\d.]+)/,
    'RFC 3045, vendorName and vendorVersion',
    ['389-ds-base', '389-ds'],
  ),
  row('samba', 'samba', /^ldap: Samba Team\b/, 'RFC 3045, vendorName', ['samba', 'samba-ad-dc']),
  row('realvnc', 'realvnc', /^RFB 004\.\d+/, 'RFC 6143 section 7.1.1: 004 is RealVNC’s own', []),
];

function row(
  vendor: string,
  product: string,
  form: RegExp,
  source: string,
  packages: readonly string[],
): ProductForm {
  return { vendor, product, form, packages, source };
}

/** A distribution that puts repairs into its builds without changing the version that they print. */
const BUILDERS =
  /\b(Debian|Ubuntu|Raspbian|Red Hat|RHEL|CentOS|AlmaLinux|Rocky|Fedora|SUSE|openSUSE|Amazon Linux|Oracle Linux|Alpine)\b|\bdeb\d+u\d+|\+deb\d|\.el\d/i;

/** The first of the table whose form `text` has: a banner, the headers of an answer, or `mysql 8.0.36` for a handshake. */
export function productOf(text: string): SightedProduct | undefined {
  for (const { vendor, product, form, packages } of PRODUCT_FORMS) {
    const found = form.exec(text);
    if (found === null) continue;
    const line = lineOf(text, found.index);
    return sightedProduct({ vendor, product, version: found[1], packages, evidence: line });
  }
  return undefined;
}

export function sightedProduct(found: {
  readonly vendor: string;
  readonly product: string;
  readonly version: string | undefined;
  readonly packages?: readonly string[];
  readonly evidence: string;
}): SightedProduct {
  const { vendor, product, version, evidence } = found;
  const builder = builderOf(evidence);
  const packages = found.packages ?? packagesOf(vendor, product);
  return {
    vendor,
    product,
    evidence: evidence.slice(0, 300),
    ...(version === undefined || version === '' ? {} : { version: version.slice(0, 100) }),
    ...(builder === undefined ? {} : { builtBy: builder }),
    ...(packages.length === 0 ? {} : { packages: [...packages] }),
  };
}

/** Whose build a banner says it is. */
function builderOf(text: string): string | undefined {
  const found = BUILDERS.exec(text);
  if (found === null) return undefined;
  return found[1] ?? (found[0].includes('el') ? 'Red Hat' : 'Debian');
}

function packagesOf(vendor: string, product: string): readonly string[] {
  const known = PRODUCT_FORMS.find(
    (form) => form.product === product && (form.vendor === vendor || form.vendor === 'f5'),
  );
  return known?.packages ?? [];
}

function lineOf(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at) + 1;
  const end = text.indexOf('\n', at);
  // What follows Set-Cookie and Location may be of a session.
  const line = text
    .slice(start, end < 0 ? undefined : end)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return line
    .replace(/^(Set-Cookie: [^=]{1,40})=.*$/i, '$1')
    .replace(/^(Location: [^?]*)\?.*$/i, '$1');
}
