/**
 * Records through the embedded PostgreSQL into the signed tree: `node bench/ledger-database.ts [RECORDS]`. Includes sealing,
 * the insert, giving places, tiles, fsync and the signed head.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openApp } from '../src/app/open.ts';
import { loadConfig } from '../src/kernel/config.ts';
import { record, recordAll } from '../src/ledger/record.ts';
import { placeOf, sequence } from '../src/ledger/sequence.ts';

const records = Number(process.argv[2] ?? 50_000);
const BATCH = 1000;
const SINGLES = 200;

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-'));
fs.chmodSync(home, 0o755);
const { config } = loadConfig({ HOLDFAST_DATA: home }, {});
const app = await openApp(config, { what: 'bench', role: 'server' });
const { database, clock } = app;
const place = placeOf(app);

async function measure(what: string, count: number, work: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  const rate = Math.round(count / seconds).toLocaleString('en-GB');
  const own = ((user + system) / count).toFixed(1);
  console.log(`${what.padEnd(48)} ${rate}/s by the clock, ${own} µs CPU each in Holdfast`);
}

const body = (n: number) => ({ backup: n + 1, kilobytes: n, digest: 'ab'.repeat(32) });
try {
  await sequence(place);
  await measure(`record, ${BATCH} a transaction`, records, async () => {
    for (let from = 0; from < records; from += BATCH) {
      const bodies = Array.from({ length: BATCH }, (_, n) => body(from + n));
      await database.transaction('everything', (sql) =>
        recordAll(sql, 'backup', bodies, clock.now()),
      );
    }
  });
  await measure('give places, write tiles, sign', records, async () => {
    await sequence(place);
  });
  await measure('record, one a transaction', SINGLES, async () => {
    for (let n = 0; n < SINGLES; n += 1) {
      await database.transaction('everything', (sql) =>
        record(sql, 'backup', body(n), clock.now()),
      );
    }
  });
  await measure('record one and sign it', SINGLES, async () => {
    for (let n = 0; n < SINGLES; n += 1) {
      await database.transaction('everything', (sql) =>
        record(sql, 'backup', body(n), clock.now()),
      );
      await sequence(place);
    }
  });
} finally {
  await app.close();
  fs.rmSync(home, { recursive: true, force: true });
}
