/** The person key for exposure: the one that is named, or a demonstration's own. */
import { existsSync } from 'node:fs';
import type { Commands } from '../kernel/cli.ts';
import type { Config } from '../kernel/config.ts';
import { exposureCommands as commandsOf } from '../exposure/commands.ts';
import { keyIfConfigured } from '../people/configured-key.ts';
import { keyFromFile, loadPersonKey, type PersonKey } from '../people/person-key.ts';
import { demoKeyFile, isDemonstration } from './demonstration.ts';

export async function personKeyOf(
  config: Pick<Config, 'data'>,
  file?: string,
): Promise<PersonKey | undefined> {
  const key = await keyIfConfigured(file);
  if (key !== undefined) return key;
  const own = demoKeyFile(config.data);
  return isDemonstration(config.data) && existsSync(own)
    ? loadPersonKey(keyFromFile(own))
    : undefined;
}

export const exposureCommands: Commands = commandsOf(({ config }, file) =>
  personKeyOf(config, file),
);
