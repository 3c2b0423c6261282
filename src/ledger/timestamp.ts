/**
 * RFC 3161: a request to a time-stamping authority over a checkpoint's text, and the parts of its reply that say what was
 * stamped and when. The authority's signature is not verified here: that needs its certificates, and `openssl ts -verify`.
 */
import { HoldfastError } from '../kernel/errors.ts';
import { sha256 } from './tree.ts';

/** What a reply says. Believe it only when its signature was verified elsewhere. */
export interface Stamp {
  readonly at: Date;
}

// DER tags (X.690 §8).
const INTEGER = 0x02;
const OCTETS = 0x04;
const TIME = 0x18;
const SEQUENCE = 0x30;
const CONTEXT_0 = 0xa0;
const SHA256 = Buffer.from('300d06096086480165030402010500', 'hex');
/** id-ct-TSTInfo, §2.4.2. */
const TST_INFO = Buffer.from('060b2a864886f70d0109100104', 'hex');
const TRUE = Buffer.from('0101ff', 'hex');

/** §2.4.1: a TimeStampReq over `text`, asking for the authority's certificate; `nonce` is 8 random bytes. */
export function timestampRequest(text: string, nonce: Buffer): Buffer {
  const imprint = der(SEQUENCE, SHA256, der(OCTETS, sha256(Buffer.from(text))));
  // A leading zero octet keeps the number positive.
  const number = der(INTEGER, Buffer.of(0x00, 0x80 | (nonce[0] ?? 0)), nonce.subarray(1));
  return der(SEQUENCE, der(INTEGER, Buffer.of(1)), imprint, number, TRUE);
}

/**
 * §2.4.2: reads a TimeStampResp. Throws `unreachable` when the authority refused, `tampered` when it stamped something else
 * than `request` asked for, `bad_input` when it is not a reply.
 */
export function readTimestampReply(reply: Buffer, request: Buffer): Stamp {
  const [status, token] = children(only(reply, SEQUENCE));
  const granted = value(children(value(status, SEQUENCE))[0], INTEGER);
  if (!granted.equals(Buffer.of(0)) && !granted.equals(Buffer.of(1))) {
    throw new HoldfastError('unreachable', 'The time-stamping authority refused the request.');
  }
  // TSTInfo: version, policy, messageImprint, serialNumber, genTime, then optional parts and the nonce.
  const info = children(only(stampedInfo(token), SEQUENCE));
  const [, imprint, nonce] = children(only(request, SEQUENCE));
  const same = isSame(info[2], imprint) && info.slice(5).some((part) => isSame(part, nonce));
  if (!same) {
    throw new HoldfastError('tampered', 'The time stamp is not for what was asked.');
  }
  return { at: readTime(value(info[4], TIME).toString('latin1')) };
}

/** ContentInfo → SignedData → encapContentInfo → the bytes of TSTInfo. */
function stampedInfo(token: Element | undefined): Buffer {
  const [, signed] = children(value(token, SEQUENCE));
  const signedData = children(value(children(value(signed, CONTEXT_0))[0], SEQUENCE));
  const [type, content] = children(value(signedData[2], SEQUENCE));
  if (type?.whole.equals(TST_INFO) !== true) throw malformed();
  return value(children(value(content, CONTEXT_0))[0], OCTETS);
}

function isSame(one: Element | undefined, other: Element | undefined): boolean {
  return one !== undefined && other !== undefined && one.whole.equals(other.whole);
}

/** GeneralizedTime in UTC, with or without a fraction of a second. */
function readTime(text: string): Date {
  const [, y, mo, d, h, mi, s, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text) ?? [];
  const at = new Date(
    `${y ?? ''}-${mo ?? ''}-${d ?? ''}T${h ?? ''}:${mi ?? ''}:${s ?? ''}${fraction.slice(0, 4)}Z`,
  );
  if (Number.isNaN(at.getTime())) throw malformed();
  return at;
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag and length included. */
  readonly whole: Buffer;
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  // Requests are short: one length octet is enough (X.690 §8.1.3.4).
  if (content.length > 127) throw malformed();
  return Buffer.concat([Buffer.of(tag, content.length), content]);
}

function children(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = elementAt(bytes, at);
    found.push(element);
    at += element.whole.length;
  }
  return found;
}

function elementAt(bytes: Buffer, at: number): Element {
  const first = bytes[at + 1] ?? 0x80;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  // DER has no indefinite length; four octets of length are 4 GB.
  if (first === 0x80 || octets > 4 || at + 2 + octets > bytes.length) throw malformed();
  const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets);
  const start = at + 2 + octets;
  if (start + length > bytes.length) throw malformed();
  const content = bytes.subarray(start, start + length);
  return { tag: bytes[at] ?? 0, content, whole: bytes.subarray(at, start + length) };
}

function only(bytes: Buffer, tag: number): Buffer {
  const [element, ...more] = children(bytes);
  if (more.length > 0) throw malformed();
  return value(element, tag);
}

function value(element: Element | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw malformed();
  return element.content;
}

function malformed(): HoldfastError {
  return new HoldfastError('bad_input', 'The time stamp is malformed (RFC 3161).');
}
