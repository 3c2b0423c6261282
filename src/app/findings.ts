/** `holdfast findings` and `holdfast coverage`, with the people at risk from each asset. */
import { readEntities } from '../estate/store-read.ts';
import { readExposure } from '../exposure/read.ts';
import type { Commands, Opened } from '../kernel/cli.ts';
import { bandsOf, type Band } from '../measures/scanning/by-people.ts';
import { scanningCommands as commandsOf } from '../measures/scanning/commands.ts';
import { personKeyOf } from './exposure.ts';
import { peopleOf } from './patches.ts';

async function peopleBands({ database, clock, config }: Opened): Promise<Band[]> {
  const key = await personKeyOf(config);
  const people = peopleOf(await readExposure({ database, clock, key }));
  const assets = await database.transaction('everything', (sql) =>
    readEntities(sql, { kind: 'asset' }),
  );
  return bandsOf(assets.map((asset) => [asset.id, people(asset.key) ?? 0] as const));
}

export const scanningCommands: Commands = commandsOf(peopleBands);
