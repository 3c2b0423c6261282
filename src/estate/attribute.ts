/**
 * To which asset an address belongs at which something answered. Two different machines must never be taken for one:
 * where it is not certain, the address stays an unknown asset of its own, which is a gap that somebody sees.
 */
import { isGlobal, isWithin, readAddress, readRange, type AddressRange } from '../kernel/ip.ts';

/** What is known of an asset by which it could be found, from sources that do not look from outside. */
export interface Claim {
  readonly asset: string;
  /** A source other than a person says so. */
  readonly observed: boolean;
  readonly addresses: readonly string[];
  readonly hostnames: readonly string[];
  /** Networks that it is said to be in. */
  readonly networks: readonly string[];
}

export interface KnownNetwork {
  readonly key: string;
  readonly ranges: readonly AddressRange[];
}

/** An address that answered. */
export interface Place {
  readonly address: string;
  /** Empty: the scanner did not say. */
  readonly network: string;
  readonly hostnames: readonly string[];
}

export type Attribution =
  | { readonly asset: string }
  /** Nobody, or nobody for certain. */
  | { readonly asset: undefined; readonly why: string };

export function knownNetwork(key: string, cidrs: readonly string[]): KnownNetwork {
  return { key, ranges: cidrs.flatMap((cidr) => readRange(cidr) ?? []) };
}

/** `claims` hold at least every asset that names the address or one of the host names. */
export function attribute(
  place: Place,
  claims: readonly Claim[],
  networks: readonly KnownNetwork[],
): Attribution {
  const named = claims.filter(({ addresses }) => addresses.includes(place.address));
  if (named.length > 0) return byAddress(place, named, networks);
  return byName(place, claims);
}

function byAddress(
  place: Place,
  named: readonly Claim[],
  networks: readonly KnownNetwork[],
): Attribution {
  const there = named.filter((claim) => isSamePlace(place, claim, networks));
  if (there.length === 0)
    return unknown(
      `${list(named)} has this address in another network, or nobody can tell in which`,
    );
  const observed = there.filter((claim) => claim.observed);
  const [only, second] = observed.length > 0 ? observed : there;
  if (only === undefined || second !== undefined)
    return unknown(`several assets say that it is theirs: ${list(there)}`);
  return { asset: only.asset };
}

/** Whether an asset's own address and the one that answered are the same place, not two of the same private range. */
function isSamePlace(place: Place, claim: Claim, networks: readonly KnownNetwork[]): boolean {
  const address = readAddress(place.address);
  if (address === undefined) return false;
  if (isGlobal(address)) return true;
  const possible = networksOf(place.address, claim.networks, networks);
  const seen = place.network === '' ? networksOf(place.address, [], networks) : [place.network];
  if (possible.length === 0) return seen.length === 0;
  return possible.length === 1 && seen.length === 1 && possible[0] === seen[0];
}

/** Networks that an address may be in: those its asset is in, narrowed by their ranges where these are known. */
function networksOf(
  text: string,
  said: readonly string[],
  networks: readonly KnownNetwork[],
): readonly string[] {
  const holding = (from: readonly KnownNetwork[]): string[] => {
    const address = readAddress(text);
    const inside = from.filter(({ ranges }) =>
      ranges.some((range) => address !== undefined && isWithin(address, range)),
    );
    const open = from.filter(({ ranges }) => ranges.length === 0);
    return (inside.length > 0 ? inside : open).map(({ key }) => key);
  };
  const own = networks.filter(({ key }) => said.includes(key));
  const ofOwn = said.length === 0 ? [] : holding(own);
  return ofOwn.length > 0 ? ofOwn : holding(networks);
}

/**
 * A name alone is weak: it is believed only of an asset of which no address is known, since one that lists its addresses
 * and not this one contradicts.
 */
function byName({ hostnames }: Place, claims: readonly Claim[]): Attribution {
  const called = claims.filter(({ hostnames: theirs }) =>
    theirs.some((name) => hostnames.some((other) => isSameName(name, other))),
  );
  const [only, second] = called;
  if (only === undefined) return unknown('no source describes what has this address');
  if (second !== undefined) return unknown(`several assets have its name: ${list(called)}`);
  if (only.addresses.length > 0) return unknown(`${only.asset} has its name, but other addresses`);
  return { asset: only.asset };
}

function isSameName(a: string, b: string): boolean {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  if (one === other) return true;
  if (one.includes('.') && other.includes('.')) return false;
  return one.split('.')[0] === other.split('.')[0];
}

const MOST_NAMED = 5;

function list(claims: readonly Claim[]): string {
  const names = claims.slice(0, MOST_NAMED).map(({ asset }) => asset);
  return claims.length > MOST_NAMED
    ? `${names.join(', ')} and ${claims.length - MOST_NAMED} more`
    : names.join(', ');
}

function unknown(why: string): Attribution {
  return { asset: undefined, why };
}
