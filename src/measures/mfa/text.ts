/** Coverage as people read it in a terminal. */
import { reachedText } from '../../estate/reached.ts';
import { table } from '../../kernel/cli.ts';
import type { LoginPath, MfaDoor, MfaSummary, PathExplanation } from './schema.ts';

const HEAD = ['LOGIN PATHS', 'NONE', 'NOT ENFORCED', 'UNKNOWN', 'ENFORCED'] as const;

type Counts = MfaSummary['total'];

function cells({ paths, none, registeredNotEnforced, unknown, enforced }: Counts): number[] {
  return [paths, none, registeredNotEnforced, unknown, enforced];
}

/** In one line: how many login paths there are and how many of them are known to be guarded. */
export function totalText(total: Counts): string {
  const { paths, enforced, none, registeredNotEnforced, unknown, closed } = total;
  if (paths === 0 && closed === 0)
    return 'No login path is known: no door says whose accounts it accepts.';
  if (paths === 0) return `No login path is known. ${shutText(closed)}`;
  const open = none + registeredNotEnforced;
  const shut = closed === 0 ? '' : ` ${shutText(closed)}`;
  return `${paths} login paths: ${open} that one factor opens, ${unknown} unknown, ${enforced} with two factors enforced.${shut}`;
}

function shutText(closed: number): string {
  return `${closed} times a door knows an account and refuses it, or the account has nothing that the door takes.`;
}

const MOST = 15;

export function summaryText(
  summary: MfaSummary,
  doors: readonly MfaDoor[],
  worst: readonly LoginPath[],
): string {
  const lines: (string | undefined)[] = [totalText(summary.total)];
  if (doors.length > 0)
    lines.push('', doorsText(doors.slice(0, MOST)), more(doors.length, 'doors', 'holdfast doors'));
  lines.push(
    ...sharesText('DIVISION', summary.byDivision),
    ...sharesText('CUSTOMER', summary.byCustomer),
  );
  if (worst.length > 0) lines.push('', 'Worst first:', ...worst.map(pathLine));
  lines.push(...gapLines(summary));
  return lines.filter((line) => line !== undefined).join('\n');
}

function more(all: number, what: string, command: string): string | undefined {
  return all > MOST ? `and ${all - MOST} more ${what} (${command})` : undefined;
}

function sharesText(title: string, shares: MfaSummary['byDivision']): (string | undefined)[] {
  if (shares.length === 0 || (shares.length === 1 && shares[0]?.name === null)) return [];
  const rows = shares
    .slice(0, MOST)
    .map(({ name, counts }) => [name ?? '(our own)', ...cells(counts)]);
  return ['', table([title, ...HEAD], rows), more(shares.length, 'rows', 'holdfast mfa --json')];
}

/** Gaps that no login path shows. */
function gapLines({ undeclaredDoors, doorsWithoutAccounts }: MfaSummary): string[] {
  const lines: string[] = [];
  if (doorsWithoutAccounts > 0)
    lines.push(
      `${doorsWithoutAccounts} doors of which nobody says whose accounts they accept: their login paths cannot be counted.`,
    );
  if (undeclaredDoors > 0)
    lines.push(`${undeclaredDoors} doors were found and are declared by nobody.`);
  return lines.length === 0 ? [] : ['', ...lines];
}

export function pathLine({
  login,
  population,
  customer,
  door,
  sentence,
  enabled,
}: LoginPath): string {
  const who = [
    population,
    customer === null ? undefined : `of ${customer}`,
    enabled === false ? 'disabled' : undefined,
  ];
  const about = who.filter((each) => each !== undefined && each !== null).join(', ');
  return `  ${login}${about === '' ? '' : ` (${about})`} at ${door}: ${sentence}`;
}

export function doorsText(doors: readonly MfaDoor[]): string {
  return table(
    ['PEOPLE', 'DOOR', 'NAME', 'FROM', 'DECLARED', ...HEAD],
    doors.map(({ key, name, reachableFrom, declared, accepts, counts, peopleBehind }) => [
      reachedText(peopleBehind),
      key,
      name,
      reachableFrom.length === 0 ? 'unknown' : reachableFrom.join(', '),
      declared ? 'yes' : 'NO',
      ...(accepts === null ? ['unknown', '', '', '', ''] : cells(counts)),
    ]),
  );
}

export function explanationText(explained: PathExplanation): string {
  const { account, door, verdict, strength, sentence, evidence, bypasses } = explained;
  const rows = evidence.map(({ kind, text, source, trueAt, fresh, declared }) => [
    kind,
    text,
    source,
    trueAt,
    declared ? 'declared' : fresh ? 'fresh' : 'STALE',
  ]);
  return [
    `${account} at ${door}: ${verdict}${strength === null ? '' : ` (${strength})`}`,
    sentence,
    ...bypasses.map(({ title, where, shows }) => `  ${title} [${where}: ${shows}]`),
    '',
    table(['EVIDENCE', 'WHAT', 'SOURCE', 'TRUE AT', 'STATE'], rows),
  ].join('\n');
}
