/** Configuration: defaults, then a file, then the environment, then flags; every value remembers where it came from. */
import fs from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { HoldfastError, messageOf, systemCode } from './errors.ts';
import { LOG_LEVELS } from './log.ts';
import { defaultDataDirectory } from './paths.ts';
import { isZone } from './zone.ts';

const AbsolutePath = z.string().refine((text) => path.isAbsolute(text), 'must be an absolute path');
const DatabaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\/\S+$/, 'must start with postgres:// or postgresql://');

/** One place to collect from, besides this machine. What else it needs depends on the connector. */
const Source = z.looseObject({
  connector: z.string().regex(/^[a-z][a-z0-9-]*$/),
  name: z.string().min(1).max(100),
  /** Seconds between collections. */
  interval: z.int().min(60).max(31_536_000).optional(),
});

/** Every key of the configuration; docs/reference/configuration.md has a heading for each. */
export const Config = z.strictObject({
  data: AbsolutePath,
  databaseUrl: DatabaseUrl.optional(),
  postgresBin: AbsolutePath.optional(),
  host: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535),
  socket: AbsolutePath.optional(),
  logLevel: z.enum(LOG_LEVELS),
  collectThisMachine: z.stringbool().or(z.boolean()),
  collectInterval: z.coerce.number().int().min(60).max(31_536_000),
  timeZone: z.string().refine(isZone, 'must be a zone of the tz database, such as Europe/London'),
  // A part of every key and head: what C2SP signed-note allows in a name, and in a file name and a shell besides.
  ledgerOrigin: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/,
      'must be a name like trust.example/holdfast: letters, digits, . _ - /, at most 200',
    )
    .optional(),
  advisoryMirror: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must start with http:// or https://')
    .optional(),
  advisorySources: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*$/))
    .max(100)
    .optional(),
  sources: z.array(Source).max(100_000),
});
export type Config = z.infer<typeof Config>;
export type ConfigKey = keyof Config;

/** Environment variable of each key that may come from the environment. A secret may also come from `NAME_FILE`. */
export const ENVIRONMENT: Readonly<Partial<Record<ConfigKey, string>>> = {
  data: 'HOLDFAST_DATA',
  databaseUrl: 'DATABASE_URL',
  postgresBin: 'HOLDFAST_POSTGRES_BIN',
  host: 'HOLDFAST_HOST',
  port: 'HOLDFAST_PORT',
  socket: 'HOLDFAST_SOCKET',
  logLevel: 'HOLDFAST_LOG_LEVEL',
  collectThisMachine: 'HOLDFAST_COLLECT_THIS_MACHINE',
  collectInterval: 'HOLDFAST_COLLECT_INTERVAL',
  timeZone: 'HOLDFAST_TIME_ZONE',
  ledgerOrigin: 'HOLDFAST_LEDGER_ORIGIN',
  advisoryMirror: 'HOLDFAST_ADVISORY_MIRROR',
};
const SECRET: ReadonlySet<ConfigKey> = new Set(['databaseUrl']);
const FILE_VARIABLE = 'HOLDFAST_CONFIG';

export interface Loaded {
  readonly config: Config;
  /** Where each value came from: `default`, `file /etc/…`, `environment HOLDFAST_DATA`, `flag --data`. */
  readonly origins: Readonly<Record<ConfigKey, string>>;
}

export type Flags = Readonly<Partial<Record<ConfigKey | 'config', string | undefined>>>;

interface Given {
  readonly value: unknown;
  readonly origin: string;
}

/**
 * Reads the whole configuration.
 *
 * @throws HoldfastError `bad_config` naming the key, where it was set and what is allowed.
 */
export function loadConfig(env: NodeJS.ProcessEnv, flags: Flags): Loaded {
  const values = new Map<string, Given>(defaults(env));
  for (const [key, given] of fromEnvironment(env)) values.set(key, given);
  for (const [key, given] of fromFlags(flags)) values.set(key, given);
  // The file's place may depend on the data directory, so it is read last, yet it only fills what nobody else set.
  for (const [key, given] of fromFile(env, flags, dataOf(values))) {
    const before = values.get(key);
    if (before === undefined || before.origin === 'default') values.set(key, given);
  }
  return checked(values);
}

