/** Every expected failure of Holdfast has one of these codes; docs/reference/errors.md explains each. */

/** Code → HTTP status. The list is pinned by a test; removing or renaming a code breaks callers' scripts. */
export const ERROR_STATUS = {
  bad_input: 400,
  bad_config: 400,
  bad_file: 400,
  unsupported: 400,
  too_large: 413,
  not_signed_in: 401,
  not_permitted: 403,
  not_found: 404,
  conflict: 409,
  stale: 409,
  cancelled: 409,
  rate_limited: 429,
  locked: 423,
  newer_data: 409,
  migration_changed: 500,
  tampered: 500,
  internal: 500,
  incomplete: 502,
  unreachable: 502,
  database_unavailable: 503,
  disk_full: 507,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

interface Details {
  /** What the person should do next; shown after the message. */
  readonly remedy?: string;
  /** For the log only: never shown to a client, never personal data. */
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one error class. `message` is public and names the file, line or field; `detail` and `cause` stay in the log.
 *
 * @example throw new HoldfastError('bad_file', 'estate.yaml line 12: unknown key "owner"', { remedy: 'Remove it.' })
 */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly detail: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy;
    this.detail = details.detail;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }

  /** Whether the message may leave the process: internal failures are shown only as their code. */
  get expose(): boolean {
    return this.code !== 'internal' && this.code !== 'migration_changed';
  }
}

/** The code of a system error (`ENOENT`, `EACCES`…), or an empty string for anything else. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
