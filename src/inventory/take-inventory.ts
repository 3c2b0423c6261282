/** The inventory of a target: which packages are in it, how we know, and what could not be looked at. */
import { HoldfastError } from '../kernel/errors.ts';
import { distributionAt, RELEASE_FILES, rootOfDatabase } from './distribution.ts';
import { extractors as allExtractors } from './extractors.ts';
import { gather } from './gather.ts';
import type { Platform } from './image.ts';
import { openTarget, type OpenTarget } from './open-target.ts';
import { isOwnershipFile, outerPath, ownersOf } from './owners.ts';
import { DISTRIBUTED } from './package-of.ts';
import { type Extraction, interestOf, startExtraction } from './run-extractors.ts';
import type {
  Distribution,
  Extractor,
  InputFile,
  LocatedFact,
  TargetInventory,
  TargetPath,
  Unread,
} from './schema.ts';
import { oneSystemEach } from './windows/host.ts';
import { type Interest, TARGET_LIMITS, type TargetLimits, type TargetTree } from './tree.ts';

export interface InventoryOptions {
  readonly signal?: AbortSignal;
  /** Called often; keep it cheap. */
  readonly onProgress?: (progress: InventoryProgress) => void;
  readonly limits?: Partial<TargetLimits>;
  /** Only these; absent: all. */
  readonly extractors?: readonly Extractor[];
  /** Which image of a layout for several; absent: this machine's, on Linux. */
  readonly platform?: Platform;
  /** Of packages whose distribution nothing in the target says (a loose status file). */
  readonly distribution?: Distribution;
  /** For `host`: everything on its own disks instead of the usual places. */
  readonly wholeDisk?: boolean;
}

export interface InventoryProgress {
  /** Regular files met so far. */
  readonly files: number;
  readonly packages: number;
  /** Bytes unpacked so far, for packed archives. */
  readonly bytes: number;
  readonly path: TargetPath;
}

/**
 * Reads a file, a folder (project or root filesystem), an archive of one, a container image, or this machine (`host`; a
 * file or folder of that name is `./host`). The same target gives the same inventory, in the same order.
 *
 * @throws HoldfastError `not_found`, `not_permitted`, `unsupported`, `bad_file` for the target as a whole, `cancelled`,
 * `disk_full`. What is wrong inside a target is in the inventory.
 */
export async function takeInventory(
  target: string,
  options: InventoryOptions = {},
): Promise<TargetInventory> {
  const scan = startScan(options);
  const opened = await openTarget(target, {
    interest: scan.interest,
    limits: scan.limits,
    platform: options.platform ?? { os: 'linux', architecture: machineArchitecture() },
    wholeDisk: options.wholeDisk ?? false,
    note: scan.note,
    onLeftOut: (path, why) => scan.skipped.push({ path, why }),
    onFolder: (path) => scan.report(path),
    onBytes: (bytes) => {
      scan.bytes = bytes;
      scan.report('');
    },
    signal: options.signal,
  });
  try {
    return await inventoryOf(target, opened, options, scan);
  } finally {
    opened.close();
  }
}

function machineArchitecture(): string {
  const { arch } = process;
  return arch === 'x64' ? 'amd64' : arch;
}

/** Notes of the target that are listed; a last one counts the rest. */
const MOST_NOTES = 1000;

interface Scan {
  readonly extractors: readonly Extractor[];
  readonly interest: Interest;
  readonly limits: TargetLimits;
  readonly gathered: ReturnType<typeof gather>;
  readonly unread: Unread[];
  readonly skipped: { path: TargetPath; why: string }[];
  readonly note: (path: TargetPath, reason: Unread['reason'], detail: string) => void;
  readonly report: (path: TargetPath) => void;
  tree: TargetTree | undefined;
  bytes: number;
  notes: number;
}

function startScan(options: InventoryOptions): Scan {
  const extractors = options.extractors ?? allExtractors;
  const wanted = interestOf(extractors);
  const own = new Set(RELEASE_FILES);
  const scan: Scan = {
    extractors,
    interest: (path) => own.has(path) || isOwnershipFile(path) || wanted(path),
    limits: { ...TARGET_LIMITS, ...options.limits },
    gathered: gather((type) => DISTRIBUTED.has(type)),
    unread: [],
    skipped: [],
    note: (path, reason, detail) => {
      scan.notes += 1;
      if (scan.notes <= MOST_NOTES) scan.unread.push({ path, reason, detail });
    },
    report: (path) =>
      options.onProgress?.({
        files: scan.tree?.seen() ?? 0,
        packages: scan.gathered.size(),
        bytes: scan.bytes,
        path,
      }),
    tree: undefined,
    bytes: 0,
    notes: 0,
  };
  return scan;
}

