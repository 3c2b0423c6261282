import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { collected } from '../../../test/support/collect.ts';
import { fixedClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import type { Report, Sighting } from '../../estate/schema.ts';
import { PRODUCT_FORMS, productOf } from '../service-products.ts';
import { FRAGILE } from './fragile.ts';
import { Config } from './config.ts';
import { tcpScan } from './index.ts';
import { groupsOf, planOf, type Plan } from './plan.ts';
import { probe, type Target } from './probe.ts';
import { scannerOf } from './scan.ts';
import { serviceOf } from './service.ts';

const LEAVE = { enabled: true, authorisedBy: 'a test' };

function config(rest: Partial<Config> = {}): Config {
  return Config.parse({ network: 'ward', ranges: ['127.0.0.1'], ...LEAVE, ...rest });
}

function planned(rest: Partial<Config> = {}, declared?: readonly string[]): Plan {
  const answer = planOf(config(rest), declared);
  assert.ok('plan' in answer, 'refusal' in answer ? answer.refusal.why : '');
  return answer.plan;
}

function refusal(rest: Partial<Config>, declared?: readonly string[]): string {
  const answer = planOf(config(rest), declared);
  return 'refusal' in answer ? `${answer.refusal.why}. ${answer.refusal.remedy}` : 'planned';
}

async function listen(
  t: TestContext,
  host: string,
  serve: (socket: Socket) => void,
): Promise<{ readonly port: number; readonly open: Set<Socket>; readonly received: Buffer[] }> {
  const open = new Set<Socket>();
  const received: Buffer[] = [];
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => received.push(bytes));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, open, received };
}

function target(port: number, rest: Partial<Target> = {}): Target {
  return { address: '127.0.0.1', port, connectOnly: false, timeoutMs: 300, ...rest };
}

const FREE = new AbortController().signal;

test('a plan counts what it would touch, and refuses what is too much or was never declared', () => {
  const plan = planned({ ranges: ['10.0.0.0/24'], exclude: ['10.0.0.64/26'], ports: '22,443' });
  assert.equal(plan.addresses, 192n);
  assert.equal(plan.connections, 384n);
  assert.equal(plan.seconds, 20);
  assert.match(
    refusal({ ranges: ['10.0.0.0/16'] }),
    /65536 addresses × \d+ ports.*at most 20000.*split/s,
  );
  assert.match(
    refusal({ ranges: ['2001:db8::/64'], ports: '22' }),
    /18446744073709551616 addresses/,
  );
  assert.equal(refusal({ ranges: ['10.0.0.0/25'] }, ['10.0.0.0/24']), 'planned');
  assert.match(
    refusal({ ranges: ['10.0.0.0/23'] }, ['10.0.0.0/24']),
    /10\.0\.1\.0-10\.0\.1\.255 is not in/,
  );
  const undeclared: Partial<Config> = { ranges: undefined };
  assert.match(refusal(undeclared, []), /no range is declared/);
  assert.equal(planned(undeclared, ['10.0.0.0/30']).addresses, 4n);
  assert.equal(planned({ ranges: ['10.0.0.0/30', '10.0.0.2-5'] }).addresses, 6n, 'each once');
});

test('the addresses of a plan come once each, from any place on', () => {
  const plan = planned({ ranges: ['10.0.0.0/30', '10.0.9.9', '::1'] });
  const from = (at: number) => [...groupsOf(plan, at, 2)].flat();
  const all = ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.9.9', '::1'];
  for (let at = 0; at <= all.length; at += 1) assert.deepEqual(from(at), all.slice(at), `${at}`);
});

test('it is off unless it is enabled with whose leave', async () => {
  assert.equal(Config.safeParse({ network: 'n', enabled: true }).success, false);
  const { reports, outcome } = await collected(tcpScan, { network: 'n', ranges: ['127.0.0.1'] });
  assert.equal(outcome, 'failed');
  const [told] = reports;
  assert.ok(told?.type === 'unseen');
  assert.match(told.detail ?? '', /not enabled/);
});

