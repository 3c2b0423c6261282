/** One walk over a target: every file goes to the extractors that want it, and each keeps an account of what it could read. */
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { DISTRIBUTED, type Named, packageOf } from './package-of.ts';
import { inferDistribution } from './distribution.ts';
import type { Gathered } from './gather.ts';
import { checkAborted } from './aborted.ts';
import type {
  Distribution,
  Extractor,
  ExtractorStatus,
  Fact,
  Found,
  InputFile,
  Location,
  TargetPath,
  Unread,
  UnreadReason,
} from './schema.ts';
import type { Interest, TreeFile } from './tree.ts';
import { unreadReason } from './unread.ts';

/** Notes of one extractor that are listed; the rest are counted. */
const MOST_NOTES = 200;
/** Bytes of a file's head that `peek` may ask for. */
const MOST_HEAD = 64 * 1024;

interface Account {
  readonly extractor: Extractor;
  files: number;
  /** Files of which something was read. */
  read: number;
  packages: number;
  readonly notes: Unread[];
  furtherNotes: number;
}

export interface Run {
  readonly extractors: readonly Extractor[];
  readonly gathered: Gathered;
  readonly mostPackages: number;
  readonly signal?: AbortSignal | undefined;
  /** Whose packages a file lists, where it does not say so itself. */
  distributionOf(path: TargetPath): Promise<Distribution | undefined>;
  /** Told of the distribution that a file's own packages gave away, or that the file names. */
  onDistribution(path: TargetPath, distribution: Distribution): void;
  /** Told of what a file says of the machine itself. */
  onFact(path: TargetPath, fact: Fact): void;
  /** Told of a file some of whose packages no advisories can be asked about. */
  onUnknown(path: TargetPath, distribution: Distribution | undefined): void;
  /** Called after every file that was read. */
  onFile(path: TargetPath): void;
}

export interface Extraction {
  /** Gives a file to all extractors that want it. */
  take(file: TreeFile): Promise<void>;
  /** Gives a file to extractors whatever its name is. */
  give(file: InputFile, chosen: readonly Extractor[]): Promise<void>;
  statuses(): ExtractorStatus[];
}

export function interestOf(extractors: readonly Extractor[]): Interest {
  return (path) => {
    const wanting: Extractor[] = [];
    for (const extractor of extractors) if (extractor.wants(path)) wanting.push(extractor);
    if (wanting.length === 0) return false;
    if (wanting.some(({ peek }) => peek === undefined)) return true;
    return {
      bytes: Math.max(...wanting.map(headOf)),
      accepts: (head) => wanting.some((extractor) => accepts(extractor, head, path)),
    };
  };
}

function headOf({ peek }: Extractor): number {
  return Math.min(peek?.bytes ?? 0, MOST_HEAD);
}

function accepts({ peek }: Extractor, head: Buffer, path: TargetPath): boolean {
  return peek === undefined || peek.accepts(head.subarray(0, peek.bytes), path);
}

export function startExtraction(run: Run): Extraction {
  const accounts = new Map(
    run.extractors.map((extractor) => [
      extractor.id,
      { extractor, files: 0, read: 0, packages: 0, notes: [], furtherNotes: 0 },
    ]),
  );
  const accountOf = (extractor: Extractor): Account => {
    const account = accounts.get(extractor.id);
    if (account === undefined)
      throw new HoldfastError('internal', `No account of ${extractor.id}.`);
    return account;
  };
  return {
    take: async (file) => {
      const wanting = wantingOf(run.extractors, file);
      if (wanting.length > 0) await takeFile(run, file, wanting.map(accountOf));
    },
    give: async (file, chosen) => {
      for (const extractor of chosen) await extractFile(run, accountOf(extractor), file, undefined);
    },
    statuses: () => [...accounts.values()].map(statusOf),
  };
}

/** What a link leads to is read there, where its own name is wanted too. */
function wantingOf(extractors: readonly Extractor[], { path, leadsTo }: TreeFile): Extractor[] {
  return extractors.filter(
    (extractor) => extractor.wants(path) && (leadsTo === undefined || !extractor.wants(leadsTo)),
  );
}

async function takeFile(run: Run, file: TreeFile, accounts: readonly Account[]): Promise<void> {
  checkAborted(run.signal);
  let input: InputFile;
  let head: Buffer;
  try {
    input = await file.open();
    const bytes = Math.max(...accounts.map(({ extractor }) => headOf(extractor)));
    head = bytes === 0 ? Buffer.alloc(0) : await input.read(0, Math.min(bytes, input.size));
  } catch (error) {
    for (const account of accounts) {
      account.files += 1;
      noteError(account, file.path, error);
    }
    return;
  }
  for (const account of accounts) {
    if (accepts(account.extractor, head, file.path)) {
      await extractFile(run, account, input, file.layer);
    }
  }
  run.onFile(file.path);
}

