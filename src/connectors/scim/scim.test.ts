import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { collected, type Collected } from '../../../test/support/collect.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { startWebServer, type Answer, type Asked } from '../../../test/support/web-server.ts';
import { BODIES } from '../../estate/schema.ts';
import { Config } from './config.ts';
import { scim } from './index.ts';
import { ENTERPRISE } from './schema.ts';

type Resource = Readonly<Record<string, unknown>>;
type Before = (asked: Asked) => Answer | undefined;

const SECRET = 'token-must-not-be-seen';
process.env['HOLDFAST_SCIM_TOKEN'] = SECRET;
const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-scim-'));
after(() => rmSync(folder, { recursive: true }));

function user(name: string, more: Resource = {}): Resource {
  return { id: `id-${name}`, userName: name, active: true, ...more };
}

/** A server that gives at most `most` resources a page. */
function answerTo({ path: asked }: Asked, lists: Lists, most: number): Answer {
  const { pathname, searchParams } = new URL(asked, 'http://x');
  const list = pathname === '/scim/v2/Users' ? lists.users : (lists.groups ?? []);
  const from = Number(searchParams.get('startIndex')) - 1;
  const count = Math.min(most, Number(searchParams.get('count')));
  return {
    headers: { 'content-type': 'application/scim+json' },
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: list.length,
      startIndex: from + 1,
      Resources: list.slice(from, from + count),
    },
  };
}

interface Lists {
  readonly users: readonly unknown[];
  readonly groups?: readonly unknown[];
}
interface From extends Collected {
  readonly asked: readonly Asked[];
}

async function from(
  lists: Lists,
  {
    before = () => undefined,
    most = 2,
    more = {},
  }: { before?: Before; most?: number; more?: Resource } = {},
): Promise<From> {
  const server = await startWebServer((asked) => before(asked) ?? answerTo(asked, lists, most));
  try {
    const token = { environment: 'HOLDFAST_SCIM_TOKEN' };
    const config = { url: `${server.url}/scim/v2`, token, identitySource: 'app:rota', ...more };
    const all = await collected(scim, config);
    for (const report of all.reports)
      if (report.type === 'observation') BODIES[report.kind].parse(report.body);
    assert.ok(!(JSON.stringify(all.reports) + all.logged).includes(SECRET));
    return { ...all, asked: server.asked };
  } finally {
    await server.close();
  }
}

function logins({ reports }: Collected): string[] {
  return [...bodies('account', reports).values()].map(({ login }) => login);
}
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `u${n}`);

test('all pages of a server that gives fewer than were asked for, from 1 on, with the token', async () => {
  const all = await from({ users: names(5).map((name) => user(name)) }, { more: { pageSize: 3 } });
  assert.equal(all.outcome, 'complete');
  assert.deepEqual(logins(all), names(5));
  const users = all.asked.filter((each) => each.path.startsWith('/scim/v2/Users'));
  assert.deepEqual(
    users.map((each) => /startIndex=(\d+)&count=(\d+)/.exec(each.path)?.slice(1)),
    [
      ['1', '3'],
      ['3', '3'],
      ['5', '3'],
    ],
  );
  for (const each of all.asked) {
    assert.equal(each.method, 'GET');
    assert.equal(each.headers.authorization, `Bearer ${SECRET}`);
    assert.doesNotMatch(each.path, /x509|phone|mail|name\./i);
  }
});

test('what a user is: mapped, in groups at any depth, never with a list of factors', async () => {
  const anna = user('Anna', {
    userType: 'Customer',
    roles: [{ value: 'admin' }, 'reader', 7],
    meta: { created: '2024-05-06T07:08:09Z' },
    x509Certificates: [{ value: 'certificate-of-anna' }],
    name: { familyName: 'Invented' },
    [ENTERPRISE]: { organization: 'Northwind', division: 'North', department: 'Rota' },
  });
  const users = [
    anna,
    { ID: '1', USERNAME: 'ben', Active: 'False', roles: [{ value: 'reader' }] },
    user('cora', { userType: 'constructor', meta: { created: '2031-01-01T00:00:00Z' } }),
  ];
  const groups = [
    { id: '1', displayName: 'Everyone', members: [{ value: '2', type: 'Group' }] },
    {
      id: '2',
      displayName: 'Nurses',
      members: [{ value: 'id-Anna' }, { value: '1', $ref: 'https://id.example/scim/v2/Groups/1' }],
    },
  ];
  const all = await from(
    { users, groups },
    {
      more: {
        population: 'staff',
        userTypes: { Customer: 'customer' },
        customerFrom: 'organization',
        customers: { Northwind: 'RX1' },
        divisions: { North: 'north' },
        privileged: { roles: ['admin'] },
      },
    },
  );
  assert.equal(all.outcome, 'complete');
  assert.ok(!/certificate-of-anna|Invented/.test(JSON.stringify(all.reports)));
  const common = { identitySource: 'app:rota' };
  assert.deepEqual(Object.fromEntries(bodies('account', all.reports)), {
    'app:rota/anna': {
      ...common,
      login: 'Anna',
      population: 'customer',
      customer: 'RX1',
      division: 'north',
      enabled: true,
      createdAt: '2024-05-06T07:08:09.000Z',
      privileged: true,
      groups: [
        'Everyone',
        'Nurses',
        'department:Rota',
        'division:North',
        'organization:Northwind',
        'role:admin',
        'role:reader',
        'user-type:Customer',
      ],
    },
    'app:rota/ben': {
      ...common,
      login: 'ben',
      population: 'staff',
      enabled: false,
      privileged: false,
      groups: ['role:reader'],
    },
    'app:rota/cora': {
      ...common,
      login: 'cora',
      population: 'staff',
      enabled: true,
      groups: ['user-type:constructor'],
    },
  });
});

