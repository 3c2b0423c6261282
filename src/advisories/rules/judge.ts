/** Whether a version of a product is affected by a rule's word: exactly, or not at all. */
import { compareProductVersions, tokensOf } from '../products/order.ts';
import type { VerdictUnknownReason } from '../verdict.ts';
import type { Branch, RuleProduct } from './model.ts';

export interface RuleVerdict {
  readonly state: 'affected' | 'not_affected' | 'unknown';
  readonly reason?: VerdictUnknownReason;
  readonly because: string;
  /** Versions and updates that repair it. */
  readonly fixed: readonly string[];
  /** The day on which this line was repaired, where it is another than the rule's. */
  readonly released?: string;
}

/**
 * `installed` are updates seen on the host, `KB4571694`.
 *
 * @example judgeByRule(server2016, '10.0.14393.3808', []).state === 'affected'
 */
export function judgeByRule(
  product: RuleProduct,
  version: string,
  installed: ReadonlySet<string>,
): RuleVerdict {
  if (version.trim() === '') return unknown('no-version', 'its version is not known');
  if (product.like?.test(version) === false)
    return unknown('version', `${version} is not how its versions are counted`);
  const branch = branchOf(product.branches, version);
  if (branch === 'doubt')
    return unknown('version', `${version} cannot be placed among its releases`);
  if (branch === undefined) return outside(product, version);
  if (branch.unaffected === true)
    return { state: 'not_affected', because: 'it does not concern this release', fixed: [] };
  if (branch.unsaid === true)
    return unknown('advisory-version', 'the publisher says nothing of this release');
  const verdict = judgeInside(branch, version);
  const update = branch.updates?.find((each) => installed.has(each));
  // An update in the list that the running version does not show waits for a restart.
  if (update === undefined || (product.exact && verdict.state !== 'unknown')) return verdict;
  return { state: 'not_affected', because: `${update} is installed`, fixed: [] };
}

function unknown(reason: VerdictUnknownReason, because: string): RuleVerdict {
  return { state: 'unknown', reason, because, fixed: [] };
}

function outside({ branches, otherwise }: RuleProduct, version: string): RuleVerdict {
  const names = branches.flatMap(({ trains = [], from = [] }) => [trains, from].flat());
  if (names.some((name) => isShorter(version, name)))
    return unknown('no-version', `${version} names no release of it`);
  return otherwise === 'unaffected'
    ? { state: 'not_affected', because: `it does not concern ${version}`, fixed: [] }
    : unknown('advisory-version', `nothing is known of ${version}`);
}

function judgeInside(branch: Branch, version: string): RuleVerdict {
  const { released } = branch;
  const bound = branch.fixed ?? branch.last;
  const verdict = bound === undefined ? withoutFix(branch) : judgeAgainst(bound, branch, version);
  return released === undefined ? verdict : { ...verdict, released };
}

function judgeAgainst(bound: string, branch: Branch, version: string): RuleVerdict {
  const isFix = branch.fixed !== undefined;
  const train = trainOf(branch, version);
  const whole = train === undefined ? bound : `${train}-${bound}`;
  const fixed = [...(isFix ? [whole] : []), ...(branch.updates ?? [])];
  if (isShorter(version, whole)) {
    const because = `the line is repaired at ${whole}, and ${version} does not tell whether it is`;
    return { ...unknown('no-version', because), fixed };
  }
  const order = compareProductVersions(behind(version, train), bound);
  if (order === undefined)
    return unknown('version', `${version} cannot be ordered against ${whole}`);
  if (order < 0 || (order === 0 && !isFix)) {
    const because = `it is ${isFix ? '' : 'at or '}before ${whole}`;
    return { state: 'affected', because, fixed };
  }
  const because = `it is ${isFix ? 'at or ' : ''}after ${whole}`;
  return { state: 'not_affected', because, fixed: [] };
}

function withoutFix({ updates = [], instead }: Branch): RuleVerdict {
  if (updates.length > 0) {
    const because = `${updates.join(' or ')} or a later rollup repairs it, and the version does not tell`;
    return { ...unknown('updates', because), fixed: updates };
  }
  const because = `there is no fix in this line${instead === undefined ? '' : `: ${instead}`}`;
  return { state: 'affected', because, fixed: [] };
}

/** The last branch that begins at or before the version, or the train that it is of. */
function branchOf(branches: readonly Branch[], version: string): Branch | 'doubt' | undefined {
  const own = branches.find((branch) => trainOf(branch, version) !== undefined);
  if (own !== undefined) return own;
  let last: Branch | undefined;
  for (const branch of branches) {
    if (branch.from === undefined) continue;
    const order = compareProductVersions(version, branch.from);
    if (order === undefined) return 'doubt';
    if (order >= 0) last = branch;
  }
  return last;
}

/** `13.1-48.47` is of 13.1; `13.10-1.1` is not, and `13.1-FIPS-37.1` is of 13.1-FIPS alone. */
function trainOf({ trains = [] }: Branch, version: string): string | undefined {
  const plain = version.trim().toLowerCase();
  return trains.find((train) => {
    if (!plain.startsWith(train.toLowerCase())) return false;
    const rest = plain.slice(train.length);
    return rest === '' || /^[-. ]\d/.test(rest);
  });
}

function behind(version: string, train: string | undefined): string {
  return train === undefined ? version : version.trim().slice(train.length + 1);
}

/** Whether `version` is only the beginning of `whole`: `10.0.14393` of `10.0.14393.3866`. */
function isShorter(version: string, whole: string): boolean {
  const own = tokensOf(version);
  const all = tokensOf(whole);
  if (own === undefined || all === undefined || own.length >= all.length) return false;
  return own.every((token, at) => token === all[at]);
}
