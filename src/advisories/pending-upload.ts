/** A security update that a distribution offers and the host has not taken: a finding by itself, also where it names no CVE. */
import { findingKey } from './finding.ts';
import type { MatchPackage } from './match-model.ts';
import type { Finding } from './verdict.ts';

/** Stands where the identifier of a record would. */
export const PENDING_UPLOAD = 'PENDING-SECURITY-UPLOAD';

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
    key: findingKey(purl, PENDING_UPLOAD),
    purl,
    id: PENDING_UPLOAD,
    aliases: [],
    upstream: [],
    state: 'affected',
    status: 'active',
    summary: 'a pending security upload',
    url: '',
    published: '',
    modified: '',
    fixed: [available],
    fixState: 'fixed',
    severity: { word: 'unknown', score: null, vector: null, all: [], vendor: null },
    kev: null,
    epss: null,
    ssvc: null,
    explain: {
      matched: {
        ecosystem,
        name: source?.name ?? name,
        version: source?.version ?? version,
        by: source === undefined ? 'component' : 'source',
      },
      comparator: 'package-manager',
      feeds: [
        {
          feed: 'offers',
          record: null,
          says: 'affected',
          because: `the host is offered ${available} from ${from}`,
          fresh: true,
        },
      ],
      sentence: `${name} ${version} has a pending security upload: ${available} is offered from ${from}.`,
    },
  };
}