for (const [status, reason] of [
  [403, 'not-permitted'],
  [404, 'not-supported'],
  [501, 'not-supported'],
] as const) {
  test(`groups that are refused with ${status} hide groups only, and nobody is unprivileged by them`, async () => {
    const all = await from(
      { users: [user('anna', { userType: 'x' })] },
      {
        before: ({ path: asked }) => (asked.includes('/Groups') ? { status } : undefined),
        more: { privileged: { groups: ['Admins'] } },
      },
    );
    assert.deepEqual([all.outcome, unseen(all.reports)], ['partial', [`groups: ${reason}`]]);
    const account = bodies('account', all.reports).get('app:rota/anna');
    assert.deepEqual([account?.groups, account?.privileged], [undefined, undefined]);
    assert.equal(all.asked.filter((each) => each.path.includes('/Groups')).length, 1);
  });
}

test('pages that come twice count once; a list that shrank is read once more, and nobody is lost', async () => {
  let asked = 0;
  const everyone = names(6).map((name) => user(name));
  const before: Before = (each) => {
    if (!each.path.includes('/Users')) return undefined;
    asked += 1;
    // After the first page its first user goes: all others move up by one.
    return answerTo(each, { users: asked === 1 ? everyone : everyone.slice(1) }, 2);
  };
  const all = await from({ users: [] }, { before });
  assert.deepEqual([all.outcome, logins(all).sort()], ['complete', names(6)]);
  assert.equal(asked, 6);
});

test('a list that stays short of its own count is admitted; a server that pages in a circle is stopped', async () => {
  const page = { totalResults: 5, Resources: [user('anna'), user('ben')] };
  const short = await from(
    { users: [] },
    {
      before: ({ path: asked }) =>
        asked.includes('/Users')
          ? { body: asked.includes('startIndex=1&') ? page : { totalResults: 5 } }
          : undefined,
    },
  );
  assert.deepEqual([short.outcome, unseen(short.reports)], ['partial', ['accounts: truncated']]);
  assert.deepEqual(logins(short), ['anna', 'ben']);
  const circle = await from(
    { users: [] },
    {
      before: ({ path: asked }) =>
        asked.includes('/Users') ? { body: { ...page, totalResults: 1_000_000 } } : undefined,
    },
  );
  assert.deepEqual([circle.outcome, unseen(circle.reports)], ['partial', ['accounts: invalid']]);
  assert.ok(circle.asked.length < 10);
});

test('damaged users are counted and hide accounts; damaged groups hide groups; logins alike but for case are one', async () => {
  const all = await from({
    users: [
      user('anna'),
      { id: '', userName: 'x' },
      'text',
      user('ben', { userName: ' ' }),
      user('ANNA'),
    ],
    groups: [{ id: '1', displayName: 'Nurses', members: 'everybody' }],
  });
  assert.equal(all.outcome, 'partial');
  assert.deepEqual(unseen(all.reports), [
    'groups of another form: invalid',
    'accounts of another form: invalid',
    'logins that come twice: invalid',
  ]);
  assert.deepEqual(logins(all), ['anna']);
  assert.equal(bodies('account', all.reports).get('app:rota/anna')?.groups, undefined);
});

