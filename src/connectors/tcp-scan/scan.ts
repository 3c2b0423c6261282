/** Goes through a group of addresses: never faster than the plan says, in all and to each of them. */
import type { Clock } from '../../kernel/clock.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import { paceOf, type Pace, type Sleep } from './pace.ts';
import type { Plan } from './plan.ts';
import type { Answer, Probe } from './probe.ts';

export interface ScanTools {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly sleep: Sleep;
  readonly probe: Probe;
  readonly signal: AbortSignal;
  /** Called after every connection. */
  readonly done: () => void;
}

export interface Scanner {
  /** What each port of each address answered, by address; every connection is closed when it resolves or throws. */
  scan(addresses: readonly string[]): Promise<Map<string, Map<number, Answer>>>;
}

interface Host {
  readonly address: string;
  /** Ports still to ask; the last is the next. */
  readonly left: number[];
  readonly pace: Pace;
  readonly answers: Map<number, Answer>;
  busy: boolean;
}

/** One scanner for the whole plan: its pace goes on from group to group. */
export function scannerOf(plan: Plan, tools: ScanTools): Scanner {
  const pace = paceOf(plan.connectionsPerSecond, tools.clock);
  return { scan: (addresses) => scanGroup(plan, pace, tools, addresses) };
}

async function scanGroup(
  plan: Plan,
  pace: Pace,
  tools: ScanTools,
  addresses: readonly string[],
): Promise<Map<string, Map<number, Answer>>> {
  const { clock, sleep, signal } = tools;
  const hosts = addresses.map((address): Host => ({
    address,
    left: [...plan.ports].reverse(),
    pace: paceOf(plan.connectionsPerSecondToOneAddress, clock),
    answers: new Map(),
    busy: false,
  }));
  const running = new Set<Promise<void>>();
  let turn = 0;
  try {
    while (hosts.some(({ left }) => left.length > 0)) {
      if (signal.aborted) throw new HoldfastError('cancelled', 'The scan was stopped.');
      const next = running.size < plan.concurrency ? nextHost(hosts, turn) : { wait: Infinity };
      if ('wait' in next) {
        await waited(next.wait, running, sleep, signal);
        continue;
      }
      const wait = pace.take();
      if (wait > 0) {
        await sleep(wait, signal);
        continue;
      }
      turn = next.at + 1;
      next.host.pace.take();
      const one = connect(plan, tools, next.host).finally(() => running.delete(one));
      running.add(one);
    }
  } finally {
    // Aborted probes end at once; the others within their own limits of time.
    await Promise.allSettled(running);
  }
  if (signal.aborted) throw new HoldfastError('cancelled', 'The scan was stopped.');
  return new Map(hosts.map(({ address, answers }) => [address, answers]));
}

/** The next address, in turns, that has a port left, no connection open and had none too lately. */
function nextHost(
  hosts: readonly Host[],
  turn: number,
): { readonly host: Host; readonly at: number } | { readonly wait: number } {
  let wait = Infinity;
  for (let step = 0; step < hosts.length; step += 1) {
    const at = (turn + step) % hosts.length;
    const host = hosts[at];
    if (host === undefined || host.busy || host.left.length === 0) continue;
    const free = host.pace.look();
    if (free === 0) return { host, at };
    wait = Math.min(wait, free);
  }
  return { wait };
}

/** Until somebody's turn comes, or a connection ends and frees a place. */
async function waited(
  ms: number,
  running: ReadonlySet<Promise<void>>,
  sleep: Sleep,
  signal: AbortSignal,
): Promise<void> {
  if (ms === Infinity) {
    await Promise.race(running);
    return;
  }
  if (running.size === 0) {
    await sleep(ms, signal);
    return;
  }
  const over = new AbortController();
  await Promise.race([...running, sleep(ms, AbortSignal.any([signal, over.signal]))]);
  over.abort();
}

async function connect(plan: Plan, { probe, signal, done }: ScanTools, host: Host): Promise<void> {
  const port = host.left.pop();
  if (port === undefined) return;
  host.busy = true;
  const { address } = host;
  const connectOnly = plan.connectOnly.has(port);
  const answer = await probe({ address, port, connectOnly, timeoutMs: plan.timeoutMs }, signal);
  host.busy = false;
  host.answers.set(port, answer);
  done();
}
