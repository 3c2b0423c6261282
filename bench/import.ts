/** Import rate of declared estates: read, compared, stored. `node bench/import.ts [CUSTOMERS…]` prints items per CPU second. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openApp } from '../src/app/open.ts';
import { importDeclared } from '../src/estate/import.ts';
import { loadConfig } from '../src/kernel/config.ts';
import { declaredEstate } from '../test/support/declared-estate.ts';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [700, 7000];
for (const customers of sizes) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-import-'));
  fs.chmodSync(home, 0o755);
  const { config } = loadConfig({ HOLDFAST_DATA: home }, {});
  const app = await openApp(config, { what: 'bench', role: 'server' });
  const bytes = Buffer.from(declaredEstate({ customers, seed: 1 }));
  for (const label of ['first import', 'same again']) {
    const cpu = process.cpuUsage();
    const began = performance.now();
    const result = await importDeclared([{ name: 'estate.yaml', bytes }], app);
    if (!result.ok) throw new Error('the generated estate was refused');
    const used = process.cpuUsage(cpu);
    const seconds = (used.user + used.system) / 1e6;
    const items = result.diff.added.length + result.diff.changed.length + result.diff.unchanged;
    console.log(
      `${customers} customers, ${items} items, ${label}: ${seconds.toFixed(1)} s CPU here = ${Math.round(items / seconds)} items per CPU second, ` +
        `${((performance.now() - began) / 1000).toFixed(1)} s with the database`,
    );
  }
  await app.close();
  fs.rmSync(home, { recursive: true });
}
