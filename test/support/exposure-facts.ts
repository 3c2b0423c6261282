/** Facts of exposure out of observations, as one fresh source tells them, without a database. */
import type { Observation } from '../../src/estate/schema.ts';
import type { EstateFacts, Looked, Told } from '../../src/exposure/facts.ts';
import type { Kind } from '../../src/estate/schema.ts';
import { measureCoverage } from '../../src/measures/mfa/coverage.ts';
import { gather } from '../../src/measures/mfa/gather.ts';
import type { SourceState } from '../../src/measures/mfa/model.ts';
import { accountTable } from '../../src/measures/mfa/table.ts';
import type { Flaw } from '../../src/measures/scanning/flaw.ts';

export const AT = new Date('2022-08-02T00:00:00Z');
const SOURCE: SourceState = { id: 1, name: 'test/estate', declared: false, fresh: true };

interface More {
  readonly flaws?: Readonly<Record<string, readonly Flaw[]>>;
  /** Assets that somebody looked at; of all others nobody did. */
  readonly looked?: readonly string[];
  readonly source?: Partial<SourceState>;
}

export function exposureFacts(observations: Iterable<Observation>, more: More = {}): EstateFacts {
  const source = { ...SOURCE, ...more.source };
  const all = [...observations];
  const mfa = gather(
    all.map((observation, entity) => ({
      entity,
      kind: observation.kind,
      key: observation.key,
      source: source.id,
      declared: source.declared,
      trueAt: new Date(observation.trueAt),
      learnedAt: new Date(observation.trueAt),
      confirmed: true,
      body: observation.body,
    })),
    new Map([[source.id, source]]),
  );
  const of = <K extends Kind>(kind: K): Told<K>[] =>
    all.flatMap((observation) => {
      if (observation.kind !== kind) return [];
      const { key, body, trueAt } = observation;
      const at = new Date(trueAt);
      const { fresh, declared } = source;
      return [
        {
          kind,
          key,
          body,
          sources: [1],
          trueAt: at,
          learnedAt: at,
          fresh,
          declared,
        } as unknown as Told<K>,
      ];
    });
  const covered: Looked = { components: 'covered', services: 'covered', reason: '', at: AT };
  return {
    networks: of('network'),
    assets: of('asset'),
    doors: of('door'),
    services: of('service'),
    dependencies: of('dependency'),
    holdings: of('holding'),
    mfa: measureCoverage({
      table: accountTable(mfa.accounts),
      doors: mfa.doors,
      signIns: mfa.signIns,
      now: AT.getTime(),
    }),
    flaws: new Map(Object.entries(more.flaws ?? {})),
    looked: new Map((more.looked ?? []).map((key) => [key, covered])),
  };
}

/** ZeroLogon as the advisories tell it. */
export function zeroLogon(over: Partial<Flaw> = {}): Flaw {
  return {
    id: 'CVE-2020-1472',
    component: 1,
    package: 'windows-server-2016',
    source: '',
    state: 'affected',
    from: 'network',
    needsAccount: false,
    needsVictim: false,
    opens: true,
    knownExploited: true,
    ransomware: true,
    epss: 0.94,
    score: 10,
    firstSeen: AT,
    ...over,
  };
}
