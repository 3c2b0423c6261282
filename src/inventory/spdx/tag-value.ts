/** SPDX 2 as lines of `Tag: value` (specification 2.3, annex on data formats). */
import { HoldfastError } from '../../kernel/errors.ts';
import { lineBatches } from '../line-batches.ts';
import type { InputFile } from '../schema.ts';
import { relate, type SpdxDocument, type SpdxPackage } from './document.ts';
import { CPE_TYPE, PURL_TYPE, purposeOf, stated } from './json.ts';

type Building = { -readonly [Key in keyof SpdxPackage]: SpdxPackage[Key] } & { purls: string[] };

interface Reading {
  version: string;
  readonly packages: Building[];
  /** The package whose lines these are; undefined in the document's, a file's or a licence's part. */
  current: Building | undefined;
  readonly described: Set<string>;
  readonly wholes: Set<string>;
  /** Inside `<text>` until its end. */
  inText: boolean;
  line: number;
}

/** @throws HoldfastError `bad_file` where no line says the version of SPDX. */
export async function readTagValue(file: InputFile, what: string): Promise<SpdxDocument> {
  const reading: Reading = {
    version: '',
    packages: [],
    current: undefined,
    described: new Set(),
    wholes: new Set(),
    inText: false,
    line: 0,
  };
  for await (const lines of lineBatches(file.chunks(), { path: what })) {
    for (const line of lines) {
      reading.line += 1;
      readLine(reading, line);
    }
  }
  if (reading.version === '') {
    throw new HoldfastError('bad_file', `${what}: no SPDX document: no line begins SPDXVersion:`);
  }
  return reading;
}

function readLine(reading: Reading, line: string): void {
  if (reading.inText) {
    reading.inText = !line.includes('</text>');
    return;
  }
  const colon = line.indexOf(':');
  if (colon <= 0 || line.startsWith('#')) return;
  const tag = line
    .slice(0, colon)
    .trim()
    .replace(/^\ufeff/, '');
  const raw = line.slice(colon + 1).trim();
  reading.inText = raw.includes('<text>') && !raw.includes('</text>');
  const value = raw.replace(/^<text>/, '').replace(/<\/text>$/, '');
  if (tag === 'SPDXVersion') reading.version = value.replace(/^SPDX-/, '');
  else if (tag === 'Relationship') relationship(reading, value);
  else if (BEGINS_OTHER.has(tag)) reading.current = undefined;
  else if (tag === 'PackageName') begin(reading, value);
  else if (reading.current !== undefined) field(reading.current, tag, value);
}

const BEGINS_OTHER = new Set(['FileName', 'SnippetSPDXID', 'LicenseID', 'Annotator']);

function begin(reading: Reading, name: string): void {
  reading.current = {
    id: '',
    name,
    version: '',
    purls: [],
    identified: false,
    purpose: '',
    sourceInfo: '',
    at: `line ${reading.line}`,
    line: reading.line,
  };
  reading.packages.push(reading.current);
}

function field(current: Building, tag: string, value: string): void {
  switch (tag) {
    case 'SPDXID':
      current.id = value;
      break;
    case 'PackageVersion':
      current.version = stated(value);
      break;
    case 'PrimaryPackagePurpose':
      current.purpose = purposeOf(value);
      break;
    case 'PackageSourceInfo':
      current.sourceInfo = value;
      break;
    case 'ExternalRef': {
      const [, type = '', locator = ''] = value.split(/\s+/);
      if (PURL_TYPE.test(type)) current.purls.push(locator);
      if (CPE_TYPE.test(type)) current.identified = true;
      break;
    }
    default:
  }
}

function relationship(reading: Reading, value: string): void {
  const [from = '', type = '', to = ''] = value.split(/\s+/);
  relate(reading, from, type, to);
}
