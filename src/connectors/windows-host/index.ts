/** Windows hosts out of a folder of exports that somebody made on them: what runs, its updates, its programs, its settings. */
import { HoldfastError, systemCode } from '../../kernel/errors.ts';
import type { Component, Outcome, Report, Unseen } from '../../estate/schema.ts';
import type { Found } from '../../inventory/schema.ts';
import { windowsComponents } from '../../inventory/windows/component.ts';
import { ROLE } from '../../inventory/windows/facts.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { Config } from './config.ts';
import { findExports, MOST_HOSTS, type FoundExports } from './exports.ts';
import { identityOf, roleOf, titleOf, type Identity } from './identity.ts';
import { updateFacts } from './host-updates.ts';
import { readHost, type HostExports } from './read-host.ts';

const DAY = 24 * 60 * 60;
const MAX_AGE_DAYS = 31;

export const windowsHost: Connector<Config> = {
  id: 'windows-host',
  version: 1,
  title: 'Windows hosts (exports)',
  config: Config,
  needs: {
    network: false,
    files: ['a folder of exports: systeminfo, Get-HotFix, registry, update history'],
    secrets: [],
    permissions: ['to read the folder; on the hosts an ordinary user can make all exports'],
  },
  interval: DAY,
  collect,
};

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, clock, log, signal } = context;
  stopIf(signal);
  context.progress(0, undefined, 'looking for exports');
  const found = await listed(config.folder);
  if ('reason' in found) {
    log.warn('folder could not be listed', { reason: found.reason });
    yield { type: 'unseen', ...found };
    return 'failed';
  }
  const unseen: Unseen[] = [...strayed(found)];
  const oldest = clock.now().getTime() - (config.maxAgeDays ?? MAX_AGE_DAYS) * DAY * 1000;
  const seen = new Set<string>();
  let done = 0;
  for (const set of found.sets) {
    stopIf(signal);
    const host = await readHost(set, signal);
    const { reports, problems } = reportsOf(host, set.name, seen, oldest);
    yield* reports;
    unseen.push(...problems);
    done += 1;
    context.progress(done, found.sets.length, 'hosts');
  }
  yield* unseen.map((each): Report => ({ type: 'unseen', ...each }));
  if (found.sets.length === 0) return 'failed';
  return unseen.length === 0 ? 'complete' : 'partial';
}

async function listed(folder: string): Promise<FoundExports | Unseen> {
  try {
    const found = await findExports(folder);
    if (found.sets.length > 0) return found;
    const detail = 'holds no export of any host';
    return { what: 'folder of exports', reason: 'invalid', detail };
  } catch (error) {
    const code = systemCode(error);
    if (code === '') throw error;
    const reason = code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'unreadable';
    return { what: 'folder of exports', reason, detail: code };
  }
}

function strayed({ strays, beyond }: FoundExports): Unseen[] {
  return [
    ...(strays.length === 0
      ? []
      : [
          {
            what: `${strays.length} files of no host`,
            reason: 'invalid' as const,
            detail:
              'put the exports of each host in a folder of its own, or begin their names alike',
            mayHide: [],
          },
        ]),
    ...(beyond === 0
      ? []
      : [
          {
            what: 'further exports',
            reason: 'truncated' as const,
            detail: `${beyond} folders or files beyond ${MOST_HOSTS} hosts were not read`,
          },
        ]),
  ];
}

interface HostReports {
  readonly reports: readonly Report[];
  readonly problems: readonly Unseen[];
}

function reportsOf(
  host: HostExports,
  name: string,
  seen: Set<string>,
  oldest: number,
): HostReports {
  const { system, writtenAt } = host;
  const identity = identityOf(host.machine, name);
  const problems = [...host.unseen];
  if (system === undefined) return { reports: [], problems };
  if (seen.has(identity.key)) {
    const detail =
      'another folder holds exports of a host of the same name; this one was not taken';
    problems.push({ what: `host ${name}`, reason: 'invalid', detail });
    return { reports: [], problems };
  }
  seen.add(identity.key);
  if (Date.parse(writtenAt) < oldest) {
    const detail = `its exports are of ${writtenAt.slice(0, 10)}: what was installed since is not in them`;
    problems.push({
      what: `host ${name} as it is now`,
      reason: 'unreachable',
      detail,
      mayHide: [],
    });
  }
  return { reports: [...facts(host, system, identity)], problems };
}

function* facts(
  host: HostExports,
  system: NonNullable<HostExports['system']>,
  identity: Identity,
): Generator<Report> {
  const { key: asset, hostname, hostnames, identifiers } = identity;
  const trueAt = host.writtenAt;
  const role = roleOf(system, host.facts.find(({ name }) => name === ROLE)?.value);
  yield {
    type: 'observation',
    kind: 'asset',
    key: asset,
    trueAt,
    identifiers,
    body: {
      name: hostname,
      type: 'host',
      hostnames: [...hostnames],
      os: { id: 'windows', versionId: system.version, prettyName: titleOf(system) },
      ...(role === undefined ? {} : { domainRole: role }),
      ...(system.arch === undefined ? {} : { architecture: system.arch }),
      ...(host.updates === undefined ? {} : updateFacts(host.updates)),
    },
  };
  yield {
    type: 'inventory',
    asset,
    section: 'windows',
    trueAt,
    components: windowsComponents({ ...host, system }),
  };
  if (host.programs.length > 0) {
    const components = host.programs.map(programOf);
    yield { type: 'inventory', asset, section: 'programs', trueAt, components };
  }
}

/** `maker/name`; a name whose maker is not known begins with the stroke, since it may hold one itself. */
function programOf({ namespace = '', name, version, arch = '' }: Found): Component {
  return {
    type: 'generic',
    release: '',
    name: `${namespace}/${name}`.slice(0, 300),
    version: version.slice(0, 300),
    architecture: arch,
    sourceName: '',
    sourceVersion: '',
  };
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new HoldfastError('cancelled', 'The collection was stopped.');
}
