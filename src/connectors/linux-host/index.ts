/** This machine, or one over SSH, described by the shipped inventory script. */
import { readFile } from 'node:fs/promises';
import { HoldfastError, messageOf, type ErrorCode } from '../../kernel/errors.ts';
import { shippedFile } from '../../kernel/paths.ts';
import { run, type RunResult } from '../../kernel/process.ts';
import type { Outcome, Report, Unseen } from '../../estate/schema.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { Config } from './config.ts';
import { MOST_BYTES } from './frame.ts';
import { outcomeOf } from './outcome.ts';
import { parseInventory } from './parse.ts';
import { reportsOf } from './report.ts';
import { sshArguments, sshFailure } from './ssh.ts';

const SCRIPT = 'connectors/linux-host/inventory.sh';
const TIMEOUT_SECONDS = 300;
const NO_PROGRAM: Readonly<Partial<Record<ErrorCode, Unseen['reason']>>> = {
  not_found: 'not-installed',
  not_permitted: 'not-permitted',
};

export const linuxHost: Connector<Config> = {
  id: 'linux-host',
  version: 1,
  title: 'Linux host',
  config: Config,
  needs: {
    network: true,
    files: ['/etc', '/proc', '/var/lib/dpkg', '/var/lib/rpm', '/lib/apk/db', '/var/lib/apt/lists'],
    secrets: ['an ssh key, for a machine over SSH'],
    permissions: [
      'none to run; root to see password states, sudo rules, other users’ programs and what sshd demands of each account',
    ],
  },
  interval: 24 * 60 * 60,
  collect,
};

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, clock, log, signal } = context;
  const trueAt = clock.now().toISOString();
  context.progress(0, undefined, 'asking the host');
  const answer = await ask(config, signal);
  if ('failure' in answer) {
    log.warn('host could not be asked', { reason: answer.failure.reason });
    yield { type: 'unseen', ...answer.failure };
    return 'failed';
  }
  const reports = reportsOf(parseInventory(answer.result.stdout), trueAt);
  if (answer.result.timedOut) {
    reports.push({ type: 'unseen', what: 'inventory', reason: 'timeout' });
  }
  let done = 0;
  for (const report of reports) {
    if (signal.aborted) throw new HoldfastError('cancelled', 'The collection was stopped.');
    yield report;
    done += 1;
    if (done % 100 === 0) context.progress(done, reports.length, 'reports');
  }
  context.progress(reports.length, reports.length, 'reports');
  return outcomeOf(reports);
}

/** Runs the script; that the host cannot be reached or refuses is an answer, not an error. */
async function ask(
  config: Config,
  signal: AbortSignal,
): Promise<{ readonly result: RunResult } | { readonly failure: Unseen }> {
  const script = await readFile(shippedFile(SCRIPT));
  const limits = { input: script, maxBytes: MOST_BYTES, signal };
  try {
    if (config.mode === 'local') {
      const result = await run('sh', ['-s'], { ...limits, timeoutMs: TIMEOUT_SECONDS * 1000 });
      const failed = result.stdout.length === 0;
      return failed ? { failure: silent(result) } : { result };
    }
    const timeoutMs = (config.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000;
    const result = await run('ssh', sshArguments(config), { ...limits, timeoutMs });
    const failure = sshFailure(result);
    return failure === undefined ? { result } : { failure };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const reason = NO_PROGRAM[error.code];
    if (reason === undefined) throw error;
    return { failure: { what: 'host', reason, detail: messageOf(error) } };
  }
}

function silent(result: RunResult): Unseen {
  if (result.timedOut) return { what: 'host', reason: 'timeout' };
  const detail = `the script ended with status ${result.status ?? 'of a signal'} and said nothing`;
  return { what: 'host', reason: 'unreadable', detail };
}
