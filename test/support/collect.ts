/** Runs a connector to its end with a clock that stands still and a log that is kept. */
import type { Connector } from '../../src/connectors/connector.ts';
import type { Outcome, Report } from '../../src/estate/schema.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';

export interface Collected {
  readonly reports: Report[];
  readonly outcome: Outcome;
  readonly logged: string;
}

export async function collected<Config>(
  connector: Connector<Config>,
  config: unknown,
  signal = new AbortController().signal,
  onProgress: () => void = () => undefined,
): Promise<Collected> {
  let logged = '';
  const clock = fixedClock('2026-11-21T23:00:00.000Z');
  const log = createLog({ level: 'debug', clock, write: (line) => (logged += line) });
  const reports: Report[] = [];
  const generator = connector.collect({
    config: connector.config.parse(config),
    clock,
    log,
    signal,
    progress: () => onProgress(),
  });
  for (;;) {
    const next = await generator.next();
    if (next.done === true) return { reports, outcome: next.value, logged };
    reports.push(next.value);
  }
}
