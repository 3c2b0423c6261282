/**
 * A Windows system as one component of the estate. What it lacks follows from its whole list of updates and its settings, so
 * both are part of its identity: hosts of the same product, build, role, settings and updates are one component, judged once.
 *
 * `type` windows; `name`, `version` and `architecture` of the product; `sourceName` its qualifiers and what files say of it
 * besides, as `release=1809&role=server&windows.updates=whole`; `sourceVersion` a digest of its updates, empty where none is
 * known. The updates are components of their own beside it: `kb4480116`, of the same type.
 */
import { createHash } from 'node:crypto';
import type { Component } from '../../estate/schema.ts';
import { packageOf } from '../package-of.ts';
import type { Fact, Found, LocatedFact, Package } from '../schema.ts';
import type { SystemParts } from './host.ts';
import { foundKb } from './product.ts';

export interface WindowsState {
  readonly system: SystemParts;
  readonly facts: readonly Fact[];
  /** Digits of the installed updates. */
  readonly installed: readonly string[];
}

const NOTHING = { release: '', version: '', architecture: '', sourceName: '', sourceVersion: '' };
const FACT = 'windows.';

/** The system first, then its updates by number. */
export function windowsComponents({ system, facts, installed }: WindowsState): Component[] {
  const updates = [...new Set(installed)].sort();
  return [
    {
      ...NOTHING,
      type: 'windows',
      name: system.name,
      version: system.version,
      architecture: system.arch ?? '',
      sourceName: wordsOf(system, facts),
      sourceVersion: updates.length === 0 ? '' : digestOf(updates),
    },
    ...updates.map((number) => ({ ...NOTHING, type: 'windows', name: `kb${number}` })),
  ];
}

/** Every word once, sorted: the same state gives the same text. */
function wordsOf({ qualifiers }: SystemParts, facts: readonly Fact[]): string {
  const pairs = [
    ...Object.entries(qualifiers),
    ...facts.map(({ name, value }): [string, string] => [name, value]),
  ];
  const words = pairs.map(([name, value]) => new URLSearchParams({ [name]: value }).toString());
  return [...new Set(words)].sort().join('&');
}

function digestOf(updates: readonly string[]): string {
  return createHash('sha256').update(updates.join('\n')).digest('hex').slice(0, 32);
}

/** Where they come from in an estate is told by the asset, not by a path. */
const PLACE = 'estate';

export interface WindowsTarget {
  readonly packages: readonly Package[];
  readonly facts: readonly LocatedFact[];
}

/** The system and its updates as a target's inventory has them. */
export function windowsTarget(
  system: Pick<Component, 'name' | 'version' | 'architecture' | 'sourceName'>,
  updates: readonly string[],
): WindowsTarget {
  const words = [...new URLSearchParams(system.sourceName)];
  const isFact = ([name]: readonly [string, string]): boolean => name.startsWith(FACT);
  const found: Found = {
    type: 'generic',
    namespace: 'microsoft',
    name: system.name,
    version: system.version,
    ...(system.architecture === '' ? {} : { arch: system.architecture }),
    qualifiers: Object.fromEntries(words.filter((word) => !isFact(word))),
  };
  return {
    packages: [found, ...updates.map((number) => foundKb(number))].flatMap(packageFor),
    facts: words.filter(isFact).map(([name, value]) => ({ name, value, path: PLACE })),
  };
}

/** None where no package URL can be made of it. */
export function packageFor(found: Found): Package[] {
  const { value } = packageOf(found, undefined);
  return value === undefined
    ? []
    : [{ ...value, evidence: 'installed', locations: [{ path: PLACE, extractor: PLACE }] }];
}
