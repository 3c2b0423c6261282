/**
 * How a person gets in until the gate's factors exist: a one-time link, printed where the server runs, is exchanged
 * for a session. Secrets are 256 random bits, kept only as hashes; every limit is an absolute time.
 */
import type { Clock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { signedIn } from '../kernel/http/permissions.ts';
import type { Caller } from '../kernel/http/permissions.ts';
import { hashSecret, newSecret, sha256Hex } from '../kernel/ids.ts';
import type { Database } from '../kernel/sql/database.ts';
import { record } from '../ledger/record.ts';
import { createRefusals } from './refusals.ts';
import * as store from './store.ts';

export const LINK_MINUTES = 15;
export const SESSION_HOURS = 12;
export const IDLE_MINUTES = 30;
/** A session is written back at most this often. */
const TOUCH_MS = 60_000;
/** A session seen in the future means that the clock was set back: it would live longer than allowed. */
const CLOCK_SLACK_MS = 5 * 60_000;
const KEPT_DAYS = 30;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const MINUTE_MS = 60_000;

/** What the holder of a one-time link may do: everything there is to do from the console. */
const OWNER = [
  'estate:read',
  'estate:write',
  'collections:run',
  'jobs:read',
  'jobs:write',
  'configuration:read',
] as const;

/** An account, never a person's name: it is in logs. */
const ACCOUNT = /^[A-Za-z0-9][A-Za-z0-9._@-]{1,99}$/;

export interface Issued {
  /** Shown or sent once, never stored. */
  readonly secret: string;
  readonly expiresAt: Date;
}

export interface Sessions {
  /**
   * A new sign-in link's secret: 15 minutes, one use. What needs two people works only in sessions of an account.
   *
   * @throws HoldfastError `bad_input` for what cannot be an account.
   */
  createLink(account?: string): Promise<Issued>;
  /** Exchanges a link's secret for a session's. @throws HoldfastError `not_signed_in` when used, expired or unknown. */
  exchange(linkSecret: string): Promise<Issued>;
  /** Who holds this session, if it is open; keeps it from going idle. */
  identify(sessionSecret: string): Promise<Caller | undefined>;
  end(sessionSecret: string): Promise<void>;
  /** Ends every open session; resolves with how many there were. */
  endAll(): Promise<number>;
  /** Records the refused sign-ins that still wait for the end of their minute. */
  flush(): Promise<void>;
}

export function createSessions({
  database,
  clock,
}: {
  database: Database;
  clock: Clock;
}): Sessions {
  const refusals = createRefusals({ database, clock });
  const later = (ms: number) => new Date(clock.now().getTime() + ms);
  return {
    createLink: async (account) => {
      if (account !== undefined && !ACCOUNT.test(account))
        throw new HoldfastError(
          'bad_input',
          'An account has 2 to 100 letters, digits, dots, hyphens, underscores or @.',
        );
      const secret = newSecret();
      const now = clock.now();
      const expiresAt = later(LINK_MINUTES * MINUTE_MS);
      await database.transaction('everything', async (sql) => {
        await store.deleteOld(sql, later(-KEPT_DAYS * 24 * 60 * MINUTE_MS));
        await store.insertLink(sql, {
          hash: hashSecret(secret),
          account: account?.toLowerCase() ?? null,
          createdAt: now,
          expiresAt,
        });
      });
      return { secret, expiresAt };
    },
    exchange: async (linkSecret) => {
      const answer = await database.transaction('everything', async (sql) => {
        const now = clock.now();
        const hash = SECRET.test(linkSecret) ? hashSecret(linkSecret) : undefined;
        if (hash === undefined) return 'unknown';
        const link = await store.useLink(sql, hash, now);
        if (link === undefined) return store.linkState(sql, hash);
        const { account } = link;
        const secret = newSecret();
        const expiresAt = later(SESSION_HOURS * 60 * MINUTE_MS);
        await store.insertSession(sql, {
          hash: hashSecret(secret),
          account,
          createdAt: now,
          expiresAt,
        });
        const whose = account === null ? {} : { account: sha256Hex(account) };
        await record(
          sql,
          'sign-in',
          { ...whose, factor: 'one-time-link', outcome: 'accepted' },
          now,
        );
        return { secret, expiresAt };
      });
      if (typeof answer !== 'string') return answer;
      await refusals.note(answer);
      throw refusal(answer);
    },
    identify: async (sessionSecret) => {
      if (!SECRET.test(sessionSecret)) return undefined;
      const hash = hashSecret(sessionSecret);
      return database.transaction('everything', async (sql) => {
        const session = await store.readSession(sql, hash);
        const now = clock.now();
        if (session === undefined || !isOpen(session, now)) return undefined;
        if (now.getTime() - session.seenAt.getTime() >= TOUCH_MS)
          await store.touchSession(sql, hash, now);
        const account = session.account ?? undefined;
        return signedIn(account ?? 'one-time link', OWNER, account);
      });
    },
    end: (sessionSecret) =>
      database.transaction('everything', (sql) =>
        store.endSession(sql, hashSecret(sessionSecret), clock.now()),
      ),
    endAll: () =>
      database.transaction('everything', (sql) => store.endAllSessions(sql, clock.now())),
    flush: () => refusals.flush(),
  };
}

/** Whether a session may be used at `now`: not ended, not past its end, not idle, not from the future. */
export function isOpen(session: Omit<store.SessionRow, 'account'>, now: Date): boolean {
  const at = now.getTime();
  return (
    session.endedAt === null &&
    at < session.expiresAt.getTime() &&
    at - session.seenAt.getTime() < IDLE_MINUTES * MINUTE_MS &&
    session.seenAt.getTime() - at < CLOCK_SLACK_MS
  );
}

/** Only who holds the 256 bits learns which of these it is; "used" warns an honest holder that someone was faster. */
function refusal(state: store.LinkState): HoldfastError {
  const remedy = 'Ask for a new link on the machine that runs Holdfast.';
  if (state === 'used')
    return new HoldfastError('not_signed_in', 'This sign-in link has been used already.', {
      remedy: `If that was not you, end all sessions. ${remedy}`,
    });
  if (state === 'expired')
    return new HoldfastError(
      'not_signed_in',
      `This sign-in link was good for ${LINK_MINUTES} minutes and has expired.`,
      { remedy },
    );
  return new HoldfastError('not_signed_in', 'This sign-in link is not one of ours.', { remedy });
}
