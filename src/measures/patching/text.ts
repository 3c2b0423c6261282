/** Patching in words. */
import { reachedText } from '../../estate/reached.ts';
import { table } from '../../kernel/cli.ts';
import { calendarOf } from '../../kernel/zone.ts';
import type { shownCompliance } from './show.ts';
import type {
  Patch,
  PatchAlert,
  PatchCounts,
  PatchException,
  PatchExplanation,
  PlannedVisit,
} from './schema.ts';
import type { PlannedVisits } from './visits.ts';
import { waitingAlertsText } from './show-alerts.ts';

/** "overdue 709.2 days", "in 3.5 days". */
function lateText({ late, state, acceptedBy }: Patch): string {
  if (state === 'fixed-proven') return 'proven done';
  const when =
    late === null ? STATE_WORDS[state] : late > 0 ? `overdue ${late} days` : `in ${-late} days`;
  if (acceptedBy !== null) return `${when}, accepted by ${acceptedBy}`;
  return state === 'fixed-unproven' ? `${when}, done but not proven` : when;
}

const STATE_WORDS: Readonly<Record<Patch['state'], string>> = {
  within: 'within',
  'due-soon': 'due soon',
  overdue: 'overdue',
  excepted: 'accepted',
  'no-date': 'no date',
  'no-fix': 'no fix yet',
  'fixed-unproven': 'no date',
  'fixed-proven': 'proven done',
  void: 'void',
};

export function countsText(counts: PatchCounts): string {
  const { open, overdue, accepted, dueSoon, within, noDate, noFix, unproven, assets } = counts;
  if (open === 0) return 'Nothing is known that must be patched.';
  const parts = [
    `${overdue} overdue${accepted === 0 ? '' : ` (${accepted} of them accepted)`}`,
    `${dueSoon} due soon`,
    `${within} within their deadline`,
    ...(noDate === 0 ? [] : [`${noDate} without a date`]),
    ...(noFix === 0 ? [] : [`${noFix} without a fix`]),
    ...(unproven === 0 ? [] : [`${unproven} done but not proven`]),
  ];
  return `${open} fixes to do on ${assets} ${assets === 1 ? 'asset' : 'assets'}: ${parts.join(', ')}.`;
}

export function patchesText(
  counts: PatchCounts,
  patches: readonly Patch[],
  zone: string,
  total: number,
  alerts: readonly PatchAlert[] = [],
): string {
  const waiting = waitingAlertsText(alerts);
  if (patches.length === 0) return [...waiting, countsText(counts)].join('\n');
  const calendar = calendarOf(zone);
  const rows = patches.map((patch) => [
    reachedText(patch.people),
    patch.asset,
    `${patch.fix.name}${patch.fix.to === null ? '' : ` → ${patch.fix.to}`}`,
    shortList(patch.flaws, 2),
    lateText(patch),
    patch.due === null ? '' : calendar.text(new Date(patch.due)),
    patch.rule === null ? '' : `${patch.rule.set}/${patch.rule.rule}`,
    patch.reasons.filter((reason) => reason !== 'not-installed-yet').join(' '),
  ]);
  const header = ['people', 'asset', 'fix', 'flaws', 'stands', 'due', 'rule', 'in the way'];
  const more =
    total > patches.length
      ? [`… and ${total - patches.length} more (--limit, --asset, --service)`]
      : [];
  return [...waiting, countsText(counts), '', table(header, rows), ...more].join('\n');
}

function shortList(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(' ');
  return names.length > most ? `${shown} +${names.length - most}` : shown;
}

