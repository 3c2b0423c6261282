/** Appends to a log and is killed with SIGKILL at a fault point: `append-and-die.ts DIRECTORY POINT KEY`. */
import process from 'node:process';
import { parseSigner } from '../../src/ledger/keys.ts';
import { openTileLog } from '../../src/ledger/tile-log.ts';
import { numbered } from './naive-tree.ts';

const [directory = '', point = '', skey = ''] = process.argv.slice(2);
const signer = parseSigner(skey);
const log = openTileLog({
  directory,
  origin: signer.verifier.name,
  signers: [signer],
  fault: (reached) => {
    if (reached === point) process.kill(process.pid, 'SIGKILL');
  },
});
await log.append(numbered(250, 530), new Date(0));
