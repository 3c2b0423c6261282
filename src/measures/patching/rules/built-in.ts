/** The rule sets that Holdfast brings along: files like those that anybody may write. */
import fs from 'node:fs';
import { shippedFile } from '../../../kernel/paths.ts';
import { requireRules, type RuleFile } from './read.ts';

/** In the order in which they are listed. */
const BUILT_IN = [
  'cyber-essentials-3.0',
  'cyber-essentials-3.1',
  'cyber-essentials-3.2',
  'cyber-essentials-3.3',
  'kev-due-dates',
  'bod-26-04',
  'nhs-cyber-alerts',
  'dspt-caf-promptly',
  'ncsc-vulnerability-management',
  'pci-dss-4.0.1',
  'by-criticality',
] as const;

/** Adopted unless somebody retires them: each edition in its time, and what is known to be exploited. */
export const BY_DEFAULT: readonly string[] = [
  'cyber-essentials-3.0',
  'cyber-essentials-3.1',
  'cyber-essentials-3.2',
  'cyber-essentials-3.3',
  'kev-due-dates',
];

let read: readonly RuleFile[] | undefined;

export function builtInRules(): readonly RuleFile[] {
  read ??= BUILT_IN.map((id) => {
    const name = `${id}.yaml`;
    return requireRules(
      name,
      fs.readFileSync(shippedFile(`measures/patching/rules/built-in/${name}`)),
    );
  });
  return read;
}

export function builtInRule(id: string): RuleFile | undefined {
  return builtInRules().find(({ set }) => set.id === id);
}
