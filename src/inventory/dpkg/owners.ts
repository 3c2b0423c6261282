/** dpkg's lists of files (`info/NAME.list`, `info/NAME:ARCH.list`) and its diversions (dpkg-divert(1)). */
import type { Ownership, WantedPaths } from '../ownership.ts';
import type { InputFile, TargetPath } from '../schema.ts';
import type { TargetTree } from '../tree.ts';

const INFO = 'var/lib/dpkg/info';
const MOST_BYTES = 64 * 1024 * 1024;

export async function* dpkgOwners(
  tree: TargetTree,
  wanted: WantedPaths,
): AsyncGenerator<Ownership> {
  const diversions = await diversionsOf(await tree.open('var/lib/dpkg/diversions'), wanted);
  for (const name of await tree.names(INFO)) {
    if (!name.endsWith('.list')) continue;
    const file = await tree.open(`${INFO}/${name}`);
    if (file === undefined || file.size === 0) continue;
    const text = (await file.bytes(MOST_BYTES)).toString('utf8');
    const [owner = '', arch] = name.slice(0, -'.list'.length).split(':');
    const found = { type: 'deb', name: owner, ...(arch === undefined ? {} : { arch }) };
    for (const listed of [...linesOf(text, wanted), ...movedHere(text, owner, diversions)]) {
      const path = wanted.match(whereItLies(listed, owner, diversions));
      if (path !== undefined) yield { path, owner: found };
    }
  }
}

/** Paths that may be wanted, without their leading slash. */
function* linesOf(text: string, wanted: WantedPaths): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at);
    const stop = end < 0 ? text.length : end;
    const start = text.charCodeAt(at) === 0x2f ? at + 1 : at;
    if (wanted.mayBe(text, start, stop)) yield text.slice(start, stop);
    at = stop + 1;
  }
}

interface Diversion {
  readonly from: TargetPath;
  readonly to: TargetPath;
  /** Who may still put its file at `from`; `:` is the machine's own people. */
  readonly by: string;
}

/** A diverted name need not look like the one that was wanted. */
function movedHere(
  text: string,
  owner: string,
  diversions: ReadonlyMap<string, Diversion>,
): string[] {
  const moved: string[] = [];
  for (const { from, by } of diversions.values()) {
    if (by !== owner && `\n${text}`.includes(`\n/${from}\n`)) moved.push(from);
  }
  return moved;
}

function whereItLies(
  listed: TargetPath,
  owner: string,
  diversions: ReadonlyMap<string, Diversion>,
): TargetPath {
  const diverted = diversions.get(listed);
  return diverted === undefined || diverted.by === owner ? listed : diverted.to;
}

/** Three lines each: the name, where it goes instead, and the package that diverts. Only those that matter here. */
async function diversionsOf(
  file: InputFile | undefined,
  wanted: WantedPaths,
): Promise<ReadonlyMap<string, Diversion>> {
  const diversions = new Map<string, Diversion>();
  if (file === undefined) return diversions;
  const lines = (await file.bytes(MOST_BYTES)).toString('utf8').split('\n');
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const from = (lines[at] ?? '').replace(/^\//, '');
    const to = (lines[at + 1] ?? '').replace(/^\//, '');
    const matters = wanted.match(from) !== undefined || wanted.match(to) !== undefined;
    if (matters) diversions.set(from, { from, to, by: lines[at + 2] ?? '' });
  }
  return diversions;
}
