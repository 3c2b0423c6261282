/** A security update that a host is offered and has not taken: a finding by itself, also where it names no CVE. */
import { findingKey } from './finding.ts';
import type { MatchPackage } from './match-model.ts';
import type { Finding } from './verdict.ts';

/** Stands where the identifier of a record would. */
export const PENDING_UPLOAD = 'PENDING-SECURITY-UPLOAD';
/** The same of an update of Windows, which has a number and no version. */
export const PENDING_UPDATE = 'PENDING-SECURITY-UPDATE';

export interface Offer {
  /** The version on offer. */
  readonly available: string;
  /** Origin and suite, as the host's package manager names them. */
  readonly from: string;
}

/**
 * `Debian-Security:12/oldstable-security`, `Ubuntu:22.04/jammy-security`; a package's own name says nothing.
 *
 * @example isSecurityOrigin('Debian:12.15/oldstable') === false
 */
export function isSecurityOrigin(from: string): boolean {
  return from
    .split(/,\s*/)
    .some((origin) => /^Debian-Security:/i.test(origin) || /[/-]security$/i.test(origin));
}

export function uploadFinding(item: MatchPackage, { available, from }: Offer): Finding {
  const { purl, ecosystem, name, version, source } = item;
  return {
    ...pending(purl, PENDING_UPLOAD, available),
    key: findingKey(purl, PENDING_UPLOAD),
    summary: 'a pending security upload',
    explain: {
      matched: {
        ecosystem,
        name: source?.name ?? name,
        version: source?.version ?? version,
        by: source === undefined ? 'component' : 'source',
      },
      comparator: 'package-manager',
      feeds: [saidByHost(`the host is offered ${available} from ${from}`)],
      sentence: `${name} ${version} has a pending security upload: ${available} is offered from ${from}.`,
    },
  };
}

export interface OfferedUpdate {
  /** `KB5120238` */
  readonly update: string;
  readonly from: string;
  /** The maker's word, where it gives one. */
  readonly severity: string | null;
  /** When its maker published it, as far as that was seen; ISO 8601. */
  readonly releasedAt: string | null;
}

export function updateFinding(
  { purl, ecosystem, name, version }: MatchPackage,
  { update, from, severity, releasedAt }: OfferedUpdate,
): Finding {
  const base = pending(purl, PENDING_UPDATE, update);
  return {
    ...base,
    key: findingKey(purl, `${PENDING_UPDATE} ${update}`),
    summary: `a pending security update, ${update}`,
    severity: { ...base.severity, vendor: severity },
    ...(releasedAt === null
      ? {}
      : { fixReleased: { at: releasedAt, from: `${update} (${from})` } }),
    explain: {
      matched: { ecosystem, name, version, by: 'component' },
      comparator: 'windows-updates',
      feeds: [saidByHost(`the host is offered ${update} from ${from}`)],
      sentence: `${name} ${version} has a pending security update: ${update} is offered from ${from}.`,
    },
  };
}

function saidByHost(because: string): Finding['explain']['feeds'][number] {
  return { feed: 'offers', record: null, says: 'affected', because, fresh: true };
}

function pending(purl: string, id: string, fixed: string): Omit<Finding, 'key' | 'explain'> {
  return {
    purl,
    id,
    aliases: [],
    upstream: [],
    state: 'affected',
    status: 'active',
    summary: '',
    url: '',
    published: '',
    modified: '',
    fixed: [fixed],
    fixState: 'fixed',
    severity: { word: 'unknown', score: null, vector: null, all: [], vendor: null },
    kev: null,
    epss: null,
    ssvc: null,
  };
}
