/** Alerts that adopted rules hold: who acknowledged each, by when it had to be, and what of it is still open here. */
import { HoldfastError } from '../../kernel/errors.ts';
import { sha256Hex } from '../../kernel/ids.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { calendarOf } from '../../kernel/zone.ts';
import { record } from '../../ledger/record.ts';
import { alertDemand, isInForce } from './deadline.ts';
import { standingRules } from './rules/adopted.ts';
import type { Alert, RuleSet } from './rules/schema.ts';
import { insertAnswer, readAnswers, type AlertAnswer } from './store-alerts.ts';

export const ALERT_STATES = [
  'overdue',
  'due',
  'acknowledged-late',
  'acknowledged',
  'not-asked',
] as const;
/** `not-asked`: no adopted rule wants this alert acknowledged. */
export type AlertState = (typeof ALERT_STATES)[number];

export interface StandingAlert {
  /** The rule set that holds it. */
  readonly set: string;
  readonly id: string;
  readonly issued: Date;
  readonly severity: NonNullable<Alert['severity']> | null;
  /** Flaws that it names, in capitals. */
  readonly names: readonly string[];
  /** Who wants it acknowledged, by when; null: nobody. */
  readonly asked: { readonly rule: string; readonly due: Date | null } | null;
  readonly answer: Pick<AlertAnswer, 'by' | 'at'> | null;
  readonly state: AlertState;
  /** Milliseconds past the time to acknowledge it, at the acknowledgement or now; negative: so long until then. */
  readonly late: number | null;
}

/** Those that wait longest past their time first, acknowledged ones last; as it was known at a past moment. */
export async function standingAlerts(
  sql: Sql,
  { at, zone, past }: { readonly at: Date; readonly zone: string; readonly past: boolean },
): Promise<StandingAlert[]> {
  const sets = (await standingRules(sql, past ? at : undefined)).filter(
    ({ state, set }) => state === 'adopted' && isInForce(set, at),
  );
  const answers = new Map(
    (await readAnswers(sql, at)).map((answer) => [`${answer.set} ${answer.alert}`, answer]),
  );
  return sets
    .flatMap(({ set }) =>
      set.alerts
        .filter(({ issued }) => new Date(issued) <= at)
        .map((alert) => standingOf(set, alert, answers.get(`${set.id} ${alert.id}`), zone, at)),
    )
    .sort(byUrgency);
}

function standingOf(
  set: RuleSet,
  alert: Alert,
  answer: AlertAnswer | undefined,
  zone: string,
  at: Date,
): StandingAlert {
  const asked = alertDemand(set, alert, 'acknowledge', calendarOf(zone)) ?? null;
  const due = asked?.due ?? null;
  const late = due === null ? null : (answer?.at ?? at).getTime() - due.getTime();
  return {
    set: set.id,
    id: alert.id,
    issued: new Date(alert.issued),
    severity: alert.severity ?? null,
    names: alert.names.map((name) => name.toUpperCase()),
    asked,
    answer: answer === undefined ? null : { by: answer.by, at: answer.at },
    state: stateOf(asked !== null, answer !== undefined, late !== null && late > 0),
    late,
  };
}

function stateOf(asked: boolean, answered: boolean, late: boolean): AlertState {
  if (answered) return late ? 'acknowledged-late' : 'acknowledged';
  if (!asked) return 'not-asked';
  return late ? 'overdue' : 'due';
}

function byUrgency(a: StandingAlert, b: StandingAlert): number {
  const answered = ({ answer }: StandingAlert): number => Number(answer !== null);
  return (
    answered(a) - answered(b) ||
    ALERT_STATES.indexOf(a.state) - ALERT_STATES.indexOf(b.state) ||
    (b.late ?? -Infinity) - (a.late ?? -Infinity) ||
    (a.id < b.id ? -1 : 1)
  );
}

/**
 * Once, with its ledger entry; late is recorded as late.
 *
 * @throws HoldfastError `not_found` where no adopted rules hold such an alert, `conflict` where it is acknowledged already.
 */
export async function acknowledgeAlert(
  sql: Sql,
  { alert, by }: { readonly alert: string; readonly by: string },
  zone: string,
  now: Date,
): Promise<StandingAlert[]> {
  const named = (each: StandingAlert): boolean => each.id.toLowerCase() === alert.toLowerCase();
  const read = () => standingAlerts(sql, { at: now, zone, past: false });
  const found = (await read()).filter(named);
  if (found.length === 0)
    throw new HoldfastError('not_found', `No adopted rules hold an alert ${alert}`, {
      remedy:
        'Write it under "alerts" of a rule set and adopt that; `holdfast patches alerts` lists those that there are.',
    });
  const open = found.filter(({ answer }) => answer === null);
  const [done] = found;
  if (open.length === 0)
    throw new HoldfastError(
      'conflict',
      `${alert} was acknowledged by ${done?.answer?.by ?? ''} at ${done?.answer?.at.toISOString() ?? ''}`,
    );
  for (const each of open) await answer(sql, each, by, now);
  return (await read()).filter(named);
}

async function answer(
  sql: Sql,
  { set, id, issued, asked }: StandingAlert,
  by: string,
  now: Date,
): Promise<void> {
  await insertAnswer(sql, { set, alert: id, by, at: now });
  const due = asked?.due ?? null;
  await record(
    sql,
    'alert.acknowledged',
    {
      alert: sha256Hex(`${set} ${id}`),
      issued: issued.toISOString(),
      ...(due === null ? {} : { due: due.toISOString() }),
      digest: sha256Hex(JSON.stringify([set, id, by, now.toISOString()])),
    },
    now,
  );
}
