/** Asks Microsoft's own evaluation which policies hold for some accounts, and tells where ours differs. */
import type { Bodies, Unseen } from '../../estate/schema.ts';
import { WebRefusal } from '../web.ts';
import type { Graph } from './graph.ts';
import { WhatIf } from './schema.ts';

type Account = Bodies['account'];
type Door = Bodies['door'];

/** Any application that no policy names: Microsoft Graph Explorer's. */
const SOME_APP = 'de8bc8b5-d9f9-48b1-a8ad-b748da725064';

export interface Sample {
  readonly id: string;
  readonly key: string;
  readonly account: Account;
}

/**
 * Compares for each sample the enabled policies that hold in a browser from nowhere in particular. A difference means that
 * our reading of this tenant is not to be trusted.
 */
export async function compare(
  graph: Graph,
  door: Door,
  samples: readonly Sample[],
): Promise<Unseen[]> {
  const rules = (door.authentication?.rules ?? []).filter(({ state }) => state === 'on');
  const enabled = new Set(rules.map(({ id }) => id));
  let different = 0;
  try {
    for (const { id, key, account } of samples) {
      const body = {
        signInIdentity: { '@odata.type': '#microsoft.graph.userSignIn', userId: id },
        signInContext: {
          '@odata.type': '#microsoft.graph.applicationContext',
          includeApplications: [SOME_APP],
        },
        signInConditions: { clientAppType: 'browser', devicePlatform: 'windows' },
        appliedPoliciesOnly: false,
      };
      const path = 'beta/identity/conditionalAccess/evaluate';
      const { value } = await graph.post(path, body, WhatIf);
      const theirs = value.filter((each) => each.policyApplies && enabled.has(each.id));
      const ours = rules.filter((rule) => isFor(rule, key, account) && isInBrowser(rule, door));
      const agreed = new Set(ours.map((rule) => rule.id));
      if (theirs.length !== agreed.size || theirs.some((each) => !agreed.has(each.id)))
        different += 1;
    }
  } catch (error) {
    if (!(error instanceof WebRefusal)) throw error;
    return [
      { what: 'evaluation by Microsoft', reason: error.reason, detail: error.message, mayHide: [] },
    ];
  }
  if (different === 0) return [];
  const detail = `${different} of ${samples.length} accounts are evaluated otherwise`;
  return [
    { what: 'agreement with the evaluation by Microsoft', reason: 'invalid', detail, mayHide: [] },
  ];
}

type Rule = NonNullable<Door['authentication']>['rules'][number];

function isFor(rule: Rule, key: string, account: Account): boolean {
  return inScope(rule.for, key, account) && !inScope(rule.except, key, account);
}

function inScope(scope: Rule['for'], key: string, { groups = [] }: Account): boolean {
  if (scope === undefined) return false;
  return (
    scope.everyone === true ||
    scope.accounts?.includes(key) === true ||
    scope.groups?.some((group) => groups.includes(group)) === true
  );
}

function isInBrowser({ ways }: Rule, door: Door): boolean {
  const browser = door.authentication?.ways?.find(({ title = '' }) =>
    /any client|browser/.test(title),
  );
  return ways === undefined || browser === undefined || ways.includes(browser.id);
}
