/** What the exports of one host say together. */
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError, messageOf, systemCode } from '../../kernel/errors.ts';
import type { Unseen } from '../../estate/schema.ts';
import type { Extractor, Fact, Found, InputFile } from '../../inventory/schema.ts';
import { decodeWindowsText } from '../../inventory/windows/decode.ts';
import { UPDATES } from '../../inventory/windows/facts.ts';
import { isSameSystem, joinSystems, type SystemParts } from '../../inventory/windows/host.ts';
import {
  windowsExtractors,
  windowsHistory,
  windowsSystemInfo,
  windowsUpdateExport,
} from '../../inventory/windows/index.ts';
import { machineNameOf, type MachineName } from '../../inventory/windows/systeminfo.ts';
import type { FileSet } from './exports.ts';
import { readUpdateExport, type UpdateExport } from './update-export.ts';

export interface HostExports {
  readonly machine: MachineName | undefined;
  /** Undefined: no file tells which Windows it is, or they tell of different ones. */
  readonly system: SystemParts | undefined;
  readonly facts: readonly Fact[];
  /** Digits of the installed updates. */
  readonly installed: readonly string[];
  readonly programs: readonly Found[];
  /** What collect.ps1 says of Windows Update; undefined: the files were made without it. */
  readonly updates: UpdateExport | undefined;
  /** When the newest of its files was written, ISO 8601. */
  readonly writtenAt: string;
  readonly unseen: readonly Unseen[];
}

interface Reading {
  machine: MachineName | undefined;
  readonly systems: SystemParts[];
  readonly facts: Fact[];
  readonly listed: Set<string>;
  readonly tried: Set<string>;
  readonly programs: Found[];
  updates: UpdateExport | undefined;
  writtenAt: number;
  readonly unseen: Unseen[];
}

export async function readHost(
  { name, files }: FileSet,
  signal: AbortSignal,
): Promise<HostExports> {
  const reading: Reading = {
    machine: undefined,
    systems: [],
    facts: [],
    listed: new Set(),
    tried: new Set(),
    programs: [],
    updates: undefined,
    writtenAt: 0,
    unseen: [],
  };
  for (const file of files) {
    if (signal.aborted) throw new HoldfastError('cancelled', 'The collection was stopped.');
    await takeFile(file, name, reading);
  }
  const isWhole = reading.facts.some(({ name: of, value }) => of === UPDATES && value === 'whole');
  return {
    machine: reading.machine,
    system: oneSystem(name, reading),
    facts: reading.facts,
    // What was tried counts only where nothing lists what is installed.
    installed: [...reading.listed, ...(isWhole ? [] : reading.tried)],
    programs: reading.programs,
    updates: reading.updates,
    writtenAt: new Date(reading.writtenAt).toISOString(),
    unseen: reading.unseen,
  };
}

function oneSystem(name: string, { systems, unseen }: Reading): SystemParts | undefined {
  const [first, ...others] = systems;
  if (first === undefined) {
    const detail = 'none of its files tells which Windows it is (systeminfo, ver, or the registry)';
    unseen.push({ what: `host ${name}`, reason: 'not-installed', detail });
    return undefined;
  }
  let system = first;
  for (const other of others) {
    if (!isSameSystem(system, other)) {
      const detail = 'its files are of different systems: were they exported at different times?';
      unseen.push({ what: `host ${name}`, reason: 'invalid', detail });
      return undefined;
    }
    system = joinSystems(system, other);
  }
  return system;
}

const HEAD = 4096;

async function takeFile(file: string, host: string, reading: Reading): Promise<void> {
  const name = path.basename(file);
  const note = (reason: Unseen['reason'], detail: string): void => {
    reading.unseen.push({
      what: `${name} of host ${host}`.slice(0, 200),
      reason,
      detail: detail.slice(0, 500),
    });
  };
  let input: InputFile;
  try {
    const { size, mtimeMs } = await stat(file);
    input = inputFile(file, name, size);
    const extractor = await extractorFor(input);
    // Others' files may lie beside: what is none of these exports tells nothing of Windows.
    if (extractor === undefined) return;
    reading.writtenAt = Math.max(reading.writtenAt, mtimeMs);
    if (size > extractor.maxBytes) note('truncated', `larger than ${extractor.maxBytes} bytes`);
    else await extractFrom(input, extractor, reading, note);
  } catch (error) {
    const code = systemCode(error);
    if (error instanceof HoldfastError) note('invalid', messageOf(error));
    else if (code === 'EACCES' || code === 'EPERM') note('not-permitted', code);
    else if (code !== '') note('unreadable', code);
    else throw error;
  }
}

async function extractFrom(
  input: InputFile,
  extractor: Extractor,
  reading: Reading,
  note: (reason: Unseen['reason'], detail: string) => void,
): Promise<void> {
  for await (const one of extractor.extract(input)) {
    if (one.kind === 'fact') reading.facts.push(one.fact);
    else if (one.kind === 'package') takeFound(one.found, extractor, reading);
    else if (one.kind === 'unread')
      note(one.reason === 'truncated' ? 'truncated' : 'invalid', one.detail);
  }
  if (extractor === windowsSystemInfo)
    reading.machine ??= machineNameOf(decodeWindowsText(await input.bytes(extractor.maxBytes)));
  if (extractor === windowsUpdateExport) await takeUpdates(input, reading, note);
}

async function takeUpdates(
  input: InputFile,
  reading: Reading,
  note: (reason: Unseen['reason'], detail: string) => void,
): Promise<void> {
  const updates = readUpdateExport(
    decodeWindowsText(await input.bytes(windowsUpdateExport.maxBytes)),
  );
  if (updates === undefined) {
    note('not-supported', 'its shape is of a later version of collect.ps1');
    return;
  }
  reading.updates = updates;
  const { dropped, problems } = updates;
  if (dropped > 0) note('invalid', `${dropped} of its rows could not be understood`);
  for (const { part = 'a part', code, detail = '' } of problems)
    note('unreadable', [part, code, detail].filter((word) => word !== undefined).join(': '));
}

function takeFound(found: Found, extractor: Extractor, reading: Reading): void {
  const { namespace, name, version, arch, qualifiers = {} } = found;
  const update = namespace === 'microsoft' ? /^kb(\d+)$/.exec(name)?.[1] : undefined;
  if (update !== undefined) {
    (extractor === windowsHistory ? reading.tried : reading.listed).add(update);
  } else if (namespace === 'microsoft' && /^windows(?:-|$)/.test(name)) {
    reading.systems.push({ name, version, arch, qualifiers });
  } else {
    reading.programs.push(found);
  }
}

async function extractorFor(input: InputFile): Promise<Extractor | undefined> {
  const wanting = windowsExtractors.find((each) => each.wants(input.path));
  if (wanting !== undefined) return wanting;
  const head = await input.read(0, HEAD);
  return windowsExtractors.find((each) => each.recognises?.(head) === true);
}

/** One file of a host; it stands for itself and asks for no other. */
function inputFile(file: string, name: string, size: number): InputFile {
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  };
  const bytes = async (limit: number): Promise<Buffer> => {
    if (size > limit)
      throw new HoldfastError('too_large', `The file is larger than ${limit} bytes.`);
    return read(0, size);
  };
  return {
    path: name,
    size,
    read,
    bytes,
    async *chunks() {
      yield await bytes(Number.MAX_SAFE_INTEGER);
    },
    other: () => Promise.resolve(undefined),
  };
}
