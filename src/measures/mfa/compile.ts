/** What a source says of a door, brought into one form: ways in and rules, or the settings of an sshd. */
import { readGatekeepers, type DoorFacts, type GatekeeperAnswer } from './gatekeepers.ts';
import type { Authentication, Policy, Rule } from './model.ts';

export type Settings = Readonly<Record<string, string>>;

export type Compiled =
  | { readonly form: 'sshd'; readonly settings: Settings }
  | {
      readonly form: 'rules';
      readonly ways: readonly string[];
      readonly rules: readonly Rule[];
      readonly whole: boolean;
      readonly bypasses: readonly string[];
    }
  /** A local log-in: the stack that asks for its credentials. */
  | { readonly form: 'pam'; readonly stack: string }
  /** Nothing that says what it demands, or nothing that is understood. */
  | { readonly form: 'none' };

/** The policy as it holds for an account: one for each row that speaks of it, else the one of everybody. */
export interface CompiledPolicy {
  readonly everybody: Compiled;
  /** By account; undefined: `everybody` holds for all. An account without rows is then unknown. */
  readonly own: ReadonlyMap<string, readonly Compiled[]> | undefined;
}

export const ONLY_WAY = 'sign-in';

export function compilePolicy(policy: Policy, door: DoorFacts): CompiledPolicy {
  const settings = policy.settings ?? {};
  const everybody = compile(settings, policy, door);
  if (policy.accountSettings === undefined) return { everybody, own: undefined };
  const own = new Map<string, Compiled[]>();
  for (const row of policy.accountSettings) {
    const list = own.get(row.account) ?? [];
    list.push(compile({ ...settings, ...row.settings }, policy, door, row.settings));
    own.set(row.account, list);
  }
  return { everybody, own };
}

function compile(
  settings: Settings,
  policy: Policy,
  door: DoorFacts,
  differing: Settings = {},
): Compiled {
  if (Object.keys(settings).some((name) => name.startsWith('sshd.'))) {
    const matched = 'sshd.authenticationmethods' in differing ? { 'sshd-match': 'yes' } : {};
    return { form: 'sshd', settings: { ...settings, ...matched } };
  }
  const stack = localStack(settings);
  if (stack !== undefined) return { form: 'pam', stack };
  return fromRules(
    policy.authentication ?? claimed(policy.requires),
    readGatekeepers(settings, door),
  );
}

/** The one stack of a door that is not reached over the network (`pam.login.auth`). */
function localStack(settings: Settings): string | undefined {
  const stacks = Object.keys(settings).filter((name) => /^pam\.[^.]+\.auth$/.test(name));
  return stacks.length === 1 ? settings[stacks[0] ?? ''] : undefined;
}

function fromRules(
  given: Authentication | undefined,
  found: GatekeeperAnswer | undefined,
): Compiled {
  if (given === undefined && found === undefined) return { form: 'none' };
  const { ways: own = [], rules = [], whole = true } = given ?? {};
  const more = found ?? { rules: [], ways: [], bypasses: [], unclear: false };
  const ways = [...new Set([...own.map(({ id }) => id), ...more.ways])];
  return {
    form: 'rules',
    ways: ways.length === 0 ? [ONLY_WAY] : ways,
    rules: [...rules, ...more.rules],
    whole: whole && !more.unclear,
    bypasses: more.bypasses,
  };
}

function claimed(requires: Policy['requires']): Authentication | undefined {
  if (requires === undefined) return undefined;
  return { rules: [{ id: 'requires', demands: requires, for: { everyone: true } }] };
}
