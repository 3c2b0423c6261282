/** Whether a fix works, and not only is there: a version that looks right proves nothing by itself. */
import type { Tri } from './model.ts';

/** What is known of one subject on one asset after a fix. */
export interface ProofEvidence {
  /** Each installed part of the subject (the binary packages of a source), with the manager's own state of it. */
  readonly parts: readonly {
    readonly name: string;
    readonly version: string;
    /** dpkg's `iU`, `iF`…; null: installed and configured; undefined: the manager's state was not read. */
    readonly state: string | null | undefined;
  }[];
  /** No advisory that the fix was for names an installed version any more. */
  readonly matches: Tri;
  /** A part of a kernel, or of what only a restart brings into use. */
  readonly needsBoot: boolean;
  /** Restarts that the asset says are due; undefined: nobody looked. */
  readonly restarts: readonly RestartDue[] | undefined;
  /** When the parts were last listed, and since when what was to be replaced is gone. */
  readonly listedAt: Date;
  /** When the machine's package lists were last refreshed; undefined: not known. */
  readonly listsAt: Date | undefined;
  /** For fixes that are a setting: whether it was seen in force. Undefined: the fix is none. */
  readonly setting?: Tri;
}

export interface RestartDue {
  readonly code:
    | 'reboot-required-file'
    | 'kernel-not-booted'
    | 'deleted-file-mapped'
    | 'updates-pending'
    | 'renames-pending';
  /** Missing: which ones is not known. Empty: seen to be of no package (a program of somebody's own). */
  readonly packages?: readonly string[] | undefined;
}

export const PROOF_CODES = [
  'version',
  'configured',
  'not-in-memory',
  'booted',
  'listed',
  'lists-fresh',
  'setting',
] as const;
export type ProofCode = (typeof PROOF_CODES)[number];

export interface ProofCheck {
  readonly code: ProofCode;
  readonly answer: Tri;
  readonly because: string;
}

export interface Proof {
  /** Every check says yes. One that cannot be answered is not passed. */
  readonly proven: boolean;
  readonly checks: readonly ProofCheck[];
  /** Codes of the checks that were not passed. */
  readonly lacks: readonly ProofCode[];
}

/** A `Release` file of Debian is valid for seven days: older lists prove nothing about what is offered. */
const LISTS_MS = 7 * 86_400_000;
const LISTING_MS = 2 * 86_400_000;

export interface ProofLimits {
  readonly listsMs?: number;
  readonly listingMs?: number;
}

/**
 * @example proofOf({ parts: [{ name: 'openssl', version: '3.0.17', state: 'iU' }], … }, now).lacks // ['configured']
 */
export function proofOf(evidence: ProofEvidence, now: Date, limits: ProofLimits = {}): Proof {
  const checks = [
    versionCheck(evidence),
    configuredCheck(evidence),
    memoryCheck(evidence),
    bootCheck(evidence),
    ...ageChecks(evidence, now, { listed: 'the packages', lists: 'package lists' }, limits),
    ...settingCheck(evidence),
  ];
  return proofFrom(checks);
}

/** Proven where every check was passed. */
export function proofFrom(checks: readonly ProofCheck[]): Proof {
  const lacks = checks.filter(({ answer }) => answer !== 'yes').map(({ code }) => code);
  return { proven: lacks.length === 0, checks, lacks };
}

function versionCheck({ matches, parts }: ProofEvidence): ProofCheck {
  const versions = parts.map(({ name, version }) => `${name} ${version}`).join(', ');
  const because =
    parts.length === 0
      ? 'nothing of it is installed any more'
      : matches === 'yes'
        ? `no advisory names ${versions}`
        : matches === 'no'
          ? `an advisory still names ${versions}`
          : `whether an advisory names ${versions} is not known`;
  return { code: 'version', answer: matches, because };
}

