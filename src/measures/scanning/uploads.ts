/** Keeps pending security uploads among the findings: whatever a host's own package manager offers from a security suite. */
import { isSecurityOrigin, uploadFinding } from '../../advisories/pending-upload.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/sql/database.ts';
import { compareVersions } from '../../versions/index.ts';
import { packageOf } from './component.ts';
import {
  dropPastUploads,
  markOffersRead,
  putUploads,
  readOfferedSystems,
  readOffers,
  readOffersMark,
  replacePendingUpdates,
  type OfferedComponent,
} from './store-uploads.ts';
import { pendingUpdates } from './windows-offers.ts';

/** Reads only what was collected since the last time; returns how many components have one among that. */
export async function evaluateUploads(database: Database, clock: Clock): Promise<number> {
  return database.transaction('everything', async (sql) => {
    const { read, newest } = await readOffersMark(sql);
    if (newest <= read) return 0;
    const offers = newestOf((await readOffers(sql, read)).filter(isSecurity));
    const uploads = offers.map((offer) => ({
      component: offer.id,
      finding: uploadFinding(packageOf(offer), offer),
    }));
    const now = clock.now();
    if (uploads.length > 0) await putUploads(sql, uploads, now);
    await dropPastUploads(sql, now);
    const { pending, silent } = pendingUpdates(await readOfferedSystems(sql));
    await replacePendingUpdates(sql, pending, silent, now);
    await markOffersRead(sql, newest);
    return uploads.length;
  });
}

function isSecurity({ security, from }: OfferedComponent): boolean {
  return security || isSecurityOrigin(from);
}

/** Hosts that ask different mirrors are offered different versions: the newest counts. */
function newestOf(offers: readonly OfferedComponent[]): OfferedComponent[] {
  const newest = new Map<number, OfferedComponent>();
  for (const offer of offers) {
    const known = newest.get(offer.id);
    if (known === undefined || isNewer(offer, known)) newest.set(offer.id, offer);
  }
  return [...newest.values()];
}

function isNewer(offer: OfferedComponent, known: OfferedComponent): boolean {
  const { ecosystem } = packageOf(offer);
  return (compareVersions(ecosystem, offer.available, known.available) ?? -1) > 0;
}
