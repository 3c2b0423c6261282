/**
 * How a door asks for factors, and what shows that it does: the door's policy, what its log says of one account, and
 * what a canary found. Everything is optional, because sources know different parts.
 */
import * as z from 'zod';
import { Count, Instant, Key, Text } from './text.ts';

export const POPULATIONS = [
  'staff',
  'customer',
  'supplier',
  'guest',
  'service',
  'break-glass',
  'system',
] as const;

export const FACTOR_TYPES = [
  'password',
  'totp',
  'sms',
  'email',
  'push',
  'passkey',
  'security-key',
  'smart-card',
  'ssh-key',
  'certificate',
  'voice',
  'recovery-code',
  'temporary-pass',
  'question',
  'other',
] as const;
const FactorType = z.enum(FACTOR_TYPES);

/** Some of the accounts; several fields unite. Without a field: nobody. */
export const Scope = z.strictObject({
  everyone: z.boolean().optional(),
  accounts: z.array(Key).max(100_000).optional(),
  /** Groups as the account's identity source spells them, nested ones expanded there. */
  groups: z.array(Text).max(10_000).optional(),
  populations: z.array(z.enum(POPULATIONS)).optional(),
  identitySources: z.array(Key).max(1000).optional(),
  customers: z.array(Key).max(100_000).optional(),
  privileged: z.boolean().optional(),
});

/** One rule of a door: of those that apply to an account, the strictest wins. */
export const Rule = z.strictObject({
  id: Key,
  title: Text.optional(),
  /** `report-only` and `off` demand nothing; missing: on. */
  state: z.enum(['on', 'report-only', 'off']).optional(),
  /** `unknown`: something is asked, and another system decides whether it is a second factor. */
  demands: z.enum(['one-factor', 'second-factor', 'phishing-resistant', 'refuse', 'unknown']),
  for: Scope.optional(),
  except: Scope.optional(),
  /** The ways in (`ways`) that it is asked on; missing: all. */
  ways: z.array(Key).max(100).optional(),
  /** What happens to an account without a factor: refused, let in, or asked to register one with its password alone. */
  unregistered: z.enum(['refused', 'passes', 'registers']).optional(),
  /** What happens when whoever checks the factor cannot be reached. */
  unreachable: z.enum(['refused', 'passes']).optional(),
  /** What satisfies the rule instead of a second factor: `compliant-device`, `remembered-device`, `trusted-network`. */
  instead: z.array(Text).max(100).optional(),
  /** When it was switched on: earlier sign-ins do not contradict it. */
  since: Instant.optional(),
});

export const Authentication = z.strictObject({
  /** Ways in that are asked differently: clients, protocols, networks. Missing: one way. */
  ways: z
    .array(z.strictObject({ id: Key, title: Text.optional() }))
    .max(100)
    .optional(),
  /** An account that no rule speaks of comes in with one factor. */
  rules: z.array(Rule).max(1000),
  /** false: a part of it could not be read. */
  whole: z.boolean().optional(),
});

/** What the log of a door shows of one account. Refused attempts are left out: they open nothing. */
export const SignIn = z.strictObject({
  account: Key,
  door: Key,
  /** The last success with one factor, and the last with two. */
  oneFactorAt: Instant.optional(),
  twoFactorAt: Instant.optional(),
  /** What was used at the last success with two factors. */
  factors: z.array(FactorType).max(20).optional(),
  /** The way in and the kind of client of the last success with one factor. */
  way: Text.optional(),
  oneFactorCount: Count.optional(),
  twoFactorCount: Count.optional(),
  /** Successes of which the log does not tell the factors. */
  unknownCount: Count.optional(),
  /** Where the last success with one factor came from, without the address. */
  addressClass: z.enum(['internet', 'private', 'loopback', 'unknown']).optional(),
});

/** An attempt with an account of our own, a known password and no second factor: the door must refuse it. */
export const Proof = z.strictObject({
  door: Key,
  /** The canary account. */
  account: Key,
  way: Key.optional(),
  at: Instant,
  outcome: z.enum(['refused', 'accepted', 'registration-offered', 'failed']),
});
