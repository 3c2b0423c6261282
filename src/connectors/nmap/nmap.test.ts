import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { run } from '../../kernel/process.ts';
import { collected, eachReport } from '../../../test/support/collect.ts';
import { held } from '../../../test/support/held.ts';
import type { Report, Sighting } from '../../estate/schema.ts';
import { nmap } from './index.ts';

const FIXTURE = path.join(import.meta.dirname, 'fixtures/ward.xml');
const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-nmap-'));
after(() => rmSync(folder, { recursive: true }));

const HOSTS = 40_000;
let files = 0;
function fileOf(content: string | Buffer): string {
  files += 1;
  const file = path.join(folder, `${files}.xml`);
  writeFileSync(file, content);
  return file;
}

function sightings(reports: readonly Report[]): Sighting[] {
  return reports.flatMap((report) => (report.type === 'sighting' ? [report] : []));
}

function unseen(reports: readonly Report[]): string[] {
  return reports.flatMap((report) =>
    report.type === 'unseen' ? [`${report.what}: ${report.reason}: ${report.detail ?? ''}`] : [],
  );
}

function xml(hosts: string, rest = ''): string {
  return `<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun args="nmap 10.0.0.0/30" start="1795190400">
<scaninfo type="syn" protocol="tcp" numservices="3" services="22,80,443"/>${hosts}${rest}</nmaprun>`;
}

const END =
  '<runstats><finished time="1" exit="success"/><hosts up="1" down="3" total="4"/></runstats>';

function host(ports: string, rest = ''): string {
  return `<host endtime="1795190460"><status state="up" reason="x"/><address addr="10.0.0.1" addrtype="ipv4"/>${rest}<ports>${ports}</ports></host>`;
}

function port(number: number, state: string, inside = '', protocol = 'tcp'): string {
  return `<port protocol="${protocol}" portid="${number}"><state state="${state}"/>${inside}</port>`;
}

test('hosts with their services, products and certificates, and what the scan covered', async () => {
  const { reports, outcome } = await collected(nmap, {
    file: FIXTURE,
    network: 'ward',
    from: 'office',
  });
  assert.equal(outcome, 'complete');
  const [web, mail] = sightings(reports);
  assert.ok(web !== undefined && mail !== undefined);
  const { services, asked, refused, ...place } = web;
  assert.deepEqual(place, {
    type: 'sighting',
    address: '10.20.0.2',
    network: 'ward',
    from: 'office',
    trueAt: '2026-11-20T16:01:00.000Z',
    hostnames: ['rota-web-1.ward.example'],
    hardware: '00:1B:78:AA:BB:01 (Hewlett Packard)',
  });
  assert.equal(asked, '1-1000');
  assert.equal(refused, '1-21,23-79,81-442,444-1000');
  assert.deepEqual(
    services.map(({ port: number, protocol, product }) => [
      number,
      protocol,
      `${product?.vendor ?? ''}/${product?.product ?? ''}`,
      product?.version,
      product?.builtBy,
    ]),
    [
      [22, 'ssh', 'openbsd/openssh', '9.2p1', 'Debian'],
      [80, 'http', 'apache/http_server', '2.4.49', undefined],
      [443, 'https', 'apache/http_server', '2.4.49', undefined],
    ],
  );
  assert.ok(services[0]?.product?.packages?.includes('openssh-server'));
  assert.deepEqual(services[2]?.certificate, {
    subject: 'rota.ward.example, Ward Rota Ltd',
    issuer: 'Invented CA 3',
    names: ['rota.ward.example', 'www.rota.ward.example'],
    notBefore: '2025-01-01T00:00:00.000Z',
    notAfter: '2026-01-01T00:00:00.000Z',
  });
  assert.equal(mail.refused, '', 'what is filtered did not refuse');
  assert.deepEqual(mail.services[0]?.product?.version, '4.94.2');
  const sweep = reports.at(-1);
  assert.deepEqual(sweep, {
    type: 'sweep',
    network: 'ward',
    from: 'office',
    ranges: ['10.20.0.0/29'],
    asked: '1-1000',
  });
});

