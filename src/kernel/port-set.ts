/** Sets of port numbers as people write them: `22,80,8000-8099`. */

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Sorted and without overlaps; undefined where the text is no such list, or a number is no port. */
export function readPorts(text: string): PortRange[] | undefined {
  const ranges: PortRange[] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [, low, high] = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(part) ?? [];
    const first = Number(low ?? -1);
    const last = Number(high ?? low);
    if (first < 0 || last > 65_535 || last < first) return undefined;
    ranges.push({ first, last });
  }
  return joinPorts(ranges);
}

/** `22,80-81`; empty for none. */
export function portsText(ranges: readonly PortRange[]): string {
  return ranges
    .map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`))
    .join(',');
}

export function joinPorts(ranges: readonly PortRange[]): PortRange[] {
  const joined: PortRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const last = joined.at(-1);
    if (last !== undefined && range.first <= last.last + 1)
      joined[joined.length - 1] = { first: last.first, last: Math.max(last.last, range.last) };
    else joined.push(range);
  }
  return joined;
}

export function hasPort(ranges: readonly PortRange[], port: number): boolean {
  return ranges.some(({ first, last }) => port >= first && port <= last);
}

/** `ranges` without these single ports. */
export function withoutPorts(ranges: readonly PortRange[], ports: readonly number[]): PortRange[] {
  return [...ports].reduce<PortRange[]>(
    (left, port) =>
      left.flatMap(({ first, last }) => {
        if (port < first || port > last) return [{ first, last }];
        return [
          ...(first < port ? [{ first, last: port - 1 }] : []),
          ...(last > port ? [{ first: port + 1, last }] : []),
        ];
      }),
    [...ranges],
  );
}

export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

export function listPorts(ranges: readonly PortRange[]): number[] {
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  );
}
