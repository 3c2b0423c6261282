/** From what sources told the estate to the answers of the API: freshness, as-at, and who says what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collect } from '../../estate/collect.ts';
import type { Observation, Outcome, Report } from '../../estate/schema.ts';
import type { Clock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import type { Database } from '../../kernel/sql/database.ts';
import { NOBODY } from '../../estate/reached.ts';
import { aRanking, rankingsOf, thatMany } from '../../../test/support/a-ranking.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { mfaHandlers } from './handlers.ts';
import { mfaReader } from './read.ts';

const START = Date.parse('2026-10-01T08:00:00Z');
const HOUR = 3_600_000;
const CONTEXT = undefined as never;

function movable(): Clock & { at: number } {
  const clock = { at: START, now: () => new Date(clock.at) };
  return clock as Clock & { at: number };
}

type Fact<K extends Observation['kind']> = readonly [
  K,
  string,
  Extract<Observation, { kind: K }>['body'],
];

async function tell(
  database: Database,
  clock: Clock,
  name: string,
  facts: readonly { [K in Observation['kind']]: Fact<K> }[Observation['kind']][],
  outcome: Outcome = 'complete',
): Promise<void> {
  const trueAt = clock.now().toISOString();
  // eslint-disable-next-line @typescript-eslint/require-await -- a source that has everything at hand
  async function* reports(): AsyncGenerator<Report, Outcome, void> {
    for (const [kind, key, body] of facts)
      yield { type: 'observation', kind, key, trueAt, body } as Observation;
    return outcome;
  }
  const log = createLog({ level: 'error', clock, write: () => undefined });
  await collect(
    { database, clock, log, source: { connector: 'other', name, interval: 24 * 3600 } },
    reports(),
  );
}

const STRICT = {
  rules: [{ id: 'mfa', demands: 'second-factor' as const, for: { everyone: true } }],
};
const account = (login: string): Fact<'account'> => [
  'account',
  `corp/${login}`,
  { login, identitySource: 'corp', population: 'staff', factorsListed: true, groups: [] },
];

async function estate(database: Database, clock: Clock): Promise<void> {
  await tell(database, clock, 'directory', [
    account('anna'),
    account('bert'),
    ['factor', 'corp/anna totp', { account: 'corp/anna', type: 'totp' }],
    ['network', 'internet', { name: 'Internet', zone: 'internet' }],
    ['service', 'rota', { name: 'Rota' }],
  ]);
  await tell(database, clock, 'gateways', [
    [
      'door',
      'desk',
      {
        name: 'Desk',
        type: 'remote-desktop',
        accepts: ['corp'],
        reachableFrom: ['internet'],
        opens: [{ kind: 'service', key: 'rota' }],
        authentication: { rules: [] },
      },
    ],
    [
      'door',
      'vpn',
      {
        name: 'VPN',
        type: 'vpn',
        accepts: ['corp'],
        reachableFrom: ['internet'],
        authentication: STRICT,
      },
    ],
    ['door', 'bare', { name: 'other', type: 'other' }],
  ]);
}

async function handlersOf(database: Database, clock: Clock) {
  const ranking = await aRanking(database, { 'door:desk': thatMany(79_404), 'door:bare': NOBODY });
  return mfaHandlers({
    reader: mfaReader({ database, clock }),
    rankings: rankingsOf(ranking).told,
    clock,
  });
}

test('the worst door and path come first, each verdict with who said what', async (t) => {
  const database = await testDatabase(t);
  const clock = movable();
  await estate(database, clock);
  const handlers = await handlersOf(database, clock);
  const { doors, next } = await handlers.listMfaDoors({ order: 'people', limit: 2 }, CONTEXT);
  assert.deepEqual(
    doors.map(({ key, peopleBehind }) => [key, peopleBehind?.best]),
    [
      ['desk', 79_404],
      ['vpn', undefined],
    ],
  );
  const rest = await handlers.listMfaDoors(
    { order: 'people', limit: 2, after: next ?? '' },
    CONTEXT,
  );
  assert.deepEqual([rest.doors.map(({ key }) => key), rest.next], [['bare'], null]);
  assert.deepEqual(doors[0]?.counts, {
    paths: 2,
    enforced: 0,
    registeredNotEnforced: 1,
    none: 1,
    unknown: 0,
    closed: 0,
  });
  const { paths } = await handlers.listLoginPaths({ order: 'people', limit: 10 }, CONTEXT);
  assert.deepEqual(
    paths.map(({ login, door, verdict }) => [login, door, verdict]),
    [
      ['bert', 'desk', 'none'],
      ['anna', 'desk', 'registered-not-enforced'],
      ['bert', 'vpn', 'unknown'],
      ['anna', 'vpn', 'enforced'],
    ],
  );
  for (const order of ['people', 'rank'] as const) {
    const pages: typeof paths = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await handlers.listLoginPaths({ order, limit: 1, after }, CONTEXT);
      pages.push(...page.paths);
      after = page.next;
    }
    assert.deepEqual(pages, paths);
  }
  await assert.rejects(
    Promise.resolve(
      handlers.listLoginPaths({ order: 'rank', limit: 1, after: next ?? '' }, CONTEXT),
    ),
    { code: 'bad_input' },
  );
  const summary = await handlers.readMfaCoverage({}, CONTEXT);
  assert.deepEqual(
    [summary.total.paths, summary.undeclaredDoors, summary.doorsWithoutAccounts],
    [4, 3, 1],
  );
  assert.equal((await handlers.readMfaCoverage({ service: 'rota' }, CONTEXT)).total.paths, 2);
  const explained = await handlers.explainLoginPath({ account: 'anna', door: 'VPN' }, CONTEXT);
  assert.equal(explained.verdict, 'enforced');
  assert.deepEqual(
    explained.evidence.map(({ kind, source, trueAt }) => [kind, source, trueAt]),
    [
      ['account', 'other/directory', '2026-10-01T08:00:00.000Z'],
      ['registered', 'other/directory', '2026-10-01T08:00:00.000Z'],
      ['required', 'other/gateways', '2026-10-01T08:00:00.000Z'],
    ],
  );
  const { accounts } = await handlers.listMfaCampaign({ limit: 10 }, CONTEXT);
  assert.deepEqual(
    accounts.map(({ login, owner, registered, openDoors, unknownDoors, worstDoor }) => [
      login,
      owner,
      registered,
      openDoors,
      unknownDoors,
      worstDoor,
    ]),
    [['bert', 'corp', 'none', 1, 1, 'desk']],
  );
  await assert.rejects(
    Promise.resolve(handlers.explainLoginPath({ account: 'anna', door: 'no' }, CONTEXT)),
    { code: 'not_found' },
  );
});

test('a silent, failed or partial source is no evidence; the past is what was known then', async (t) => {
  const database = await testDatabase(t);
  const clock = movable();
  await estate(database, clock);
  const handlers = await handlersOf(database, clock);
  const verdict = async (asAt?: string) =>
    (
      await handlers.explainLoginPath(
        { account: 'corp/anna', door: 'vpn', ...(asAt === undefined ? {} : { asAt }) },
        CONTEXT,
      )
    ).verdict;
  assert.equal(await verdict(), 'enforced');
  // A log comes in: one success with one factor.
  clock.at += HOUR;
  await tell(database, clock, 'log', [
    [
      'signin',
      'corp/anna at vpn',
      {
        account: 'corp/anna',
        door: 'vpn',
        oneFactorAt: new Date(clock.at - HOUR / 2).toISOString(),
      },
    ],
  ]);
  assert.equal(await verdict(), 'registered-not-enforced');
  assert.equal(await verdict(new Date(START + HOUR / 2).toISOString()), 'enforced');
  // Months later the log is silent and the success long ago: nobody looks any more.
  clock.at += 100 * 24 * HOUR;
  await estate(database, clock);
  assert.equal(await verdict(), 'unknown');
  clock.at += HOUR;
  await tell(database, clock, 'log', [
    [
      'signin',
      'corp/anna at vpn',
      { account: 'corp/anna', door: 'vpn', twoFactorAt: clock.now().toISOString() },
    ],
  ]);
  assert.equal(await verdict(), 'enforced');
  // The gateways' next collection fails, then sees a part that the door is not in.
  clock.at += HOUR;
  await tell(database, clock, 'gateways', [], 'failed');
  assert.equal(await verdict(), 'unknown');
  clock.at += HOUR;
  await tell(
    database,
    clock,
    'gateways',
    [['door', 'bare', { name: 'other', type: 'other' }]],
    'partial',
  );
  assert.equal(await verdict(), 'unknown');
  await assert.rejects(verdict(new Date(clock.at + HOUR).toISOString()), { code: 'bad_input' });
});
