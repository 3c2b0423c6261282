import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { HoldfastError } from './errors.ts';
import { Config, loadConfig, shownConfig, type Flags } from './config.ts';
import { packageRoot } from './paths.ts';

function folder(t: TestContext, files: Record<string, string> = {}): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-config-'));
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(made, name), text);
  return made;
}

function refusal(env: NodeJS.ProcessEnv, flags: Flags = {}): string {
  try {
    loadConfig(env, flags);
  } catch (error) {
    assert.ok(error instanceof HoldfastError && error.code === 'bad_config');
    return error.message;
  }
  return assert.fail('must be refused');
}

test('flags beat the environment, which beats the file, which beats the defaults', (t) => {
  const data = folder(t, { 'holdfast.yaml': 'port: 1001\nhost: "::1"\nlogLevel: debug\n' });
  const { config, origins } = loadConfig(
    { HOLDFAST_DATA: data, HOLDFAST_PORT: '1002', HOLDFAST_HOST: '127.0.0.2' },
    { port: '1003' },
  );
  assert.deepEqual(
    [config.port, config.host, config.logLevel, config.collectInterval],
    [1003, '127.0.0.2', 'debug', 3600],
  );
  assert.deepEqual(
    [origins.port, origins.host, origins.logLevel, origins.collectInterval, origins.socket],
    [
      'flag --port',
      'environment HOLDFAST_HOST',
      `file ${data}/holdfast.yaml`,
      'default',
      'not set',
    ],
  );
});

test('secrets are masked wherever the configuration is shown, and may come from a file', (t) => {
  const data = folder(t, { url: 'postgres://u:planted@db/x\n' });
  const loaded = loadConfig({ HOLDFAST_DATA: data, DATABASE_URL_FILE: path.join(data, 'url') }, {});
  assert.equal(loaded.config.databaseUrl, 'postgres://u:planted@db/x');
  assert.doesNotMatch(JSON.stringify(shownConfig(loaded)), /planted/);
});

test('a wrong value names its key and where it was set, and no secret', (t) => {
  const data = folder(t, {
    'holdfast.yaml': 'prot: 1\n',
    'broken.yaml': 'a: [1\n',
    'list.yaml': '- 1\n',
    'alias.yaml': 'logLevel: &level warn\nhost: *level\n',
  });
  assert.match(
    refusal({ HOLDFAST_PORT: '99999', HOLDFAST_CONFIG: '/dev/null' }),
    /^port \(environment HOLDFAST_PORT\): /,
  );
  for (const name of ['two words', 'a+b', '/x', 'a\nb', 'a'.repeat(201)])
    assert.match(
      refusal({ HOLDFAST_LEDGER_ORIGIN: name, HOLDFAST_CONFIG: '/dev/null' }),
      /^ledgerOrigin \(environment HOLDFAST_LEDGER_ORIGIN\): must be a name like/,
    );
  assert.match(refusal({ HOLDFAST_DATA: data }), /^prot \(file .*holdfast\.yaml\): is not a key/);
  assert.match(
    refusal({ DATABASE_URL: 'mysql://u:planted@db', HOLDFAST_CONFIG: '/dev/null' }),
    /^databaseUrl \(environment DATABASE_URL\): must start with postgres/,
  );
  assert.doesNotMatch(
    refusal({ DATABASE_URL: 'mysql://u:planted@db', HOLDFAST_CONFIG: '/dev/null' }),
    /planted/,
  );
  assert.match(refusal({}, { config: path.join(data, 'broken.yaml') }), /broken\.yaml: /);
  assert.match(refusal({}, { config: path.join(data, 'list.yaml') }), /list\.yaml: must be/);
  assert.match(refusal({}, { config: path.join(data, 'alias.yaml') }), /alias\.yaml: anchors/);
  assert.match(
    refusal({}, { config: path.join(data, 'absent.yaml') }),
    /Cannot read .*absent\.yaml/,
  );
});

test('every key has its heading in the documentation', () => {
  const text = fs.readFileSync(path.join(packageRoot(), 'docs/reference/configuration.md'), 'utf8');
  const headings = [...text.matchAll(/^## `([^`]+)`/gm)].map((match) => match[1]);
  assert.deepEqual(headings.sort(), Object.keys(Config.shape).sort());
});
