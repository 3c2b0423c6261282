/** What is known of an address from outside after another look: what refused is gone, what did not answer is not. */
import { hasPort, readPorts, type PortRange } from '../kernel/port-set.ts';
import type { Sighting, SightedService, Sweep } from './sighting.ts';

export interface SeenService extends SightedService {
  readonly state: 'open' | 'no-answer';
  /** When it last answered. */
  readonly answeredAt: string;
}

/** What one source knows of one address. */
export interface Seen {
  readonly hostnames: readonly string[];
  readonly hardware: string | undefined;
  readonly from: string | undefined;
  readonly services: readonly SeenService[];
  /** TCP ports that were ever asked, and those of them that refused when they were last asked. */
  readonly asked: string;
  readonly refused: string;
}

/** What has not answered for this long is forgotten by a look that asked it again. */
const FORGOTTEN_AFTER_MS = 30 * 24 * 3600 * 1000;

export function seenAfter(before: Seen | undefined, sighting: Sighting): Seen {
  const { hostnames, hardware, from, services, asked, refused, trueAt } = sighting;
  const now = services.map((service): SeenService => ({
    ...service,
    state: 'open',
    answeredAt: trueAt,
  }));
  const answering = new Set(now.map(placeOf));
  const kept = (before?.services ?? []).filter((service) => !answering.has(placeOf(service)));
  return {
    hostnames: hostnames ?? before?.hostnames ?? [],
    hardware: hardware ?? before?.hardware,
    from: from ?? before?.from,
    services: [...now, ...aged(kept, portsOf(asked), portsOf(refused), trueAt)].sort(
      (a, b) => a.port - b.port || a.transport.localeCompare(b.transport),
    ),
    asked,
    refused,
  };
}

/** After a look that asked the address and got no answer at all; undefined where nothing is left to know. */
export function seenAfterSilence(
  before: Seen,
  { asked }: Pick<Sweep, 'asked'>,
  trueAt: string,
): Seen | undefined {
  const services = aged(before.services, portsOf(asked), [], trueAt);
  return services.length === 0 ? undefined : { ...before, services, asked, refused: '' };
}

function aged(
  services: readonly SeenService[],
  asked: readonly PortRange[],
  refused: readonly PortRange[],
  now: string,
): SeenService[] {
  return services.flatMap((service): SeenService[] => {
    const wasAsked = service.transport === 'tcp' && hasPort(asked, service.port);
    if (!wasAsked) return [service];
    if (hasPort(refused, service.port)) return [];
    const old = Date.parse(now) - Date.parse(service.answeredAt) > FORGOTTEN_AFTER_MS;
    return old ? [] : [{ ...service, state: 'no-answer' }];
  });
}

/** Whether something is there that somebody should know. */
export function isSomething({ services, hardware }: Seen): boolean {
  return services.length > 0 || hardware !== undefined;
}

export function portsOf(text: string): PortRange[] {
  return readPorts(text) ?? [];
}

function placeOf({ transport, port }: SightedService): string {
  return `${transport}/${port}`;
}
