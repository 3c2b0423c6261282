/** Tokens of hosts that push: made once, kept only as a hash, each for one host. */
import type { Clock } from '../../../kernel/clock.ts';
import { HoldfastError } from '../../../kernel/errors.ts';
import type { Caller } from '../../../kernel/http/permissions.ts';
import { hashSecret, newSecret } from '../../../kernel/ids.ts';
import type { Database } from '../../../kernel/sql/database.ts';
import * as store from './store.ts';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
const CALLER = /^host (\d+)$/;

export interface Enrolments {
  /**
   * A new token, shown once.
   *
   * @throws HoldfastError `bad_input` for a name that cannot be a source's, `conflict` for one that is taken.
   */
  enrol(name: string): Promise<string>;
  /** @throws HoldfastError `not_found` where no host of that name may push. */
  revoke(name: string): Promise<void>;
  list(): Promise<store.Enrolment[]>;
  /** Who holds this token; undefined for an unknown or revoked one. It may report and do nothing else. */
  identify(token: string): Promise<Caller | undefined>;
}

export function createEnrolments({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): Enrolments {
  return {
    enrol: async (name) => {
      if (!NAME.test(name)) {
        throw new HoldfastError(
          'bad_input',
          `${JSON.stringify(name)} cannot be a host's name here.`,
          {
            remedy: 'Use at most 100 lower-case letters, digits, dots, dashes and underscores.',
          },
        );
      }
      const token = newSecret();
      const row = { name, tokenHash: hashSecret(token), at: clock.now() };
      const done = await database.transaction('everything', (sql) =>
        store.insertEnrolment(sql, row),
      );
      if (done) return token;
      throw new HoldfastError('conflict', `A host called ${name} was enrolled before.`, {
        remedy: 'Choose another name; names of revoked hosts stay with their history.',
      });
    },
    revoke: async (name) => {
      const done = await database.transaction('everything', (sql) =>
        store.revokeEnrolment(sql, name, clock.now()),
      );
      if (!done) throw new HoldfastError('not_found', `No host called ${name} may push.`);
    },
    list: () => database.transaction('everything', (sql) => store.readEnrolments(sql)),
    identify: async (token) => {
      if (!TOKEN.test(token)) return undefined;
      const found = await database.transaction('everything', (sql) =>
        store.findEnrolment(sql, hashSecret(token)),
      );
      if (found === undefined) return undefined;
      return { name: `host ${found.id}`, permissions: new Set(['public', 'hosts:report']) };
    },
  };
}

/** The enrolment that a caller of `hosts:report` stands for. */
export function enrolmentOf(caller: Caller): number {
  const [, id] = CALLER.exec(caller.name) ?? [];
  if (id === undefined)
    throw new HoldfastError('not_permitted', 'Only an enrolled host may do this.');
  return Number(id);
}
