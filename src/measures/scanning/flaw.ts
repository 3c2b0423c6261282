/** A finding as an attacker sees it: from where the flaw can be used, what that takes, and what it gives. */

/** What of a finding tells it (`Finding` of the advisories has all of this). */
export interface FlawSource {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly upstream: readonly string[];
  readonly state: 'affected' | 'not_affected' | 'unknown';
  readonly severity: { readonly vector: string | null; readonly score: number | null };
  readonly kev: { readonly ransomware: boolean } | null;
  readonly epss: { readonly score: number } | null;
}

export interface Flaw {
  /** The CVE where it has one, else the record that says it. */
  readonly id: string;
  /** Number of the component and its name, and that of the source package it is built from. */
  readonly component: number;
  readonly package: string;
  readonly source: string;
  readonly state: 'affected' | 'unknown';
  /** From where: over any network, from the network it stands on, from a session on the machine, or nobody says. */
  readonly from: 'network' | 'adjacent' | 'local' | 'unknown';
  /** Whether it takes an account of some kind, or a person who is taken in; undefined: nobody says. */
  readonly needsAccount: boolean | undefined;
  readonly needsVictim: boolean | undefined;
  /** Whether it lets data be read or changed, and not only a service be stopped. */
  readonly opens: boolean;
  readonly knownExploited: boolean;
  readonly ransomware: boolean;
  /** Likelihood of being exploited within thirty days, 0 to 1; null: too new for a figure. */
  readonly epss: number | null;
  /** CVSS base score, 0 to 10. */
  readonly score: number | null;
  readonly firstSeen: Date;
}

interface Holder {
  readonly component: number;
  readonly package: string;
  readonly source: string;
  readonly firstSeen: Date;
}

/** Undefined where the component is not affected. */
export function flawOf(finding: FlawSource, holder: Holder): Flaw | undefined {
  if (finding.state === 'not_affected') return undefined;
  const names = [finding.id, ...finding.aliases, ...finding.upstream];
  return {
    ...holder,
    id: names.find((name) => name.startsWith('CVE-')) ?? finding.id,
    state: finding.state,
    ...readVector(finding.severity.vector),
    knownExploited: finding.kev !== null,
    ransomware: finding.kev?.ransomware === true,
    epss: finding.epss?.score ?? null,
    score: finding.severity.score,
  };
}

type FromVector = Pick<Flaw, 'from' | 'needsAccount' | 'needsVictim' | 'opens'>;

const SAYS_NOTHING: FromVector = {
  from: 'unknown',
  needsAccount: undefined,
  needsVictim: undefined,
  opens: true,
};
const FROM: Readonly<Record<string, Flaw['from']>> = {
  N: 'network',
  A: 'adjacent',
  L: 'local',
  P: 'local',
};

/** The base metrics of CVSS 2.0, 3.x and 4.0 (their section 2): AV, PR or Au, UI, C/I or VC/VI. */
export function readVector(vector: string | null): FromVector {
  if (vector === null) return SAYS_NOTHING;
  const metrics = new Map(
    vector.split('/').map((part): [string, string] => {
      const [name = '', value = ''] = part.split(':');
      return [name, value];
    }),
  );
  const account = metrics.get('PR') ?? metrics.get('Au');
  const victim = metrics.get('UI');
  const effects = ['C', 'I', 'VC', 'VI'].flatMap((name) => metrics.get(name) ?? []);
  return {
    from: FROM[metrics.get('AV') ?? ''] ?? 'unknown',
    needsAccount: account === undefined ? undefined : account !== 'N',
    // CVSS 2.0 has no word for it.
    needsVictim: victim === undefined ? (metrics.has('Au') ? false : undefined) : victim !== 'N',
    opens: effects.length === 0 || effects.some((effect) => 'HCP'.includes(effect)),
  };
}
