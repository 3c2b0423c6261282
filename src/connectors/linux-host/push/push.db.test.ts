/** From a token to an estate: the script pushes to the real server with the real database. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { sectionBytes, SMALL_HOST, type Rows } from '../../../../test/support/inventory-output.ts';
import { testDatabase } from '../../../../test/support/database.ts';
import { has, skipUnless } from '../../../../test/support/machine.ts';
import type { Report } from '../../../estate/schema.ts';
import { fixedClock } from '../../../kernel/clock.ts';
import { createApp, serveRoutes } from '../../../kernel/http/serve.ts';
import { sha256Hex } from '../../../kernel/ids.ts';
import { createLog } from '../../../kernel/log.ts';
import { run } from '../../../kernel/process.ts';
import { createEnrolments, type Enrolments } from './enrolment.ts';
import { hostHandlers } from './handlers.ts';
import { hostRoutes } from './routes.ts';

const OS = SMALL_HOST['os'] ?? [];
const SCRIPT = path.join(import.meta.dirname, '../inventory.sh');

interface Served {
  readonly enrolments: Enrolments;
  readonly taken: { name: string; reports: Report[]; outcome: string }[];
  readonly app: ReturnType<typeof createApp>;
  readonly logged: () => string;
  readonly ask: (
    token: string,
    method: 'POST' | 'PUT',
    url: string,
    body: unknown,
  ) => Promise<{ status: number; body: Record<string, unknown> }>;
}

async function serve(t: TestContext): Promise<Served> {
  const database = await testDatabase(t);
  const clock = fixedClock('2026-11-21T23:00:00Z');
  let lines = '';
  const log = createLog({ level: 'debug', clock, write: (line) => (lines += line) });
  const enrolments = createEnrolments({ database, clock });
  const taken: Served['taken'] = [];
  const handlers = hostHandlers({
    database,
    clock,
    take: async (name, reports) => {
      const all: Report[] = [];
      for (;;) {
        const next = await reports.next();
        if (next.done === true) return taken.push({ name, reports: all, outcome: next.value });
        all.push(next.value);
      }
    },
  });
  const app = createApp({ log, hosts: ['127.0.0.1'] });
  serveRoutes(app, hostRoutes, handlers, {
    log,
    clock,
    identify: async ({ authorization }) =>
      enrolments.identify(authorization?.slice('Bearer '.length) ?? ''),
  });
  t.after(() => app.close());
  return {
    enrolments,
    taken,
    app,
    logged: () => lines,
    ask: async (token, method, url, body) => {
      const answer = await app.inject({
        method,
        url: `/api/v1/hosts/${url}`,
        headers: {
          host: '127.0.0.1',
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
        },
        payload: JSON.stringify(body),
      });
      return {
        status: answer.statusCode,
        body: JSON.parse(answer.body) as Record<string, unknown>,
      };
    },
  };
}

function checkin(sections: Readonly<Record<string, string>>): unknown {
  return { schema: 1, agent: 1, boot_id: 'b', kernel: 'k', sections };
}
function sent(rows: NonNullable<Rows[string]>): {
  sha256: string;
  encoding: string;
  content: string;
} {
  const bytes = sectionBytes(rows);
  return { sha256: sha256Hex(bytes), encoding: 'identity', content: bytes.toString('base64') };
}

test('a host pushes all, then nothing; what it told is a collection each time', async (t) => {
  const { enrolments, ask, taken } = await serve(t);
  const token = await enrolments.enrol('web1');
  const os = sent(OS);
  const deb = sent([['pkg', 'tiny', '1', 'all', 'ii', 'tiny', '1', '']]);
  const offer = checkin({ os: os.sha256, deb: deb.sha256, upgradable: '-' });
  assert.deepEqual(await ask(token, 'POST', 'checkin', offer), {
    status: 200,
    body: { need: ['deb', 'os', 'upgradable'] },
  });
  assert.deepEqual((await ask(token, 'PUT', 'sections/deb', deb)).body, {
    missing: ['os', 'upgradable'],
  });
  assert.deepEqual((await ask(token, 'PUT', 'sections/os', os)).body, { missing: ['upgradable'] });
  assert.equal(taken.length, 0);
  assert.deepEqual((await ask(token, 'PUT', 'sections/upgradable', sent([['ended', 'x']]))).body, {
    missing: [],
  });
  assert.deepEqual(
    taken.map((one) => [one.name, one.outcome]),
    [['web1', 'partial']],
  );
  assert.ok(
    taken[0]?.reports.some((report) => report.type === 'inventory' && report.section === 'deb'),
  );

  assert.deepEqual((await ask(token, 'POST', 'checkin', offer)).body, { need: [] });
  assert.equal(taken.length, 2);
  assert.equal(taken[1]?.reports.length, taken[0]?.reports.length);
  const [listed] = await enrolments.list();
  assert.equal(listed?.assetKey, 'linux:0123456789abcdef:web1');
});

test('what a check-in does not speak of is not told again as if it were true now', async (t) => {
  const { enrolments, ask, taken } = await serve(t);
  const token = await enrolments.enrol('web1');
  const os = sent(OS);
  const deb = sent([['pkg', 'tiny', '1', 'all', 'ii', 'tiny', '1', '']]);
  await ask(token, 'POST', 'checkin', checkin({ os: os.sha256, deb: deb.sha256 }));
  await ask(token, 'PUT', 'sections/deb', deb);
  await ask(token, 'PUT', 'sections/os', os);
  const tells = (at: number) => taken[at]?.reports.some((report) => report.type === 'inventory');
  assert.equal(tells(0), true);
  await ask(token, 'POST', 'checkin', checkin({ os: os.sha256 }));
  assert.equal(taken.length, 2);
  assert.equal(tells(1), false);
  assert.notEqual(taken[1]?.outcome, 'complete');
});

test('a push that ended half way asks again for what followed from the new half', async (t) => {
  const { enrolments, ask } = await serve(t);
  const token = await enrolments.enrol('web1');
  const first = sent([['pkg', 'tiny', '1', 'all', 'ii', 'tiny', '1', '']]);
  const second = sent([['pkg', 'tiny', '2', 'all', 'ii', 'tiny', '2', '']]);
  await ask(token, 'POST', 'checkin', checkin({ deb: first.sha256, upgradable: '-' }));
  await ask(token, 'PUT', 'sections/deb', first);
  await ask(token, 'PUT', 'sections/upgradable', sent([['ended', 'x']]));
  const offer = checkin({ deb: second.sha256, upgradable: '-' });
  assert.deepEqual((await ask(token, 'POST', 'checkin', offer)).body, {
    need: ['deb', 'upgradable'],
  });
  await ask(token, 'PUT', 'sections/deb', second);
  assert.deepEqual((await ask(token, 'POST', 'checkin', offer)).body, { need: ['upgradable'] });
});

test('without a token that holds, nothing is read', async (t) => {
  const { enrolments, ask, logged } = await serve(t);
  const token = await enrolments.enrol('web1');
  for (const wrong of [
    '',
    'x',
    token.slice(1),
    `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
  ]) {
    assert.equal((await ask(wrong, 'POST', 'checkin', checkin({}))).status, 401);
  }
  assert.equal((await ask(token, 'POST', 'checkin', checkin({}))).status, 200);
  await enrolments.revoke('web1');
  assert.equal((await ask(token, 'POST', 'checkin', checkin({}))).status, 401);
  assert.ok(!logged().includes(token));
});

test('a token speaks for the host that used it first, and no two for one', async (t) => {
  const { enrolments, ask } = await serve(t);
  const [first, second] = [await enrolments.enrol('web1'), await enrolments.enrol('web2')];
  const web1 = sent(OS);
  const other = sent([
    ['hostname', 'other'],
    ['host-id', 'machine-id', 'f'.repeat(64)],
  ]);
  const push = async (token: string, section: typeof web1): Promise<number> => {
    await ask(token, 'POST', 'checkin', checkin({ os: section.sha256 }));
    return (await ask(token, 'PUT', 'sections/os', section)).status;
  };
  assert.equal(await push(first, web1), 200);
  assert.equal(await push(first, other), 409);
  assert.equal(await push(second, web1), 409);
  assert.equal(await push(second, other), 200);
});

test('sections that were not offered, or are not what they say, change nothing', async (t) => {
  const { enrolments, ask, taken } = await serve(t);
  const token = await enrolments.enrol('web1');
  const os = sent(OS);
  await ask(token, 'POST', 'checkin', checkin({ os: os.sha256 }));
  assert.equal((await ask(token, 'PUT', 'sections/sudo', sent([]))).status, 409);
  assert.equal((await ask(token, 'PUT', 'sections/os', { ...os, content: 'QUJD' })).status, 400);
  assert.equal((await ask(token, 'PUT', 'sections/os', { ...os, encoding: 'gzip' })).status, 400);
  assert.equal((await ask(token, 'PUT', 'sections/nonsense', os)).status, 400);
  assert.equal((await ask(token, 'POST', 'checkin', { sections: {} })).status, 400);
  assert.equal(taken.length, 0);
  assert.deepEqual((await ask(token, 'POST', 'checkin', checkin({ os: os.sha256 }))).body, {
    need: ['os'],
  });
});

test('names of hosts are checked, unique, and revoked once', async (t) => {
  const { enrolments } = await serve(t);
  await assert.rejects(enrolments.enrol('Web 1'), { code: 'bad_input' });
  await enrolments.enrol('web1');
  await assert.rejects(enrolments.enrol('web1'), { code: 'conflict' });
  await assert.rejects(enrolments.revoke('web2'), { code: 'not_found' });
  await enrolments.revoke('web1');
  await assert.rejects(enrolments.revoke('web1'), { code: 'not_found' });
});

test(
  'the script pushes this machine to the server',
  skipUnless([process.platform === 'linux', 'Linux'], [has('curl'), 'curl']),
  async (t) => {
    const { enrolments, app, taken } = await serve(t);
    const token = await enrolments.enrol('this-one');
    const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-push-'));
    t.after(() => rmSync(directory, { recursive: true }));
    writeFileSync(path.join(directory, 'token'), `${token}\n`);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const args = [
      '--push',
      `${url}/api`,
      '--token-file',
      path.join(directory, 'token'),
      '--jitter',
      '0',
      '--sections',
      'os,kernel,deb,accounts,pam',
    ];
    for (const times of [1, 2]) {
      const result = await run('sh', [SCRIPT, ...args], { timeoutMs: 60_000, maxBytes: 1e6 });
      assert.equal(result.status, 0, result.stderr.toString());
      assert.equal(taken.length, times);
    }
    const hosts = taken[1]?.reports.flatMap((report) =>
      report.type === 'observation' && report.kind === 'asset' ? [report.body.name] : [],
    );
    assert.deepEqual(hosts, [os.hostname().toLowerCase()]);
  },
);
