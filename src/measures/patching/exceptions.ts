/**
 * Exceptions: somebody accepts that a fix is late, for a reason, behind a measure that is itself checked, until a day, and
 * somebody else agrees. It stays late in every total, and no clock moves.
 */
import * as z from 'zod';
import { HoldfastError } from '../../kernel/errors.ts';
import { newId, sha256Hex } from '../../kernel/ids.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { record } from '../../ledger/record.ts';
import type { Exception, ExceptionEnd } from './model.ts';
import {
  endException,
  insertException,
  readExceptions,
  readSettledFixes,
} from './store-exceptions.ts';

const Words = z.string().trim().min(3).max(500);
export const NewException = z.strictObject({
  /** Left out: every asset. */
  asset: z.string().min(1).max(200).optional(),
  fix: z.string().min(3).max(500),
  owner: Words,
  reason: Words,
  mitigation: z
    .string()
    .regex(
      /^(?:mfa|scanning|patching):[^\s].{2,300}$/,
      'must name a measure, such as mfa:door/vpn1',
    ),
  expires: z.iso.datetime({ offset: true }),
  approvedBy: Words,
});
export type NewException = z.infer<typeof NewException>;

/** Longer is no exception but a policy. */
const LONGEST_MS = 366 * 86_400_000;

/**
 * @throws HoldfastError `bad_input` where owner and approver are the same, it ends in the past or more than a year from now,
 *   or the measure that it leans on does not hold now.
 */
export async function openException(
  sql: Sql,
  asked: NewException,
  tools: Mitigated,
  now: Date,
  id = newId(),
): Promise<Exception> {
  const given = NewException.parse(asked);
  const expires = new Date(given.expires);
  if (fold(given.owner) === fold(given.approvedBy))
    refuse('An exception is approved by somebody else than its owner');
  await requireAcceptable(given, tools, now);
  const { asset = null, fix, owner, reason, mitigation, approvedBy } = given;
  const what = { asset, fix, owner, reason, mitigation, approvedBy };
  const exception: Exception = { ...what, id, expires, openedAt: now, closed: null };
  await insertException(sql, exception);
  await record(
    sql,
    'exception.opened',
    { ...entryOf(exception), expires: expires.toISOString() },
    now,
  );
  return exception;
}

interface Mitigated {
  readonly mitigated: (mitigation: string) => Promise<boolean>;
}

function refuse(message: string): never {
  throw new HoldfastError('bad_input', message);
}

/** What holds of every exception, when it is asked for and again when it is approved. */
export async function requireAcceptable(
  { expires, mitigation }: Pick<NewException, 'expires' | 'mitigation'>,
  tools: Mitigated,
  now: Date,
): Promise<void> {
  const end = Date.parse(expires);
  if (end <= now.getTime()) refuse('The exception would have expired already');
  if (end - now.getTime() > LONGEST_MS)
    refuse('An exception lasts a year at most; after that it is decided anew');
  if (!(await tools.mitigated(mitigation)))
    refuse(`The measure ${mitigation} does not hold, so nothing stands in for the fix`);
}

/** One person under two spellings is one person. */
export function fold(name: string): string {
  return name.trim().toLowerCase().replaceAll(/\s+/g, ' ');
}

function entryOf(exception: Exception) {
  const { id, asset, fix, owner, reason, mitigation, approvedBy, expires } = exception;
  const words = [asset, fix, owner, reason, mitigation, approvedBy, expires.toISOString()];
  return { exception: id, measure: 'patching' as const, digest: sha256Hex(JSON.stringify(words)) };
}

/** @throws HoldfastError `not_found` or, where it has ended already, `conflict` */
export async function withdrawException(sql: Sql, id: string, now: Date): Promise<void> {
  const found = (await readExceptions(sql)).find((each) => each.id === id);
  if (found === undefined) throw new HoldfastError('not_found', `There is no exception ${id}`);
  if (found.closed !== null)
    throw new HoldfastError(
      'conflict',
      `The exception ${id} has ended already (${found.closed.cause})`,
    );
  await end(sql, found, 'withdrawn', now);
}

/** Ends what expired, what was fixed, and what leans on a measure that does not hold any more. */
export async function closeExceptions(sql: Sql, tools: Mitigated, now: Date): Promise<void> {
  const open = (await readExceptions(sql)).filter(({ closed }) => closed === null);
  if (open.length === 0) return;
  const settled = await readSettledFixes(sql, open);
  for (const exception of open) {
    if (exception.expires <= now) await end(sql, exception, 'expired', now);
    else if (settled.has(exception.id)) await end(sql, exception, 'fixed', now);
    else if (!(await tools.mitigated(exception.mitigation)))
      await end(sql, exception, 'mitigation-failed', now);
  }
}

async function end(sql: Sql, exception: Exception, cause: ExceptionEnd, now: Date): Promise<void> {
  await endException(sql, exception.id, cause, now);
  await record(sql, 'exception.closed', { ...entryOf(exception), cause }, now);
}
