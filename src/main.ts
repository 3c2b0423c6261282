/** The product's entry: parses the command line and runs the command. */
import process from 'node:process';
import { run } from './cli/run.ts';

await run(process.argv.slice(2));
