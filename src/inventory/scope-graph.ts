/** Whether packages are needed to run, only by something optional, or only by development: by what reaches them. */
import type { Found } from './schema.ts';

interface Roots {
  readonly needed: Iterable<string>;
  readonly optional: Iterable<string>;
  readonly development: Iterable<string>;
}

/** What a package asks for. */
interface Asks {
  readonly needed: Iterable<string>;
  readonly optional: Iterable<string>;
}

/**
 * The scope of every package that is reached only so; what is needed, and what nothing reaches, is not in the answer.
 */
export function scopesOf(
  roots: Roots,
  asks: (id: string) => Asks,
): (id: string) => Found['scope'] | undefined {
  const needed = new Set<string>();
  const optional = new Set<string>();
  const development = new Set<string>();
  const later: string[] = [...roots.optional];
  reach(roots.needed, needed, (id) => {
    const { needed: on, optional: maybe } = asks(id);
    later.push(...maybe);
    return on;
  });
  reach(later, optional, (id) => both(asks(id)));
  reach(roots.development, development, (id) => both(asks(id)));
  return (id) => {
    if (needed.has(id)) return undefined;
    if (optional.has(id)) return 'optional';
    return development.has(id) ? 'development' : undefined;
  };
}

function both({ needed, optional }: Asks): Iterable<string> {
  return [...needed, ...optional];
}

function reach(
  from: Iterable<string>,
  reached: Set<string>,
  next: (id: string) => Iterable<string>,
): void {
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    open.push(...next(id));
  }
}
