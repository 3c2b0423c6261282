/** A log of sign-ins in JSON lines, CSV or text, folded to what it shows of each account. */
import { stat } from 'node:fs/promises';
import { systemCode } from '../../kernel/errors.ts';
import type { Bodies, Outcome, Report, Unseen } from '../../estate/schema.ts';
import { addressClass } from '../address-class.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { accountKey, keyFrom, textOf } from '../keys.ts';
import { instantOf } from '../mapped-account.ts';
import { readLines, type Line } from '../read-lines.ts';
import { stopIf } from '../web.ts';
import { Config } from './config.ts';
import { lineReader, type Fields, type ReadLine } from './fields.ts';

type SignIn = Bodies['signin'];

const LONGEST_LINE = 64 * 1024;
const LINES_TOLD = 20;

export const signInLogs: Connector<Config> = {
  id: 'sign-in-logs',
  version: 1,
  title: 'Log of sign-ins',
  config: Config,
  needs: {
    network: false,
    files: ['the log, or a copy of it'],
    secrets: [],
    permissions: ['to read the file'],
  },
  interval: 60 * 60,
  collect,
};

interface State {
  readonly rows: Map<string, SignIn>;
  readonly malformed: number[];
  malformedCount: number;
  /** Events that say no login or no time. */
  incomplete: number;
  /** Where the next collection can begin. */
  end: number;
}

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, clock, log, signal } = context;
  stopIf(signal);
  const now = clock.now();
  const state: State = { rows: new Map(), malformed: [], malformedCount: 0, incomplete: 0, end: 0 };
  context.progress(0, undefined, 'reading the log');
  try {
    await read(context, state, now);
  } catch (error) {
    stopIf(signal);
    const code = systemCode(error);
    if (code === '') throw error;
    log.warn('log could not be read', { code });
    const reason = code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'unreadable';
    yield { type: 'unseen', what: 'log of sign-ins', reason, detail: code };
    return 'failed';
  }
  // Where to go on: the operator's next `fromByte`.
  log.info('log read', { toByte: state.end, accounts: state.rows.size });
  for (const body of state.rows.values()) {
    // A part of a log is evidence of its own beside that of the parts before.
    const part = (config.fromByte ?? 0) > 0 ? `#${config.fromByte ?? 0}` : '';
    const key = keyFrom(`${body.account}@${body.door}${part}`);
    yield { type: 'observation', kind: 'signin', key, trueAt: now.toISOString(), body };
  }
  const unseen = admissions(state, config);
  yield* unseen.map((each): Report => ({ type: 'unseen', ...each }));
  return unseen.length === 0 ? 'complete' : 'partial';
}

async function read(context: CollectContext<Config>, state: State, now: Date): Promise<void> {
  const { config, signal } = context;
  const { fromByte: asked = 0 } = config;
  const { size } = await stat(config.file);
  // A log that is shorter than where reading ended was begun anew.
  const from = asked > size ? 0 : asked;
  const reader = lineReader(config);
  if (from > 0 && config.format === 'csv') await readHeader(config.file, reader);
  state.end = from;
  for await (const line of readLines(config.file, { from, longest: LONGEST_LINE, signal })) {
    // A line that is still being written is read the next time.
    if (!line.ended && config.fromByte !== undefined) break;
    take(line, reader, config, state, now);
    state.end = line.end;
    if (line.number % 10_000 === 0) context.progress(line.end, size, 'bytes');
  }
}

async function readHeader(file: string, reader: ReadLine): Promise<void> {
  for await (const { text } of readLines(file, { longest: LONGEST_LINE })) {
    reader(text);
    return;
  }
}

function take(line: Line, reader: ReadLine, config: Config, state: State, now: Date): void {
  const fields = line.cut ? undefined : reader(line.text);
  if (fields === 'skip') return;
  if (fields === undefined) {
    state.malformedCount += 1;
    if (state.malformed.length < LINES_TOLD) state.malformed.push(line.number);
    return;
  }
  const { success, identitySource, door } = config;
  if (success?.includes(valueOf(config.fields.result, fields) ?? '') === false) return;
  const login = valueOf(config.fields.login, fields) ?? '';
  const at = instantOf(valueOf(config.fields.time, fields), now);
  if (login === '' || at === undefined) {
    state.incomplete += 1;
    return;
  }
  const account = accountKey(identitySource, login);
  const row = state.rows.get(account) ?? { account, door };
  state.rows.set(account, folded(row, at, fields, config));
}

function valueOf(field: string | undefined, fields: Fields): string | undefined {
  return field === undefined ? undefined : fields(field)?.trim();
}

function folded(row: SignIn, at: string, fields: Fields, config: Config): SignIn {
  const factors = valueOf(config.fields.factors, fields);
  if (factors !== undefined && config.twoFactors?.includes(factors) === true) {
    return withTwo(row, at, config.factorTypes?.[factors]);
  }
  if (factors === undefined || config.oneFactor?.includes(factors) !== true) {
    return { ...row, unknownCount: (row.unknownCount ?? 0) + 1 };
  }
  return withOne(row, at, fields, config);
}

function withTwo(
  row: SignIn,
  at: string,
  type: NonNullable<SignIn['factors']>[number] | undefined,
): SignIn {
  const last = later(row.twoFactorAt, at);
  const used = type !== undefined && last === at ? { factors: [type] } : {};
  return { ...row, twoFactorAt: last, twoFactorCount: (row.twoFactorCount ?? 0) + 1, ...used };
}

function withOne(row: SignIn, at: string, fields: Fields, { fields: names }: Config): SignIn {
  const last = later(row.oneFactorAt, at);
  const counted = { ...row, oneFactorAt: last, oneFactorCount: (row.oneFactorCount ?? 0) + 1 };
  if (last !== at) return counted;
  const place = valueOf(names.address, fields);
  const way = valueOf(names.client, fields) ?? '';
  return {
    ...counted,
    ...(place === undefined ? {} : { addressClass: addressClass(place) }),
    ...(way === '' ? {} : { way: textOf(way) }),
  };
}

function later(before: string | undefined, at: string): string {
  return before === undefined || before < at ? at : before;
}

function admissions(
  { malformed, malformedCount, incomplete, rows }: State,
  { fromByte = 0 }: Config,
): Unseen[] {
  const told: Unseen[] = [];
  if (malformedCount > 0) {
    const since = fromByte > 0 ? ` after byte ${fromByte}` : '';
    const detail = `${malformedCount} lines${since}: ${malformed.join(', ')}${malformedCount > malformed.length ? '…' : ''}`;
    told.push({ what: 'malformed lines', reason: 'invalid', detail, mayHide: ['signin'] });
  }
  if (incomplete > 0) {
    const detail = `${incomplete} events`;
    told.push({
      what: 'events without a login or a time that has been',
      reason: 'invalid',
      detail,
      mayHide: ['signin'],
    });
  }
  // A part of a log says nothing of who is in the other part.
  if (fromByte > 0) {
    const detail = `read from byte ${fromByte}, ${rows.size} accounts`;
    told.push({ what: 'earlier events', reason: 'truncated', detail, mayHide: ['signin'] });
  }
  return told;
}
