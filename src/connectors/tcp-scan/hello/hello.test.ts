import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { probe } from '../probe.ts';
import { serviceOf } from '../service.ts';
import type { Hello } from './hello.ts';
import { helloFor } from './index.ts';
import { ldap } from './ldap.ts';
import { postgresql } from './postgresql.ts';
import { rdp } from './rdp.ts';
import { smb } from './smb.ts';
import { tds } from './tds.ts';

const ALL: readonly Hello[] = [ldap, postgresql, rdp, smb, tds];
const FREE = new AbortController().signal;
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** A server that takes one packet and answers it. */
async function peer(
  t: TestContext,
  answer: Buffer | ((socket: Socket) => void),
): Promise<{ readonly port: number; readonly received: Buffer[] }> {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      received.push(data);
      if (Buffer.isBuffer(answer)) socket.write(answer);
      else answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, received };
}

async function told(port: number, hello: Hello, timeoutMs = 2000) {
  const target = { address: '127.0.0.1', port, connectOnly: false, timeoutMs, hello };
  return serviceOf(port, await probe(target, FREE));
}

const NEGOTIATED = '03000013 0ed00000123400 0200 0800';
const FAILED = '03000013 0ed00000123400 0300 0800';
const RDP: readonly (readonly [string, RegExp])[] = [
  [`${NEGOTIATED} 01000000`, /is not required; TLS without it is accepted/],
  [`${FAILED} 05000000`, /^rdp: network level authentication is required$/],
  [`${FAILED} 02000000`, /is not required; standard RDP security alone, no TLS$/],
  [`${FAILED} 03000000`, /no TLS \(no certificate\)/],
  ['0300000b 06d00000123400', /is not required; standard RDP security alone/],
];

for (const [answer, expected] of RDP)
  test(`remote desktop: ${expected.source}`, async (t) => {
    const { port, received } = await peer(t, (socket) => socket.end(bytes(answer)));
    const { protocol, banner, product } = await told(port, rdp);
    assert.equal(protocol, 'rdp');
    assert.match(banner ?? '', expected);
    assert.equal(product, undefined);
    // TPKT, X.224 connection request, and an offer of TLS alone.
    assert.equal(received[0]?.toString('hex'), '030000130ee000000000000100080001000000');
  });

test('PostgreSQL: TLS or none, and no version before the sign-in', async (t) => {
  const plain = await peer(t, Buffer.from('N'));
  const service = await told(plain.port, postgresql);
  assert.equal(service.banner, 'postgresql: offers no TLS; tells no version before the sign-in');
  assert.deepEqual([service.product?.product, service.product?.version], ['postgresql', undefined]);
  assert.equal(plain.received[0]?.toString('hex'), '0000000804d2162f');
  // It invites to TLS and goes away: what it said is kept.
  const gone = await peer(t, (socket) => {
    socket.write('S');
    setImmediate(() => socket.destroy());
  });
  assert.match((await told(gone.port, postgresql)).banner ?? '', /offers TLS/);
  const other = await peer(t, Buffer.from('220 mail.example ESMTP Postfix\r\n'));
  const mail = await told(other.port, postgresql);
  assert.deepEqual([mail.protocol, mail.product?.product], ['smtp', 'postfix']);
});

function smbAnswer(dialect: number, security: number, status = 0): Buffer {
  const message = Buffer.alloc(64 + 65);
  message.writeUInt32BE(0xfe534d42, 0);
  message.writeUInt32LE(status, 8);
  message.writeUInt16LE(65, 64);
  message.writeUInt16LE(security, 66);
  message.writeUInt16LE(dialect, 68);
  const frame = Buffer.alloc(4);
  frame.writeUIntBE(message.length, 1, 3);
  return Buffer.concat([frame, message]);
}

