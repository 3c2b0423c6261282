/** SQL of exceptions. */
import type { Sql } from '../../kernel/sql/database.ts';
import type { Exception, ExceptionEnd } from './model.ts';

export async function insertException(sql: Sql, exception: Exception): Promise<void> {
  const { id, asset, fix, owner, reason, mitigation, expires, approvedBy, openedAt } = exception;
  await sql`
    insert into patching.exception (exception_id, asset, fix, owner, reason, mitigation, expires, approved_by, opened_at)
    values (${id}, ${asset}, ${fix}, ${owner}, ${reason}, ${mitigation}, ${expires}, ${approvedBy}, ${openedAt})`;
}

export async function endException(
  sql: Sql,
  id: string,
  cause: ExceptionEnd,
  now: Date,
): Promise<void> {
  await sql`
    update patching.exception set closed_at = ${now}, closed_cause = ${cause} where exception_id = ${id} and closed_at is null`;
}

/** All that ever were, oldest first; at a past moment those opened by then, as they stood then. */
export async function readExceptions(sql: Sql, asAt?: Date): Promise<Exception[]> {
  const rows = await sql<
    (Omit<Exception, 'closed'> & { closedAt: Date | null; closedCause: ExceptionEnd | null })[]
  >`select exception_id as id, asset, fix, owner, reason, mitigation, expires, approved_by as "approvedBy", opened_at as "openedAt",
      closed_at as "closedAt", closed_cause as "closedCause"
    from patching.exception where ${asAt === undefined ? sql`true` : sql`opened_at <= ${asAt}`} order by opened_at, exception_id`;
  return rows.map(({ closedAt, closedCause, ...row }) => ({
    ...row,
    closed:
      closedAt === null || closedCause === null || (asAt !== undefined && closedAt > asAt)
        ? null
        : { at: closedAt, cause: closedCause },
  }));
}

export interface ExceptionRequest extends Omit<Exception, 'approvedBy' | 'openedAt' | 'closed'> {
  readonly requestedAt: Date;
  readonly decided: {
    readonly at: Date;
    readonly by: string;
    readonly decision: 'approved' | 'withdrawn';
  } | null;
}

export async function insertRequest(sql: Sql, request: ExceptionRequest): Promise<void> {
  const { id, asset, fix, owner, reason, mitigation, expires, requestedAt } = request;
  await sql`
    insert into patching.exception_request (request_id, asset, fix, owner, reason, mitigation, expires, requested_at)
    values (${id}, ${asset}, ${fix}, ${owner}, ${reason}, ${mitigation}, ${expires}, ${requestedAt})`;
}

/** False where it was decided already: of two decisions at once one is made. */
export async function decideRequest(
  sql: Sql,
  id: string,
  { at, by, decision }: NonNullable<ExceptionRequest['decided']>,
): Promise<boolean> {
  const rows = await sql`
    update patching.exception_request set decided_at = ${at}, decided_by = ${by}, decision = ${decision}
    where request_id = ${id} and decided_at is null returning 1`;
  return rows.length === 1;
}

/** All that ever were, oldest first; at a past moment those made by then, as they stood then. */
export async function readRequests(sql: Sql, asAt?: Date): Promise<ExceptionRequest[]> {
  const rows = await sql<
    (Omit<ExceptionRequest, 'decided'> & {
      at: Date | null;
      by: string | null;
      decision: 'approved' | 'withdrawn' | null;
    })[]
  >`select request_id as id, asset, fix, owner, reason, mitigation, expires, requested_at as "requestedAt", decided_at as at, decided_by as by, decision
    from patching.exception_request where ${asAt === undefined ? sql`true` : sql`requested_at <= ${asAt}`} order by requested_at, request_id`;
  return rows.map(({ at, by, decision, ...row }) => ({
    ...row,
    decided:
      at === null || by === null || decision === null || (asAt !== undefined && at > asAt)
        ? null
        : { at, by, decision },
  }));
}

/** Those of which every item is proved done or void, and at least one is done. */
export async function readSettledFixes(
  sql: Sql,
  exceptions: readonly Exception[],
): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    select x.exception_id as id from patching.exception x
    join patching.fix f on true
    join patching.item i on i.fix_id = f.fix_id and (f.key = x.fix or x.fix = any(i.flaws))
    join estate.entity e on e.entity_id = i.asset_id and (x.asset is null or x.asset = e.key)
    where x.exception_id = any(${exceptions.map(({ id }) => id)}::uuid[])
    group by 1 having bool_and(i.phase in ('fixed-proven', 'void')) and bool_or(i.phase = 'fixed-proven')`;
  return new Set(rows.map(({ id }) => id));
}
