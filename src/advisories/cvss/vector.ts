/** Reads CVSS vector strings of every version: which metrics there are, their values, and what a vector may not do. */

/** Metric → value as written. */
export type Metrics = ReadonlyMap<string, string>;

export interface Notation {
  /** What the vector begins with; version 2 has none. */
  readonly prefix: string;
  /** Metric → its values, separated by blanks, in the specification's order. */
  readonly metrics: ReadonlyMap<string, ReadonlySet<string>>;
  readonly mandatory: readonly string[];
  /** Whether another order than the specification's is refused (CVSS 4.0, section 7). */
  readonly ordered: boolean;
}

export function notation(
  prefix: string,
  base: string,
  optional: string,
  options: { readonly ordered: boolean },
): Notation {
  const mandatory = tableOf(base);
  return {
    prefix,
    metrics: new Map([...mandatory, ...tableOf(optional)]),
    mandatory: [...mandatory.keys()],
    ordered: options.ordered,
  };
}

/** `AV:N,A,L AC:L,H` → metric → values. */
function tableOf(text: string): Map<string, ReadonlySet<string>> {
  return new Map(
    text.split(' ').map((part) => {
      const [metric = '', values = ''] = part.split(':');
      return [metric, new Set(values.split(','))];
    }),
  );
}

/** Longer than any vector with every metric; what is longer is not looked at. */
const MAX_LENGTH = 400;

/** The metrics, or the problem in words that repeat nothing longer than a metric's name. */
export function readMetrics(
  text: string,
  { prefix, metrics, mandatory, ordered }: Notation,
): Metrics | string {
  if (text.length > MAX_LENGTH) return `longer than ${MAX_LENGTH} characters`;
  const known = [...metrics.keys()];
  const read = new Map<string, string>();
  let last = -1;
  for (const part of text.slice(prefix.length).split('/')) {
    const colon = part.indexOf(':');
    const metric = part.slice(0, colon);
    const problem =
      colon < 0
        ? `"${shown(part)}" is not metric:value`
        : partProblem(metric, part.slice(colon + 1), metrics);
    if (problem !== undefined) return problem;
    if (read.has(metric)) return `${metric} is given twice`;
    const at = known.indexOf(metric);
    if (ordered && at < last)
      return `${metric} stands after ${known[last] ?? ''}: the order is fixed`;
    last = at;
    read.set(metric, part.slice(colon + 1));
  }
  const missing = mandatory.filter((metric) => !read.has(metric));
  return missing.length === 0 ? read : `without ${missing.join(', ')}`;
}

function partProblem(
  metric: string,
  value: string,
  metrics: Notation['metrics'],
): string | undefined {
  const values = metrics.get(metric);
  if (values === undefined) return `there is no metric "${shown(metric)}"`;
  return values.has(value) ? undefined : `${metric} has no value "${shown(value)}"`;
}

/** At most ten characters, none that a terminal obeys. */
function shown(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?');
  return plain.length > 10 ? `${plain.slice(0, 10)}…` : plain;
}

/** Whether any of them is given and says something: `X` and version 2's `ND` do not. */
export function speaks(metrics: Metrics, names: readonly string[]): boolean {
  return names.some((name) => !['X', 'ND'].includes(metrics.get(name) ?? 'X'));
}
