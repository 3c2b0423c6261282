/** The person key that the environment names: away from the database, and from everything that is backed up with it. */
import process from 'node:process';
import { HoldfastError } from '../kernel/errors.ts';
import { keyFromFile, keyFromText, loadPersonKey, type PersonKey } from './person-key.ts';

export const KEY_VARIABLE = 'HOLDFAST_PERSON_KEY';
export const KEY_FILE_VARIABLE = 'HOLDFAST_PERSON_KEY_FILE';

/** The key of this file or of the environment; undefined where none is named. */
export async function keyIfConfigured(file?: string): Promise<PersonKey | undefined> {
  const named = file ?? process.env[KEY_FILE_VARIABLE];
  if (named !== undefined && named !== '') return loadPersonKey(keyFromFile(named));
  const text = process.env[KEY_VARIABLE];
  if (text !== undefined && text !== '') return loadPersonKey(keyFromText(text, KEY_VARIABLE));
  return undefined;
}

/** @throws HoldfastError `bad_config` where none is named. */
export async function configuredKey(file: string | undefined): Promise<PersonKey> {
  const key = await keyIfConfigured(file);
  if (key !== undefined) return key;
  throw new HoldfastError('bad_config', 'a set of people needs the person key, and none is named', {
    remedy: `Give --key-file, ${KEY_FILE_VARIABLE} or ${KEY_VARIABLE} (make one with holdfast holdings key create), or use --counts-only.`,
  });
}
