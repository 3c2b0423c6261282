/** Who accounts are, where only the operator knows: by group, by place in a directory, by the form of their login. */
import * as z from 'zod';
import { Account, Key } from '../estate/schema.ts';

export const PopulationRule = z
  .strictObject({
    /** A group, as the connector spells it. */
    group: z.string().min(1).max(500).optional(),
    /** A part of the directory: the account's name ends in it. */
    under: z.string().min(1).max(500).optional(),
    /** The login begins with it. */
    loginStarts: z.string().min(1).max(100).optional(),
    population: Account.shape.population,
    customer: Key.optional(),
    division: Key.optional(),
  })
  .refine(
    (rule) =>
      rule.group !== undefined || rule.under !== undefined || rule.loginStarts !== undefined,
    'must say whom it is about: group, under or loginStarts',
  );
export type PopulationRule = z.infer<typeof PopulationRule>;

export interface Subject {
  readonly login: string;
  readonly groups: readonly string[];
  readonly name?: string;
}
export type Belonging = Pick<PopulationRule, 'population' | 'customer' | 'division'>;

/** What the rules say of an account; the first that applies decides each of the three. */
export function belongingOf(rules: readonly PopulationRule[], subject: Subject): Belonging {
  const found: { -readonly [Field in keyof Belonging]: Belonging[Field] } = {};
  for (const rule of rules) {
    if (!applies(rule, subject)) continue;
    found.population ??= rule.population;
    found.customer ??= rule.customer;
    found.division ??= rule.division;
  }
  return {
    ...(found.population === undefined ? {} : { population: found.population }),
    ...(found.customer === undefined ? {} : { customer: found.customer }),
    ...(found.division === undefined ? {} : { division: found.division }),
  };
}

function applies({ group, under, loginStarts }: PopulationRule, subject: Subject): boolean {
  const login = subject.login.toLowerCase();
  const name = subject.name?.toLowerCase() ?? '';
  if (group !== undefined && !subject.groups.includes(group)) return false;
  if (under !== undefined && !name.endsWith(`,${under.toLowerCase()}`)) return false;
  return loginStarts === undefined || login.startsWith(loginStarts.toLowerCase());
}
