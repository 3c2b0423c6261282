/** An Entra ID tenant: accounts and guests, their factors, conditional access as the demands of its doors, sign-ins. */
import { HoldfastError } from '../../kernel/errors.ts';
import type { Outcome, Report, Unseen } from '../../estate/schema.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { stopIf, WebRefusal } from '../web.ts';
import { Config, type GraphConfig } from './config.ts';
import { readExport } from './export-file.ts';
import { openGraph, type Graph } from './graph.ts';
import { readTenant } from './tenant.ts';

export const entra: Connector<Config> = {
  id: 'entra',
  version: 1,
  title: 'Microsoft Entra ID',
  config: Config,
  needs: {
    network: true,
    files: [],
    secrets: ['the secret of an application'],
    permissions: [
      'AuditLog.Read.All',
      'GroupMember.Read.All',
      'Policy.Read.All',
      'Policy.Read.ConditionalAccess',
      'RoleManagement.Read.Directory',
      'User.Read.All',
      'UserAuthenticationMethod.Read.All',
    ],
  },
  interval: 24 * 60 * 60,
  collect,
};

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, signal } = context;
  stopIf(signal);
  if (config.mode === 'graph') return yield* fromGraph(config, context);
  context.progress(0, undefined, 'reading the export');
  const { reports, unseen } = await readExport(config, context.clock.now());
  stopIf(signal);
  yield* reports;
  yield* unseen.map((each): Report => ({ type: 'unseen', ...each }));
  return reports.length === 0 ? 'failed' : 'partial';
}

async function* fromGraph(
  config: GraphConfig,
  context: CollectContext<Config>,
): AsyncGenerator<Report, Outcome, void> {
  const { clock, log, signal } = context;
  let graph: Graph;
  try {
    graph = await openGraph(config, clock, signal);
  } catch (error) {
    const failure = failureOf(error);
    log.warn('tenant could not be asked', { reason: failure.reason });
    yield { type: 'unseen', ...failure };
    return 'failed';
  }
  const told = { accounts: 0, doors: 0 };
  const reports = readTenant(graph, config, clock, (...far) => context.progress(...far));
  for (;;) {
    const next = await reports.next();
    stopIf(signal);
    if (next.done === true) {
      yield* next.value.map((each): Report => ({ type: 'unseen', ...each }));
      if (told.accounts === 0 && next.value.length > 0) return 'failed';
      return next.value.length === 0 ? 'complete' : 'partial';
    }
    if (next.value.type === 'observation' && next.value.kind === 'account') told.accounts += 1;
    yield next.value;
  }
}

function failureOf(error: unknown): Unseen {
  if (error instanceof WebRefusal) {
    // The authority answers 400 and 401 where the application or its secret is wrong.
    const refused = error.status === 400 || error.status === 401;
    return {
      what: 'tenant',
      reason: refused ? 'not-permitted' : error.reason,
      detail: error.message,
    };
  }
  if (error instanceof HoldfastError && error.code === 'bad_config') {
    return { what: 'tenant', reason: 'invalid', detail: error.message };
  }
  throw error;
}