export function explanationText(told: PatchExplanation, zone: string): string {
  const { patch, clock, demands, duties, exceptions, history, components } = told;
  const calendar = calendarOf(zone);
  const when = (at: string | null): string =>
    at === null ? 'no date' : calendar.text(new Date(at));
  const lines = [
    `${patch.fix.kind === 'upgrade' ? 'Upgrade' : `A ${patch.fix.kind} of`} ${patch.fix.name}${patch.fix.to === null ? '' : ` to ${patch.fix.to}`} on ${patch.assetName}`,
    `  repairs   ${patch.flaws.join(', ') || 'the product itself: nobody repairs it any more'}`,
    `  stands    ${lateText(patch)}${patch.bornOverdue ? '; it was overdue when it was first seen' : ''}`,
    `  due       ${when(patch.due)} (${zone})${patch.rule === null ? '' : `, by ${patch.rule.set}/${patch.rule.rule}, version ${patch.rule.version}`}`,
    `  clock     since ${when(patch.start.at)}: ${patch.start.source}, ${patch.start.from}`,
    ...(patch.certain
      ? []
      : ['  unknown   whether the flaw is there is not known; it counts as there']),
    ...(patch.reopened === null
      ? []
      : [`  reopened  ${when(patch.reopened.at)}: ${patch.reopened.cause}`]),
    ...(patch.lacks.length === 0 ? [] : [`  proof     lacks ${patch.lacks.join(', ')}`]),
    ...(patch.reasons.length === 0
      ? []
      : [`  why not   ${patch.reasons.join(', ')} (docs/reference/patch-reasons.md)`]),
    ...(patch.rollback === null ? [] : [`  way back  the installed version is ${patch.rollback}`]),
    `  people    ${reachedText(patch.people)} reached from this asset`,
  ];
  const part = (title: string, rows: readonly string[]): void => {
    if (rows.length > 0) lines.push('', `${title}:`, ...rows.map((row) => `  ${row}`));
  };
  part(
    'Installed',
    components.map(
      ({ name, version, available, from }) =>
        `${name} ${version}${available === null ? '' : `, on offer ${available}${from === null ? '' : ` from ${from}`}`}`,
    ),
  );
  part(
    'Who says when the fix was released',
    clock.map(
      ({ at, source, from, observedAt }) =>
        `${when(at)}  ${source}: ${from} (learned ${when(observedAt)})`,
    ),
  );
  part(
    'What the adopted rules ask',
    [...demands, ...duties].map((demand) => demandText(demand, when)),
  );
  part(
    'Exceptions',
    exceptions.map((each) => exceptionText(each, when)),
  );
  part(
    'History',
    history.map(
      ({ at, why, phase, due, rule }) =>
        `${when(at)}  ${why}: ${phase}, due ${when(due)}${rule === null ? '' : ` by ${rule}`}`,
    ),
  );
  return lines.join('\n');
}

function demandText(
  { act, due, set, rule, because, assumed, followUps }: PatchExplanation['demands'][number],
  when: (at: string | null) => string,
): string {
  const date = due === null ? 'at the next upgrade' : when(due);
  const extra = [
    ...(assumed.length === 0 ? [] : [`assumed: ${assumed.join(', ')}`]),
    ...(followUps.length === 0 ? [] : [`besides: ${followUps.join(', ')}`]),
  ];
  return `${date}  ${act} by ${set}/${rule}: ${because}${extra.length === 0 ? '' : ` (${extra.join('; ')})`}`;
}

export function exceptionText(each: PatchException, when: (at: string) => string): string {
  const end =
    each.closed === null
      ? `until ${when(each.expires)}`
      : `ended ${when(each.closed.at)}: ${each.closed.cause}`;
  return `${each.id}  ${each.fix} on ${each.asset ?? 'every asset'}: accepted by ${each.owner}, approved by ${each.approvedBy}, ${end}; leans on ${each.mitigation}; ${each.reason}`;
}

export function complianceText(rows: ReturnType<typeof shownCompliance>): string {
  const number = (value: number | null): string => (value === null ? '–' : value.toFixed(1));
  const cells = rows.map((row) => [
    row.group === '' ? 'everything' : row.group,
    row.share === null ? 'nothing due' : `${Math.floor(row.share * 1000) / 10} %`,
    row.due,
    row.inTime,
    row.late,
    row.overdue,
    row.accepted,
    row.unproven,
    row.ahead,
    number(row.timeToFix.median),
    number(row.timeToFix.p90),
    number(row.timeToFix.worst),
    number(row.timeToFix.oldestOpen),
  ]);
  const header = [
    'group',
    'in time',
    'due',
    'met',
    'late',
    'overdue',
    'accepted',
    'unproven',
    'ahead',
    'median days',
    'p90',
    'worst',
    'oldest open',
  ];
  return table(header, cells);
}

export function visitsText(plan: PlannedVisits, zone: string, most: number): string {
  const { visits, windows, late, unplanned } = plan;
  if (visits.length === 0) return 'Nothing with a deadline is to be patched.';
  const calendar = calendarOf(zone);
  const when = (at: string): string => calendar.text(new Date(at));
  const head = `${visits.length} assets in ${windows} windows: ${visits.length - late} make their deadline, ${late} do not${unplanned === 0 ? '' : `, ${unplanned} have no window`}.`;
  const row = (visit: PlannedVisit): (string | number)[] => [
    reachedText(visit.people),
    visit.asset,
    visit.fixes,
    when(visit.due),
    visit.window === null ? 'no window' : `${when(visit.window.start)} ${visit.window.name}`,
    visit.inTime ? 'in time' : visit.slack === null ? 'late' : `${-visit.slack} days late`,
  ];
  const shown = visits.slice(0, most).map(row);
  const more = visits.length > most ? [`… and ${visits.length - most} more (--limit)`] : [];
  return [
    head,
    '',
    table(['people', 'asset', 'fixes', 'due', 'window', 'makes it'], shown),
    ...more,
  ].join('\n');
}