function defaults(env: NodeJS.ProcessEnv): [ConfigKey, Given][] {
  const values: Partial<Record<ConfigKey, unknown>> = {
    data: defaultDataDirectory(env),
    host: '127.0.0.1',
    port: 8311,
    logLevel: 'warn',
    collectThisMachine: true,
    collectInterval: 3600,
    timeZone: 'Europe/London',
    sources: [],
  };
  return Object.entries(values).map(([key, value]) => [
    key as ConfigKey,
    { value, origin: 'default' },
  ]);
}

function dataOf(values: ReadonlyMap<string, Given>): string {
  return String(values.get('data')?.value);
}

function fromEnvironment(env: NodeJS.ProcessEnv): [string, Given][] {
  const found: [string, Given][] = [];
  for (const [key, name] of Object.entries(ENVIRONMENT)) {
    const value = env[name];
    if (value !== undefined && value !== '')
      found.push([key, { value, origin: `environment ${name}` }]);
    const file = env[`${name}_FILE`];
    if (!SECRET.has(key as ConfigKey) || file === undefined || file === '') continue;
    found.push([
      key,
      {
        value: readText(file, `environment ${name}_FILE`).trim(),
        origin: `environment ${name}_FILE`,
      },
    ]);
  }
  return found;
}

function fromFlags(flags: Flags): [string, Given][] {
  return Object.entries(flags)
    .filter(([key, value]) => key !== 'config' && value !== undefined)
    .map(([key, value]) => {
      const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return [
        key,
        {
          value: key === 'data' && typeof value === 'string' ? path.resolve(value) : value,
          origin: `flag --${flag}`,
        },
      ];
    });
}

function fromFile(env: NodeJS.ProcessEnv, flags: Flags, data: string): [string, Given][] {
  const named = flags.config ?? env[FILE_VARIABLE] ?? '';
  const file = named === '' ? path.join(data, 'holdfast.yaml') : path.resolve(named);
  if (named === '' && !fs.existsSync(file)) return [];
  const document = parseDocument(
    readText(file, named === '' ? 'the data directory' : 'the command line'),
  );
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new HoldfastError(
      'bad_config',
      `${file}: ${problem.message.split('\n')[0] ?? 'not YAML'}`,
    );
  }
  const content = z.record(z.string(), z.unknown()).safeParse(plain(document, file) ?? {});
  if (!content.success)
    throw new HoldfastError('bad_config', `${file}: must be a list of "key: value" lines`);
  return Object.entries(content.data).map(([key, value]) => [
    key,
    { value, origin: `file ${file}` },
  ]);
}

/** A configuration needs no aliases, and they can make a small file enormous. */
function plain(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new HoldfastError('bad_config', `${file}: anchors and aliases (&, *) are not accepted`, {
      remedy: 'Write each value out.',
    });
  }
}

function readText(file: string, origin: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new HoldfastError(
      'bad_config',
      `Cannot read ${file}, named by ${origin} (${systemCode(error) || messageOf(error)})`,
    );
  }
}

function checked(values: ReadonlyMap<string, Given>): Loaded {
  const result = Config.safeParse(
    Object.fromEntries([...values].map(([key, given]) => [key, given.value])),
  );
  if (!result.success) throw refusal(result.error, values);
  const origins = Object.fromEntries(
    Object.keys(Config.shape).map((key) => [key, values.get(key)?.origin ?? 'not set']),
  );
  return { config: result.data, origins: origins as Record<ConfigKey, string> };
}

function refusal(error: z.ZodError, values: ReadonlyMap<string, Given>): HoldfastError {
  const [issue] = error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const place = unknown ?? issue?.path.join('.') ?? '';
  const origin = values.get(place.split('.')[0] ?? '')?.origin ?? 'default';
  const why = unknown === undefined ? issue?.message : 'is not a key of the configuration';
  return new HoldfastError('bad_config', `${place} (${origin}): ${why ?? 'is wrong'}`, {
    remedy: `The keys are: ${Object.keys(Config.shape).join(', ')}. holdfast config shows what is in force.`,
  });
}

/** The configuration as it may be shown: secrets masked. */
export function shownConfig(loaded: Loaded): Record<string, { value: unknown; origin: string }> {
  return Object.fromEntries(
    Object.keys(Config.shape).map((name) => {
      const key = name as ConfigKey;
      const value: unknown = loaded.config[key];
      return [
        key,
        {
          value: SECRET.has(key) && value !== undefined ? '[masked]' : (value ?? null),
          origin: loaded.origins[key],
        },
      ];
    }),
  );
}
