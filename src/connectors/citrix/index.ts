/** A Citrix NetScaler (Gateway, ADC), read from its saved configuration: its doors, and what each demands of whom. */
import { stat } from 'node:fs/promises';
import { HoldfastError, systemCode } from '../../kernel/errors.ts';
import type { Outcome, Report, Unseen } from '../../estate/schema.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { readLines } from '../read-lines.ts';
import { accountReports } from './accounts.ts';
import { emptyAppliance, take, takeVersion, type Appliance } from './appliance.ts';
import { Config } from './config.ts';
import { doorsOf } from './doors.ts';
import { identityOf } from './identity.ts';
import { statementOf } from './statement.ts';

const LONGEST_LINE = 256 * 1024;
/** Real configurations are below 30 MB; what is larger is something else. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_TOLD = 20;

export const citrix: Connector<Config> = {
  id: 'citrix',
  version: 1,
  title: 'Citrix NetScaler',
  config: Config,
  needs: {
    network: false,
    files: ['a copy of /nsconfig/ns.conf'],
    secrets: [],
    permissions: ['to read the copy; nothing on the appliance itself'],
  },
  interval: 24 * 60 * 60,
  collect,
};

interface Reading {
  readonly appliance: Appliance;
  /** Lines that could change who comes in, and cannot be read. */
  readonly unreadable: readonly number[];
  readonly failure?: Unseen;
}

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, clock, log, signal } = context;
  stopIf(signal);
  const trueAt = clock.now().toISOString();
  context.progress(0, undefined, 'reading the configuration');
  const { appliance, unreadable, failure } = await read(config.file, signal);
  if (failure !== undefined) {
    log.warn('configuration could not be read', { reason: failure.reason });
    yield { type: 'unseen', ...failure };
    return 'failed';
  }
  const identity = identityOf(appliance);
  const { assetKey: key, name } = identity;
  const [release = ''] = appliance.version?.split('-') ?? [];
  yield {
    type: 'observation',
    kind: 'asset',
    key,
    trueAt,
    identifiers: [`hostname:${name}`],
    body: {
      name,
      type: 'device',
      ...(appliance.version === undefined
        ? {}
        : {
            os: {
              id: 'netscaler',
              versionId: appliance.version,
              prettyName: `NetScaler ${release}`,
            },
          }),
    },
  };
  yield productOf(key, appliance.version ?? '', trueAt);
  const doors = doorsOf({ appliance, config, identity, damaged: unreadable.length > 0 });
  let done = 0;
  for (const door of doors) {
    stopIf(signal);
    yield { type: 'observation', kind: 'door', key: door.key, trueAt, body: door.body };
    done += 1;
    context.progress(done, doors.length, 'doors');
  }
  yield* accountReports(appliance, identity, trueAt);
  const unseen = problems(
    unreadable,
    doors.flatMap((door) => door.problems),
  );
  yield* unseen.map((each): Report => ({ type: 'unseen', ...each }));
  return unseen.length === 0 ? 'complete' : 'partial';
}

/** The appliance's own software, which no package manager lists; without a version it counts as unknown. */
function productOf(asset: string, version: string, trueAt: string): Report {
  const product = {
    type: 'generic',
    release: '',
    name: 'citrix/netscaler-adc',
    version,
    architecture: '',
    sourceName: '',
    sourceVersion: '',
  };
  return { type: 'inventory', asset, section: 'product', trueAt, components: [product] };
}

async function read(file: string, signal: AbortSignal): Promise<Reading> {
  const appliance = emptyAppliance();
  const unreadable: number[] = [];
  const failed = (reason: Unseen['reason'], detail: string): Reading => ({
    appliance,
    unreadable,
    failure: { what: 'configuration', reason, detail },
  });
  let statements = 0;
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) return failed('invalid', `larger than ${MOST_BYTES} bytes`);
    for await (const { number, text, cut } of readLines(file, { longest: LONGEST_LINE, signal })) {
      if (number <= 5) takeVersion(appliance, text);
      const statement = cut ? 'unreadable' : statementOf(text, number);
      if (statement === undefined) continue;
      if (statement === 'unreadable') unreadable.push(number);
      else {
        statements += 1;
        take(appliance, statement);
      }
    }
  } catch (error) {
    stopIf(signal);
    const code = systemCode(error);
    if (code === '') throw error;
    return failed(code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'unreadable', code);
  }
  if (statements === 0) return failed('invalid', 'holds no command of a NetScaler configuration');
  return { appliance, unreadable };
}

function problems(lines: readonly number[], others: readonly string[]): Unseen[] {
  const told = (what: string, details: readonly string[], mayHide: Unseen['mayHide']): Unseen[] =>
    details.length === 0
      ? []
      : [
          {
            what,
            reason: 'invalid',
            detail:
              `${details.slice(0, MOST_TOLD).join('; ')}${details.length > MOST_TOLD ? `; and ${details.length - MOST_TOLD} more` : ''}`.slice(
                0,
                500,
              ),
            mayHide,
          },
        ];
  return [
    ...told(
      'lines of the configuration',
      lines.map((line) => `line ${line}`),
      undefined,
    ),
    ...told('authentication policies', [...new Set(others)], []),
  ];
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new HoldfastError('cancelled', 'The collection was stopped.');
}
