/** What `holdfast patches` borrows from the rest: people at risk, exposure, support, and whether a measure holds. */
import type { Commands } from '../kernel/cli.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import type { Database } from '../kernel/sql/database.ts';
import type { PeopleRankings } from '../estate/reached.ts';
import { patchCommands as commandsOf } from '../measures/patching/commands.ts';
import type { PatchingTools } from '../measures/patching/tools.ts';
import { endedProduct } from '../measures/patching/ended-products.ts';
import { unsupportedSystem } from '../measures/patching/support.ts';
import type { AdvisoryIndex } from '../advisories/index-open.ts';
import { advisoryDirectory, openAdvisories } from './advisory-index.ts';
import { rankingsOf } from './people-at-risk.ts';
import { measureHolds } from './measure-holds.ts';
import { isPubliclyExposed } from './publicly-exposed.ts';

interface Lender {
  readonly database: Database;
  readonly clock: Clock;
  readonly config: Pick<Config, 'data' | 'timeZone'>;
  /** Where the server keeps them; worked out anew without. */
  readonly rankings?: PeopleRankings;
}

/** Advisories are opened only for who asks for the facts of assets, and closed after `work`. */
export async function lendTools<T>(
  { database, clock, config, rankings }: Lender,
  work: (tools: PatchingTools) => Promise<T>,
): Promise<T> {
  let opened: AdvisoryIndex | undefined;
  const orders = async () => rankings ?? rankingsOf({ database, clock, config });
  try {
    return await work({
      zone: config.timeZone,
      facts: async () => {
        const index = (opened ??= openAdvisories(advisoryDirectory(config.data)));
        return {
          exposed: await isPubliclyExposed({ database, clock }),
          unsupported: (asset) => unsupportedSystem(asset, (slug) => index.eol(slug), clock.now()),
          ended: (product, extended) =>
            endedProduct(product, extended, (name) => index.eol(name), clock.now()),
        };
      },
      mitigated: (measure) => measureHolds({ database, clock }, measure),
      people: async (asAt) => {
        const known = await orders();
        return asAt === undefined ? known.current() : known.asAt(asAt);
      },
      peopleNamed: async (id) => (await orders()).named(id),
    });
  } finally {
    opened?.close();
  }
}

export const patchCommands: Commands = commandsOf(lendTools);
