import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Cli } from '../kernel/cli.ts';

/** Answers standard input line by line, so that a pipe of any length needs no memory. */
export async function eachLine(cli: Cli, answer: (line: string) => string): Promise<void> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  for await (const line of lines) {
    if (cli.signal.aborted) return;
    cli.out(answer(line));
  }
}
