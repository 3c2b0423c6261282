/** Whether a rule's scope holds an account: yes, no, or unknown where a fact is missing that would decide. */
import type { Account, Scope } from './model.ts';

export type Answer = 'yes' | 'no' | 'unknown';

/**
 * Fields of a scope unite; a missing scope holds nobody. An exception may name an account by its login alone: to take
 * one account too many for an exception is the safe mistake.
 */
export function holds(scope: Scope | undefined, account: Account, exception = false): Answer {
  if (scope === undefined) return 'no';
  if (scope.everyone === true || isNamed(scope, account, exception)) return 'yes';
  const answers = [
    inGroup(scope, account),
    ofPopulation(scope, account),
    customerAmong(scope, account),
    privileged(scope, account),
  ];
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

function isNamed(scope: Scope, account: Account, exception: boolean): boolean {
  const names = scope.accounts ?? [];
  return (
    names.includes(account.key) ||
    (exception && names.includes(account.login)) ||
    scope.identitySources?.includes(account.identitySource) === true
  );
}

export function both(a: Answer, b: Answer): Answer {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'unknown';
}

export function not(answer: Answer): Answer {
  if (answer === 'unknown') return 'unknown';
  return answer === 'yes' ? 'no' : 'yes';
}

function inGroup({ groups }: Scope, account: Account): Answer {
  const answer = among(groups, account.groups);
  if (answer !== 'no') return answer;
  return among(groups, account.maybeGroups) === 'yes' ? 'unknown' : 'no';
}

function ofPopulation({ populations }: Scope, { population, disputed }: Account): Answer {
  const known = population !== undefined && !disputed.has('population');
  return among(populations, known ? [population] : undefined);
}

function among(named: readonly string[] | undefined, own: readonly string[] | undefined): Answer {
  if (named === undefined || named.length === 0) return 'no';
  if (own === undefined) return 'unknown';
  // Directories do not tell groups apart by the case of their letters.
  return own.some((each) => named.some((name) => sameName(name, each))) ? 'yes' : 'no';
}

/** An account without a customer is the supplier's own, where its population is known. */
function customerAmong({ customers }: Scope, { customer, population, disputed }: Account): Answer {
  if (customers === undefined || customers.length === 0) return 'no';
  if (disputed.has('customer')) return 'unknown';
  if (customer !== undefined) return customers.includes(customer) ? 'yes' : 'no';
  return population === undefined || population === 'customer' ? 'unknown' : 'no';
}

function privileged(scope: Scope, account: Account): Answer {
  if (scope.privileged === undefined) return 'no';
  if (account.privileged === undefined || account.disputed.has('privileged')) return 'unknown';
  return account.privileged === scope.privileged ? 'yes' : 'no';
}

function sameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase());
}
