/** Which package of the distribution brought a file: what is in a language package then follows the distribution's word. */
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { checkAborted } from './aborted.ts';
import { apkOwners } from './apk/owners.ts';
import { dpkgOwners } from './dpkg/owners.ts';
import type { Gathered } from './gather.ts';
import type { OwnerSource, WantedPaths } from './ownership.ts';
import { rpmOwners } from './rpm/owners.ts';
import type { TargetPath } from './schema.ts';
import type { Note, TargetTree } from './tree.ts';
import { unreadReason } from './unread.ts';

/** Records that are needed besides the packages' own. */
export function isOwnershipFile(path: TargetPath): boolean {
  return (
    (path.startsWith('var/lib/dpkg/info/') && path.endsWith('.list')) ||
    path === 'var/lib/dpkg/diversions'
  );
}

const SOURCES: readonly (readonly [TargetPath, OwnerSource])[] = [
  ['lib/apk/db', apkOwners],
  ['usr/lib/apk/db', apkOwners],
  ['usr/lib/sysimage/rpm', rpmOwners],
  ['usr/share/rpm', rpmOwners],
  ['var/lib/dpkg/info', dpkgOwners],
  ['var/lib/rpm', rpmOwners],
];

/** Locations of language packages → package URL of their owner, for the root filesystem of the target. */
export async function ownersOf(
  tree: TargetTree,
  gathered: Gathered,
  note: Note,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  const paths = new Set<TargetPath>();
  for (const { path } of gathered.locations()) {
    const outer = outerPath(path);
    if (mayBeOwned(outer)) paths.add(outer);
  }
  if (paths.size === 0) return owners;
  const wanted = wantedPaths(paths);
  const asked = new Set<OwnerSource>();
  for (const [folder, source] of SOURCES) {
    if (asked.has(source) || (await tree.names(folder)).length === 0) continue;
    asked.add(source);
    checkAborted(signal);
    try {
      for await (const { path, owner } of source(tree, wanted)) {
        const purl = gathered.find(owner);
        if (purl !== undefined) owners.set(path, purl);
      }
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code === 'cancelled') throw error;
      note(folder, unreadReason(error), `who owns which file: ${messageOf(error)}`);
    }
  }
  return owners;
}

/** What lies in an archive belongs to whom the archive belongs. */
export function outerPath(path: string): TargetPath {
  const mark = path.indexOf('!');
  return mark < 0 ? path : path.slice(0, mark);
}

/** Distributions leave these to the machine's own people (FHS 3.0, 4.9 and 3.8). */
function mayBeOwned(path: TargetPath): boolean {
  return !/^(usr\/local|home|root|srv|tmp|var\/www)\//.test(path);
}

/** Folders that are links into `usr` on a system with merged ones: records may name either. */
const MERGED = /^usr\/(bin|sbin|lib|lib32|lib64|libx32)\//;

export function wantedPaths(paths: ReadonlySet<TargetPath>): WantedPaths {
  const merged = new Map([...paths].map((path) => [withoutUsr(path), path]));
  const shapes = new Set<number>();
  for (const path of paths) {
    // With `usr/` in front, and without it.
    for (const length of [path.length - 4, path.length, path.length + 4]) {
      shapes.add(shapeOf(path, length, path.length));
    }
  }
  return {
    size: paths.size,
    match: (listed) => (paths.has(listed) ? listed : merged.get(withoutUsr(listed))),
    mayBe: (text, start, end) => shapes.has(shapeOf(text, end - start, end)),
  };
}

/** Length, third to last and last character: a million records are told apart without being cut out. */
function shapeOf(text: string, length: number, end: number): number {
  return (
    (length * 256 + (text.charCodeAt(end - 3) & 0xff)) * 256 + (text.charCodeAt(end - 1) & 0xff)
  );
}

function withoutUsr(path: TargetPath): string {
  return MERGED.test(path) ? path.slice(4) : path;
}
