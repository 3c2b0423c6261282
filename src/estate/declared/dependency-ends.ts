/** Which kinds of thing a dependency can join. */
import { EntityRef, type Dependency, type Kind } from '../schema.ts';
import { refuse, type ItemContext } from './convert.ts';
import type { Entry, Mapping } from './node.ts';
import { quoted } from './problem.ts';
import type * as z from 'zod';

type DependencyType = z.infer<typeof Dependency>['type'];
interface Ends {
  readonly from: readonly Kind[];
  readonly to: readonly Kind[];
}

const ENDS: Readonly<Record<DependencyType, Ends>> = {
  'runs-on': { from: ['service', 'asset', 'door'], to: ['asset'] },
  serves: { from: ['asset', 'door', 'service'], to: ['service', 'customer', 'division'] },
  'member-of': { from: ['asset', 'account'], to: ['asset'] },
  administers: {
    from: ['account', 'asset', 'service'],
    to: ['asset', 'network', 'service', 'door'],
  },
  'backs-up': { from: ['asset', 'service'], to: ['asset', 'service'] },
  reaches: { from: ['network', 'asset', 'door'], to: ['network', 'asset', 'door', 'service'] },
};

/** Whether `from` and `to` can be joined by this type; reports what cannot. */
export function dependencyEnds(
  body: Readonly<Record<string, unknown>>,
  fields: ReadonlyMap<string, Entry>,
  node: Mapping,
  context: ItemContext,
): boolean {
  const type = body['type'] as DependencyType;
  let fits = true;
  for (const end of ['from', 'to'] as const) {
    const { kind, key } = EntityRef.parse(body[end]);
    if (ENDS[type][end].includes(kind)) continue;
    const allowed = `with ${type} it is ${ENDS[type][end].join(', ')}`;
    const at = fields.get(end)?.value ?? node;
    refuse(at, end, `${end} ${quoted(`${kind}/${key}`)} cannot be a ${kind}; ${allowed}`, context);
    fits = false;
  }
  return fits;
}
