/** Alerts, and requests for exceptions, as API and command line show them. */
import { table } from '../../kernel/cli.ts';
import { calendarOf } from '../../kernel/zone.ts';
import type { StandingAlert } from './alerts.ts';
import type { PatchState } from './read.ts';
import type { ExceptionRequestShown, PatchAlert, PatchAlertCounts } from './schema.ts';
import { days } from './show.ts';
import type { ExceptionRequest } from './store-exceptions.ts';

/** With the number of assets of `state` on which a flaw that the alert names is not proved mended. */
export function shownAlerts(
  alerts: readonly StandingAlert[],
  { items }: Pick<PatchState, 'items'>,
): PatchAlert[] {
  const open = new Map<string, Set<string>>();
  for (const { item, state } of items) {
    if (state === 'fixed-proven' || state === 'void') continue;
    for (const flaw of item.flaws) {
      const known = open.get(flaw.toUpperCase()) ?? new Set();
      open.set(flaw.toUpperCase(), known.add(item.asset));
    }
  }
  return alerts.map(({ set, id, issued, severity, names, asked, answer, state, late }) => ({
    set,
    id,
    issued: issued.toISOString(),
    severity,
    names: [...names],
    state,
    rule: asked?.rule ?? null,
    due: asked?.due?.toISOString() ?? null,
    late: late === null ? null : days(late),
    acknowledged: answer === null ? null : { by: answer.by, at: answer.at.toISOString() },
    assets: new Set(names.flatMap((name) => [...(open.get(name) ?? [])])).size,
  }));
}

export function alertCounts(alerts: readonly Pick<PatchAlert, 'state'>[]): PatchAlertCounts {
  const count = (wanted: PatchAlert['state']): number =>
    alerts.filter(({ state }) => state === wanted).length;
  return {
    asked: alerts.length - count('not-asked'),
    inTime: count('acknowledged'),
    late: count('acknowledged-late'),
    overdue: count('overdue'),
    waiting: count('due'),
  };
}

/** One line for each alert that waits, the longest overdue first; nothing where none does. */
export function waitingAlertsText(alerts: readonly PatchAlert[]): string[] {
  return alerts
    .filter(({ state }) => state === 'overdue' || state === 'due')
    .map(({ id, set, rule, state, late, assets, names }) => {
      const when =
        late === null ? 'without a date' : late > 0 ? `overdue ${late} days` : `in ${-late} days`;
      const open =
        assets === 0
          ? 'open on no asset'
          : `open on ${assets} ${assets === 1 ? 'asset' : 'assets'}`;
      return `${state === 'overdue' ? 'Not acknowledged' : 'To acknowledge'}: ${id} (${names.slice(0, 3).join(', ')}), ${when} by ${set}/${rule ?? ''}, ${open}.`;
    });
}

export function alertsText(alerts: readonly PatchAlert[], zone: string): string {
  if (alerts.length === 0) return 'No adopted rules hold an alert.';
  const calendar = calendarOf(zone);
  const when = (at: string | null): string => (at === null ? '' : calendar.text(new Date(at)));
  return table(
    ['alert', 'issued', 'names', 'stands', 'acknowledge by', 'acknowledged', 'assets open'],
    alerts.map((alert) => [
      alert.id,
      when(alert.issued),
      alert.names.slice(0, 3).join(' '),
      alert.state,
      when(alert.due),
      alert.acknowledged === null
        ? ''
        : `${when(alert.acknowledged.at)} by ${alert.acknowledged.by}`,
      alert.assets,
    ]),
  );
}

export function alertCountsText({
  asked,
  inTime,
  late,
  overdue,
  waiting,
}: PatchAlertCounts): string {
  return `${asked} alerts to acknowledge: ${overdue} overdue, ${waiting} waiting, ${inTime} in time, ${late} late.`;
}

export function shownRequest({
  requestedAt,
  expires,
  decided,
  ...rest
}: ExceptionRequest): ExceptionRequestShown {
  return {
    ...rest,
    expires: expires.toISOString(),
    requestedAt: requestedAt.toISOString(),
    decided: decided === null ? null : { ...decided, at: decided.at.toISOString() },
  };
}
