/** What an extractor makes of a file, as lines fit for an assertion. */
import type { Extractor } from '../../src/inventory/schema.ts';
import { anInputFile, extracted, type Contents } from './input-files.ts';

/** `type namespace/name version [scope] [<where from>] [:line]` per package, `! reason detail` per note; `?` no version. */
export async function told(
  extractor: Extractor,
  path: string,
  content: string | Buffer,
  others: Contents = {},
): Promise<string[]> {
  const all = await extracted(extractor, anInputFile(path, content, others));
  return all.map((one) => {
    if (one.kind !== 'package') return one.kind === 'unread' ? `! ${one.reason} ${one.detail}` : '';
    const { type, namespace, name, version, scope, line, qualifiers } = one.found;
    const from = Object.values(qualifiers ?? {});
    return [
      `${type} ${namespace === undefined ? '' : `${namespace}/`}${name} ${version || '?'}`,
      ...(scope === undefined ? [] : [scope]),
      ...from.map((where) => `<${where}>`),
      ...(line === undefined ? [] : [`:${line}`]),
    ].join(' ');
  });
}
