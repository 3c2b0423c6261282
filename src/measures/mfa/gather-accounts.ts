/** One account out of the words of all its sources: what they agree on is known, what they dispute is unknown. */
import type { Voice } from '../../estate/store-voices.ts';
import type { Bodies } from '../../estate/schema.ts';
import type { Account, FactorFact, Origin } from './model.ts';

type AccountVoice = Omit<Voice, 'body'> & { readonly body: Bodies['account'] };
type FactorVoice = Omit<Voice, 'body'> & { readonly body: Bodies['factor'] };
type OriginOf = (voice: Voice) => Origin;

/** `voices` by key. An account that only its factors name is no account: nobody describes it. */
export function gatherAccounts(
  voices: readonly AccountVoice[],
  factors: readonly FactorVoice[],
  originOf: OriginOf,
): Account[] {
  const factsOf = new Map<string, FactorFact[]>();
  for (const voice of factors) {
    const { account, type, status = 'active' } = voice.body;
    if (status !== 'active') continue;
    const fact = { type, origin: originOf(voice) };
    const facts = factsOf.get(account);
    if (facts === undefined) factsOf.set(account, [fact]);
    else facts.push(fact);
  }
  const accounts: Account[] = [];
  for (let from = 0; from < voices.length;) {
    const key = voices[from]?.key ?? '';
    let to = from + 1;
    while (voices[to]?.key === key) to += 1;
    const told = voices
      .slice(from, to)
      .map(({ body, ...voice }) => ({ body, origin: originOf({ ...voice, body }) }));
    accounts.push(accountOf(key, told, factsOf.get(key) ?? []));
    from = to;
  }
  return accounts;
}

type SingleField =
  'population' | 'customer' | 'privileged' | 'password' | 'interactive' | 'workloadIdentity';

interface Word {
  readonly body: Bodies['account'];
  readonly origin: Origin;
}

function accountOf(key: string, words: readonly Word[], factors: readonly FactorFact[]): Account {
  const byWeight = [...words].sort(
    (a, b) => weight(b.origin) - weight(a.origin) || b.origin.trueAt - a.origin.trueAt,
  );
  const seen = byWeight.filter(({ origin }) => origin.fresh && !origin.declared);
  // What a person says of whose an account is comes first; see estate/merge.ts.
  const peopleFirst = [...byWeight].sort(
    (a, b) => Number(b.origin.declared) - Number(a.origin.declared),
  );
  const best = byWeight[0];
  if (best === undefined) throw new TypeError('an account that nobody describes');
  return {
    key,
    login: best.body.login,
    identitySource: best.body.identitySource,
    population: first(peopleFirst, 'population'),
    customer: first(peopleFirst, 'customer'),
    division: first(peopleFirst, 'division'),
    enabled: first(byWeight, 'enabled'),
    password: agreed(seen, byWeight, 'password'),
    privileged: first(byWeight, 'privileged'),
    ...groupsOf(byWeight),
    disputed: new Set(
      (['population', 'customer', 'privileged'] as const).filter((field) =>
        isUnsure(byWeight, field),
      ),
    ),
    lastSignInAt: lastOf(byWeight),
    interactive: agreed(seen, byWeight, 'interactive'),
    workloadIdentity: agreed(seen, byWeight, 'workloadIdentity'),
    oldestKeyAt: oldestKey(byWeight),
    keysKnown: seen.some(({ body }) => body.keys !== undefined),
    factors,
    factorsListed: seen.some(({ body }) => body.factorsListed === true),
    sshKeysListed: seen.some(({ body }) => body.sshKeysListed === true),
    origin: best.origin,
  };
}

/** Seen and fresh, then typed, then silent. */
function weight({ fresh, declared }: Origin): number {
  return fresh ? (declared ? 1 : 2) : 0;
}

function first<F extends keyof Bodies['account']>(
  words: readonly Word[],
  field: F,
): Bodies['account'][F] | undefined {
  return words.find(({ body }) => body[field] !== undefined)?.body[field];
}

/** What fresh sources say that saw it, where nobody else, silent or not, says something else. */
function agreed<F extends 'password' | 'interactive' | 'workloadIdentity'>(
  seen: readonly Word[],
  all: readonly Word[],
  field: F,
): Bodies['account'][F] | undefined {
  return isDisputed(all, field) ? undefined : first(seen, field);
}

function isDisputed(words: readonly Word[], field: SingleField): boolean {
  const said = words.flatMap(({ body }) => body[field] ?? []);
  return new Set<string | boolean>(said).size > 1;
}

/** Known only by sources that are silent now: as good as disputed. */
function isUnsure(words: readonly Word[], field: SingleField): boolean {
  const telling = words.filter(({ body }) => body[field] !== undefined);
  return (
    isDisputed(words, field) || (telling.length > 0 && !telling.some(({ origin }) => origin.fresh))
  );
}

function groupsOf(words: readonly Word[]): Pick<Account, 'groups' | 'maybeGroups'> {
  const telling = words.filter(({ body }) => body.groups !== undefined);
  const fresh = telling.filter(({ origin }) => origin.fresh && !origin.declared);
  const [one] = fresh;
  if (telling.length === 1 && one !== undefined)
    return { groups: one.body.groups ?? [], maybeGroups: [] };
  const all = new Set(telling.flatMap(({ body }) => body.groups ?? []));
  if (one === undefined) return { groups: undefined, maybeGroups: [...all] };
  const groups = [...all].filter((name) =>
    telling.every(({ body }) => body.groups?.includes(name)),
  );
  return { groups, maybeGroups: [...all].filter((name) => !groups.includes(name)) };
}

function lastOf(words: readonly Word[]): number | undefined {
  const moments = words.flatMap(({ body }) =>
    body.lastSignInAt === undefined ? [] : [Date.parse(body.lastSignInAt)],
  );
  return moments.length === 0 ? undefined : Math.max(...moments);
}

function oldestKey(words: readonly Word[]): number | undefined {
  const keys = words.flatMap(({ body }) => body.keys ?? []);
  if (keys.length === 0) return undefined;
  if (keys.some(({ createdAt }) => createdAt === undefined)) return Number.NaN;
  return Math.min(...keys.map(({ createdAt = '' }) => Date.parse(createdAt)));
}