/** dpkg: the second letter is the state, a third one an error (dpkg-query(1), `db:Status-Abbrev`). */
function configuredCheck({ parts }: ProofEvidence): ProofCheck {
  const wrong = parts.filter(
    ({ state }) => typeof state === 'string' && !/^[ihpu]i ?$/.test(state),
  );
  const unread = parts.filter(({ state }) => state === undefined);
  const answer = wrong.length > 0 ? 'no' : unread.length > 0 ? 'unknown' : 'yes';
  const because =
    wrong.length > 0
      ? wrong.map(({ name, state }) => `${name} is ${state ?? ''}`).join(', ')
      : unread.length > 0
        ? 'the package manager did not say whether it is configured'
        : 'installed and configured';
  return { code: 'configured', answer, because };
}

function memoryCheck({ restarts, parts }: ProofEvidence): ProofCheck {
  const due = concerning(restarts, 'deleted-file-mapped', parts);
  return restartCheck('not-in-memory', restarts, due, {
    no: 'a running program still uses the file that was replaced',
    unknown:
      'a running program uses a file that was replaced, and whether it was of this is not known',
    yes: 'no running program uses a file of it that was replaced',
  });
}

function bootCheck({ restarts, parts, needsBoot }: ProofEvidence): ProofCheck {
  const asked = concerning(restarts, 'reboot-required-file', parts);
  const kernel = needsBoot && (restarts ?? []).some(({ code }) => code === 'kernel-not-booted');
  return restartCheck('booted', restarts, kernel ? 'no' : asked, {
    no: 'the machine must be restarted before it is in use',
    unknown: 'the machine asks for a restart, and whether for this is not known',
    yes: 'no restart is due for it',
  });
}

function restartCheck(
  code: ProofCode,
  restarts: ProofEvidence['restarts'],
  answer: Tri,
  words: Readonly<Record<Tri, string>>,
): ProofCheck {
  return restarts === undefined
    ? { code, answer: 'unknown', because: 'whether a restart is due was not read' }
    : { code, answer, because: words[answer] };
}

/** No: one names a part. Unknown: one names nothing, or names others while this left nothing to compare. Yes: none is about it. */
function concerning(
  restarts: ProofEvidence['restarts'],
  code: RestartDue['code'],
  parts: ProofEvidence['parts'],
): Tri {
  const own = (restarts ?? []).filter((each) => each.code === code);
  if (own.some(({ packages }) => parts.some(({ name }) => packages?.includes(name) ?? false)))
    return 'no';
  const open = own.some(({ packages }) => {
    if (packages === undefined) return true;
    return parts.length === 0 && packages.length > 0;
  });
  return open ? 'unknown' : 'yes';
}

/** Whether what was listed, and what is on offer, was looked at lately; `words` call them. */
export function ageChecks(
  { listedAt, listsAt }: Pick<ProofEvidence, 'listedAt' | 'listsAt'>,
  now: Date,
  words: { readonly listed: string; readonly lists: string },
  limits: ProofLimits = {},
): ProofCheck[] {
  const { listingMs = LISTING_MS, listsMs = LISTS_MS } = limits;
  return [
    ageCheck('listed', words.listed, listedAt, listingMs, now),
    ageCheck('lists-fresh', words.lists, listsAt, listsMs, now),
  ];
}

function ageCheck(
  code: ProofCode,
  what: string,
  at: Date | undefined,
  most: number,
  now: Date,
): ProofCheck {
  if (at === undefined)
    return { code, answer: 'unknown', because: `when ${what} were last read is not known` };
  const days = (ms: number): string => `${Math.floor(ms / 86_400_000)} days`;
  const age = now.getTime() - at.getTime();
  return age <= most
    ? { code, answer: 'yes', because: `${what} were read within ${days(most)}` }
    : { code, answer: 'no', because: `${what} were last read ${days(age)} ago` };
}

function settingCheck({ setting }: ProofEvidence): ProofCheck[] {
  if (setting === undefined) return [];
  const because = { yes: 'the setting is in force', no: 'the setting is not in force' };
  return [
    {
      code: 'setting',
      answer: setting,
      because:
        setting === 'unknown' ? 'whether the setting is in force was not seen' : because[setting],
    },
  ];
}
