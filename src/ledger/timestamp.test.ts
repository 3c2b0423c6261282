import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { scratch } from '../../test/support/a-ledger.ts';
import { readTimestampReply, timestampRequest } from './timestamp.ts';

const NONCE = Buffer.from('0102030405060708', 'hex');
const TEXT = 'supplier.example/holdfast\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
const CONFIG = `
[tsa]
default_tsa = here
[here]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
[ext]
extendedKeyUsage = critical,timeStamping
[ca]
basicConstraints = critical,CA:TRUE
[req]
distinguished_name = dn
[dn]
`;

/** An authority of openssl's own in a directory; undefined when there is no openssl. */
function anAuthority(t: TestContext) {
  const cwd = scratch(t);
  const openssl = (...args: string[]) =>
    spawnSync('openssl', args, { cwd, encoding: 'utf8', timeout: 20_000 });
  if (openssl('version').status !== 0) {
    t.skip('openssl is not installed');
    return undefined;
  }
  const must = (...args: string[]) => {
    const { status, stderr } = openssl(...args);
    assert.equal(status, 0, stderr);
  };
  writeFileSync(path.join(cwd, 'tsa.cnf'), CONFIG);
  writeFileSync(path.join(cwd, 'serial'), '01\n');
  const fresh = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-config',
    'tsa.cnf',
  ];
  must(
    'req',
    '-x509',
    ...fresh,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=ca',
    '-extensions',
    'ca',
  );
  must('req', ...fresh, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=tsa');
  must(
    'x509',
    '-req',
    '-in',
    'tsa.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'tsa.pem',
    '-extfile',
    'tsa.cnf',
    '-extensions',
    'ext',
  );
  const stamp = (request: Buffer): Buffer => {
    writeFileSync(path.join(cwd, 'query'), request);
    const signer = ['-inkey', 'tsa.key', '-signer', 'tsa.pem'];
    openssl(
      'ts',
      '-reply',
      '-config',
      'tsa.cnf',
      '-queryfile',
      'query',
      ...signer,
      '-out',
      'reply',
    );
    return readFileSync(path.join(cwd, 'reply'));
  };
  const verify = (text: string, reply: Buffer) => {
    writeFileSync(path.join(cwd, 'data'), text);
    writeFileSync(path.join(cwd, 'reply'), reply);
    return (
      openssl('ts', '-verify', '-data', 'data', '-in', 'reply', '-CAfile', 'ca.pem').status === 0
    );
  };
  return { stamp, verify };
}

test('an authority stamps our request, its reply is read, and openssl verifies both', (t) => {
  const authority = anAuthority(t);
  if (authority === undefined) return;
  const request = timestampRequest(TEXT, NONCE);
  const reply = authority.stamp(request);
  const { at } = readTimestampReply(reply, request);
  assert.ok(Math.abs(at.getTime() - Date.now()) < 3_600_000);
  assert.equal(authority.verify(TEXT, reply), true);
  assert.equal(authority.verify(`${TEXT} `, reply), false);

  // A stamp for another text, or an old one under a new nonce, is not taken.
  const tampered = { code: 'tampered' };
  assert.throws(() => readTimestampReply(reply, timestampRequest(`${TEXT}x`, NONCE)), tampered);
  const later = timestampRequest(TEXT, Buffer.from('ff02030405060709', 'hex'));
  assert.throws(() => readTimestampReply(reply, later), tampered);
  for (let end = 0; end < reply.length; end += 13) {
    assert.throws(() => readTimestampReply(reply.subarray(0, end), request), { code: 'bad_input' });
  }
  // A request with a digest the authority does not take is refused, and told apart from damage.
  const sha512 = Buffer.from(request);
  sha512[sha512.indexOf(Buffer.from('0402010500', 'hex')) + 2] = 3;
  assert.throws(() => readTimestampReply(authority.stamp(sha512), sha512), { code: 'unreachable' });
});

test('a request is the DER of RFC 3161, byte for byte', () => {
  const request = timestampRequest('', Buffer.alloc(8));
  assert.equal(
    request.toString('hex'),
    '3044020101' +
      '3031300d060960864801650304020105000420' +
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' +
      '0209008000000000000000' +
      '0101ff',
  );
});