async function inventoryOf(
  target: string,
  opened: OpenTarget,
  options: InventoryOptions,
  scan: Scan,
): Promise<TargetInventory> {
  const { tree, file, kind, digest } = opened;
  scan.tree = tree;
  const whole =
    tree === undefined ? undefined : await distributionAt('', (path) => tree.open(path));
  const distributions = distributionsOf(tree, whole, options.distribution);
  const told = new Map<TargetPath, Distribution>();
  const facts: LocatedFact[] = [];
  const extraction = startExtraction({
    extractors: scan.extractors,
    gathered: scan.gathered,
    mostPackages: scan.limits.packages,
    signal: options.signal,
    distributionOf: distributions,
    onDistribution: (path, distribution) => told.set(path, distribution),
    onFact: (path, fact) => facts.push({ path, ...fact }),
    onUnknown: (path, distribution) => noteUnknown(path, distribution, scan.note),
    onFile: scan.report,
  });
  if (file !== undefined) await readOne(file, extraction, scan);
  if (tree !== undefined) await readTree(tree, extraction, scan);
  const owners =
    tree === undefined
      ? new Map<string, string>()
      : await ownersOf(tree, scan.gathered, scan.note, options.signal);
  const distribution = whole ?? onlyOne(told);
  return {
    target: {
      kind,
      name: target,
      ...(digest === undefined ? {} : { digest }),
      ...(distribution === undefined ? {} : { distribution }),
    },
    packages: oneSystemEach(scan.gathered.packages((path) => owners.get(outerPath(path)))),
    ...(facts.length === 0 ? {} : { facts: facts.sort(byPlace) }),
    extractors: extraction.statuses(),
    unread: sortedNotes(scan),
    skipped: scan.skipped.sort((a, b) => (a.path < b.path ? -1 : 1)),
    filesSeen: tree?.seen() ?? 1,
  };
}

function byPlace(a: LocatedFact, b: LocatedFact): number {
  return compareText(a.path, b.path) || compareText(a.name, b.name);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Databases belong to the root around them; the distribution of loose files is unknown unless a person says it. */
function distributionsOf(
  tree: TargetTree | undefined,
  whole: Distribution | undefined,
  given: Distribution | undefined,
): (path: TargetPath) => Promise<Distribution | undefined> {
  const known = new Map<TargetPath, Distribution | undefined>([['', whole]]);
  return async (path) => {
    const root = tree === undefined ? undefined : rootOfDatabase(path);
    if (root === undefined || tree === undefined) return given;
    if (!known.has(root)) known.set(root, await distributionAt(root, (at) => tree.open(at)));
    return known.get(root) ?? given;
  };
}

async function readTree(tree: TargetTree, extraction: Extraction, scan: Scan): Promise<void> {
  try {
    for await (const file of tree.files(scan.interest)) await extraction.take(file);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'too_large') throw error;
    scan.note('', 'limit', error.message);
  }
}

/** Bytes by which a file without a telling name is recognised. */
const HEAD_BYTES = 4096;

async function readOne(file: InputFile, extraction: Extraction, scan: Scan): Promise<void> {
  const head = await file.read(0, HEAD_BYTES);
  const wanting: Extractor[] = [];
  for (const extractor of scan.extractors) {
    if (!extractor.wants(file.path)) continue;
    const { peek } = extractor;
    const bytes =
      peek === undefined || peek.bytes <= head.length ? head : await file.read(0, peek.bytes);
    if (peek?.accepts(bytes.subarray(0, peek.bytes), file.path) !== false) wanting.push(extractor);
  }
  const chosen =
    wanting.length > 0
      ? wanting
      : scan.extractors.filter((extractor) => extractor.recognises?.(head) === true);
  if (chosen.length === 0) {
    scan.note(file.path, 'unsupported', 'no extractor knows this kind of file');
    return;
  }
  await extraction.give(file, chosen);
}

/** Said once a file, not once a package. */
function noteUnknown(
  path: TargetPath,
  distribution: Distribution | undefined,
  note: Scan['note'],
): void {
  if (distribution === undefined) {
    const what = 'nothing says of which distribution these packages are: they are unknown';
    note(path, 'unsupported', what);
    return;
  }
  const name = `${distribution.id} ${distribution.version}`.trim().slice(0, 100);
  note(path, 'unsupported', `no advisories are known for ${name}: its packages are unknown`);
}

/** What all files agree upon. */
function onlyOne(told: ReadonlyMap<TargetPath, Distribution>): Distribution | undefined {
  const [first, ...others] = told.values();
  const same = others.every(({ id, version }) => id === first?.id && version === first.version);
  return same ? first : undefined;
}

function sortedNotes({ unread, notes }: Scan): readonly Unread[] {
  const sorted = unread.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  if (notes <= MOST_NOTES) return sorted;
  const detail = `${notes - MOST_NOTES} more were not listed`;
  return [...sorted, { path: '', reason: 'limit', detail }];
}
