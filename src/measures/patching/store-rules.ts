/** SQL of rules: who adopted or retired which set, and when. */
import type { Sql } from '../../kernel/sql/database.ts';
import { RuleSet } from './rules/schema.ts';

export interface RuleChange {
  readonly set: RuleSet;
  readonly change: 'adopted' | 'retired';
  readonly number: number;
  readonly digest: string;
  readonly written: string;
  readonly by: string;
  readonly at: Date;
}

/** Oldest first. */
export async function readRuleChanges(sql: Sql, asAt?: Date): Promise<RuleChange[]> {
  const rows = await sql<(Omit<RuleChange, 'set'> & { body: unknown })[]>`
    select change, number, digest, body, written, adopted_by as by, at from patching.rule_change
    where ${asAt === undefined ? sql`true` : sql`at <= ${asAt}`} order by change_id`;
  return rows.map(({ body, ...row }) => ({ ...row, set: RuleSet.parse(body) }));
}

/** One decision after the other. */
export async function lockRules(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('patching.rule_change'))`;
}

export async function insertRuleChange(sql: Sql, change: RuleChange): Promise<void> {
  await sql`
    insert into patching.rule_change (set_id, change, number, digest, body, written, adopted_by, at)
    values (${change.set.id}, ${change.change}, ${change.number}, ${change.digest}, ${JSON.stringify(change.set)}::text::jsonb, ${change.written},
      ${change.by}, ${change.at})`;
}
