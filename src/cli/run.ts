/** Runs one command line from parsing to exit code. */
import { Command, CommanderError } from 'commander';
import path from 'node:path';
import process from 'node:process';
import { DEMONSTRATION, isDemonstration } from '../app/demonstration.ts';
import type { Cli, ExitCode } from '../kernel/cli.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Flags, Loaded } from '../kernel/config.ts';
import { HoldfastError, messageOf, type ErrorCode } from '../kernel/errors.ts';
import { createLog, redactText } from '../kernel/log.ts';
import { defaultDataDirectory, productVersion } from '../kernel/paths.ts';
import { commandsFor } from './commands.ts';

const EXIT_OF: Readonly<Partial<Record<ErrorCode, ExitCode>>> = {
  bad_input: 2,
  bad_config: 2,
  bad_file: 2,
  unsupported: 2,
  too_large: 2,
  not_found: 2,
  not_permitted: 2,
  not_signed_in: 2,
  conflict: 2,
  newer_data: 2,
  tampered: 2,
  incomplete: 3,
  locked: 4,
  stale: 4,
  unreachable: 4,
  database_unavailable: 4,
  disk_full: 4,
  rate_limited: 4,
  cancelled: 130,
};

/** Parses `argv` (without node and script) and runs the command; sets the process's exit code. */
export async function run(argv: readonly string[]): Promise<void> {
  const program = new Command('holdfast');
  const stop = new AbortController();
  stopOnSignals(stop);
  const cli = createCli(program, stop.signal);
  process.on('uncaughtException', (error) => {
    if (isLostWrite(error)) return;
    fail(error, cli);
    process.exit();
  });
  program
    .description(
      'Finds, closes and contains every way one missing control could reach the people whose records an organisation holds.',
    )
    .version(productVersion(), '--version', 'print the version')
    .option('--config <file>', 'read the configuration from this file')
    .option('--data <directory>', 'keep data in this directory')
    .option('--postgres-bin <directory>', 'run the PostgreSQL of this bin directory')
    .option('--log-level <level>', 'debug, info, warn or error')
    .option('--host <address>', 'listen on this address (loopback only)')
    .option('--port <number>', 'listen on this port')
    .option('--socket <path>', 'listen on this unix socket instead')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('(add --help for the options and examples)')
    .configureHelp({ showGlobalOptions: false, sortSubcommands: true })
    .exitOverride();
  const asked = commandsFor(firstWord(argv));
  for (const add of await Promise.all(asked.map(({ load }) => load()))) add(program, cli);
  forEachCommand(program, (command) => command.exitOverride());
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    fail(error, cli);
  }
}

function createCli(program: Command, signal: AbortSignal): Cli {
  let loaded: Loaded | undefined;
  const load = async (): Promise<Loaded> => {
    const { loadConfig } = await import('../kernel/config.ts');
    return (loaded ??= loadConfig(process.env, program.opts<Flags>()));
  };
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const out = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  return {
    config: async () => (await load()).config,
    dataDirectory: async () => {
      const flags = program.opts<Flags>();
      const simple = plainDataDirectory(flags, process.env);
      return simple ?? (await load()).config.data;
    },
    signal,
    say,
    out,
    answer: (options, value, text) =>
      out(options.json === true ? JSON.stringify(value, null, 2) : text()),
    exit: (code) => {
      process.exitCode = code;
    },
    withDatabase: async (work) => {
      const { config } = await load();
      if (isDemonstration(config.data)) say(DEMONSTRATION);
      const { openApp } = await import('../app/open.ts');
      const app = await openApp(config, {
        what: `holdfast ${program.args.slice(0, 2).join(' ')}`,
        role: 'command',
        say,
      });
      try {
        return await work(app);
      } finally {
        await app.close();
      }
    },
  };
}

/** Reading the whole configuration takes longer than a scan: without a file of it two places say where the data are. */
function plainDataDirectory(flags: Flags, env: NodeJS.ProcessEnv): string | undefined {
  if (flags.config !== undefined || (env['HOLDFAST_CONFIG'] ?? '') !== '') return undefined;
  if (flags.data !== undefined) return path.resolve(flags.data);
  const named = env['HOLDFAST_DATA'] ?? '';
  if (named === '') return defaultDataDirectory(env);
  return path.isAbsolute(named) ? named : undefined;
}

/** The command's name: the first word that is neither an option nor an option's value. */
function firstWord(argv: readonly string[]): string | undefined {
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) return word;
    if (word.startsWith('--') && !word.includes('=') && word !== '--version' && word !== '--help')
      at += 1;
  }
  return undefined;
}

function fail(error: unknown, cli: Cli): void {
  if (error instanceof CommanderError) {
    cli.exit(error.exitCode === 0 ? 0 : 2);
    return;
  }
  if (error instanceof HoldfastError && error.expose) {
    cli.say(`holdfast: ${error.message}`);
    if (error.remedy !== undefined) cli.say(error.remedy);
    cli.exit(EXIT_OF[error.code] ?? 1);
    return;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    cli.exit(130);
    return;
  }
  cli.say(`holdfast: internal failure: ${redactText(messageOf(error))}`);
  createLog({
    level: 'error',
    clock: systemClock,
    write: (line) => process.stderr.write(line),
  }).error('command failed', { error });
  cli.exit(1);
}

/**
 * postgres.js 3.4.9 writes a last chunk to a socket that closed meanwhile and throws where nobody can catch it. Its
 * queries are refused with CONNECTION_CLOSED as they should be, so there is nothing to do about the throw.
 */
function isLostWrite(error: Error): boolean {
  return (
    error instanceof TypeError && /nextWrite .*postgres.*connection\.js/.test(error.stack ?? '')
  );
}

/** npm, the launcher and a signalled process group pass the same request on: within this time it is one. */
const ONE_REQUEST_MS = 1000;

/** The first signal asks the command to stop; a second request ends it at once. */
function stopOnSignals(stop: AbortController): void {
  let askedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      askedAt ??= systemClock.elapsed();
      if (systemClock.elapsed() - askedAt > ONE_REQUEST_MS) process.exit(130);
      stop.abort();
    });
  }
  // A reader that went away (`holdfast … | head`) is no failure of ours; what is open is still closed in order.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') stop.abort();
    else throw error;
  });
}

function forEachCommand(command: Command, change: (command: Command) => void): void {
  for (const child of command.commands) {
    change(child);
    forEachCommand(child, change);
  }
}
