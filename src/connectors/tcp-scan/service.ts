/** What a port answered, as a service of the estate. */
import type { SightedProduct, SightedService } from '../../estate/schema.ts';
import { keptText } from '../kept-text.ts';
import { productOf } from '../service-products.ts';
import type { Answer } from './probe.ts';

export function serviceOf(port: number, answer: Answer): SightedService {
  const { headers = '', certificate, tls, told } = answer;
  const said = saidIn(answer);
  const text = said === '' ? headers : said;
  const product = productOf(text) ?? productOfCertificate(certificate);
  const protocol = told?.protocol ?? protocolOf(text, tls === true);
  const banner = said === '' ? serverOf(headers) : keptText(said, 300);
  return {
    transport: 'tcp',
    port,
    ...(protocol === undefined ? {} : { protocol }),
    ...(product === undefined ? {} : { product }),
    ...(banner === undefined || banner === '' ? {} : { banner }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

/** By itself, or in answer to the first packet of its protocol. */
function saidIn({ greeting, told }: Answer): string {
  return greeting === undefined ? (told?.text ?? '') : greetingText(greeting);
}

/**
 * The greeting as text. MySQL and MariaDB begin with a packet of their own: three bytes of length, a zero, protocol 10 and
 * the version up to a zero byte (MySQL: Protocol::HandshakeV10).
 */
function greetingText(greeting: Buffer): string {
  const end = greeting.indexOf(0, 5);
  const isMysql = greeting.length > 6 && greeting[3] === 0 && greeting[4] === 0x0a && end > 5;
  if (isMysql) return `mysql ${greeting.subarray(5, Math.min(end, 80)).toString('latin1')}`;
  return greeting.toString('utf8').replaceAll('\r\n', '\n');
}

const PROTOCOLS: readonly (readonly [RegExp, string])[] = [
  [/^SSH-/, 'ssh'],
  [/^HTTP\/1/, 'http'],
  [/^220[ -].*(?:SMTP|\bMail\b)/i, 'smtp'],
  [/^220[ -]/, 'ftp'],
  [/^\* OK/, 'imap'],
  [/^\+OK/, 'pop3'],
  [/^mysql /, 'mysql'],
  [/^RFB /, 'vnc'],
];

function protocolOf(text: string, tls: boolean): string | undefined {
  const plain = PROTOCOLS.find(([form]) => form.test(text))?.[1];
  if (!tls) return plain;
  return plain === 'http' ? 'https' : plain === undefined ? 'tls' : `${plain}s`;
}

function serverOf(headers: string): string | undefined {
  const found = /^Server: (.*)$/im.exec(headers)?.[1];
  return found === undefined ? undefined : keptText(found, 300);
}

/** Appliances that show a certificate of their maker until somebody replaces it. */
const CERTIFICATES: readonly (readonly [RegExp, { vendor: string; product: string }])[] = [
  // NetScaler makes this one for its management when it is first started (ns-server-certificate).
  [/^default .*citrix ans|netscaler/i, { vendor: 'citrix', product: 'netscaler_adc' }],
  [/^fortigate|, fortinet\b/i, { vendor: 'fortinet', product: 'fortios' }],
  [/\bvmware (?:default certificate|installer)\b/i, { vendor: 'vmware', product: 'esxi' }],
];

function productOfCertificate(
  certificate: SightedService['certificate'],
): SightedProduct | undefined {
  const subject = certificate?.subject ?? '';
  const found = CERTIFICATES.find(([form]) => form.test(subject))?.[1];
  return found === undefined
    ? undefined
    : { ...found, evidence: `certificate of ${subject}`.slice(0, 300) };
}
