/** Internet addresses and ranges of them as numbers, so that they can be compared, counted and listed. */
import { isIP, SocketAddress } from 'node:net';

export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** Both ends are inside. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** An IPv4 address written inside IPv6 (RFC 4291 section 2.5.5.2) is the IPv4 address; undefined for anything else. */
export function readAddress(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 4) return { family: 4, value: ofParts(text.split('.').map(Number), 8n) };
  if (family !== 6 || text.includes('%')) return undefined;
  const value = ofParts(wordsOf(text), 16n);
  return value >> 32n === 0xffffn
    ? { family: 4, value: value & 0xffff_ffffn }
    : { family: 6, value };
}

/** As RFC 5952 writes it. */
export function addressText({ family, value }: Address): string {
  if (family === 4)
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const words = Array.from({ length: 8 }, (_, at) =>
    ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  );
  return new SocketAddress({ address: words.join(':'), family: 'ipv6' }).address;
}

/** The one spelling of an address; undefined where it is none. */
export function canonicalAddress(text: string): string | undefined {
  const address = readAddress(text);
  return address === undefined ? undefined : addressText(address);
}

/**
 * `10.0.0.0/24`, `10.0.0.5`, `10.0.0.5-9`, `10.0.0.250-10.0.1.5` or the same in IPv6; undefined for anything else.
 *
 * @example readRange('10.0.0.0/30') // 10.0.0.0 to 10.0.0.3
 */
export function readRange(text: string): AddressRange | undefined {
  const [start = '', size] = text.split('/');
  if (size !== undefined) return readPrefix(start, size);
  const [low = '', high] = text.split('-');
  const first = readAddress(low);
  if (first === undefined) return undefined;
  if (high === undefined) return { family: first.family, first: first.value, last: first.value };
  const whole = /^\d{1,3}$/.test(high) ? low.replace(/\d+$/, high) : high;
  const last = readAddress(whole);
  if (last?.family !== first.family || last.value < first.value) return undefined;
  return { family: first.family, first: first.value, last: last.value };
}

function readPrefix(start: string, size: string): AddressRange | undefined {
  const address = readAddress(start);
  if (address === undefined || !/^\d{1,3}$/.test(size)) return undefined;
  const bits = address.family === 4 ? 32 : 128;
  const free = BigInt(bits - Number(size));
  if (free < 0n) return undefined;
  const first = (address.value >> free) << free;
  return { family: address.family, first, last: first + (1n << free) - 1n };
}

export function isWithin(address: Address, range: AddressRange): boolean {
  const { family, first, last } = range;
  return address.family === family && address.value >= first && address.value <= last;
}

/** How many addresses ranges hold together, each once. */
export function countAddresses(ranges: readonly AddressRange[]): bigint {
  return joined(ranges).reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

/** Sorted, and without overlaps. */
export function joined(ranges: readonly AddressRange[]): AddressRange[] {
  const sorted = [...ranges].sort((a, b) =>
    a.family === b.family
      ? a.first < b.first
        ? -1
        : a.first > b.first
          ? 1
          : 0
      : a.family - b.family,
  );
  const result: AddressRange[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last?.family === range.family && range.first <= last.last + 1n)
      result[result.length - 1] = {
        ...last,
        last: range.last > last.last ? range.last : last.last,
      };
    else result.push(range);
  }
  return result;
}

/** What `ranges` hold and `without` does not. */
export function subtracted(
  ranges: readonly AddressRange[],
  without: readonly AddressRange[],
): AddressRange[] {
  return without.reduce<AddressRange[]>(
    (left, hole) =>
      left.flatMap((range) => {
        if (range.family !== hole.family || hole.last < range.first || hole.first > range.last)
          return [range];
        return [
          ...(range.first < hole.first ? [{ ...range, last: hole.first - 1n }] : []),
          ...(range.last > hole.last ? [{ ...range, first: hole.last + 1n }] : []),
        ];
      }),
    joined(ranges),
  );
}

/** `10.0.0.5` or `10.0.0.5-10.0.0.9`. */
export function rangeText({ family, first, last }: AddressRange): string {
  const low = addressText({ family, value: first });
  return first === last ? low : `${low}-${addressText({ family, value: last })}`;
}

/** RFC 6890 and 4193: addresses that mean another machine in another network. */
const REUSED = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
].flatMap((text) => readRange(text) ?? []);

/** Whether an address means one place in the whole world. */
export function isGlobal(address: Address): boolean {
  return !REUSED.some((range) => isWithin(address, range));
}

function wordsOf(text: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const [, head = '', a, b, c, d] = dotted ?? [];
  const hex = (high: unknown, low: unknown) => (Number(high) * 256 + Number(low)).toString(16);
  const plain = dotted === null ? text : `${head}${hex(a, b)}:${hex(c, d)}`;
  const [left = '', right] = plain.split('::');
  const words = (part: string) =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  if (right === undefined) return words(left);
  const [before, after] = [words(left), words(right)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function ofParts(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
}
