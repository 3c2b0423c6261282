/** Collections of a scanner and of hosts, made for tests. */
import { collect } from '../../src/estate/collect.ts';
import type {
  Bodies,
  Component,
  Outcome,
  Report,
  Sighting,
  SightedService,
} from '../../src/estate/schema.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import type { Database } from '../../src/kernel/sql/database.ts';

export const NOW = '2026-11-22T08:00:00.000Z';

/** An address of the network `ward`, seen from `office`, whose asked ports all refused but those that are open. */
export function aSighting(address: string, rest: Partial<Sighting> = {}): Report {
  const services = rest.services ?? [aService(443)];
  return {
    type: 'sighting',
    address,
    network: 'ward',
    from: 'office',
    trueAt: NOW,
    services,
    asked: '1-1000',
    refused: '',
    ...rest,
  };
}

export function aService(port: number, rest: Partial<SightedService> = {}): SightedService {
  return { transport: 'tcp', port, ...rest };
}

export function aHost(key: string, body: Partial<Bodies['asset']> = {}): Report {
  return {
    type: 'observation',
    kind: 'asset',
    key,
    trueAt: NOW,
    body: { name: key, type: 'host', ...body },
  };
}

export function aDoor(key: string, body: Partial<Bodies['door']>): Report {
  return {
    type: 'observation',
    kind: 'door',
    key,
    trueAt: NOW,
    body: { name: key, type: 'portal', ...body },
  };
}

export function aNetwork(key: string, ...cidrs: string[]): Report {
  return {
    type: 'observation',
    kind: 'network',
    key,
    trueAt: NOW,
    body: { name: key, cidrs },
  };
}

export function packagesOf(asset: string, ...names: string[]): Report {
  const components = names.map((name): Component => ({
    type: 'deb',
    release: 'debian-12',
    name,
    version: '1.0',
    architecture: 'amd64',
    sourceName: name,
    sourceVersion: '1.0',
  }));
  return { type: 'inventory', asset, section: 'deb', trueAt: NOW, components };
}

/** Runs one collection of `connector/name` to its end. */
export async function collectReports(
  database: Database,
  source: string,
  reports: readonly Report[],
  outcome: Outcome = 'complete',
  at = NOW,
): Promise<void> {
  const [connector = '', name = ''] = source.split('/');
  const clock = fixedClock(at);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  // eslint-disable-next-line @typescript-eslint/require-await -- a generator of what is at hand
  async function* all(): AsyncGenerator<Report, Outcome, void> {
    yield* reports;
    return outcome;
  }
  await collect({ database, clock, log, source: { connector, name, interval: 86_400 } }, all());
}
