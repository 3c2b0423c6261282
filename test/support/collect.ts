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

interface Options {
  readonly signal?: AbortSignal;
  readonly onProgress?: () => void;
}

export async function collected<Config>(
  connector: Connector<Config>,
  config: unknown,
  signal?: AbortSignal,
  onProgress?: () => void,
): Promise<Collected> {
  const reports: Report[] = [];
  const keep = (report: Report): void => void reports.push(report);
  const options = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  return { reports, ...(await eachReport(connector, config, keep, options)) };
}

/** The same without keeping the reports. */
export async function eachReport<Config>(
  connector: Connector<Config>,
  config: unknown,
  each: (report: Report) => void,
  { signal = new AbortController().signal, onProgress = () => undefined }: Options = {},
): Promise<Omit<Collected, 'reports'>> {
  let logged = '';
  const clock = fixedClock('2026-11-21T23:00:00.000Z');
  const log = createLog({ level: 'debug', clock, write: (line) => (logged += line) });
  const generator = connector.collect({
    config: connector.config.parse(config),
    clock,
    log,
    signal,
    progress: () => onProgress(),
  });
  for (;;) {
    const next = await generator.next();
    if (next.done === true) return { outcome: next.value, logged };
    each(next.value);
  }
}
