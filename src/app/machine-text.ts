/** This machine in a few lines of the terminal. */
import type { EstateSummary } from '../estate/summary.ts';
import { ageText } from '../kernel/cli.ts';
import type { MachineView } from '../server/pages/estate-page.ts';

/** Unknown is said, never left out. */
export function machineText(machine: MachineView, now: Date): string {
  const rows: readonly (readonly [string, string])[] = [
    ['System', machine.os ?? 'unknown'],
    ['Kernel', machine.kernelRunning ?? 'unknown'],
    [
      'Up for',
      machine.bootedAt === undefined
        ? 'unknown'
        : ageText(now.getTime() - machine.bootedAt.getTime()),
    ],
    ['Packages', String(machine.packages)],
    ['Doors', `${machine.doors} listening`],
    ['Accounts', String(machine.accounts)],
    ['Restart', restartText(machine.restart)],
  ];
  return [
    `This machine: ${machine.name}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`),
  ].join('\n');
}

function restartText(restart: readonly string[] | undefined): string {
  if (restart === undefined) return 'unknown: it could not be measured';
  return restart.length === 0 ? 'not needed' : `needed: ${restart.join('; ')}`;
}

const MOST = 8;

/** What the last collections could not see, at most a few lines. */
export function unseenLines(summary: EstateSummary): string[] {
  if (summary.unseen.length === 0) return [];
  const shown = summary.unseen.slice(0, MOST).map((each) => {
    const detail = each.detail === undefined ? '' : `: ${each.detail}`;
    return `  ${each.what} (${each.reason}${detail})`;
  });
  const more = summary.unseen.length - shown.length;
  return [
    '',
    'Could not be seen, so unknown:',
    ...shown,
    ...(more > 0 ? [`  and ${more} more (holdfast estate summary)`] : []),
  ];
}

/** `dependencies`, `accounts`: a kind as people name several of it. */
export function plural(kind: string): string {
  return kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}
