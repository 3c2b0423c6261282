/** What `collect.ps1` writes of Windows Update: permissive to what is missing, and telling what it dropped. */
import * as z from 'zod';

/** Whatever is not as it should be counts as not said. */
function said<T extends z.ZodType>(type: T) {
  return type.optional().catch(undefined);
}

const Words = said(z.string().max(2000));
const Flag = said(z.boolean());
const Whole = said(z.int());
const Time = said(z.iso.datetime());
const Named = z.unknown().transform(listOf);

const MOST_NAMES = 200;

/** PowerShell may give one value where there is a list of one. */
function listOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list
    .filter((one): one is string => typeof one === 'string' && one.length <= 200)
    .slice(0, MOST_NAMES);
}

export const Update = z.object({
  updateId: Words,
  title: Words,
  kb: Named,
  severity: Words,
  changedAt: Time,
  categories: z.unknown().transform(idsOf),
  downloaded: Flag,
  hidden: Flag,
  eulaAccepted: Flag,
  optional: Flag,
  maxDownloadBytes: said(z.number().nonnegative()),
});
export type Update = z.infer<typeof Update>;

const Event = z.object({
  Date: Time,
  Operation: Whole,
  ResultCode: Whole,
  HResult: said(z.string().regex(/^0x[0-9a-f]{8}$/i)),
  Title: Words,
});
export type Event = z.infer<typeof Event>;

const Values = z.record(z.string(), z.unknown()).catch({});
export type Values = z.infer<typeof Values>;

const Search = z.object({
  at: Time,
  /** `default`, `cached`, `offline`. */
  from: Words,
  /** Of an offline search: the date of its file. */
  fileAt: Time,
  resultCode: Whole,
  error: Words,
  updates: z.unknown(),
});

const Export = z.object({
  format: z.literal('holdfast-windows-update'),
  version: z.int().min(1),
  collectedAt: Time,
  system: said(z.object({ edition: Words })),
  booted: Words,
  search: said(Search),
  history: z.unknown(),
  services: z.unknown(),
  automatic: said(z.object({ searchedAt: Time, level: Whole })),
  pending: said(z.object({ servicing: Flag, updates: Flag, renames: Whole, waiting: said(Named) })),
  disk: said(z.object({ drive: Words, freeBytes: said(z.number().nonnegative()) })),
  policies: said(
    z.object({ group: Values, automatic: Values, device: Values, settings: Values, state: Values }),
  ),
  hotpatch: said(z.object({ isolation: Whole, memory: Values, package: Values })),
  licences: z.unknown(),
  problems: z.unknown(),
});

const Service = z.object({ id: Words, name: Words, managed: Flag, automatic: Flag });
const Licence = z.object({ name: Words, status: Whole });
const Problem = z.object({ part: Words, code: Words, detail: Words });

const MOST_UPDATES = 5000;
const MOST_EVENTS = 5000;

export interface UpdateExport extends Omit<
  z.infer<typeof Export>,
  'history' | 'services' | 'licences' | 'problems'
> {
  /** Undefined: the search did not come to an end. */
  readonly updates: readonly Update[] | undefined;
  readonly history: readonly Event[] | undefined;
  readonly services: readonly z.infer<typeof Service>[];
  readonly licences: readonly z.infer<typeof Licence>[];
  readonly problems: readonly z.infer<typeof Problem>[];
  /** Rows that could not be understood. */
  readonly dropped: number;
}

/** Undefined where the text is none of these exports, or of a later shape. */
export function readUpdateExport(text: string): UpdateExport | undefined {
  const parsed = Export.safeParse(parse(text)).data;
  if (parsed?.version !== 1) return undefined;
  let dropped = 0;
  const rows = <T extends z.ZodType>(value: unknown, row: T, most: number): z.infer<T>[] => {
    const given = rowsOf(value);
    const read = given.slice(0, most).flatMap((one) => {
      const { data, success } = row.safeParse(one);
      return success ? [data] : [];
    });
    dropped += given.length - read.length;
    return read;
  };
  const { search, history } = parsed;
  // 2 succeeded, 3 succeeded in part (OperationResultCode): what is there is there.
  const isDone = search?.resultCode === 2 || search?.resultCode === 3;
  return {
    ...parsed,
    updates: isDone ? rows(search.updates, Update, MOST_UPDATES) : undefined,
    history: Array.isArray(history) ? rows(history, Event, MOST_EVENTS) : undefined,
    services: rows(parsed.services, Service, 100),
    licences: rows(parsed.licences, Licence, 100),
    problems: rows(parsed.problems, Problem, 100),
    dropped,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of categories: their identifiers, the names are in the machine's language. */
function idsOf(value: unknown): string[] {
  return listOf(rowsOf(value).map(({ id }) => id)).map((id) => id.toLowerCase());
}

function rowsOf(value: unknown): Record<string, unknown>[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter(isRecord);
}
