/** Composer's packages, as `composer.lock` and `installed.json` list them alike. */
import { type Fields, fieldsOf, textField } from '../fields.ts';
import type { Found } from '../schema.ts';

/** Undefined where it lies in a folder of the project; `name` may be absent in damaged files. */
export function composerFound(
  fields: Fields,
  rest: Pick<Found, 'line' | 'scope'>,
): Found | 'nameless' | undefined {
  const full = textField(fields, 'name');
  if (full === undefined) return 'nameless';
  const source = fieldsOf(fields['dist']) ?? fieldsOf(fields['source']);
  if (textField(source, 'type') === 'path') return undefined;
  const slash = full.indexOf('/');
  const version = (textField(fields, 'version') ?? '').replace(/^[vV](?=\d)/, '');
  const parts =
    slash < 0 ? { name: full } : { namespace: full.slice(0, slash), name: full.slice(slash + 1) };
  if (parts.name === '') return 'nameless';
  return { type: 'composer', ...parts, version, ...rest };
}