test('printers are never touched, and fragile devices get a connection without a byte', async (t) => {
  const plan = planned({ ports: '80,104,502,2575,9100-9107' });
  assert.deepEqual(plan.ports, [80, 104, 502, 2575]);
  assert.ok([104, 502, 2575].every((port) => plan.connectOnly.has(port)));
  assert.ok(!planned({ ports: '80,104', speakTo: '104' }).connectOnly.has(104));
  assert.ok(
    FRAGILE.every(({ why, source, ports }) => why !== '' && source !== '' && ports.length > 0),
  );
  const quiet = await listen(t, '127.0.0.1', () => undefined);
  const answer = await probe(target(quiet.port, { connectOnly: true }), FREE);
  assert.deepEqual(answer, { state: 'open' });
  assert.equal(quiet.received.length, 0);
});

test('nothing is sent to a service that is not asked in its own protocol', async (t) => {
  const quiet = await listen(t, '127.0.0.1', () => undefined);
  assert.deepEqual(await probe(target(quiet.port), FREE), { state: 'open' });
  assert.equal(quiet.received.length, 0);
});

test('a refusal is told from silence', async (t) => {
  const server = await listen(t, '127.0.0.1', (socket) => socket.end());
  assert.equal((await probe(target(1), FREE)).state, 'refused');
  assert.equal((await probe(target(server.port), FREE)).state, 'open');
  // A broadcast address cannot be connected to: that is no answer of anybody.
  const none = await probe(target(80, { address: '255.255.255.255' }), FREE);
  assert.equal(none.state, 'no-answer');
});

const MYSQL = Buffer.concat([
  Buffer.from([0x5b, 0, 0, 0, 0x0a]),
  Buffer.from('5.5.5-10.11.6-MariaDB-0+deb12u1\0salt\0'),
]);
const GREETINGS: readonly (readonly [
  string | Buffer,
  string,
  string | undefined,
  string | undefined,
  string,
])[] = [
  ['SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n', 'openbsd/openssh', '9.2p1', 'Debian', 'ssh'],
  ['SSH-2.0-OpenSSH_for_Windows_8.1\r\n', 'openbsd/openssh', '8.1', undefined, 'ssh'],
  [
    'SSH-2.0-dropbear_2022.83\r\n',
    'dropbear_ssh_project/dropbear_ssh',
    '2022.83',
    undefined,
    'ssh',
  ],
  ['220 mx.example ESMTP Exim 4.96 Sat, 21 Nov\r\n', 'exim/exim', '4.96', undefined, 'smtp'],
  ['220 mx.example ESMTP Postfix (Debian/GNU)\r\n', 'postfix/postfix', undefined, 'Debian', 'smtp'],
  ['220 (vsFTPd 3.0.3)\r\n', 'vsftpd_project/vsftpd', '3.0.3', undefined, 'ftp'],
  [
    '220 ProFTPD Server (Debian) [::ffff:10.0.0.1]\r\n',
    'proftpd/proftpd',
    undefined,
    'Debian',
    'ftp',
  ],
  [
    '* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready.\r\n',
    'dovecot/dovecot',
    undefined,
    'Debian',
    'imap',
  ],
  [MYSQL, 'mariadb/mariadb', '10.11.6', 'Debian', 'mysql'],
  ['RFB 003.008\n', '', undefined, undefined, 'vnc'],
  ['something of its own\n', '', undefined, undefined, ''],
];

for (const [greeting, name, version, builtBy, protocol] of GREETINGS) {
  test(`what it says by itself: ${greeting.toString('latin1').slice(0, 40).trim()}`, async (t) => {
    const { port } = await listen(t, '127.0.0.1', (socket) => socket.write(greeting));
    const service = serviceOf(port, await probe(target(port), FREE));
    const { product } = service;
    assert.equal(product === undefined ? '' : `${product.vendor}/${product.product}`, name);
    assert.equal(product?.version, version);
    assert.equal(product?.builtBy, builtBy);
    assert.equal(service.protocol ?? '', protocol);
  });
}

