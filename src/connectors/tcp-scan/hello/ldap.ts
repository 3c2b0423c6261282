/**
 * Directories: one search for the root entry (RFC 4512 section 5.1), which every server shows to everybody: what it is,
 * and of a domain controller for which Windows Server its functional level stands ([MS-ADTS] 3.1.1.3.2.25).
 */
import type { Hello } from './hello.ts';

const ENTRY = 0x64;
const DONE = 0x65;
const ATTRIBUTES = [
  'objectClass',
  'vendorName',
  'vendorVersion',
  'domainControllerFunctionality',
  'supportedLDAPVersion',
];

const LEVELS: Readonly<Record<string, string>> = {
  0: '2000',
  2: '2003',
  3: '2008',
  4: '2008 R2',
  5: '2012',
  6: '2012 R2',
  7: '2016 or later',
  10: '2025',
};

export const ldap: Hello = {
  protocol: 'ldap',
  ports: [389, 3268],
  packet: search(),
  isWhole: (answer) => messagesOf(answer).some(({ tag }) => tag === DONE),
  read(answer) {
    const messages = messagesOf(answer);
    const entry = messages.find(({ tag }) => tag === ENTRY);
    if (entry === undefined)
      return messages.length === 0 ? undefined : 'ldap: does not show its root entry';
    const attributes = attributesOf(entry.value);
    const words = [productWords(attributes), levelWords(attributes)].filter((text) => text !== '');
    return `ldap: ${words.length === 0 ? 'a directory' : words.join(', ')}`;
  },
};

function productWords(attributes: ReadonlyMap<string, readonly string[]>): string {
  const isOpenLdap = attributes.get('objectclass')?.includes('OpenLDAProotDSE') === true;
  const [name = '', version = ''] = ['vendorname', 'vendorversion'].map((key) =>
    (attributes.get(key)?.[0] ?? '').replaceAll(/\p{C}+/gu, ' ').slice(0, 80),
  );
  if (name !== '' || version !== '') return `${name} ${version}`.trim();
  if (isOpenLdap) return 'OpenLDAP';
  return attributes.has('domaincontrollerfunctionality') ? 'Active Directory' : '';
}

function levelWords(attributes: ReadonlyMap<string, readonly string[]>): string {
  const level = attributes.get('domaincontrollerfunctionality')?.[0];
  const release = LEVELS[level ?? ''];
  if (level === undefined) return '';
  return release === undefined
    ? 'a domain controller'
    : `a domain controller at the level of Windows Server ${release}`;
}

function search(): Buffer {
  const request = tlv(0x63, [
    text(0x04, ''),
    // The entry itself, aliases as they are, no limits of size, two seconds, values as well.
    ...['0a0100', '0a0100', '020100', '020102', '010100'].map((hex) => Buffer.from(hex, 'hex')),
    text(0x87, 'objectClass'),
    tlv(
      0x30,
      ATTRIBUTES.map((name) => text(0x04, name)),
    ),
  ]);
  return tlv(0x30, [Buffer.from('020101', 'hex'), request]);
}

function text(tag: number, value: string): Buffer {
  return tlv(tag, [Buffer.from(value)]);
}

function tlv(tag: number, parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const length = value.length < 0x80 ? [value.length] : [0x81, value.length];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

interface Element {
  readonly tag: number;
  readonly value: Buffer;
}

/** Elements side by side (X.690, definite lengths); what is cut off at the end is left out. */
function elementsOf(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = bytes[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first - 0x80;
    const from = at + 2 + more;
    if (more > 4 || first === 0x80 || from > bytes.length) return found;
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    if (from + length > bytes.length) return found;
    found.push({ tag: bytes[at] ?? 0, value: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return found;
}

/** The operations in LDAP messages: of each its number, then what it is. */
function messagesOf(answer: Buffer): Element[] {
  return elementsOf(answer).flatMap(({ tag, value }) => {
    const [id, operation] = tag === 0x30 ? elementsOf(value) : [];
    return id?.tag === 0x02 && operation !== undefined ? [operation] : [];
  });
}

function attributesOf(entry: Buffer): Map<string, string[]> {
  const list = elementsOf(entry)[1]?.value ?? Buffer.alloc(0);
  return new Map(
    elementsOf(list).map(({ value }) => {
      const [name, values] = elementsOf(value);
      const texts = elementsOf(values?.value ?? Buffer.alloc(0));
      return [
        (name?.value ?? '').toString().toLowerCase(),
        texts.map((each) => each.value.toString('utf8')),
      ];
    }),
  );
}
