/** The script pushes for real, to a server on loopback that speaks the server's half. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { has, skipUnless } from '../../../../test/support/machine.ts';
import { run } from '../../../kernel/process.ts';
import { acceptSection, planCheckin, type SentSection } from './checkin.ts';
import { isSectionName, type Section, type SectionName } from '../frame.ts';
import { parseSections } from '../parse.ts';

const SCRIPT = path.join(import.meta.dirname, '../inventory.sh');
const TOKEN = 'token-of-the-test';
const NAMES = 'os,kernel,deb,holds,origins,accounts,pam';
const linux = process.platform === 'linux';

const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-push-'));
const held = new Map<SectionName, Section>();
const seen: { line: string; token: string | undefined; bytes: number }[] = [];
let answer = 200;

const server = createServer((request, response) => {
  void serve(request).then((body) => {
    response.writeHead(answer, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
});

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  writeFileSync(path.join(directory, 'token'), `${TOKEN}\n`);
});
after(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

async function serve(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  seen.push({
    line: `${request.method ?? ''} ${request.url ?? ''}`,
    token: request.headers.authorization,
    bytes: Buffer.concat(chunks).length,
  });
  if (answer !== 200) return {};
  if (request.method === 'POST') {
    const hashes = Object.fromEntries([...held].map(([name, { sha256 = '' }]) => [name, sha256]));
    return { need: planCheckin(hashes, body['sections'] as Record<string, string>) };
  }
  const name = request.url?.split('/').at(-1) ?? '';
  assert.ok(isSectionName(name));
  held.set(name, acceptSection({ name, ...body } as SentSection).section);
  return {};
}

async function push(): Promise<{ status: number | null; stderr: string }> {
  seen.length = 0;
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const url = `http://127.0.0.1:${address.port}/api`;
  const args = [
    '--push',
    url,
    '--token-file',
    path.join(directory, 'token'),
    '--jitter',
    '0',
    '--sections',
    NAMES,
  ];
  const result = await run('sh', [SCRIPT, ...args], { timeoutMs: 60_000, maxBytes: 1e6 });
  assert.equal(result.stdout.toString(), '');
  return { status: result.status, stderr: result.stderr.toString() };
}

const NEEDS = skipUnless([linux, 'Linux'], [has('curl'), 'curl']);

test(
  'the first push sends every section; the next sends a check-in of a kilobyte',
  NEEDS,
  async (t) => {
    held.clear();
    assert.deepEqual(await push(), { status: 0, stderr: '' });
    const names = NAMES.split(',').sort();
    assert.deepEqual(seen.map((one) => one.line).sort(), [
      'POST /api/v1/hosts/checkin',
      ...names.map((name) => `PUT /api/v1/hosts/sections/${name}`),
    ]);
    assert.ok(seen.every((one) => one.token === `Bearer ${TOKEN}`));
    t.diagnostic(`${seen.reduce((sum, one) => sum + one.bytes, 0)} bytes of bodies at first`);
    const facts = parseSections(held);
    assert.equal(facts.os?.hostname[0]?.name, os.hostname());
    assert.deepEqual(
      facts.unseen.filter((item) => item.reason === 'invalid'),
      [],
    );

    assert.deepEqual(await push(), { status: 0, stderr: '' });
    assert.deepEqual(
      seen.map((one) => one.line),
      ['POST /api/v1/hosts/checkin'],
    );
    assert.ok((seen[0]?.bytes ?? 0) < 1500);
  },
);

test('one section that is lost at the server is sent again alone', NEEDS, async () => {
  held.delete('accounts');
  await push();
  assert.deepEqual(
    seen.map((one) => one.line),
    ['POST /api/v1/hosts/checkin', 'PUT /api/v1/hosts/sections/accounts'],
  );
});

test('the token is in no process’s arguments', NEEDS, () => {
  const script = readFileSync(SCRIPT, 'utf8');
  const uses = script
    .split('\n')
    .filter((line) => line.includes('$token') && !line.includes('$token_file'));
  assert.deepEqual(uses, ['header = "Authorization: Bearer $token"']);
});

test('a refusal ends the push with an error that does not name the token', NEEDS, async () => {
  answer = 401;
  try {
    const { status, stderr } = await push();
    assert.equal(status, 64);
    assert.match(stderr, /check-in failed/);
    assert.ok(!stderr.includes(TOKEN));
  } finally {
    answer = 200;
  }
});
