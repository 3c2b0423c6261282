/** Reads what the graph is made of, as it is or as it was known at a past moment. */
import { readEntities } from '../estate/store-read.ts';
import type { Kind } from '../estate/schema.ts';
import type { Sql } from '../kernel/sql/database.ts';
import type { SourceState } from '../measures/mfa/model.ts';
import type { MfaState } from '../measures/mfa/read.ts';
import { readCoverage } from '../measures/scanning/read.ts';
import { readFlaws, readListed } from '../measures/scanning/store-flaws.ts';
import { ATTACKERS } from './attackers.ts';
import { toldOf, type EstateFacts, type Looked, type Told } from './facts.ts';

export async function readFacts(
  sql: Sql,
  mfa: MfaState,
  now: Date,
  asAt?: Date,
): Promise<EstateFacts> {
  const of = async <K extends Kind>(kind: K): Promise<Told<K>[]> => {
    const entities = await readEntities(sql, { kind }, asAt);
    return entities.map((entity) => toldOf({ ...entity, kind }, mfa.sources));
  };
  const doors = await of('door');
  return {
    networks: await of('network'),
    assets: await of('asset'),
    doors,
    services: await of('service'),
    dependencies: await of('dependency'),
    holdings: await of('holding'),
    mfa: mfa.coverage,
    flaws: await readFlaws(sql, WEAKEST, asAt),
    looked:
      asAt === undefined
        ? await lookedNow(sql, now)
        : await lookedThen(sql, doors, mfa.sources, asAt),
  };
}

/** Flaws that any of the attackers can use. */
const WEAKEST = {
  epss: Math.min(...ATTACKERS.map(({ flaws }) => flaws.epss ?? 1)),
  cvss: Math.min(...ATTACKERS.map(({ flaws }) => flaws.cvss ?? 10)),
};

async function lookedNow(sql: Sql, now: Date): Promise<Map<string, Looked>> {
  const looked = new Map<string, Looked>();
  const worse = (a: Looked['components'], b: Looked['components']) => (a === 'covered' ? b : a);
  for (const { asset, kind, state, reason, at } of await readCoverage(sql, now)) {
    const before = looked.get(asset) ?? ALL;
    looked.set(asset, {
      components: kind === 'services' ? before.components : worse(before.components, state),
      services: kind === 'services' ? worse(before.services, state) : before.services,
      reason: [before.reason, reason].filter((each) => each !== '').join('; '),
      at: before.at ?? at,
    });
  }
  return looked;
}

const ALL: Looked = { components: 'covered', services: 'covered', reason: '', at: null };

/** Of the past it is known whose components had been listed, and whose doors a machine had told of. */
async function lookedThen(
  sql: Sql,
  doors: readonly Told<'door'>[],
  sources: ReadonlyMap<number, SourceState>,
  asAt: Date,
): Promise<Map<string, Looked>> {
  const fresh = [...sources.values()].filter((source) => source.fresh).map(({ id }) => id);
  const served = new Set(
    doors.flatMap(({ body, fresh, declared }) => (fresh && !declared ? [body.asset ?? ''] : [])),
  );
  const listed = await readListed(sql, asAt, fresh);
  return new Map(
    listed.map(({ asset, at, fresh }): [string, Looked] => {
      const components = fresh ? 'covered' : 'unknown';
      const services = served.has(asset) ? 'covered' : 'uncovered';
      const reason = fresh ? '' : 'stale: its packages were listed too long before';
      return [asset, { components, services, reason, at }];
    }),
  );
}
