/** Flaws and assets with nothing remarkable about them, for tests of deadlines; a test says what it cares about. */
import type { DeadlineInput } from '../../src/measures/patching/deadline.ts';
import type { FlawFacts } from '../../src/measures/patching/model.ts';
import type { AdoptedRules } from '../../src/measures/patching/rules/schema.ts';
import { builtInRule } from '../../src/measures/patching/rules/built-in.ts';

export function aFlaw(over: Partial<FlawFacts> = {}): FlawFacts {
  return {
    name: 'CVE-2026-0001',
    names: ['CVE-2026-0001'],
    score: 5.3,
    word: 'medium',
    vendor: null,
    kev: null,
    automatable: 'no',
    impact: 'partial',
    ...over,
  };
}

export function aCase(over: Partial<DeadlineInput> = {}): DeadlineInput {
  return {
    flaws: [aFlaw()],
    asset: { exposed: 'no', criticality: 'none' },
    software: 'application',
    unsupportedSince: null,
    released: new Date('2026-10-01T00:00:00Z'),
    firstSeen: new Date('2026-10-02T00:00:00Z'),
    ...over,
  };
}

/** Built-in sets by name, as though they were adopted. */
export function adopted(...ids: string[]): AdoptedRules[] {
  return ids.map((id) => {
    const file = builtInRule(id);
    if (file === undefined) throw new Error(`no rules ${id}`);
    return { set: file.set, version: `1-${file.digest.slice(0, 12)}` };
  });
}
