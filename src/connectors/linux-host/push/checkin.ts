/** The server's half of a push: what to ask for, and whether what came is what was offered. */
import { gunzipSync } from 'node:zlib';
import { HoldfastError } from '../../../kernel/errors.ts';
import { isSectionName, MOST_BYTES, readBody, type Section, type SectionName } from '../frame.ts';

/** Offered instead of a hash for a section that is only worked out when it is asked for. */
const NOT_WORKED_OUT = '-';
/** What apt would do follows from these: while they stay the same, so does that. */
const DERIVED: Readonly<Partial<Record<SectionName, readonly SectionName[]>>> = {
  upgradable: ['deb', 'holds', 'origins'],
};

/**
 * The sections that the server lacks, sorted: held under another hash or not at all. Names that this version does not
 * know are not asked for; offering the same again asks for nothing.
 *
 * @example planCheckin({ deb: 'aa…' }, { deb: 'bb…', os: 'cc…' }) // ['deb', 'os']
 */
export function planCheckin(
  held: Readonly<Record<string, string>>,
  offered: Readonly<Record<string, string>>,
): SectionName[] {
  const names = Object.keys(offered).filter(isSectionName);
  const holds = (name: SectionName): boolean =>
    Object.hasOwn(held, name) && held[name] === offered[name];
  return names
    .filter((name) => {
      if (offered[name] !== NOT_WORKED_OUT) return !holds(name);
      const sources = DERIVED[name]?.filter((source) => names.includes(source)) ?? [];
      return !Object.hasOwn(held, name) || sources.some((source) => !holds(source));
    })
    .sort();
}

/** Sections that may be different once this one is. */
export function derivedFrom(name: SectionName): SectionName[] {
  return Object.entries(DERIVED)
    .filter(([, sources]) => sources.includes(name))
    .map(([derived]) => derived)
    .filter(isSectionName);
}

/** A section as it travels: base64 of its TSV, or of the gzip of it. */
export interface SentSection {
  readonly name: SectionName;
  readonly sha256: string;
  readonly encoding: 'gzip' | 'identity';
  readonly content: string;
}

/**
 * The section's bytes, unpacked within limits and proved against their hash.
 *
 * @throws HoldfastError `bad_input` where it is no gzip or the hash is another's, `too_large` where it unpacks to more
 * than any host has.
 */
export function acceptSection(sent: SentSection): {
  readonly bytes: Buffer;
  readonly section: Section;
} {
  const packed = Buffer.from(sent.content, 'base64');
  const bytes = sent.encoding === 'gzip' ? unpack(packed, sent.name) : packed;
  if (bytes.length > MOST_BYTES) throw tooLarge(sent.name);
  if (sent.sha256 === NOT_WORKED_OUT) throw mismatch(sent.name);
  const read = readBody(sent.name, bytes, sent.sha256);
  if ('unseen' in read) {
    throw read.unseen.reason === 'truncated' ? tooLarge(sent.name) : mismatch(sent.name);
  }
  return { bytes, section: read.section };
}

function unpack(packed: Buffer, name: SectionName): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(name);
    throw new HoldfastError('bad_input', `Section ${name} is not in gzip form.`, { cause: error });
  }
}

function tooLarge(name: SectionName): HoldfastError {
  return new HoldfastError('too_large', `Section ${name} is larger than any host's.`);
}

function mismatch(name: SectionName): HoldfastError {
  return new HoldfastError('bad_input', `The bytes of section ${name} have another hash.`, {
    remedy:
      'Check in again: the host changed meanwhile, or something on the way changes what it passes.',
  });
}
