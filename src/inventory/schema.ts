/** What extractors read and yield, and what an inventory of a target is. */

/** Posix path below the target's root, without a leading slash: `var/lib/dpkg/status`. */
export type TargetPath = string;

/** One regular file of a target: a directory, an archive or a layer of an image hold them alike. */
export interface InputFile {
  readonly path: TargetPath;
  readonly size: number;
  /**
   * The whole content.
   *
   * @throws HoldfastError `too_large` above `limit` bytes, `bad_file` where it cannot be read.
   */
  bytes(limit: number): Promise<Buffer>;
  /** The content piece by piece, for formats that need not be held whole. */
  chunks(): AsyncIterable<Buffer>;
  /** Up to `length` bytes from `offset`: for binaries and databases of which only parts matter. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Another file of the same target by its path, following the target's own links; undefined where there is none. */
  other(path: TargetPath): Promise<InputFile | undefined>;
}

/** One package as a file tells of it, before the target's distribution is known. */
export interface Found {
  /** Package URL type: `deb`, `rpm`, `apk`, `npm`, `pypi`, `golang`, `maven`… */
  readonly type: string;
  /** npm's scope, Maven's group… Of deb, rpm and apk it is left out: the target's distribution says it. */
  readonly namespace?: string;
  readonly name: string;
  /** As the ecosystem writes it (rpm: `epoch:version-release`, without a zero epoch); empty where the file does not say. */
  readonly version: string;
  readonly arch?: string;
  readonly source?: { readonly name: string; readonly version: string };
  /** RPM's modularity label, `name:stream:version:context`. */
  readonly module?: string;
  /** Who built it, where the package says so: others' builds are not spoken of by the distribution's advisories. */
  readonly vendor?: string;
  /** The package manager's own state where it is not "installed and configured". */
  readonly state?: string;
  /** Not needed where it runs. */
  readonly scope?: 'development' | 'optional';
  /** Qualifiers of the package URL besides `arch` and `distro`. */
  readonly qualifiers?: Readonly<Record<string, string>>;
  /** A package URL that the file itself gives (SBOMs); what it says wins over the parts above. */
  readonly purl?: string;
  /** Line of the file, from 1. */
  readonly line?: number;
  /** Where in the file, if that is an archive: `BOOT-INF/lib/a.jar`, in archives within it `a.war!WEB-INF/lib/b.jar`. */
  readonly inside?: string;
}

/** Why something could not be read; shown as unknown, never as nothing. */
export const UNREAD_REASONS = [
  'invalid',
  'truncated',
  'too-large',
  'not-permitted',
  'unreadable',
  'unsupported',
  'encrypted',
  'limit',
] as const;
export type UnreadReason = (typeof UNREAD_REASONS)[number];

export interface Unread {
  readonly path: TargetPath;
  readonly reason: UnreadReason;
  /** In words, with the line or field; no content of the file. */
  readonly detail: string;
}

export type Extracted =
  | { readonly kind: 'package'; readonly found: Found }
  /** A part of the file that could not be understood; the rest was. */
  | { readonly kind: 'unread'; readonly reason: UnreadReason; readonly detail: string }
  /** Which distribution the packages of this file belong to (an SBOM of an image says so itself). */
  | { readonly kind: 'distribution'; readonly distribution: Distribution }
  /** Something the file says of the machine itself that decides about its flaws and is no package: a setting, a role. */
  | { readonly kind: 'fact'; readonly fact: Fact };

/** `windows.full-secure-channel-protection` = `1`: what each name means stands where it is read (`windows/facts.ts`). */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A fact with the file that says it. */
export interface LocatedFact extends Fact {
  readonly path: TargetPath;
}

/** os-release's `ID`, `VERSION_ID`, `VERSION_CODENAME`, `ID_LIKE`. */
export interface Distribution {
  readonly id: string;
  readonly version: string;
  readonly codename?: string;
  readonly like?: readonly string[];
  /** How it was concluded, in words, where no os-release said it. */
  readonly inferred?: string;
}