test('file sharing: dialect, and whether messages must be signed', async (t) => {
  const required = await peer(t, smbAnswer(0x0311, 3));
  assert.equal((await told(required.port, smb)).banner, 'smb: dialect 3.1.1, signing required');
  const optional = await peer(t, smbAnswer(0x0210, 1));
  assert.equal((await told(optional.port, smb)).banner, 'smb: dialect 2.1, signing not required');
  const none = await peer(t, smbAnswer(0, 0, 0xc00000bb));
  assert.match((await told(none.port, smb)).banner ?? '', /none of the dialects/);
  assert.equal(smb.packet.readUIntBE(1, 3), smb.packet.length - 4);
});

test('SQL Server: version and encryption of the first answer', async (t) => {
  const payload = bytes('00 000b 0006 01 0011 0001 ff 0f0007d0 0000 03');
  const answer = Buffer.concat([bytes('04 01 001a 0000 01 00'), payload]);
  const { port, received } = await peer(t, answer);
  const { banner, product } = await told(port, tds);
  assert.equal(banner, 'ms-sql: SQL Server 15.0.2000, demands encryption');
  assert.deepEqual([product?.product, product?.version], ['sql_server', '15.0.2000']);
  assert.equal(received[0]?.length, 26);
  assert.equal(received[0].readUInt16BE(2), 26);
});

test('a directory: what it is, and at which level a domain controller stands', async (t) => {
  const attribute = (name: string, value: string): Buffer => {
    const octets = (text: string) =>
      Buffer.concat([Buffer.from([4, text.length]), Buffer.from(text)]);
    const set = octets(value);
    const both = Buffer.concat([octets(name), Buffer.from([0x31, set.length]), set]);
    return Buffer.concat([Buffer.from([0x30, both.length]), both]);
  };
  const wrap = (tag: number, ...parts: readonly Buffer[]): Buffer => {
    const value = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, 0x82, value.length >> 8, value.length & 0xff]), value]);
  };
  const answer = (...attributes: readonly Buffer[]): Buffer =>
    Buffer.concat([
      wrap(0x30, bytes('020101'), wrap(0x64, bytes('0400'), wrap(0x30, ...attributes))),
      wrap(0x30, bytes('020101'), wrap(0x65, bytes('0a0100 0400 0400'))),
    ]);
  const controller = await peer(t, answer(attribute('domainControllerFunctionality', '6')));
  assert.equal(
    (await told(controller.port, ldap)).banner,
    'ldap: Active Directory, a domain controller at the level of Windows Server 2012 R2',
  );
  const named = await peer(
    t,
    answer(
      attribute('vendorName', '389 Project'),
      attribute('vendorVersion', '389-Directory/2.3.1'),
    ),
  );
  assert.equal((await told(named.port, ldap)).product?.version, '2.3.1');
  const shut = await peer(t, wrap(0x30, bytes('020101'), wrap(0x65, bytes('0a0132 0400 0400'))));
  assert.equal((await told(shut.port, ldap)).banner, 'ldap: does not show its root entry');
});

test('each has its port, and whatever comes back is read or passed over', () => {
  for (const hello of ALL)
    for (const port of hello.ports) assert.equal(helloFor(port)?.protocol, hello.protocol);
  assert.equal(helloFor(2575), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...ALL), (noise, hello) => {
      const answer = Buffer.from(noise);
      assert.equal(typeof hello.isWhole(answer), 'boolean');
      const text = hello.read(answer);
      assert.ok(text === undefined || text.length < 400);
      hello.isTlsNext?.(answer);
    }),
    { numRuns: 2000 },
  );
  // Beginnings of true answers, cut anywhere.
  const whole = [
    ...RDP.map(([hex]) => [rdp, bytes(hex)] as const),
    [smb, smbAnswer(0x0311, 3)] as const,
  ];
  for (const [hello, answer] of whole)
    for (let end = 0; end < answer.length; end += 1) {
      assert.equal(hello.isWhole(answer.subarray(0, end)), false);
      hello.read(answer.subarray(0, end));
    }
});

test('a peer that never answers costs no more than the time it was given, and nothing is guessed', async (t) => {
  const silent = await peer(t, () => undefined);
  for (const hello of ALL) {
    const service = await told(silent.port, hello, 60);
    assert.deepEqual(service, { transport: 'tcp', port: silent.port });
  }
});
