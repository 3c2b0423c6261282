/** What a host says of its own updates: what keeps them away, and whether the way back is open. */
import * as z from 'zod';
import { Count, Instant, Text } from './text.ts';

/** Why a machine must be restarted, or a process: codes, with the packages or programs concerned. */
export const Restart = z.strictObject({
  code: z.enum([
    'reboot-required-file',
    'kernel-not-booted',
    'deleted-file-mapped',
    'updates-pending',
    'renames-pending',
  ]),
  /** Missing: which packages it concerns is not known. Empty: it was seen that it concerns none. */
  packages: z.array(Text).max(1000).optional(),
  programs: z.array(Text).max(1000).optional(),
});

/** Why a component is not newer than it is: a closed list, each code explained in docs/reference/patch-reasons.md. */
export const PATCH_REASONS = [
  'held',
  'pinned',
  'origin-not-allowed',
  'not-automatic',
  'kept-back',
  'phased',
  'conffile-changed',
  'broken-dependencies',
  'not-offered',
  'half-installed',
  'interrupted',
  'locked',
  'disk-full',
  'lists-expired',
  'lists-stale',
  'lists-unknown',
  'release-ended',
  'no-fix-offered',
  'paused',
  'deferred',
  'declined',
  'not-approved',
  'licence-not-accepted',
  'install-failed',
  'restart-pending',
  'source-unreachable',
  'not-installed-yet',
] as const;
export const PatchReason = z.enum(PATCH_REASONS);
export type PatchReason = z.infer<typeof PatchReason>;

/** Whether the version that is installed now could be had again after an update. */
export const ROLLBACKS = ['available', 'not-available', 'unknown'] as const;

/** Fields of a note on a component (schema.ts) that concern updates. */
export const UPDATE_NOTE = {
  /** true: a security suite or a security advisory of the vendor offers it. */
  availableSecurity: z.boolean().optional(),
  /**
   * The earliest date that a repository gives itself among those that offered `available` when this was collected: the
   * fix was out by then. The first of them for one version is what a clock starts from.
   */
  availableReleasedAt: Instant.optional(),
  /** Advisories of the vendor that `available` answers. */
  advisories: z.array(z.string().max(100)).max(50).optional(),
  /** Entries of its changelog, or of the newer one that is fetched already: when its source was released, against what. */
  changes: z
    .array(
      z.strictObject({
        /** Of the source. */
        version: z.string().max(300),
        at: Instant,
        flaws: z.array(z.string().max(30)).max(100).optional(),
      }),
    )
    .max(10)
    .optional(),
  /** A version newer than `available` that a repository of this host has and a rule of this host keeps out. */
  withheld: z.string().max(300).optional(),
  withheldFrom: z.string().max(300).optional(),
  /** Settings files of it that somebody edited: an update may stop there and ask. */
  conffiles: z.array(z.string().max(1000)).max(20).optional(),
  /** What stands in the way of this component here; nothing is said where nothing does. */
  reasons: z.array(PatchReason).max(PATCH_REASONS.length).optional(),
  /** Said where an update is on offer or the way back is closed; missing: see the asset. */
  rollback: z.enum(ROLLBACKS).optional(),
  /** Where the installed version can be had: repositories, or `cache` for a file that lies on the host. */
  rollbackFrom: z.string().max(300).optional(),
} as const;

/** One list of packages that a host keeps of a repository. */
export const PackageList = z.strictObject({
  name: z.string().max(500),
  /** As apt says it: `Debian-Security:12/oldstable-security`; else the repository's id. */
  from: z.string().max(300).optional(),
  /** The date that the repository gives its list, and until when it says that the list is good. */
  releasedAt: Instant.optional(),
  validUntil: Instant.optional(),
  /** When this host last fetched it, or was told that it is current. */
  fetchedAt: Instant.optional(),
});

export type PackageList = z.infer<typeof PackageList>;

/** What Windows Update offers: one update, which has no version of its own but a number. */
export const UpdateOffer = z.strictObject({
  /** `KB5094122`; without a number the identifier that Windows Update gives it. */
  update: z.string().max(100),
  title: Text.optional(),
  /** When its publisher last changed it: it was out by then. */
  releasedAt: Instant.optional(),
  /** true: a security or critical update, or one with a severity of the maker. */
  security: z.boolean().optional(),
  /** The maker's word: `Critical`, `Important`… */
  severity: z.string().max(100).optional(),
  downloaded: z.boolean().optional(),
  /** What stands in its way here; nothing is said where nothing does. */
  reasons: z.array(PatchReason).max(PATCH_REASONS.length).optional(),
  /** Of a failure: when, and with which code. */
  detail: Text.optional(),
});
export type UpdateOffer = z.infer<typeof UpdateOffer>;

const UPDATE_RESULTS = ['installed', 'restart-needed', 'failed', 'removed'] as const;
/** The last thing that Windows Update did with one update on this host. */
export const UpdateEvent = z.strictObject({
  update: z.string().max(100),
  at: Instant,
  result: z.enum(UPDATE_RESULTS),
  /** `0x80070070` */
  code: z.string().max(20).optional(),
});
export type UpdateEvent = z.infer<typeof UpdateEvent>;

/** Updates of one asset as a whole. */
export const HostPatching = z.strictObject({
  manager: z.enum(['apt', 'dnf', 'zypper', 'apk', 'windows-update']),
  /** What stands in the way of any update of this asset, with what was seen. */
  blockers: z.array(z.strictObject({ code: PatchReason, detail: Text.optional() })).max(50),
  lists: z.array(PackageList).max(200).optional(),
  /** Of the installed components, how many could be had again in their version. */
  rollback: z.strictObject({ available: Count, notAvailable: Count, unknown: Count }).optional(),
  /** true: the installed files can be packed up beforehand (dpkg-repack). */
  repack: z.boolean().optional(),
  /** Whether updates are applied without anybody asking; missing: unknown. */
  automatic: z.boolean().optional(),
  /** Packages that a full upgrade would take away. */
  removes: z.array(Text).max(200).optional(),
  /** Security advisories of the vendor that are open here, with the vendor's own word for their severity. */
  advisories: z
    .array(z.strictObject({ id: Text, severity: Text.optional() }))
    .max(2000)
    .optional(),
  /** Where its updates come from, where that is not a list of repositories: `WSUS http://wsus1:8530`, `Microsoft Update`. */
  source: Text.optional(),
  /** true: somebody approves updates at that source before it offers them. */
  approved: z.boolean().optional(),
  /** Windows Update for Business holds quality updates back for so many days. */
  deferredDays: Count.optional(),
  /** What is on offer; an empty list: nothing. */
  offers: z.array(UpdateOffer).max(500).optional(),
  events: z.array(UpdateEvent).max(300).optional(),
  /** Updates that are in and wait for a restart; an empty list: none, missing: which ones is not known. */
  waiting: z.array(z.string().max(100)).max(100).optional(),
  /** true: it takes hotpatches, which need no restart between two baselines. */
  hotpatch: z.boolean().optional(),
});
export type HostPatching = z.infer<typeof HostPatching>;
