import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { commands, commandsFor } from './commands.ts';
import type { Cli } from '../kernel/cli.ts';

test('each entry adds exactly the commands that it is named for', async () => {
  for (const { names, load } of commands) {
    const program = new Command();
    (await load())(program, {} as Cli);
    assert.deepEqual(
      program.commands.map((command) => command.name()).sort(),
      [...names].sort(),
      names.join(),
    );
  }
});

test('a word that is no command loads all of them, so that help and advice know every one', () => {
  assert.equal(commandsFor('purl').length, 1);
  assert.equal(commandsFor('purrl'), commands);
  assert.equal(commandsFor(undefined), commands);
});
