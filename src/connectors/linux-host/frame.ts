/** Reads the frame of the inventory script's output: named sections with their hash, each as the bytes that were hashed. */
import { sha256Hex } from '../../kernel/ids.ts';
import type { Unseen } from '../../estate/schema.ts';

export const SECTIONS = [
  'os',
  'kernel',
  'deb',
  'rpm',
  'apk',
  'holds',
  'origins',
  'upgradable',
  'accounts',
  'sudo',
  'sockets',
  'sshd',
  'pam',
  'restart',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** One line of a section: cells between tabs; the first says what kind of row it is. */
export interface Row {
  /** Counted from 1 within the section. */
  readonly line: number;
  readonly cells: readonly string[];
}
export interface Section {
  readonly name: SectionName;
  /** SHA-256 (hex) of the bytes, or undefined where the host has no program for it. */
  readonly sha256: string | undefined;
  readonly rows: readonly Row[];
}
export interface Frame {
  readonly sections: ReadonlyMap<SectionName, Section>;
  readonly unseen: readonly Unseen[];
}

/** No host sends more: 100,000 packages are 10 MB. */
export const MOST_BYTES = 64 * 1024 * 1024;
const MOST_ROWS = 500_000;
const LONGEST_LINE = 20_000;
const NEWLINE = 10;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Splits the output (bytes, as received) into sections. Nothing throws: what is cut off, changed on the way or not
 * understood becomes `unseen`, and a section whose hash does not fit is left out whole.
 */
export function readFrame(output: Uint8Array): Frame {
  const bytes = Buffer.from(output.buffer, output.byteOffset, Math.min(output.length, MOST_BYTES));
  const sections = new Map<SectionName, Section>();
  const unseen: Unseen[] = [];
  if (output.length > MOST_BYTES) {
    unseen.push(invalid('inventory', 'truncated', `longer than ${MOST_BYTES} bytes`));
  }
  const start = afterHeader(bytes);
  if (typeof start !== 'number') unseen.push(start);
  else if (!readSections(bytes, start, sections, unseen)) {
    const detail = 'its last line is missing or counts otherwise';
    unseen.push(invalid('inventory', 'truncated', detail));
  }
  return { sections, unseen };
}

/** Where the first line of ours ends; a login banner or a shell's warning may come before it. */
function afterHeader(bytes: Buffer): number | Unseen {
  for (let line = readLine(bytes, 0); line !== undefined; line = readLine(bytes, line.next)) {
    const [word, version] = line.text.split('\t');
    if (word !== 'holdfast-inventory') continue;
    if (version === '1') return line.next;
    return invalid('inventory', 'not-supported', 'of another version of the script');
  }
  return invalid('inventory', 'invalid', 'not the output of the inventory script');
}

/** Whether the output ends as it should, with the number of its sections. */
function readSections(
  bytes: Buffer,
  start: number,
  sections: Map<SectionName, Section>,
  unseen: Unseen[],
): boolean {
  let at = start;
  let count = 0;
  for (let line = readLine(bytes, at); line !== undefined; line = readLine(bytes, at)) {
    const [word = '', ...cells] = line.text.split('\t');
    at = line.next;
    if (word === 'done') return line.whole && cells[0] === String(count);
    if (word !== 'section') continue;
    count += 1;
    at = readSection(bytes, at, cells, sections, unseen);
  }
  return false;
}

/** Takes one section at `at`; gives where the next begins. */
function readSection(
  bytes: Buffer,
  at: number,
  [name = '', sha256 = '', size = '']: readonly string[],
  sections: Map<SectionName, Section>,
  unseen: Unseen[],
): number {
  const length = /^\d{1,9}$/.test(size) ? Number(size) : -1;
  if (!isSectionName(name)) {
    unseen.push(invalid('section', 'not-supported', `unknown name, at byte ${at}`));
    return at + Math.max(0, length);
  }
  if (length < 0 || at + length > bytes.length) {
    unseen.push(invalid(name, 'truncated', `of ${size} bytes ${bytes.length - at} came`));
    return length < 0 ? at : bytes.length;
  }
  const body = bytes.subarray(at, at + length);
  const read = readBody(name, body, sha256);
  if ('unseen' in read) unseen.push(read.unseen);
  else if (sections.has(name)) unseen.push(invalid(name, 'invalid', 'comes twice'));
  else sections.set(name, read.section);
  return at + length;
}

/** One section's bytes against the hash that came with them (`-` where the host could not make one). */
export function readBody(
  name: SectionName,
  body: Uint8Array,
  sha256: string,
): { readonly section: Section } | { readonly unseen: Unseen } {
  if (sha256 !== '-' && (!SHA256.test(sha256) || sha256Hex(body) !== sha256)) {
    return { unseen: invalid(name, 'invalid', 'its hash is not that of its bytes') };
  }
  const rows: Row[] = [];
  let line = 0;
  for (const text of Buffer.from(body).toString('utf8').split('\n')) {
    line += 1;
    if (text === '') continue;
    if (line > MOST_ROWS) return { unseen: invalid(name, 'truncated', 'too many rows') };
    // Control characters never come from the script; where they do, they go before they reach a screen.
    const clean = text.slice(0, LONGEST_LINE).replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');
    rows.push({ line, cells: clean.split('\t') });
  }
  return { section: { name, sha256: sha256 === '-' ? undefined : sha256, rows } };
}

export function isSectionName(name: string): name is SectionName {
  return (SECTIONS as readonly string[]).includes(name);
}

function readLine(
  bytes: Buffer,
  at: number,
): { readonly text: string; readonly next: number; readonly whole: boolean } | undefined {
  if (at >= bytes.length) return undefined;
  const end = bytes.indexOf(NEWLINE, at);
  const stop = end < 0 ? bytes.length : end;
  const text = bytes.toString('utf8', at, Math.min(stop, at + 1000));
  return { text, next: stop + 1, whole: end >= 0 };
}

function invalid(what: string, reason: Unseen['reason'], detail: string): Unseen {
  return { what, reason, detail };
}
