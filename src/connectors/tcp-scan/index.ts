/** A gentle look at declared ranges: TCP connections, what services say by themselves, certificates, one HEAD for HTTP. */
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { systemClock } from '../../kernel/clock.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Outcome, Report, Sighting } from '../../estate/schema.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { stopIf } from '../web.ts';
import { Config } from './config.ts';
import { groupsOf, planOf, portsTextOf, type Plan } from './plan.ts';
import { probe, type Answer } from './probe.ts';
import { scannerOf } from './scan.ts';
import { serviceOf } from './service.ts';

export const tcpScan: Connector<Config> = {
  id: 'tcp-scan',
  version: 1,
  title: 'TCP connect scan',
  config: Config,
  needs: {
    network: true,
    files: [],
    secrets: [],
    permissions: ['the leave of whoever runs the network; none of the machines'],
  },
  interval: 7 * 24 * 60 * 60,
  collect,
};

/** Addresses that are looked at side by side, and after which the place is remembered. */
const GROUP = 64;
/** A scan that was broken off longer ago than this begins again. */
const RESUMED_WITHIN_MS = 24 * 3600 * 1000;

const Position = z.object({ plan: z.string(), next: z.int().min(0), at: z.string() });

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, clock, log, signal } = context;
  stopIf(signal);
  if (config.enabled !== true) {
    yield refused('not enabled: it needs enabled: true and authorisedBy');
    return 'failed';
  }
  const planned = planOf(config, await context.networkRanges?.(config.network));
  if ('refusal' in planned) {
    yield refused(`${planned.refusal.why}. ${planned.refusal.remedy}`);
    return 'failed';
  }
  const { plan } = planned;
  const total = Number(plan.connections);
  let next = resumedAt(context, plan);
  let done = next * plan.ports.length;
  log.info('scan begins', { connections: total, from: next });
  context.progress(done, total, 'connections');
  const scanner = scannerOf(plan, {
    // The pace is of real time, whatever the clock of the facts says.
    clock: systemClock,
    sleep,
    probe,
    signal,
    done: () => context.progress((done += 1), total, 'connections'),
  });
  for (const group of groupsOf(plan, next, GROUP)) {
    const found = await scanner.scan(group);
    const trueAt = clock.now().toISOString();
    for (const [address, answers] of found) yield* sighted(address, answers, config, trueAt);
    next += group.length;
    yield sweep(config, plan, group);
    const position = { plan: plan.id, next, at: trueAt };
    yield { type: 'position', text: BigInt(next) < plan.addresses ? JSON.stringify(position) : '' };
  }
  stopIf(signal);
  return 'complete';
}

function refused(detail: string): Report {
  return {
    type: 'unseen',
    what: 'the scan',
    reason: 'not-permitted',
    detail: detail.slice(0, 500),
  };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  // Whoever waits looks at the signal itself.
  await wait(ms, undefined, { signal }).catch(() => undefined);
}

function resumedAt({ position, clock }: CollectContext<Config>, plan: Plan): number {
  if (position === undefined || position === '') return 0;
  try {
    const { plan: id, next, at } = Position.parse(JSON.parse(position));
    const recent = clock.now().getTime() - Date.parse(at) < RESUMED_WITHIN_MS;
    return id === plan.id && recent ? next : 0;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return 0;
    throw new HoldfastError('internal', 'The place of a scan cannot be read', { cause: error });
  }
}

/** None of an address that was silent: the sweep tells. */
function sighted(
  address: string,
  answers: ReadonlyMap<number, Answer>,
  { network, from }: Config,
  trueAt: string,
): Report[] {
  const all = [...answers].sort(([a], [b]) => a - b);
  if (all.every(([, { state }]) => state === 'no-answer')) return [];
  const sighting: Sighting = {
    address,
    network,
    ...(from === undefined ? {} : { from }),
    trueAt,
    services: all
      .filter(([, { state }]) => state === 'open')
      .map(([port, answer]) => serviceOf(port, answer)),
    asked: portsTextOf(all.map(([port]) => port)),
    refused: portsTextOf(all.filter(([, each]) => each.state === 'refused').map(([port]) => port)),
  };
  return [{ type: 'sighting', ...sighting }];
}

function sweep({ network, from }: Config, { ports }: Plan, ranges: readonly string[]): Report {
  return {
    type: 'sweep',
    network,
    ...(from === undefined ? {} : { from }),
    ranges: [...ranges],
    asked: portsTextOf(ports),
  };
}
