/** Which rules are in force, who put them there, and how that changes. */
import { HoldfastError } from '../../../kernel/errors.ts';
import { sha256Hex } from '../../../kernel/ids.ts';
import type { Sql } from '../../../kernel/sql/database.ts';
import { record } from '../../../ledger/record.ts';
import { isInForce } from '../deadline.ts';
import { BY_DEFAULT, builtInRules } from './built-in.ts';
import type { RuleFile } from './read.ts';
import type { AdoptedRules } from './schema.ts';
import { insertRuleChange, lockRules, readRuleChanges, type RuleChange } from '../store-rules.ts';

export interface StandingRules extends AdoptedRules {
  readonly digest: string;
  readonly written: string;
  readonly state: 'adopted' | 'offered' | 'retired';
  /** Null: Holdfast brings it along and nobody changed that. */
  readonly by: string | null;
  readonly at: Date | null;
}

/** Every set that is known: those that Holdfast brings along, and those that somebody adopted, by id. */
export async function standingRules(sql: Sql, asAt?: Date): Promise<StandingRules[]> {
  const changes = await readRuleChanges(sql, asAt);
  const last = new Map(changes.map((change) => [change.set.id, change]));
  const brought = builtInRules()
    .filter(({ set }) => !last.has(set.id))
    .map((file): StandingRules => ({
      ...file,
      written: file.text,
      version: versionOf(1, file.digest),
      state: BY_DEFAULT.includes(file.set.id) ? 'adopted' : 'offered',
      by: null,
      at: null,
    }));
  const changed = [...last.values()].map((change): StandingRules => ({
    ...change,
    version: versionOf(change.number, change.digest),
    state: change.change,
  }));
  return [...brought, ...changed].sort((a, b) => (a.set.id < b.set.id ? -1 : 1));
}

function versionOf(number: number, digest: string): string {
  return `${number}-${digest.slice(0, 12)}`;
}

/** The adopted sets that are in their time, and a digest that changes whenever one of them does. */
export async function rulesInForce(
  sql: Sql,
  now: Date,
): Promise<{ adopted: AdoptedRules[]; digest: string }> {
  const adopted = (await standingRules(sql)).filter(
    ({ state, set }) => state === 'adopted' && isInForce(set, now),
  );
  return { adopted, digest: digestOf(adopted) };
}

function digestOf(
  rules: readonly { readonly set: { readonly id: string }; readonly version: string }[],
): string {
  return sha256Hex(
    rules
      .map(({ set, version }) => `${set.id} ${version}`)
      .sort()
      .join('\n'),
  );
}

export interface RuleDecision {
  readonly id: string;
  readonly version: string;
  /** False: it was so already. */
  readonly changed: boolean;
}

/** In one transaction with its ledger entry: the same content that is adopted already changes nothing. */
export function adoptRules(sql: Sql, file: RuleFile, by: string, now: Date): Promise<RuleDecision> {
  return decide(sql, now, file.set.id, (standing, changes) => {
    const own = changes.filter(({ set, change }) => set.id === file.set.id && change === 'adopted');
    const contents = new Map(own.map(({ digest, number }) => [digest, number]));
    const brought = builtInRules().find(({ set }) => set.id === file.set.id)?.digest;
    if (brought !== undefined && !contents.has(brought)) contents.set(brought, 1);
    const number = contents.get(file.digest) ?? Math.max(0, ...contents.values()) + 1;
    if (standing?.state === 'adopted' && standing.digest === file.digest) return undefined;
    const { set, digest, text: written } = file;
    return { set, digest, written, number, change: 'adopted', by, at: now };
  });
}

/** @throws HoldfastError `not_found` where no such set is known. */
export function retireRules(sql: Sql, id: string, by: string, now: Date): Promise<RuleDecision> {
  return decide(sql, now, id, (standing) => {
    if (standing === undefined)
      throw new HoldfastError('not_found', `There are no rules ${id}`, {
        remedy: 'holdfast rules list shows those that there are.',
      });
    if (standing.state !== 'adopted') return undefined;
    const number = Number(standing.version.split('-')[0]);
    const { set, digest, written } = standing;
    return { set, digest, written, number, change: 'retired', by, at: now };
  });
}

async function decide(
  sql: Sql,
  now: Date,
  id: string,
  choose: (
    standing: StandingRules | undefined,
    changes: readonly RuleChange[],
  ) => RuleChange | undefined,
): Promise<RuleDecision> {
  await lockRules(sql);
  const before = await standingRules(sql);
  const standing = before.find(({ set }) => set.id === id);
  const change = choose(standing, await readRuleChanges(sql));
  if (change === undefined) return { id, version: standing?.version ?? '', changed: false };
  await insertRuleChange(sql, change);
  const adopted = (rules: readonly StandingRules[]) =>
    rules.filter(({ state }) => state === 'adopted');
  const after = digestOf(adopted(await standingRules(sql)));
  const policy = { policy: 'deadlines' as const, before: digestOf(adopted(before)), after };
  await record(sql, 'policy.changed', policy, now);
  return { id, version: versionOf(change.number, change.digest), changed: true };
}
