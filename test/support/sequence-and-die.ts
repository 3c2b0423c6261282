/** Sequences a ledger and is killed with SIGKILL at a fault point: `sequence-and-die.ts DATA POINT`, database in JSON. */
import process from 'node:process';
import { systemClock } from '../../src/kernel/clock.ts';
import { openDatabase, type Connection } from '../../src/kernel/sql/database.ts';
import { sequence } from '../../src/ledger/sequence.ts';

const [data = '', point = ''] = process.argv.slice(2);
const { connection, role } = JSON.parse(process.env['DATABASE_JSON'] ?? '{}') as {
  connection: Connection;
  role: string | undefined;
};
const database = openDatabase(connection, { role, connections: 2 });
await sequence({
  database,
  data,
  clock: systemClock,
  fault: (reached) => {
    if (reached === point) process.kill(process.pid, 'SIGKILL');
  },
});
await database.close();
