/** Packages of Conda environments: `conda-meta/NAME-VERSION-BUILD.json`. */
import { fieldsOf, textField } from '../fields.ts';
import { unread } from '../damage.ts';
import { parseJson } from '../json.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';
import { plainUrl } from '../source-url.ts';

const MAX_BYTES = 64 * 1024 * 1024;

export const condaInstalled: Extractor = {
  id: 'conda-installed',
  title: 'Conda packages',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'installed',
  wants: (path: TargetPath) => path.endsWith('.json') && /(?:^|\/)conda-meta\/[^/]+$/.test(path),
  extract: readCondaMeta,
};

async function* readCondaMeta(file: InputFile): AsyncGenerator<Extracted> {
  const what = 'conda-meta';
  const fields = fieldsOf(parseJson(await file.bytes(MAX_BYTES), { what }));
  const name = textField(fields, 'name');
  if (name === undefined) {
    yield unread('invalid', 'no field "name"');
    return;
  }
  const build = textField(fields, 'build') ?? textField(fields, 'build_string');
  const subdir = textField(fields, 'subdir');
  const channel = textField(fields, 'channel');
  const qualifiers = {
    ...(build === undefined ? {} : { build }),
    ...(channel === undefined ? {} : { channel: plainUrl(channel) }),
    ...(subdir === undefined ? {} : { subdir }),
  };
  const version = textField(fields, 'version') ?? '';
  yield { kind: 'package', found: { type: 'conda', name, version, qualifiers } };
}
