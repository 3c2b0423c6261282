/** Accounts, doors, sign-ins and proofs out of what each source says, with who said it and whether that still counts. */
import type { Voice } from '../../estate/store-voices.ts';
import type { Bodies, Kind } from '../../estate/schema.ts';
import { gatherAccounts } from './gather-accounts.ts';
import type { Account, Door, Origin, Policy, Proof, SignIn, SourceState } from './model.ts';

export interface Gathered {
  readonly accounts: readonly Account[];
  readonly doors: readonly Door[];
  readonly signIns: readonly SignIn[];
}

/** Voices of the kinds account, factor, door, signin and proof, as of one moment. */
export function gather(
  voices: readonly Voice[],
  sources: ReadonlyMap<number, SourceState>,
  divisionOf: (asset: string) => string | undefined = () => undefined,
): Gathered {
  const byKind = Map.groupBy(voices, ({ kind }) => kind);
  const of = <K extends Kind>(kind: K) => (byKind.get(kind) ?? []) as Told<K>[];
  const origin = (voice: Voice): Origin => originOf(voice, sources);
  const signIns = of('signin').map((voice) => signInOf(voice, origin(voice)));
  const proofs = Map.groupBy(of('proof'), ({ body }) => body.door);
  const observers = Map.groupBy(of('signin'), ({ body }) => body.door);
  const byDoor = Map.groupBy(of('door'), ({ key }) => key);
  const doors = [...byDoor].map(([key, told]) =>
    doorOf(key, told, {
      origin,
      divisionOf,
      proofs: (proofs.get(key) ?? []).map((voice) => proofOf(voice, origin(voice))),
      observers: distinct((observers.get(key) ?? []).map(origin)),
    }),
  );
  return { accounts: gatherAccounts(of('account'), of('factor'), origin), doors, signIns };
}

export type Told<K extends Kind> = Omit<Voice, 'body'> & { readonly body: Bodies[K] };

function originOf(voice: Voice, sources: ReadonlyMap<number, SourceState>): Origin {
  const source = sources.get(voice.source);
  return {
    source: voice.source,
    trueAt: voice.trueAt.getTime(),
    fresh: source?.fresh === true && voice.confirmed,
    declared: voice.declared,
  };
}

interface DoorParts {
  readonly origin: (voice: Voice) => Origin;
  readonly divisionOf: (asset: string) => string | undefined;
  readonly proofs: readonly Proof[];
  readonly observers: readonly Origin[];
}

function doorOf(key: string, told: readonly Told<'door'>[], parts: DoorParts): Door {
  // People know better than machines what a door is for; see estate/merge.ts.
  const voices = [...told].sort((a, b) => Number(b.declared) - Number(a.declared));
  const first = <T>(field: (body: Bodies['door']) => T | undefined): T | undefined =>
    voices.map(({ body }) => field(body)).find((value) => value !== undefined);
  const accepts = voices.flatMap(({ body }) => body.accepts ?? []);
  const knowsWhom = voices.some(({ body }) => body.accepts !== undefined);
  const asset = first((body) => body.asset);
  const through = voices.flatMap(({ body }) => body.through ?? []);
  return {
    key,
    name: first((body) => body.name) ?? key,
    type: first((body) => body.type),
    accepts: knowsWhom ? [...new Set(accepts)] : undefined,
    through: new Map(through.map(({ identitySource, door }) => [identitySource, door])),
    reachableFrom: [...new Set(voices.flatMap(({ body }) => body.reachableFrom ?? []))],
    opens: first((body) => body.opens) ?? [],
    asset,
    division: asset === undefined ? undefined : parts.divisionOf(asset),
    declared: told.some(({ declared }) => declared),
    policies: told.map((voice) => policyOf(voice, parts.origin(voice))),
    proofs: parts.proofs,
    observers: parts.observers,
  };
}

function policyOf({ body }: Told<'door'>, origin: Origin): Policy {
  const { settings, accountSettings, authentication, requires, admits } = body;
  return { origin, settings, accountSettings, authentication, requires, admits };
}

function proofOf({ body }: Told<'proof'>, origin: Origin): Proof {
  return {
    outcome: body.outcome,
    account: body.account,
    way: body.way,
    at: Date.parse(body.at),
    origin,
  };
}

function signInOf({ body }: Told<'signin'>, origin: Origin): SignIn {
  const instant = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  return {
    account: body.account,
    door: body.door,
    oneFactorAt: instant(body.oneFactorAt),
    twoFactorAt: instant(body.twoFactorAt),
    way: body.way,
    origin,
  };
}

/** One for each source: fresh where any of what it said is. */
function distinct(origins: readonly Origin[]): Origin[] {
  const bySource = new Map<number, Origin>();
  for (const origin of origins) {
    if (origin.declared) continue;
    const before = bySource.get(origin.source);
    if (before === undefined || origin.fresh) bySource.set(origin.source, origin);
  }
  return [...bySource.values()];
}
