/** What Windows says of itself: `systeminfo`, `ver`, lists of updates, exports of the registry. README.md tells the shape. */
import { invalid, unread } from '../damage.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { decodeWindowsText } from './decode.ts';
import { fact, UPDATES } from './facts.ts';
import { extractedHistory, isHistory } from './history.ts';
import { parseHotfixes } from './hotfixes.ts';
import { foundKb, foundWindows } from './product.ts';
import { parseRegistry } from './registry.ts';
import { extractedServicing, isServicing } from './servicing.ts';
import { parseSystemInfo } from './systeminfo.ts';
import { extractedUpdateExport, isUpdateExport } from './update-export.ts';

const MAX_TEXT = 16 * 1024 * 1024;
const MAX_REGISTRY = 128 * 1024 * 1024;

export const windowsSystemInfo: Extractor = {
  id: 'windows-systeminfo',
  title: 'Windows: systeminfo and ver',
  version: 1,
  evidence: 'installed',
  maxBytes: MAX_TEXT,
  wants: (path) => isNamed(path, /systeminfo|(?:^|[^a-z])(?:win)?ver(?:[^a-z]|$)/),
  recognises: (head) => isSystemInfo(decodeWindowsText(head)),
  extract: extractSystemInfo,
};

export const windowsHotfixes: Extractor = {
  id: 'windows-hotfixes',
  title: 'Windows: installed updates (wmic qfe, Get-HotFix)',
  version: 1,
  evidence: 'installed',
  maxBytes: MAX_TEXT,
  wants: (path) => isNamed(path, /(?:^|[^a-z])(?:qfe|(?:get-?)?hot-?fix(?:es)?)(?:[^a-z]|$)/),
  recognises: (head) => /\bHotFixID\b/.test(decodeWindowsText(head)),
  extract: extractHotfixes,
};

export const windowsRegistry: Extractor = {
  id: 'windows-registry',
  title: 'Windows: programs and build (registry exports)',
  version: 1,
  evidence: 'installed',
  maxBytes: MAX_REGISTRY,
  wants: (path) =>
    path.toLowerCase().endsWith('.reg') || isNamed(path, /(?:^|[^a-z])registry(?:[^a-z]|$)/),
  recognises: (head) => /^(?:Windows Registry Editor|REGEDIT4)/.test(decodeWindowsText(head)),
  extract: extractRegistry,
};

export const windowsHistory: Extractor = {
  id: 'windows-update-history',
  title: 'Windows: history of updates (Windows Update, Get-WUHistory)',
  version: 1,
  evidence: 'installed',
  maxBytes: MAX_TEXT,
  wants: (path) =>
    isNamed(path, /(?:wu|update)s?[-_ ]?history|(?:^|[^a-z])(?:get-)?wu(?:a|history)(?:[^a-z]|$)/),
  recognises: (head) => isHistory(decodeWindowsText(head)),
  extract: extractHistory,
};

/** What `collect.ps1` writes beside the others; its name is fixed. */
export const windowsUpdateExport: Extractor = {
  id: 'windows-update-export',
  title: 'Windows: offers and state of Windows Update (collect.ps1)',
  version: 1,
  evidence: 'installed',
  maxBytes: MAX_TEXT,
  wants: (path) => isNamed(path, /(?:^|[^a-z])windows-?update$/),
  recognises: (head) => isUpdateExport(decodeWindowsText(head)),
  extract: extractUpdateExport,
};

export const windowsServicing: Extractor = {
  id: 'windows-servicing',
  title: 'Windows: packages of servicing (dism, Get-WindowsPackage)',
  version: 1,
  evidence: 'installed',
  maxBytes: MAX_TEXT,
  wants: (path) =>
    isNamed(path, /(?:^|[^a-z])(?:dism|(?:get-?)?windows-?packages?|servicing)(?:[^a-z]|$)/),
  recognises: (head) => isServicing(decodeWindowsText(head)),
  extract: extractServicing,
};

const TEXTS = new Set(['csv', 'json', 'log', 'txt']);

/** Text files whose name, in any case and without its extension, matches. */
function isNamed(path: TargetPath, pattern: RegExp): boolean {
  const dot = path.lastIndexOf('.');
  // Asked of every file of a target: most are told by their ending.
  if (dot < 1 || path.length > 4096 || !TEXTS.has(path.slice(dot + 1).toLowerCase())) return false;
  const stem = path.slice(path.lastIndexOf('/') + 1, dot).toLowerCase();
  return stem !== '' && pattern.test(stem);
}

const VERSION = /Windows[^[\n]{0,40}\[\D{0,40}(\d{1,2}\.\d{1,2}\.\d{4,6}(?:\.\d{1,6})?)\]/;

function isSystemInfo(text: string): boolean {
  return VERSION.test(text) || /^\S[^:\n]*:\s+\d{1,2}\.\d\.(\d{4,6}) .*\b\1\s*$/m.test(text);
}

function found(one: Found): Extracted {
  return { kind: 'package', found: one };
}

async function* extractSystemInfo(file: InputFile): AsyncGenerator<Extracted> {
  const text = decodeWindowsText(await file.bytes(MAX_TEXT));
  const version = VERSION.exec(text)?.[1];
  if (version !== undefined) {
    yield found(foundWindows({ version }));
    return;
  }
  const { windows, kbs, problems } = parseSystemInfo(text);
  yield found(foundWindows(windows));
  for (const { number, line } of kbs) yield found(foundKb(number, line));
  yield* problems.notes();
  if (problems.count === 0) yield fact(UPDATES, 'whole');
}

async function* extractHotfixes(file: InputFile): AsyncGenerator<Extracted> {
  const text = decodeWindowsText(await file.bytes(MAX_TEXT));
  const kbs = parseHotfixes(text);
  if (kbs.length === 0 && text.trim() !== '' && !text.includes('HotFixID')) {
    throw invalid('no list of installed updates');
  }
  for (const { number, line } of kbs) yield found(foundKb(number, line));
  // A machine without any update is next to impossible; a list that came out empty is not.
  yield kbs.length === 0
    ? unread('truncated', 'lists no installed update at all')
    : fact(UPDATES, 'whole');
}

async function* extractRegistry(file: InputFile): AsyncGenerator<Extracted> {
  const {
    found: all,
    facts,
    problems,
  } = parseRegistry(decodeWindowsText(await file.bytes(MAX_REGISTRY)));
  for (const one of all) yield found(one);
  yield* problems.notes();
  for (const one of facts) yield { kind: 'fact', fact: one };
}

async function* extractHistory(file: InputFile): AsyncGenerator<Extracted> {
  const text = decodeWindowsText(await file.bytes(MAX_TEXT));
  if (!isHistory(text)) throw invalid('no history of updates');
  yield* extractedHistory(text);
}

async function* extractServicing(file: InputFile): AsyncGenerator<Extracted> {
  const text = decodeWindowsText(await file.bytes(MAX_TEXT));
  if (!isServicing(text)) throw invalid('no list of packages');
  yield* extractedServicing(text);
}

async function* extractUpdateExport(file: InputFile): AsyncGenerator<Extracted> {
  yield* extractedUpdateExport(decodeWindowsText(await file.bytes(MAX_TEXT)));
}

/** Those that tell of one machine: what a folder of exports is read with. */
export const windowsExtractors: readonly Extractor[] = [
  windowsHotfixes,
  windowsRegistry,
  windowsServicing,
  windowsSystemInfo,
  windowsUpdateExport,
  windowsHistory,
];
