/**
 * Whether a fix of Windows works. The revision of the build is what runs: it changes at the restart that completes a
 * cumulative update, and at once with a hotpatch. Older systems have none, and of them the list of updates, the restarts that
 * wait and the last boot must say it together.
 */
import { releaseNamed, standingOf, type WindowsRelease } from '../../advisories/windows/release.ts';
import type { UpdateEvent } from '../../estate/schema.ts';
import type { Tri } from './model.ts';
import { ageChecks, proofFrom, type Proof, type ProofCheck, type RestartDue } from './proof.ts';

export interface WindowsEvidence {
  /** `10.0.17763.9121` as it runs; without a revision where nobody read it. */
  readonly version: string | undefined;
  /** `KB5120238`, or a version `10.0.17763.1397`; null: the fix is a setting. */
  readonly to: string | null;
  readonly matches: Tri;
  /** A setting that belongs to the fix (Netlogon's enforcement): in force, or not. Undefined: none belongs to it. */
  readonly setting: Tri | undefined;
  readonly restarts: readonly RestartDue[] | undefined;
  readonly bootedAt: Date | undefined;
  readonly events: readonly UpdateEvent[];
  /** Updates on offer; undefined: what is on offer is not known. */
  readonly offers: readonly string[] | undefined;
  /** Somebody approves what is on offer. */
  readonly approved: boolean;
  readonly listedAt: Date;
  /** When updates were last searched for. */
  readonly listsAt: Date | undefined;
}

export function windowsProofOf(evidence: WindowsEvidence, now: Date): Proof {
  const running = runningOf(evidence.version);
  return proofFrom([
    versionCheck(evidence, running),
    bootCheck(evidence, running),
    ...ageChecks(evidence, now, {
      listed: 'the exports of the host',
      lists: 'the offers of Windows Update',
    }),
    ...settingCheck(evidence),
  ]);
}

interface Running {
  readonly build: number;
  readonly revision: number | undefined;
  /** The update that the revision is. */
  readonly release: WindowsRelease | undefined;
  /** Updates of this build are known by their revision. */
  readonly known: boolean;
}

/** The first build whose monthly update is cumulative (Windows 10, July 2015). */
const CUMULATIVE_SINCE_BUILD = 10_240;

function runningOf(version: string | undefined): Running {
  const [, , build = '0', revision] = (version ?? '').split('.');
  const number = revision === undefined ? undefined : Number(revision);
  const standing = standingOf(Number(build), number ?? 0);
  return {
    build: Number(build),
    revision: number,
    release: number === undefined ? undefined : standing?.release,
    known: standing !== undefined,
  };
}

function versionCheck(evidence: WindowsEvidence, running: Running): ProofCheck {
  const { to, matches, version } = evidence;
  const check = (answer: Tri, because: string): ProofCheck => ({
    code: 'version',
    answer,
    because,
  });
  if (version === undefined) return check(matches, 'no such Windows is installed any more');
  if (matches !== 'yes') return check(matches, `whether ${version} lacks it is not known`);
  if (running.build < CUMULATIVE_SINCE_BUILD)
    return check('yes', 'its list of updates names it, or one that holds it');
  if (!running.known) return check('unknown', `what ${version} holds is not known by its revision`);
  const wanted = to === null ? undefined : releaseNamed(running.build, to);
  if (wanted === undefined) return byOffers(evidence);
  const { release, revision } = running;
  if (revision === undefined)
    return check('unknown', 'the revision of the build that runs was not read');
  return release !== undefined && release.date >= wanted.date
    ? check('yes', `${version} runs, which holds KB${wanted.kb} of ${wanted.date}`)
    : check('no', `${version} runs, and KB${wanted.kb} brings revision ${wanted.revision}`);
}

/** A fix that no revision tells: a framework, or an update that is newer than what is known here. */
function byOffers({ to, events, offers, approved, version = '' }: WindowsEvidence): ProofCheck {
  const check = (answer: Tri, because: string): ProofCheck => ({
    code: 'version',
    answer,
    because,
  });
  if (to === null) return check('yes', `no update is known that ${version} lacks for it`);
  if (offers?.includes(to) === true) return check('no', `${to} is still on offer`);
  if (events.some(({ update, result }) => update === to && DONE.has(result)))
    return check('yes', `Windows Update installed ${to}`);
  return offers === undefined || approved
    ? check('unknown', `neither its history nor its offers tell of ${to}`)
    : check('yes', `Windows Update does not offer ${to} any more`);
}

const DONE: ReadonlySet<UpdateEvent['result']> = new Set(['installed', 'restart-needed']);

function bootCheck(evidence: WindowsEvidence, running: Running): ProofCheck {
  const check = (answer: Tri, because: string): ProofCheck => ({ code: 'booted', answer, because });
  const { restarts } = evidence;
  if (restarts === undefined) return check('unknown', 'whether a restart is due was not read');
  const due = restarts.filter(({ code }) => code !== 'renames-pending');
  const own = due.find((each) => concerns(each, evidence, running));
  if (own !== undefined) {
    const names = own.packages?.join(', ') ?? 'updates that are not named';
    return check('no', `a restart is due for ${names}`);
  }
  const waits = waitingSince(evidence, running);
  if (waits !== undefined) {
    const { bootedAt } = evidence;
    if (bootedAt === undefined) return check('unknown', 'when it was last started is not known');
    if (bootedAt <= waits) return check('no', 'it was not started since the update was installed');
  }
  if (running.release?.hotpatch === true)
    return check('yes', `KB${running.release.kb} is a hotpatch, which needs no restart`);
  return check('yes', 'no restart is due for it');
}

/** What names an update that is newer than what runs is about that one; what names none may be about anything. */
function concerns(
  { packages = [] }: RestartDue,
  { to }: WindowsEvidence,
  { build, release }: Running,
): boolean {
  if (packages.length === 0) return true;
  const wanted = to === null ? undefined : releaseNamed(build, to);
  return packages.some((name) => {
    if (name === to)
      return wanted === undefined || release === undefined || release.date < wanted.date;
    const waiting = releaseNamed(build, name);
    // Of another kind (a framework, a driver), or a later cumulative update: what runs already does not hang on it.
    if (wanted === undefined || release === undefined) return waiting === undefined;
    return waiting !== undefined && waiting.date <= wanted.date && release.date < waiting.date;
  });
}

/** When Windows said that it installed the fix, or what holds it, and that a restart is needed. */
function waitingSince({ to, events }: WindowsEvidence, { release }: Running): Date | undefined {
  const names = new Set([
    ...(to === null ? [] : [to]),
    ...(release === undefined ? [] : [`KB${release.kb}`]),
  ]);
  const times = events
    .filter(({ update, result }) => names.has(update) && result === 'restart-needed')
    .map(({ at }) => new Date(at));
  return times.sort((a, b) => b.getTime() - a.getTime())[0];
}

function settingCheck({ setting }: WindowsEvidence): ProofCheck[] {
  if (setting === undefined) return [];
  const because = {
    yes: 'the setting that belongs to it is in force',
    no: 'the setting that belongs to it is not in force',
    unknown: 'whether the setting that belongs to it is in force was not seen',
  };
  return [{ code: 'setting', answer: setting, because: because[setting] }];
}
