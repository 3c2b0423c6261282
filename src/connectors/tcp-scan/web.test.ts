import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { run } from '../../kernel/process.ts';
import { probe } from './probe.ts';
import { serviceOf } from './service.ts';

const SIGNAL = new AbortController().signal;

/** Listens where the protocol is usual, on an address of the loopback that nobody else uses; false where that is taken. */
async function listening(
  t: TestContext,
  server: http.Server | https.Server,
  port: number,
  address: string,
): Promise<boolean> {
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, address, () => resolve(true));
  });
  if (free) t.after(() => server.close());
  else t.skip(`port ${port} of ${address} is taken`);
  return free;
}

test('HTTP: one HEAD, and what the answer says of the server', async (t) => {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(
      `${request.method ?? ''} ${request.url ?? ''} ${String(request.headers.authorization)}`,
    );
    response.setHeader('Server', 'Apache/2.4.49 (Unix)').end();
  });
  if (!(await listening(t, server, 8080, '127.0.0.81'))) return;
  const target = { address: '127.0.0.81', port: 8080, connectOnly: false, timeoutMs: 2000 };
  const service = serviceOf(8080, await probe(target, SIGNAL));
  assert.equal(service.protocol, 'http');
  assert.equal(service.banner, 'Apache/2.4.49 (Unix)');
  assert.equal(service.product?.version, '2.4.49');
  assert.deepEqual(asked, ['HEAD / undefined']);
});

test('HTTPS: the certificate that it shows, trusted or not, and the server behind it', async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const names = 'subjectAltName=DNS:rota.example,DNS:www.rota.example';
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
  ];
  const fields = ['-subj', '/CN=rota.example/O=Ward Rota', '-addext', names, '-days', '3'];
  const made = await run('openssl', [...request, '-keyout', key, '-out', cert, ...fields], {
    timeoutMs: 20_000,
    maxBytes: 100_000,
  }).catch(() => undefined);
  if (made?.status !== 0) {
    assert.notEqual(process.env['HOLDFAST_PEERS'], 'required', 'openssl is not installed');
    t.skip('openssl is not installed');
    return;
  }
  const server = https.createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (_request, response) => response.setHeader('Server', 'nginx/1.18.0 (Ubuntu)').end(),
  );
  if (!(await listening(t, server, 8443, '127.0.0.81'))) return;
  const target = { address: '127.0.0.81', port: 8443, connectOnly: false, timeoutMs: 5000 };
  const { protocol, product, certificate } = serviceOf(8443, await probe(target, SIGNAL));
  assert.equal(protocol, 'https');
  assert.deepEqual(
    [product?.product, product?.version, product?.builtBy],
    ['nginx', '1.18.0', 'Ubuntu'],
  );
  assert.equal(certificate?.subject, 'rota.example, Ward Rota');
  assert.equal(certificate.issuer, 'rota.example, Ward Rota');
  assert.deepEqual(certificate.names, ['rota.example', 'www.rota.example']);
  assert.match(certificate.notAfter ?? '', /^20\d\d-/);
});
