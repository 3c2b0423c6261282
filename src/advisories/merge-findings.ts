/** Several words on one flaw in one component as one finding: whose word decides, and what each of them said. */
import type { RuleFinding } from './rules/match.ts';
import type { Finding, FindingState } from './verdict.ts';

/** Where two disagree, affected wins, and what one cannot tell the other may. */
export function mergeFindings(a: Finding, b: Finding): Finding {
  const order: readonly FindingState[] = ['affected', 'not_affected', 'unknown'];
  return order.indexOf(b.state) < order.indexOf(a.state) ? merged(b, a) : merged(a, b);
}

/**
 * A rule's word on a version that tells everything beats what other evidence leaves open or concludes from lists; where
 * updates do not show in the version, the other evidence knows better.
 */
export function mergeByRule({ finding, exact }: RuleFinding, other: Finding | undefined): Finding {
  if (other === undefined) return finding;
  // Whoever saw the setting has answered what the rule only asks for.
  if (finding.state === 'unknown') return merged(other, finding);
  if (other.state === 'unknown')
    return other.reason === 'setting' ? merged(other, finding) : merged(finding, other);
  if (isUpdates(other)) return exact ? merged(finding, other) : merged(other, finding);
  return mergeFindings(finding, other);
}

function isUpdates({ explain }: Finding): boolean {
  return explain.comparator === 'windows-updates';
}

/** `first` decides. */
function merged(first: Finding, second: Finding): Finding {
  const released = [first.fixReleased ?? [], second.fixReleased ?? []]
    .flat()
    .sort((a, b) => (a.at < b.at ? -1 : 1))[0];
  const fixed = new Set([...first.fixed, ...(first.state === second.state ? second.fixed : [])]);
  const vector = first.severity.vector === null ? second.severity : first.severity;
  return {
    ...first,
    summary: first.summary === '' ? second.summary : first.summary,
    fixed: [...fixed],
    fixState: fixed.size > 0 ? 'fixed' : first.fixState,
    severity: vector,
    kev: first.kev ?? second.kev,
    epss: first.epss ?? second.epss,
    ssvc: first.ssvc ?? second.ssvc,
    ...(released === undefined ? {} : { fixReleased: released }),
    explain: { ...first.explain, feeds: [...first.explain.feeds, ...second.explain.feeds] },
  };
}
