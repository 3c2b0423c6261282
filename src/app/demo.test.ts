import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { loadConfig } from '../kernel/config.ts';
import { defaultDataDirectory } from '../kernel/paths.ts';
import { demoConfig } from './demo.ts';
import { MARKER } from './demonstration.ts';

test('the demonstration goes where nothing real is', (t) => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-demo-'));
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  const env = { HOLDFAST_CONFIG: '/dev/null', DATABASE_URL: 'postgres://real/data' };
  const { config } = loadConfig(env, {});
  const at = (data: string): string => demoConfig({ ...config, data }).data;
  const [free, real, demo] = ['free', 'real', 'demo'].map((name) => path.join(home, name));
  for (const folder of [real ?? '', demo ?? '']) fs.mkdirSync(folder);
  fs.writeFileSync(path.join(real ?? '', 'postgres'), '');
  fs.writeFileSync(path.join(demo ?? '', MARKER), '');
  assert.equal(at(free ?? ''), free);
  assert.equal(at(demo ?? ''), demo);
  assert.equal(at(real ?? ''), `${real ?? ''}-demo`);
  const standard = defaultDataDirectory(process.env);
  assert.equal(at(standard), `${standard}-demo`);
  assert.equal(demoConfig(config).databaseUrl, undefined);
});
