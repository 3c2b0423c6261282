/** What `holdfast patches` borrows from the rest: people at risk, exposure, support, and whether a measure holds. */
import type { Commands } from '../kernel/cli.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import type { Database } from '../kernel/sql/database.ts';
import { readExposure, type ExposureReader } from '../exposure/read.ts';
import { rankSubjects } from '../exposure/gaps.ts';
import type { Exposure } from '../exposure/exposure.ts';
import { patchCommands as commandsOf } from '../measures/patching/commands.ts';
import type { PeopleOf } from '../measures/patching/show.ts';
import type { PatchingTools } from '../measures/patching/tools.ts';
import { unsupportedSystem } from '../measures/patching/support.ts';
import type { AdvisoryIndex } from '../advisories/index-open.ts';
import { advisoryDirectory, openAdvisories } from './advisory-index.ts';
import { personKeyOf } from './exposure.ts';
import { measureHolds } from './measure-holds.ts';
import { isPubliclyExposed } from './publicly-exposed.ts';

/** Living people whom an attacker reaches who is on the asset: proven, or where nobody can rule it out. */
export function peopleOf(exposure: Exposure): PeopleOf {
  const reached = new Map(
    rankSubjects(exposure, 'asset').map(({ key, proven, assumed }) => [
      key,
      Math.max(proven.people, assumed.people),
    ]),
  );
  return (asset) => reached.get(asset) ?? 0;
}

interface Lender {
  readonly database: Database;
  readonly clock: Clock;
  readonly config: Pick<Config, 'data' | 'timeZone'>;
  /** Where the server keeps exposure; read anew without one. */
  readonly exposure?: Pick<ExposureReader, 'read'>;
}

/** Advisories are opened only for who asks for the facts of assets, and closed after `work`. */
export async function lendTools<T>(
  { database, clock, config, exposure }: Lender,
  work: (tools: PatchingTools) => Promise<T>,
): Promise<T> {
  let opened: AdvisoryIndex | undefined;
  const read = async (asAt?: Date): Promise<Exposure> => {
    if (exposure !== undefined) return exposure.read({ asAt });
    return readExposure({ database, clock, key: await personKeyOf(config) }, { asAt });
  };
  try {
    return await work({
      zone: config.timeZone,
      facts: async () => {
        const index = (opened ??= openAdvisories(advisoryDirectory(config.data)));
        return {
          exposed: await isPubliclyExposed({ database, clock }),
          unsupported: (asset) => unsupportedSystem(asset, (slug) => index.eol(slug), clock.now()),
        };
      },
      mitigated: (measure) => measureHolds({ database, clock }, measure),
      people: async (asAt) => peopleOf(await read(asAt)),
    });
  } finally {
    opened?.close();
  }
}

export const patchCommands: Commands = commandsOf(lendTools);
