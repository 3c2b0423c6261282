/**
 * Every permission there is, on one screen. A route names exactly one; a caller holds a set. `public` is a permission
 * like any other, so that "everyone may" is said, never forgotten.
 */
import { HoldfastError } from '../errors.ts';

export const PERMISSIONS = [
  'public',
  'signed-in',
  'estate:read',
  'estate:write',
  'collections:run',
  'hosts:report',
  'jobs:read',
  'jobs:write',
  'configuration:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Who asks. `name` is for the log and the ledger: an account or a purpose, never a person's name. */
export interface Caller {
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Whose session it is, where it is somebody's own: only then can one person be told from another. */
  readonly account?: string | undefined;
}

export const ANYONE: Caller = { name: 'anyone', permissions: new Set(['public']) };

/** A caller who has proved to be `name`; everyone who signed in holds `public` and `signed-in`. */
export function signedIn(
  name: string,
  permissions: readonly Permission[],
  account?: string,
): Caller {
  return {
    name,
    permissions: new Set<Permission>(['public', 'signed-in', ...permissions]),
    account,
  };
}

/** @throws HoldfastError `not_permitted` where nobody knows whose session it is. */
export function accountOf({ account }: Caller): string {
  if (account !== undefined) return account;
  throw new HoldfastError('not_permitted', 'This needs to know who you are.', {
    remedy: 'Sign in with a link of your own: holdfast sign-in --account NAME.',
  });
}

export function isPermission(text: unknown): text is Permission {
  return typeof text === 'string' && (PERMISSIONS as readonly string[]).includes(text);
}
