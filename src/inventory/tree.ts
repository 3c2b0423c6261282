/** What the frame sees of a target, be it a folder, an archive or the layers of an image. */
import type { InputFile, TargetPath, Unread } from './schema.ts';

/** Whether a file may be needed: by its name, or where that does not tell by its first bytes. */
export type Interest = (
  path: TargetPath,
) => boolean | { readonly bytes: number; accepts(head: Buffer): boolean };

/** A file of interest, not yet opened. */
export interface TreeFile {
  readonly path: TargetPath;
  /** For a symbolic link: where it leads, inside the target. */
  readonly leadsTo?: TargetPath;
  /** Digest of the layer that brought it. */
  readonly layer?: string;
  /** @throws HoldfastError `not_permitted`, `bad_file`. */
  open(): Promise<InputFile>;
}

export interface TargetTree {
  /** Files and links to files of interest, in an order that does not depend on the disk's. */
  files(interest: Interest): AsyncIterable<TreeFile> | Iterable<TreeFile>;
  /** A file by its path, links followed inside the target only. */
  open(path: TargetPath): Promise<InputFile | undefined>;
  /** Names in a folder, sorted; none where there is no such folder. */
  names(path: TargetPath): Promise<readonly string[]>;
  /** Regular files met so far, wanted or not. */
  seen(): number;
  close(): void;
}

/** Where the readers of a target put what they could not read. */
export type Note = (path: TargetPath, reason: Unread['reason'], detail: string) => void;

export interface TargetLimits {
  /** Files, folders and links of a target. */
  readonly entries: number;
  /** Bytes that packed archives unpack to, all together. */
  readonly bytes: number;
  /** Unpacked over packed size of an archive, beyond 256 MiB. */
  readonly ratio: number;
  /** Packages of all files together. */
  readonly packages: number;
}

export const TARGET_LIMITS: TargetLimits = {
  entries: 4_000_000,
  bytes: 64 * 1024 ** 3,
  ratio: 200,
  packages: 2_000_000,
};
