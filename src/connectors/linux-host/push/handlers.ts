/** Check-ins and sections of hosts that push; when all that was offered is here, it becomes a collection. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Clock } from '../../../kernel/clock.ts';
import { HoldfastError } from '../../../kernel/errors.ts';
import type { Handlers } from '../../../kernel/http/serve.ts';
import type { Database } from '../../../kernel/sql/database.ts';
import type { Outcome, Report } from '../../../estate/schema.ts';
import { readBody, type Section, type SectionName } from '../frame.ts';
import { identityOf } from '../identity.ts';
import { outcomeOf } from '../outcome.ts';
import { parseSections, type HostFacts } from '../parse.ts';
import { reportsOf } from '../report.ts';
import { acceptSection, derivedFrom, planCheckin } from './checkin.ts';
import { enrolmentOf } from './enrolment.ts';
import type { hostRoutes } from './routes.ts';
import * as store from './store.ts';

/** Takes the reports of the host called `name` into the estate. */
export type Take = (
  name: string,
  reports: AsyncGenerator<Report, Outcome, void>,
) => Promise<unknown>;

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  readonly take: Take;
}

export function hostHandlers(options: Options): Handlers<typeof hostRoutes> {
  const { database, clock } = options;
  return {
    checkInHost: async ({ sections }, { caller }) => {
      const id = enrolmentOf(caller);
      const { need, enrolment } = await database.transaction('everything', async (sql) => {
        const locked = await known(store.lockEnrolment(sql, id));
        await store.saveCheckin(sql, id, sections, clock.now());
        return { need: planCheckin(await store.readHashes(sql, id), sections), enrolment: locked };
      });
      if (need.length === 0) await collectHeld(options, { ...enrolment, offered: sections });
      return { need };
    },
    putHostSection: async (sent, { caller }) => {
      const id = enrolmentOf(caller);
      const { bytes, section } = acceptSection(sent);
      const { missing, enrolment } = await database.transaction('everything', async (sql) => {
        const locked = await known(store.lockEnrolment(sql, id));
        const offered = locked.offered[sent.name];
        if (offered !== '-' && offered !== sent.sha256) throw notOffered(sent.name);
        if (sent.name === 'os') await holdToOneHost(sql, locked, section);
        const row = { name: sent.name, sha256: sent.sha256, content: gzipSync(bytes) };
        await store.saveSection(sql, id, row, clock.now());
        // What followed from the old one is asked for again, even if this push ends here.
        await store.deleteSections(sql, id, derivedFrom(sent.name));
        const held = await store.readHashes(sql, id);
        return { missing: planCheckin(held, locked.offered), enrolment: locked };
      });
      if (missing.length === 0) await collectHeld(options, enrolment);
      return { missing };
    },
  };
}

async function collectHeld(
  options: Options,
  enrolment: store.Enrolment & { readonly offered: Readonly<Record<string, string>> },
): Promise<void> {
  const { database, clock, take } = options;
  const held = await database.transaction('everything', (sql) =>
    store.readSections(sql, enrolment.id),
  );
  const sections = new Map<SectionName, Section>();
  for (const { name, sha256, content } of held) {
    // What the host did not speak of this time is not evidence for now, however well it is remembered.
    const offered = enrolment.offered[name];
    if (offered !== '-' && offered !== sha256) continue;
    const read = readBody(name, gunzipSync(content), sha256);
    if ('section' in read) sections.set(name, read.section);
  }
  await take(enrolment.name, told(parseSections(sections), clock.now().toISOString()));
}

// eslint-disable-next-line @typescript-eslint/require-await -- the estate takes reports as they come
async function* told(facts: HostFacts, trueAt: string): AsyncGenerator<Report, Outcome, void> {
  const reports = reportsOf(facts, trueAt);
  yield* reports;
  return outcomeOf(reports);
}

/** A stolen token must not speak for another host, nor hide one. */
async function holdToOneHost(
  sql: Parameters<typeof store.claimAsset>[0],
  enrolment: store.Enrolment,
  section: Section,
): Promise<void> {
  const { assetKey } = identityOf(parseSections(new Map([['os', section]])).os);
  if (enrolment.assetKey === assetKey) return;
  if (enrolment.assetKey === null && (await store.claimAsset(sql, enrolment.id, assetKey))) return;
  throw new HoldfastError('conflict', 'This token was given to another host.', {
    remedy: 'After a new installation or a new host name, enrol the host again under a new name.',
  });
}

async function known<T>(found: Promise<T | undefined>): Promise<T> {
  const row = await found;
  if (row === undefined) throw new HoldfastError('not_permitted', 'The token was revoked.');
  return row;
}

function notOffered(name: SectionName): HoldfastError {
  return new HoldfastError('stale', `The last check-in did not offer this section ${name}.`, {
    remedy: 'Check in again.',
  });
}
