/**
 * Every permission there is, on one screen. A route names exactly one; a caller holds a set. `public` is a permission
 * like any other, so that "everyone may" is said, never forgotten.
 */

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
}

export const ANYONE: Caller = { name: 'anyone', permissions: new Set(['public']) };

/** A caller who has proved to be `name`; everyone who signed in holds `public` and `signed-in`. */
export function signedIn(name: string, permissions: readonly Permission[]): Caller {
  return { name, permissions: new Set<Permission>(['public', 'signed-in', ...permissions]) };
}

export function isPermission(text: unknown): text is Permission {
  return typeof text === 'string' && (PERMISSIONS as readonly string[]).includes(text);
}