test('states: closed refused, everything else but open is no answer; UDP that may be open is not open', async () => {
  const ports = [
    port(22, 'closed'),
    port(80, 'filtered'),
    port(443, 'open'),
    port(53, 'open|filtered', '', 'udp'),
    port(161, 'open', '', 'udp'),
    port(9, 'open', '', 'sctp'),
    port(99_999, 'open'),
  ];
  const { reports } = await collected(nmap, { file: fileOf(xml(host(ports.join('')), END)) });
  const [seen] = sightings(reports);
  assert.deepEqual(
    seen?.services.map((each) => `${each.transport}/${each.port}`),
    ['tcp/443', 'udp/161'],
  );
  assert.equal(seen.asked, '22,80,443');
  assert.equal(seen.refused, '22');
});

test('a name out of nmap’s table of ports is no product; a down host is no sighting', async () => {
  const guessed = port(
    22,
    'open',
    '<service name="ssh" product="OpenSSH" method="table"><cpe>cpe:/a:openbsd:openssh:1</cpe></service>',
  );
  const down = '<host><status state="down"/><address addr="10.0.0.2" addrtype="ipv4"/></host>';
  const { reports } = await collected(nmap, { file: fileOf(xml(host(guessed) + down, END)) });
  assert.equal(sightings(reports).length, 1);
  assert.equal(sightings(reports)[0]?.services[0]?.product, undefined);
});

test('silence is concluded only where the words of the call add up to the addresses counted', async () => {
  const ranges = async (args: string, total: number) => {
    const text = xml(host(port(22, 'open')), END)
      .replace('nmap 10.0.0.0/30', args)
      .replace('total="4"', `total="${total}"`);
    const { reports } = await collected(nmap, { file: fileOf(text) });
    const last = reports.at(-1);
    return last?.type === 'sweep' ? last.ranges : undefined;
  };
  assert.deepEqual(await ranges('nmap -p 22 10.0.0.0/30', 4), ['10.0.0.0/30']);
  assert.deepEqual(await ranges('nmap 10.0.0.1-3 10.0.1.0/31', 5), ['10.0.0.1-3', '10.0.1.0/31']);
  assert.deepEqual(await ranges('nmap --exclude 10.0.0.2 10.0.0.0/30', 3), []);
  assert.deepEqual(await ranges('nmap 10.0.0.0/30 web.example', 5), []);
  assert.deepEqual(await ranges('nmap -iL list.txt', 4), []);
});

test('a scan that did not finish, or a file that breaks off, is partial and keeps what was read', async () => {
  const whole = xml(host(port(22, 'open')), END);
  const unfinished = xml(host(port(22, 'open')));
  const failed = whole.replace('exit="success"', 'exit="error"');
  for (const text of [
    unfinished,
    failed,
    whole.slice(0, whole.indexOf('<runstats')),
    whole.slice(0, -12),
  ]) {
    const { reports, outcome } = await collected(nmap, { file: fileOf(text) });
    assert.equal(outcome, 'partial');
    assert.equal(sightings(reports).length, 1);
    assert.ok(!reports.some((report) => report.type === 'sweep'));
    assert.equal(unseen(reports).length, 1);
  }
});

const BOMB = `<!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>`;
const HOSTILE: readonly (readonly [string, string | Buffer])[] = [
  ['entities', xml(host('')).replace('<!DOCTYPE nmaprun>', BOMB)],
  [
    'a document type from elsewhere',
    xml('').replace('nmaprun>', 'nmaprun SYSTEM "file:///etc/passwd">'),
  ],
  ['an entity that nobody declared', xml('<host><x>&xxe;</x></host>')],
  ['another document', '<?xml version="1.0"?><html></html>'],
  ['nested for ever', `<nmaprun>${'<a>'.repeat(100_000)}`],
  ['an attribute without end', `<nmaprun args="${'a'.repeat(3_000_000)}`],
  ['a text without end', `<nmaprun>${'a'.repeat(3_000_000)}`],
  [
    'a thousand attributes',
    `<nmaprun ${Array.from({ length: 1000 }, (_, at) => `a${at}="1"`).join(' ')}/>`,
  ],
  ['a port of a million parts', xml(host(port(22, 'open', '<script/>'.repeat(30_000))))],
  ['not UTF-8', Buffer.from([0x3c, 0x6e, 0xff, 0xfe, 0x00, 0x41])],
  ['not XML', 'PK\u0003\u0004 something else'],
  ['nothing', ''],
];

