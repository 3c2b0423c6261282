/** SQL of answers to alerts. */
import { HoldfastError } from '../../kernel/errors.ts';
import type { Sql } from '../../kernel/sql/database.ts';

export interface AlertAnswer {
  readonly set: string;
  readonly alert: string;
  readonly by: string;
  readonly at: Date;
}

export function readAnswers(sql: Sql, asAt: Date): Promise<AlertAnswer[]> {
  return sql<AlertAnswer[]>`
    select set_id as set, alert_id as alert, acknowledged_by as by, at from patching.alert_answer where at <= ${asAt}`;
}

/** @throws HoldfastError `conflict` where somebody was faster. */
export async function insertAnswer(sql: Sql, answer: AlertAnswer): Promise<void> {
  const rows = await sql`
    insert into patching.alert_answer (set_id, alert_id, acknowledged_by, at)
    values (${answer.set}, ${answer.alert}, ${answer.by}, ${answer.at}) on conflict do nothing returning 1`;
  if (rows.length === 0)
    throw new HoldfastError(
      'conflict',
      `${answer.alert} was acknowledged by somebody else just now`,
    );
}
