/** Keys of items that need no id because what they say names them. */
import { sha256Hex } from '../../kernel/ids.ts';
import { EntityRef, type Kind } from '../schema.ts';

/** The key of an item that has none of its own: the same words give the same key at every import. */
export function defaultKey(
  kind: Kind,
  body: Readonly<Record<string, unknown>>,
): string | undefined {
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : undefined);
  const joined = (separator: string, ...names: string[]) =>
    names.flatMap((name) => text(name) ?? []).join(separator);
  switch (kind) {
    case 'account':
      return short(joined('/', 'identitySource', 'login'));
    case 'factor':
      return short(joined(' ', 'account', 'type'));
    case 'holding':
      return short(joined(' / ', 'asset', 'customer', 'service', 'name'));
    case 'dependency': {
      const [from, to] = [EntityRef.parse(body['from']), EntityRef.parse(body['to'])];
      return short(`${from.kind}/${from.key} ${joined('', 'type')} ${to.kind}/${to.key}`);
    }
    case 'signin':
      return short(joined(' at ', 'account', 'door'));
    case 'proof':
      return short(joined(' / ', 'door', 'way', 'account'));
    default:
      return undefined;
  }
}

function short(key: string): string {
  return key.length <= 200 ? key : `sha256:${sha256Hex(key)}`;
}
