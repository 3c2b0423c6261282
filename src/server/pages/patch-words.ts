/** The codes of patching in words for people. */
import type { Patch } from '../../measures/patching/schema.ts';
import { tag } from './layout.ts';
import type { Tone } from './layout.ts';
import type { Html } from '../html.ts';

const STATES: Readonly<Record<Patch['state'], readonly [string, Tone]>> = {
  overdue: ['overdue', 'bad'],
  'due-soon': ['due soon', 'warn'],
  within: ['within', 'plain'],
  excepted: ['accepted', 'warn'],
  'no-date': ['no date', 'plain'],
  'no-fix': ['no fix yet', 'warn'],
  'fixed-unproven': ['done, not proven', 'warn'],
  'fixed-proven': ['proven done', 'good'],
  void: ['void', 'plain'],
};

export function stateTag({ state, overdue }: Pick<Patch, 'state' | 'overdue'>): Html {
  const [word, tone] = STATES[state];
  return overdue && state !== 'overdue' ? tag(`${word}, overdue`, 'bad') : tag(word, tone);
}

export function stateWord(state: string): string {
  return (STATES as Readonly<Record<string, readonly [string, Tone]>>)[state]?.[0] ?? state;
}

/** `709 days overdue`, `in 3 days`. */
export function countdown(late: number | null): string {
  if (late === null) return 'no date';
  const days = Math.abs(late);
  const text =
    days < 1
      ? 'less than a day'
      : `${Math.floor(days).toLocaleString('en-GB')} ${Math.floor(days) === 1 ? 'day' : 'days'}`;
  return late > 0 ? `${text} overdue` : `in ${text}`;
}

const REASONS: Readonly<Record<Patch['reasons'][number], string>> = {
  held: 'the package is on hold',
  pinned: 'a preference keeps the newer version out',
  'origin-not-allowed': 'the host does not take it from the repository that has it',
  'not-automatic': 'the host’s automatic updates leave it out: somebody must apply it',
  'kept-back': 'the update would take something else away',
  phased: 'its publisher has not released it to this machine yet',
  'conffile-changed': 'a settings file was edited: the update stops and asks',
  'broken-dependencies': 'something that it needs cannot be had',
  'not-offered': 'no repository of this host has the package at all',
  'half-installed': 'an installation did not finish',
  interrupted: 'an update was interrupted',
  locked: 'another program holds the package manager',
  'disk-full': 'the disk is full',
  'lists-expired': 'the package lists have expired',
  'lists-stale': 'the package lists were fetched too long ago',
  'lists-unknown': 'nobody knows when the host last looked for updates',
  'release-ended': 'the release gets no updates any more',
  'no-fix-offered': 'there is a fix, and nothing that this host looks at offers it',
  paused: 'updates are paused',
  deferred: 'updates are deferred',
  declined: 'it was declined',
  'not-approved': 'it was not approved',
  'licence-not-accepted': 'its licence was not accepted',
  'install-failed': 'its installation failed',
  'restart-pending': 'it waits for a restart',
  'source-unreachable': 'the source of updates could not be reached',
  'not-installed-yet': 'it is on offer and nobody has installed it',
};

export function reasonWord(reason: Patch['reasons'][number]): string {
  return REASONS[reason];
}

const LACKS: Readonly<Record<string, string>> = {
  version: 'the fixed version, or a newer one',
  configured: 'that the package manager finished with it',
  'not-in-memory': 'that no program still runs the replaced code',
  booted: 'that the fixed kernel was booted',
  listed: 'a list of what is installed from after the fix',
  'lists-fresh': 'fresh package lists',
  setting: 'the setting that belongs to the fix',
};

export function lackWord(code: string): string {
  return LACKS[code] ?? code;
}

const CLOCKS: Readonly<Record<string, string>> = {
  vendor: 'the vendor’s advisory',
  repository: 'first seen in an enabled repository',
  changelog: 'the changelog',
  catalogue: 'the catalogue of known exploited vulnerabilities',
  'support-end': 'the end of support',
  advisory: 'publication of an advisory, in place of a date of the fix',
  'first-known': 'when Holdfast first knew of a fix, in place of a date of it',
};

export function clockWord(source: string): string {
  return CLOCKS[source] ?? source;
}

const KINDS: Readonly<Record<Patch['fix']['kind'], string>> = {
  upgrade: 'Upgrade',
  configuration: 'Configure',
  removal: 'Remove',
  replacement: 'Replace',
  mitigation: 'Mitigate',
};

/** `Upgrade Windows Server 2016 to 10.0.14393.3866` */
export function fixText({ kind, name, to }: Patch['fix']): string {
  return `${KINDS[kind]} ${name}${to === null ? '' : ` to ${to}`}`;
}