/** An extractor's failure is a note: one damaged file takes nothing away from the others. */
async function extractFile(
  run: Run,
  account: Account,
  file: InputFile,
  layer: string | undefined,
): Promise<void> {
  const { extractor } = account;
  account.files += 1;
  if (file.size > extractor.maxBytes) {
    const detail = `${file.size} bytes; at most ${extractor.maxBytes} are read`;
    note(account, file.path, 'too-large', detail);
    return;
  }
  const reading = startReading(run, account, file.path, layer);
  try {
    for await (const one of extractor.extract(file)) {
      if (one.kind === 'package') reading.found(one.found);
      else if (one.kind === 'distribution') reading.distribution(one.distribution);
      else if (one.kind === 'fact') run.onFact(file.path, one.fact);
      else note(account, file.path, one.reason, one.detail);
    }
    account.read += 1;
  } catch (error) {
    noteError(account, file.path, error);
  }
  await reading.end();
}

interface Reading {
  found(found: Found): void;
  distribution(distribution: Distribution): void;
  end(): Promise<void>;
}

/** Packages of distributions wait until it is known whose they are; others do not. */
function startReading(
  run: Run,
  account: Account,
  path: TargetPath,
  layer: string | undefined,
): Reading {
  const waiting: Found[] = [];
  let said: Distribution | undefined;
  let count = 0;
  const add = (found: Found, distribution: Distribution | undefined): Named | undefined => {
    const named = packageOf(found, distribution);
    if (named.problem !== undefined) {
      const at = found.line === undefined ? '' : `line ${found.line}: `;
      note(account, path, 'invalid', `${at}a package whose name is none: ${named.problem}`);
      return undefined;
    }
    const location: Location = {
      path: found.inside === undefined ? path : `${path}!${found.inside}`,
      extractor: account.extractor.id,
      ...(found.line === undefined ? {} : { line: found.line }),
      ...(layer === undefined ? {} : { layer }),
    };
    run.gathered.add(named.value, location, account.extractor.evidence);
    account.packages += 1;
    return named.value;
  };
  return {
    found: (found) => {
      count += 1;
      if (count % 4096 === 0) checkAborted(run.signal);
      if (run.gathered.size() + waiting.length >= run.mostPackages) {
        throw new HoldfastError('too_large', `More than ${run.mostPackages} packages.`, {
          detail: { reason: 'limit' },
        });
      }
      if (DISTRIBUTED.has(found.type)) waiting.push(found);
      else add(found, undefined);
    },
    distribution: (distribution) => {
      said = distribution;
    },
    end: async () => {
      if (waiting.length === 0) return;
      const known = said ?? (await run.distributionOf(path));
      const distribution = known ?? inferDistribution(waiting);
      if (distribution !== undefined) run.onDistribution(path, distribution);
      const named = waiting.map((found) => add(found, distribution));
      const unknown = named.some((one) => one?.ecosystem === '' && one.vendor === undefined);
      if (unknown) run.onUnknown(path, distribution);
    },
  };
}

function noteError(account: Account, path: TargetPath, error: unknown): void {
  if (error instanceof HoldfastError) {
    if (error.code === 'cancelled' || error.code === 'disk_full') throw error;
    note(account, path, unreadReason(error), messageOf(error));
    return;
  }
  // A mistake of ours, or memory that ran out: the file is unknown, the others are not.
  const name = error instanceof Error ? error.name : typeof error;
  note(account, path, 'invalid', `the extractor failed (${name})`);
}

function note(account: Account, path: TargetPath, reason: UnreadReason, detail: string): void {
  if (account.notes.length < MOST_NOTES) account.notes.push({ path, reason, detail });
  else account.furtherNotes += 1;
}

function statusOf(account: Account): ExtractorStatus {
  const { extractor, files, read, packages, notes, furtherNotes } = account;
  const sorted = [...notes].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return {
    id: extractor.id,
    status: wordOf(files, read, notes.length),
    files,
    packages,
    notes: sorted,
    furtherNotes,
  };
}

function wordOf(files: number, read: number, notes: number): ExtractorStatus['status'] {
  if (files === 0) return 'not-needed';
  if (read === 0) return 'failed';
  return notes > 0 ? 'partial' : 'complete';
}