test('a server that knows no choice of attributes is asked without, and 429 is waited for', async () => {
  let throttled = 0;
  const all = await from(
    { users: names(3).map((name) => user(name)) },
    {
      before: ({ path: asked }) => {
        if (asked.includes('attributes=')) return { status: 400 };
        if (asked.includes('startIndex=3') && throttled < 2) {
          throttled += 1;
          return { status: 429, headers: { 'retry-after': '0' } };
        }
        return undefined;
      },
    },
  );
  assert.deepEqual([all.outcome, logins(all), throttled], ['complete', names(3), 2]);
});

test('a token that ends in the middle is a failed collection in clear words; one renewed in its file goes on', async () => {
  const file = path.join(folder, 'token');
  const users = names(4).map((name) => user(name));
  const refuse: Before = ({ path: asked, headers }) =>
    asked.includes('Users?startIndex=3') && headers.authorization !== 'Bearer second'
      ? { status: 401 }
      : undefined;
  const ended = await from({ users }, { before: refuse });
  assert.equal(ended.outcome, 'failed');
  const [told] = ended.reports.filter((report) => report.type === 'unseen');
  assert.equal(
    told?.detail,
    "the token is refused after 2 accounts: it ended, was withdrawn, or is another server's",
  );
  writeFileSync(file, 'first\n');
  chmodSync(file, 0o600);
  const renewed = await from(
    { users },
    {
      before: (asked) => {
        const refused = refuse(asked);
        if (refused !== undefined) writeFileSync(file, 'second\n');
        return refused;
      },
      more: { token: { file } },
    },
  );
  assert.deepEqual([renewed.outcome, logins(renewed)], ['complete', names(4)]);
});

test('a token that no header can carry is refused before anything is sent', async () => {
  process.env['HOLDFAST_SCIM_BROKEN'] = `${SECRET}\nX-More: 1`;
  const all = await from(
    { users: [] },
    { more: { token: { environment: 'HOLDFAST_SCIM_BROKEN' } } },
  );
  assert.deepEqual([all.outcome, unseen(all.reports)], ['failed', ['server: invalid']]);
  assert.equal(all.asked.length, 0);
});

test('a redirection is not followed: it would carry the token elsewhere', async () => {
  const elsewhere = await startWebServer(() => ({ body: { totalResults: 0 } }));
  const before: Before = () => ({ status: 307, headers: { location: elsewhere.url } });
  const all = await from({ users: [] }, { before });
  await elsewhere.close();
  assert.deepEqual([all.outcome, elsewhere.asked.length], ['failed', 0]);
});

test('an abort in the middle of a page stops at once', async () => {
  const controller = new AbortController();
  const server = await startWebServer(({ path: asked }) => {
    if (!asked.includes('/Users')) return { body: { totalResults: 0 } };
    controller.abort();
    return { silent: true };
  });
  const token = { environment: 'HOLDFAST_SCIM_TOKEN' };
  const config = { url: server.url, token, identitySource: 'app:rota' };
  await assert.rejects(collected(scim, config, controller.signal), { code: 'cancelled' });
  await server.close();
});

test('https with an authority of its own: trusted when named, unreachable otherwise', async (t) => {
  if (spawnSync('openssl', ['version']).status !== 0) {
    t.skip('openssl is not installed');
    return;
  }
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  const words = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost';
  const subject = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...words.split(' '), ...subject], { stdio: 'ignore' });
  const options = { key: readFileSync(key), cert: readFileSync(cert) };
  const server = https.createServer(options, (_, response) => {
    response.end(JSON.stringify({ totalResults: 1, Resources: [user('anna')] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `https://127.0.0.1:${address.port}`;
  const token = { environment: 'HOLDFAST_SCIM_TOKEN' };
  const config = { url, token, identitySource: 'app:rota' };
  const trusted = await collected(scim, { ...config, caFile: cert });
  const untrusted = await collected(scim, config);
  const missing = await collected(scim, { ...config, caFile: '/nonexistent/ca.pem' });
  server.closeAllConnections();
  server.close();
  assert.deepEqual(logins(trusted), ['anna']);
  assert.deepEqual([untrusted.outcome, missing.outcome], ['failed', 'failed']);
  assert.deepEqual(unseen(untrusted.reports), ['groups: unreachable', 'accounts: unreachable']);
  assert.deepEqual(unseen(missing.reports), ['server: invalid']);
});

test('an address in clear text, or with more than an address, is no configuration', () => {
  const token = { environment: 'X' };
  for (const [url, accepted] of [
    ['https://id.example/scim/v2', true],
    ['http://[::1]:8080', true],
    ['http://id.example', false],
    ['ftp://localhost', false],
    ['https://anna:x@id.example', false],
    ['https://id.example?x=1', false],
  ] as const)
    assert.equal(Config.safeParse({ url, token, identitySource: 'app:x' }).success, accepted, url);
});
