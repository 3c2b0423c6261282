/** The log of sign-ins, folded to what it shows of each account at each door. */
import type { Bodies, Report } from '../../estate/schema.ts';
import { keyFrom, textOf } from '../keys.ts';
import { addressClass } from '../address-class.ts';
import { instantOf } from './accounts.ts';
import { ALL_APPS, doorKey } from './doors.ts';
import type { SignIn } from './schema.ts';

type Body = Bodies['signin'];

/** First factors that are two in one: a key or a phone that is unlocked. */
const STRONG_ALONE =
  /fido2|passkey|windows hello|passwordless|x\.?509.*multi|certificate.*multi|platform credential/i;

export class SignIns {
  readonly #rows = new Map<
    string,
    { readonly account: string; readonly door: string; body: Partial<Body> }
  >();
  readonly #tenant: string;
  readonly #apps: ReadonlySet<string>;
  readonly #accounts: ReadonlyMap<string, string>;
  readonly #now: Date;

  constructor(
    tenant: string,
    apps: readonly string[],
    accounts: ReadonlyMap<string, string>,
    now: Date,
  ) {
    this.#tenant = tenant;
    this.#apps = new Set(apps);
    this.#accounts = accounts;
    this.#now = now;
  }

  /** Refused attempts open nothing, and a refused first factor looks like a single one: only successes count. */
  add(signIn: SignIn): void {
    const account = this.#accounts.get(signIn.userId);
    const at = instantOf(signIn.createdDateTime, this.#now);
    if (signIn.status.errorCode !== 0 || account === undefined || at === undefined) return;
    const app = signIn.appId ?? '';
    const door = doorKey(this.#tenant, this.#apps.has(app) ? app : ALL_APPS);
    const id = `${account}\n${door}`;
    const row = this.#rows.get(id) ?? { account, door, body: {} };
    row.body = folded(row.body, at, signIn);
    this.#rows.set(id, row);
  }

  *reports(): Generator<Report> {
    for (const { account, door, body } of this.#rows.values()) {
      yield {
        type: 'observation',
        kind: 'signin',
        key: keyFrom(`${account}@${door}`),
        trueAt: this.#now.toISOString(),
        body: { account, door, ...body },
      };
    }
  }
}

function folded(body: Partial<Body>, at: string, signIn: SignIn): Partial<Body> {
  const factors = factorsOf(signIn);
  if (factors === 'unknown') return { ...body, unknownCount: (body.unknownCount ?? 0) + 1 };
  if (factors === 'two') {
    const last = later(body.twoFactorAt, at);
    return { ...body, twoFactorAt: last, twoFactorCount: (body.twoFactorCount ?? 0) + 1 };
  }
  const last = later(body.oneFactorAt, at);
  return {
    ...body,
    oneFactorAt: last,
    oneFactorCount: (body.oneFactorCount ?? 0) + 1,
    ...(last === at
      ? {
          addressClass: addressClass(signIn.ipAddress ?? ''),
          ...(typeof signIn.clientAppUsed === 'string'
            ? { way: textOf(signIn.clientAppUsed) }
            : {}),
        }
      : {}),
  };
}

function factorsOf({
  authenticationRequirement,
  authenticationDetails,
}: SignIn): 'one' | 'two' | 'unknown' {
  if (authenticationRequirement === 'multiFactorAuthentication') return 'two';
  if (authenticationRequirement !== 'singleFactorAuthentication') return 'unknown';
  const strong = (authenticationDetails ?? []).some(
    ({ authenticationMethod, succeeded }) =>
      succeeded === true && STRONG_ALONE.test(authenticationMethod ?? ''),
  );
  return strong ? 'two' : 'one';
}

function later(before: string | undefined, at: string): string {
  return before === undefined || before < at ? at : before;
}