/** Reads the packages out of one kind of file. One folder or file each; the registry is `extractors.ts`. */
export interface Extractor {
  /** `npm-package-lock`, `dpkg-status`… stable: reports and scripts name it. */
  readonly id: string;
  readonly title: string;
  /** A greater number where the same file may now give other packages. */
  readonly version: number;
  /** By name only, called for every file of a target: cheap string tests. */
  wants(path: TargetPath): boolean;
  /** Where names do not tell (binaries): the first bytes. Called only if `wants` said yes. */
  readonly peek?: { readonly bytes: number; accepts(head: Buffer, path: TargetPath): boolean };
  /**
   * Whether a file whose name says nothing is of this kind, by its first 4,096 bytes; asked only of a file that the person
   * named as the whole target, and only where no extractor wanted its name.
   */
  recognises?(head: Buffer): boolean;
  /** Bytes above which a file is not read but reported `too-large`. */
  readonly maxBytes: number;
  /** What the packages of this file are to the target: installed there, or named by a lock file or document. */
  readonly evidence: 'installed' | 'locked' | 'declared' | 'document';
  /** @throws HoldfastError `bad_file` where nothing of the file can be understood. */
  extract(file: InputFile): AsyncIterable<Extracted> | Iterable<Extracted>;
}

export interface Location {
  /** `path`, or `outer.jar!inner.jar` for what lies inside an archive. */
  readonly path: string;
  readonly extractor: string;
  readonly line?: number;
  /** Digest of the layer that brought the file, for images. */
  readonly layer?: string;
}

/** One package of a target, normalised; the same package at two places is one with two locations. */
export interface Package {
  /** Canonical; with `distro` and `arch` qualifiers for packages of a distribution. */
  readonly purl: string;
  readonly type: string;
  /** OSV's name with its release after a colon where it has one (`Debian:12`, `npm`); empty where OSV has none. */
  readonly ecosystem: string;
  /** As advisories of that ecosystem spell it. */
  readonly name: string;
  readonly version: string;
  readonly arch?: string;
  readonly source?: { readonly name: string; readonly version: string };
  readonly module?: string;
  /** Who built it; `ecosystem` is empty where that is known not to be the distribution. */
  readonly vendor?: string;
  readonly state?: string;
  readonly scope?: 'development' | 'optional';
  readonly evidence: Extractor['evidence'];
  readonly locations: readonly Location[];
  /** Package URL of the distribution's package that owns the files of this language package. */
  readonly ownedBy?: string;
}

export interface ExtractorStatus {
  readonly id: string;
  /** `complete`: every file it wanted was read whole. `not-needed`: the target holds no file for it. */
  readonly status: 'complete' | 'partial' | 'failed' | 'not-needed';
  readonly files: number;
  readonly packages: number;
  readonly notes: readonly Unread[];
  /** Notes beyond those listed. */
  readonly furtherNotes: number;
}

export interface TargetInventory {
  readonly target: {
    readonly kind: 'directory' | 'file' | 'archive' | 'image' | 'host';
    /** As the person named it. */
    readonly name: string;
    /** SHA-256 of an image's configuration or of a file. */
    readonly digest?: string;
    readonly distribution?: Distribution;
  };
  readonly packages: readonly Package[];
  /** By path and name; left out where no file says any. */
  readonly facts?: readonly LocatedFact[];
  readonly extractors: readonly ExtractorStatus[];
  /** What no extractor could be blamed for: directories that may not be listed, links out of the root, damaged archives. */
  readonly unread: readonly Unread[];
  /** What was left out on purpose, said so that nobody takes it for looked at: other mounts, the rest of a host's disk. */
  readonly skipped?: readonly { readonly path: TargetPath; readonly why: string }[];
  readonly filesSeen: number;
}
