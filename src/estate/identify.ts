/**
 * Decides which entity an observation speaks of. Two different machines must never be taken for one (that would hide
 * one of them); one machine under two names is only counted twice, and shown so.
 */
import type { Observation } from './schema.ts';

/** Prefixes of names that only one thing in the world can have at a time. */
const STRONG = new Set(['key', 'linux', 'machine', 'serial', 'cloud', 'ods']);
/** Names that mean "here", on every machine. */
const NOT_A_NAME = /^(hostname|fqdn):(localhost(\..*)?|ip6-.*|)$/;

export interface KnownName {
  readonly entity: number;
  readonly identifier: string;
}

/** The names of an observation in the order they are trusted: its key first. */
export function namesOf(observation: Observation): string[] {
  const given = (observation.identifiers ?? []).filter((name) => !NOT_A_NAME.test(name));
  return [...new Set([`key:${observation.key}`, ...given])];
}

/**
 * The known entity that an observation speaks of, given all names of every candidate; undefined for a new one.
 * A weak name (host name) is trusted only where no strong name of the candidate contradicts.
 */
export function identify(
  observation: Observation,
  known: readonly KnownName[],
): number | undefined {
  const names = namesOf(observation);
  for (const name of names) {
    const found = known.find((candidate) => candidate.identifier === name);
    if (found === undefined) continue;
    if (STRONG.has(prefix(name)) || !contradicts(names, known, found.entity)) return found.entity;
  }
  return undefined;
}

function contradicts(
  names: readonly string[],
  known: readonly KnownName[],
  entity: number,
): boolean {
  const theirs = known
    .filter((candidate) => candidate.entity === entity)
    .map((candidate) => candidate.identifier);
  return names.some((name) => {
    const kind = prefix(name);
    if (kind === 'key' || !STRONG.has(kind)) return false;
    return theirs.some((other) => prefix(other) === kind) && !theirs.includes(name);
  });
}

function prefix(name: string): string {
  return name.slice(0, name.indexOf(':'));
}
