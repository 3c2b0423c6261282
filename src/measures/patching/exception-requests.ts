/** Exceptions in two steps, by two people who are signed in: one asks for it and answers for it, another one approves. */
import type * as z from 'zod';
import { HoldfastError } from '../../kernel/errors.ts';
import { newId, sha256Hex } from '../../kernel/ids.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { record } from '../../ledger/record.ts';
import {
  fold,
  NewException,
  openException,
  requireAcceptable,
  withdrawException,
} from './exceptions.ts';
import type { Exception } from './model.ts';
import {
  decideRequest,
  insertRequest,
  readRequests,
  type ExceptionRequest,
} from './store-exceptions.ts';

/** What is asked for; its owner is who asks. */
export const AskedException = NewException.omit({ owner: true, approvedBy: true });
export type AskedException = z.infer<typeof AskedException>;

interface Mitigated {
  readonly mitigated: (mitigation: string) => Promise<boolean>;
}

/**
 * Accepts nothing yet: until it is approved the item stands as it stood.
 *
 * @throws HoldfastError `bad_input` by the rules of every exception.
 */
export async function requestException(
  sql: Sql,
  asked: AskedException,
  owner: string,
  tools: Mitigated,
  now: Date,
): Promise<ExceptionRequest> {
  await requireAcceptable(asked, tools, now);
  const { asset = null, fix, reason, mitigation, expires } = asked;
  const what = { asset, fix, owner, reason, mitigation, expires: new Date(expires) };
  const request: ExceptionRequest = { ...what, id: newId(), requestedAt: now, decided: null };
  await insertRequest(sql, request);
  await record(
    sql,
    'exception.requested',
    { ...entryOf(request), expires: request.expires.toISOString(), by: sha256Hex(owner) },
    now,
  );
  return request;
}

/**
 * The measure is checked again: it may have failed meanwhile.
 *
 * @throws HoldfastError `not_found`; `conflict` where it is decided; `not_permitted` where the approver asked for it.
 */
export async function approveException(
  sql: Sql,
  id: string,
  approvedBy: string,
  tools: Mitigated,
  now: Date,
): Promise<Exception> {
  const request = await openRequest(sql, id);
  if (fold(request.owner) === fold(approvedBy))
    throw new HoldfastError(
      'not_permitted',
      'An exception is approved by somebody else than who asked for it.',
    );
  const { asset, fix, owner, reason, mitigation, expires } = request;
  await decided(sql, id, { at: now, by: approvedBy, decision: 'approved' });
  return openException(
    sql,
    {
      ...(asset === null ? {} : { asset }),
      fix,
      owner,
      reason,
      mitigation,
      approvedBy,
      expires: expires.toISOString(),
    },
    tools,
    now,
    id,
  );
}

/**
 * Takes back what was asked for, or ends what was approved.
 *
 * @throws HoldfastError `not_found`, or `conflict` where it has ended already.
 */
export async function withdraw(sql: Sql, id: string, by: string, now: Date): Promise<void> {
  const request = (await readRequests(sql)).find((each) => each.id === id);
  if (request === undefined || request.decided?.decision === 'approved') {
    await withdrawException(sql, id, now);
    return;
  }
  await decided(sql, id, { at: now, by, decision: 'withdrawn' });
  await record(sql, 'exception.closed', { ...entryOf(request), cause: 'withdrawn' }, now);
}

async function openRequest(sql: Sql, id: string): Promise<ExceptionRequest> {
  const request = (await readRequests(sql)).find((each) => each.id === id);
  if (request === undefined)
    throw new HoldfastError('not_found', `Nobody asked for an exception ${id}`);
  return request;
}

async function decided(
  sql: Sql,
  id: string,
  decision: NonNullable<ExceptionRequest['decided']>,
): Promise<void> {
  if (!(await decideRequest(sql, id, decision)))
    throw new HoldfastError('conflict', `The request ${id} was decided already`);
}

function entryOf({ id, asset, fix, owner, reason, mitigation, expires }: ExceptionRequest) {
  const words = [asset, fix, owner, reason, mitigation, expires.toISOString()];
  return { exception: id, measure: 'patching' as const, digest: sha256Hex(JSON.stringify(words)) };
}