for (const [what, content] of HOSTILE) {
  test(`hostile: ${what} is refused in words that quote nothing`, async () => {
    const { reports, outcome } = await collected(nmap, { file: fileOf(content) });
    assert.notEqual(outcome, 'complete');
    const [told] = unseen(reports);
    assert.match(told ?? '', /invalid/);
    assert.ok((told ?? '').length < 120, told);
  });
}

test('foreign text is one bounded line, and names that are none are dropped', async () => {
  const banner = `<script id="banner" output="220 x&#9;&#x202e;[31m${'y'.repeat(5000)}"/>`;
  const names = `<hostnames><hostname name="ok.example"/><hostname name="&lt;b&gt;"/><hostname name="${'a'.repeat(300)}"/></hostnames>`;
  const text = xml(host(port(25, 'open', banner), names), END);
  const { reports } = await collected(nmap, { file: fileOf(text) });
  const [seen] = sightings(reports);
  assert.deepEqual(seen?.hostnames, ['ok.example']);
  assert.equal(seen.services[0]?.banner?.length, 300);
  assert.doesNotMatch(seen.services[0].banner, /\p{C}/u);
});

test('a large file is read in little memory', async () => {
  const padding = `<!--${'-x'.repeat(200)}-->`;
  const file = fileOf(xml((padding + host(port(22, 'open'))).repeat(HOSTS), END));
  let seen = 0;
  const measured: number[] = [];
  const { outcome } = await eachReport(nmap, { file }, ({ type }) => {
    seen += Number(type === 'sighting');
    if (seen % 4000 === 1) measured.push(held());
  });
  assert.equal(outcome, 'complete');
  assert.equal(seen, HOSTS);
  const grown = Math.max(...measured) - (measured[0] ?? 0);
  const { size } = statSync(file);
  assert.ok(grown < size / 2, `${grown} bytes more were held at the end of a file of ${size}`);
  truncateSync(file, 0);
});

test('nmap itself: what it writes of this machine is read', async (t) => {
  const version = await run('nmap', ['--version'], { timeoutMs: 10_000, maxBytes: 10_000 }).catch(
    () => undefined,
  );
  if (version?.status !== 0) {
    assert.notEqual(process.env['HOLDFAST_PEERS'], 'required', 'nmap is not installed');
    t.skip('nmap is not installed');
    return;
  }
  const server = createServer((socket) => {
    socket.on('error', () => undefined).end('220 mx.example ESMTP Exim 4.96\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.9', resolve));
  t.after(() => server.close());
  const address = server.address();
  const open = typeof address === 'object' && address !== null ? address.port : 0;
  const file = path.join(folder, 'real.xml');
  const ports = ['-p', `${open},1`, '127.0.0.8-9'];
  await run('nmap', ['-sT', '-n', '--script', 'banner', '-oX', file, ...ports], {
    timeoutMs: 60_000,
    maxBytes: 1_000_000,
  });
  const { reports, outcome } = await collected(nmap, { file });
  assert.equal(outcome, 'complete');
  const found = sightings(reports).map((each) => [
    each.address,
    each.services.map((service) => service.port),
    each.services[0]?.product?.version,
    each.refused,
  ]);
  const other = open < 1 ? `${open},1` : `1,${open}`;
  assert.deepEqual(found, [
    ['127.0.0.8', [], undefined, other],
    ['127.0.0.9', [open], '4.96', '1'],
  ]);
  const sweep = reports.at(-1);
  assert.deepEqual(sweep?.type === 'sweep' ? sweep.ranges : [], ['127.0.0.8-9']);
});