test('headers: the server of an answer, never the value of a cookie', () => {
  const server = (lines: string) => {
    const headers = `HTTP/1.1 200 OK\n${lines}`;
    const { product } = serviceOf(80, { state: 'open', headers });
    return [
      product?.vendor,
      product?.product,
      product?.version,
      product?.builtBy,
      product?.evidence,
    ];
  };
  assert.deepEqual(server('Server: Apache/2.4.62 (Debian)'), [
    'apache',
    'http_server',
    '2.4.62',
    'Debian',
    'Server: Apache/2.4.62 (Debian)',
  ]);
  assert.deepEqual(server('Date: x\nserver: nginx/1.18.0'), [
    'f5',
    'nginx',
    '1.18.0',
    undefined,
    'server: nginx/1.18.0',
  ]);
  assert.deepEqual(server('Server: Microsoft-IIS/10.0'), [
    'microsoft',
    'internet_information_services',
    '10.0',
    undefined,
    'Server: Microsoft-IIS/10.0',
  ]);
  assert.deepEqual(server('Set-Cookie: NSC_TMAS=0a1b2c3d; Secure'), [
    'citrix',
    'netscaler_adc',
    undefined,
    undefined,
    'Set-Cookie: NSC_TMAS',
  ]);
  assert.equal(server('Server: Apache-Something')[0], undefined);
  const certificate = { subject: 'default NKQRWB, Citrix ANS' };
  assert.equal(
    serviceOf(443, { state: 'open', tls: true, certificate }).product?.product,
    'netscaler_adc',
  );
});

test('every row of the table is found by what its form says, and names its source', () => {
  for (const { source, vendor, product } of PRODUCT_FORMS) {
    assert.ok(source.length > 3, product);
    assert.match(`${vendor}/${product}`, /^[a-z0-9_.-]+\/[a-z0-9_.-]+$/);
  }
  const hostile = `Server: ${'A'.repeat(100_000)}\n`.repeat(3);
  assert.equal(productOf(hostile), undefined);
});

/** Probes without sockets: remembers when each began, by a clock that only sleeping moves. */
function counted(plan: Plan, takes = 50) {
  const clock = fixedClock('2026-11-22T00:00:00Z');
  const start = clock.elapsed();
  const begun: { at: number; address: string }[] = [];
  let open = 0;
  let most = 0;
  const waiting: { until: number; wake: () => void }[] = [];
  const sleep = async (ms: number): Promise<void> => {
    const until = clock.elapsed() + ms;
    await new Promise<void>((resolve) => {
      waiting.push({ until, wake: resolve });
      // The earliest sleeper moves the clock, when everybody sleeps.
      setImmediate(() => {
        waiting.sort((a, b) => a.until - b.until);
        const first = waiting.shift();
        if (first === undefined) return;
        clock.advance(Math.max(0, first.until - clock.elapsed()));
        first.wake();
      });
    });
  };
  const scanner = scannerOf(plan, {
    clock,
    sleep,
    signal: FREE,
    done: () => undefined,
    probe: async ({ address }) => {
      begun.push({ at: clock.elapsed() - start, address });
      open += 1;
      most = Math.max(most, open);
      await sleep(takes);
      open -= 1;
      return { state: 'refused' };
    },
  });
  return { scanner, begun, most: () => most };
}

test('no second sees more connections than the rate, in all and to one address; nor more at once than allowed', async () => {
  const limits = { connectionsPerSecond: 10, connectionsPerSecondToOneAddress: 2, concurrency: 3 };
  const plan = planned({ ports: '1-8', ranges: ['10.0.0.0-11'], ...limits });
  const { scanner, begun, most } = counted(plan, 900);
  const found = await scanner.scan([...groupsOf(plan, 0, 100)].flat());
  assert.equal(begun.length, 96);
  assert.equal(found.get('10.0.0.3')?.size, 8);
  assert.ok(most() <= 3, `${most()} at once`);
  const within = (times: readonly number[]) =>
    Math.max(...times.map((at) => times.filter((each) => each >= at && each < at + 1000).length));
  assert.ok(within(begun.map(({ at }) => at)) <= 10);
  for (const own of Map.groupBy(begun, ({ address }) => address).values())
    assert.ok(within(own.map(({ at }) => at)) <= 2);
});

