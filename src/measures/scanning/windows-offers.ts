/**
 * Security updates that Windows Update offers, as findings of the systems that lack them: also where no catalogue knows yet
 * what they repair.
 */
import { updateFinding } from '../../advisories/pending-upload.ts';
import type { Finding } from '../../advisories/verdict.ts';
import { HostPatching, type UpdateOffer } from '../../estate/patching.ts';
import { windowsPackage } from './evaluate-windows.ts';
import type { OfferedSystem } from './store-uploads.ts';

interface Host {
  readonly offers: ReadonlyMap<string, UpdateOffer>;
  readonly source: string;
  /** Somebody or something holds updates back from it: that it is not offered one says nothing. */
  readonly heldBack: boolean;
}

export interface PendingUpdates {
  /** One for each system and update. */
  readonly pending: readonly { readonly component: number; readonly finding: Finding }[];
  /** Systems of which no host says what it is offered. */
  readonly silent: readonly number[];
}

export function pendingUpdates(systems: readonly OfferedSystem[]): PendingUpdates {
  const silent: number[] = [];
  const pending = [...Map.groupBy(systems, ({ id }) => id)].flatMap(([component, same]) => {
    const hosts = same.flatMap(hostOf);
    if (hosts.length === 0) silent.push(component);
    const item = same[0] === undefined ? undefined : windowsPackage(same[0]);
    if (item === undefined) return [];
    return lacking(hosts).map(([offer, source]) => ({
      component,
      finding: updateFinding(item, {
        update: offer.update,
        from: source,
        severity: offer.severity ?? null,
        releasedAt: offer.releasedAt ?? null,
      }),
    }));
  });
  return { pending, silent };
}

function hostOf({ patching }: OfferedSystem): Host[] {
  const host = HostPatching.safeParse(patching).data;
  if (host?.offers === undefined) return [];
  const { offers, source = 'Windows Update', approved, deferredDays = 0, blockers } = host;
  const security = offers.filter((offer) => offer.security === true);
  const paused = blockers.some(({ code }) => code === 'paused');
  return [
    {
      offers: new Map(security.map((offer) => [offer.update, offer])),
      source,
      heldBack: approved === true || paused || deferredDays > 0,
    },
  ];
}

/** What all hosts of one system lack: one that takes everything and is not offered it has no use for it, or has it. */
function lacking(hosts: readonly Host[]): [UpdateOffer, string][] {
  const found = new Map<string, [UpdateOffer, string]>();
  for (const { offers, source } of hosts)
    for (const [update, offer] of offers) {
      const known = found.get(update);
      if (known === undefined || isEarlier(offer, known[0])) found.set(update, [offer, source]);
    }
  const open = hosts.filter(({ heldBack }) => !heldBack);
  return [...found].flatMap(([update, own]) =>
    open.every(({ offers }) => offers.has(update)) ? [own] : [],
  );
}

function isEarlier(a: UpdateOffer, b: UpdateOffer): boolean {
  return a.releasedAt !== undefined && a.releasedAt < (b.releasedAt ?? '9');
}
