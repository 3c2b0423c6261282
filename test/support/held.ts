/** Memory that is in use, for tests of what is streamed. */
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Bytes of heap and of buffers, without what is only waiting to be collected. The process's resident size says nothing
 * here: it also holds what earlier tests of the same process left behind, and grows as the collector pleases.
 */
export function held(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