test('the rate alone decides how long it takes when everybody answers at once', async () => {
  const limits = { connectionsPerSecond: 10, connectionsPerSecondToOneAddress: 20 };
  const plan = planned({ ports: '1-5', ranges: ['10.0.0.0-9'], ...limits });
  const { scanner, begun } = counted(plan, 1);
  await scanner.scan([...groupsOf(plan, 0, 100)].flat());
  const spaces = begun.slice(1).map(({ at }, index) => at - (begun[index]?.at ?? 0));
  assert.ok(
    spaces.every((space) => space >= 99.9),
    'no burst',
  );
  assert.ok((begun.at(-1)?.at ?? 0) < 5200);
});

test('a scan of this machine: banner, refusals, and no socket is left', async (t) => {
  const ssh = await listen(t, '127.0.0.77', (socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'));
  const { reports, outcome } = await collected(tcpScan, {
    ...config({ ranges: ['127.0.0.77-78'], ports: `1,${ssh.port}` }),
    connectionsPerSecond: 200,
    connectionsPerSecondToOneAddress: 20,
    timeoutSeconds: 0.3,
  });
  assert.equal(outcome, 'complete');
  const seen = reports.flatMap((report): Sighting[] =>
    report.type === 'sighting' ? [report] : [],
  );
  assert.deepEqual(
    seen.map(({ address, services, refused }) => [address, services.length, refused.includes('1')]),
    [
      ['127.0.0.77', 1, true],
      ['127.0.0.78', 0, true],
    ],
  );
  assert.equal(seen[0]?.services[0]?.product?.version, '9.2p1');
  assert.deepEqual(reports.at(-1), { type: 'position', text: '' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(ssh.open.size, 0);
});

test('cancelled in the middle: it ends at once, and every socket is closed', async (t) => {
  const silent = await listen(t, '127.0.0.79', () => controller.abort());
  const controller = new AbortController();
  const scanning = collected(
    tcpScan,
    {
      ...config({ ranges: ['127.0.0.79'], ports: `${silent.port}` }),
      timeoutSeconds: 30,
      connectionsPerSecond: 100,
    },
    controller.signal,
  );
  await assert.rejects(scanning, { code: 'cancelled' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(silent.open.size, 0);
});

test('broken off, it goes on where it was; with another plan, or after a day, from the start', async () => {
  const scan = config({
    ranges: ['127.0.0.1-130'],
    ports: '1',
    connectionsPerSecond: 500,
    connectionsPerSecondToOneAddress: 20,
  });
  const clock = fixedClock('2026-11-22T00:00:00.000Z');
  const collectFrom = async (position: string, most = Infinity) => {
    const found: Report[] = [];
    const generator = tcpScan.collect({
      config: scan,
      clock,
      log: createLog({ level: 'error', clock, write: () => undefined }),
      signal: FREE,
      position,
      progress: () => undefined,
    });
    for await (const report of { [Symbol.asyncIterator]: () => generator }) {
      found.push(report);
      if (found.filter(({ type }) => type === 'position').length >= most) break;
    }
    const sightings = found.flatMap((report) =>
      report.type === 'sighting' ? [report.address] : [],
    );
    const last = found.at(-1);
    return { sightings, position: last?.type === 'position' ? last.text : 'none' };
  };
  const first = await collectFrom('', 1);
  assert.equal(first.sightings.length, 64);
  const rest = await collectFrom(first.position);
  assert.deepEqual(
    [rest.sightings.length, rest.sightings[0], rest.position],
    [66, '127.0.0.65', ''],
  );
  const other = first.position.replace(/"plan":"./, '"plan":"x');
  assert.equal((await collectFrom(other, 1)).sightings[0], '127.0.0.1');
  assert.equal((await collectFrom('not JSON', 1)).sightings[0], '127.0.0.1');
  clock.advance(25 * 3600 * 1000);
  assert.equal((await collectFrom(first.position, 1)).sightings[0], '127.0.0.1');
});
