/** Keys of items that need no id because what they say names them. */
import { sha256Hex } from '../../kernel/ids.ts';
import { EntityRef, type Kind } from '../schema.ts';

/** The key of an item that has none of its own: the same words give the same key at every import. */
export function defaultKey(
  kind: Kind,
  body: Readonly<Record<string, unknown>>,
): string | undefined {
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : undefined);
  switch (kind) {
    case 'account':
      return short(`${text('identitySource') ?? ''}/${text('login') ?? ''}`);
    case 'factor':
      return short(`${text('account') ?? ''} ${text('type') ?? ''}`);
    case 'holding':
      return short(
        ['asset', 'customer', 'service', 'name'].flatMap((name) => text(name) ?? []).join(' / '),
      );
    case 'dependency': {
      const [from, to] = [EntityRef.parse(body['from']), EntityRef.parse(body['to'])];
      return short(`${from.kind}/${from.key} ${text('type') ?? ''} ${to.kind}/${to.key}`);
    }
    default:
      return undefined;
  }
}

function short(key: string): string {
  return key.length <= 200 ? key : `sha256:${sha256Hex(key)}`;
}
