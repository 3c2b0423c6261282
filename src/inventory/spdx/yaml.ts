/** SPDX 2 as YAML: the members of the JSON form. */
import { HoldfastError, messageOf } from '../../kernel/errors.ts';
import { fieldsOf } from '../fields.ts';
import type { SpdxDocument } from './document.ts';
import { readVersion2 } from './json.ts';

/** The library reads about a megabyte a second. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 100;

/** @throws HoldfastError `bad_file` where it is no YAML or no SPDX; `too_large` beyond what is read in reasonable time. */
export async function readYaml(bytes: Buffer, what: string): Promise<SpdxDocument> {
  if (bytes.length > MAX_BYTES) {
    throw new HoldfastError('too_large', `${what}: at most ${MAX_BYTES} bytes of YAML are read`);
  }
  const text = bytes.toString('utf8');
  if (deepest(text) > MAX_DEPTH) {
    throw new HoldfastError('bad_file', `${what}: nested deeper than ${MAX_DEPTH} levels`);
  }
  const root = fieldsOf(await parsed(text, what));
  const document = root && readVersion2(root);
  if (document === undefined) {
    throw new HoldfastError('bad_file', `${what}: no SPDX document: "spdxVersion" is missing`);
  }
  return document;
}

async function parsed(text: string, what: string): Promise<unknown> {
  const { parse, YAMLParseError } = await import('yaml');
  try {
    // Aliases are a way to make a few lines into gigabytes, and no writer of SPDX uses them.
    return parse(text, { maxAliasCount: 0, uniqueKeys: false, logLevel: 'error' }) as unknown;
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    const place = line === undefined ? '' : ` line ${line}`;
    const code = error instanceof YAMLParseError ? ` (${error.code})` : '';
    throw new HoldfastError('bad_file', `${what}${place}: not valid YAML${code}`, {
      detail: { problem: messageOf(error).slice(0, 200) },
    });
  }
}

/** An upper bound of the nesting by brackets, by dashes on one line and by indentation. */
function deepest(text: string): number {
  let open = 0;
  let deep = 0;
  for (const mark of text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + ('[{'.includes(mark[0]) ? 1 : -1));
    if (open > deep) deep = open;
  }
  for (const [dashes] of text.matchAll(/^ *(?:- +){3,}/gm)) {
    deep = Math.max(deep, Math.floor(dashes.length / 2));
  }
  for (const [indent] of text.matchAll(/^ {200,}/gm)) deep = Math.max(deep, indent.length / 2);
  return deep;
}
