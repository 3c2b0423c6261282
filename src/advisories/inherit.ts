/**
 * A language package whose files a distribution's package brought: the distribution repairs it under the old version
 * number, so its word counts and not the registry's.
 */
import type { ComponentMatch, MatchOptions } from './match-model.ts';
import type { MatchPackage } from './match-model.ts';
import type { Finding } from './verdict.ts';

export function inherit(
  own: ComponentMatch,
  owners: ComponentMatch,
  owner: MatchPackage,
  { all = false }: MatchOptions,
): ComponentMatch {
  const { state, reason, limits } = owners.component;
  const component = {
    purl: own.component.purl,
    state,
    ...(reason === undefined ? {} : { reason }),
    limits: [...limits, `as its owner ${owner.purl} is judged`],
  };
  const byName = new Map<string, Finding>();
  for (const finding of owners.findings) {
    for (const name of [...finding.upstream, ...finding.aliases, finding.id]) {
      byName.set(name, finding);
    }
  }
  const findings = own.findings.map((finding): Finding => {
    const name = [finding.id, ...finding.aliases].find((one) => byName.has(one));
    const word = name === undefined ? undefined : byName.get(name);
    return inherited(finding, word, owners, owner);
  });
  return { component, findings: all ? findings : findings.filter(isOpen) };
}

function isOpen({ state }: Finding): boolean {
  return state !== 'not_affected';
}

function inherited(
  finding: Finding,
  word: Finding | undefined,
  owners: ComponentMatch,
  owner: MatchPackage,
): Finding {
  const { state, reason } = wordOf(word, owners);
  const { ecosystem, name, version } = owner;
  const released = word?.fixReleased;
  return {
    ...withoutOwn(finding),
    state,
    ...(released === undefined ? {} : { fixReleased: released }),
    ...(state === 'unknown' && reason !== undefined ? { reason } : {}),
    fixed: word?.fixed ?? [],
    fixState: word?.fixState ?? 'none-known',
    explain: {
      ...finding.explain,
      matched: { ecosystem, name, version, by: 'owner' },
      feeds: [...(word?.explain.feeds ?? []), ...finding.explain.feeds],
      sentence: sentenceOf(finding, state, owner),
    },
  };
}

type Word = Pick<Finding, 'state'> & { readonly reason: Finding['reason'] | undefined };

/** Where the distribution has no finding of it, its silence counts only if its feed is fresh. */
function wordOf(word: Finding | undefined, { component }: ComponentMatch): Word {
  if (word !== undefined) return { state: word.state, reason: word.reason };
  const state = component.state === 'unknown' ? 'unknown' : 'not_affected';
  return { state, reason: component.reason };
}

/** Its reason and its fix are the registry's, and do not count. */
function withoutOwn(finding: Finding): Omit<Finding, 'reason' | 'fixReleased'> {
  const copy: { -readonly [Key in keyof Finding]: Finding[Key] } = { ...finding };
  delete copy.reason;
  delete copy.fixReleased;
  return copy;
}

function sentenceOf({ id }: Finding, state: Finding['state'], owner: MatchPackage): string {
  const package_ = `${owner.name} ${owner.version}`;
  if (state === 'affected') return `Its files came with ${package_}, which is affected by ${id}.`;
  if (state === 'unknown') return `Its files came with ${package_}, of which nothing can be told.`;
  return `Its files came with ${package_}, which the distribution does not list as affected by ${id}.`;
}
