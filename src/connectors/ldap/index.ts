/** Active Directory and plain LDAP directories: accounts, their groups, and what the directory knows of their factors. */
import { HoldfastError } from '../../kernel/errors.ts';
import type { Entry } from 'ldapts';
import type { Observation, Outcome, Report, Unseen } from '../../estate/schema.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { keyFrom, textOf } from '../keys.ts';
import {
  ACCOUNTS,
  activeDirectoryAccount,
  COMPUTERS,
  computerReports,
  type Context,
} from './active-directory.ts';
import { Config } from './config.ts';
import { directoryOf, type Directory } from './directory.ts';
import { readGroups } from './groups.ts';
import { Memberships } from './membership.ts';
import { attributesFor, DEFAULT_FILTER, plainAccount } from './plain.ts';
import { DirectoryRefusal, openSession, type Session } from './session.ts';

/** Partitions of the domain itself, to which every answer of Active Directory points. */
const OWN_PARTITIONS = /\/\/(?:ForestDnsZones|DomainDnsZones)\.|\/CN=Configuration,/i;

export const ldap: Connector<Config> = {
  id: 'ldap',
  version: 1,
  title: 'Active Directory and LDAP',
  config: Config,
  needs: {
    network: true,
    files: ['the authority’s certificate, where the system does not trust it'],
    secrets: ['the password of a directory account'],
    permissions: ['read, as every account of the domain has; no administrative right'],
  },
  interval: 24 * 60 * 60,
  collect,
};

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, log, signal } = context;
  if (signal.aborted) throw new HoldfastError('cancelled', 'The collection was stopped.');
  context.progress(0, undefined, 'asking the directory');
  let session: Session;
  try {
    session = await openSession(config, signal);
  } catch (error) {
    const failure = unseenOf(error, 'directory');
    log.warn('directory could not be asked', { reason: failure.reason });
    yield { type: 'unseen', ...failure };
    return 'failed';
  }
  try {
    return yield* collectFrom(session, context);
  } finally {
    await session.close();
  }
}

async function* collectFrom(
  session: Session,
  context: CollectContext<Config>,
): AsyncGenerator<Report, Outcome, void> {
  const directory = await foundDirectory(session, context.config);
  if ('reason' in directory) {
    yield { type: 'unseen', ...directory };
    return 'failed';
  }
  const unseen: Unseen[] = [];
  const known = await knownOf(session, directory, context, unseen);
  yield directoryAsset(directory, known);
  const counts = { accounts: 0, withoutState: 0 };
  yield* accounts(session, known, context, unseen, counts);
  if (directory.kind === 'active-directory') yield* computers(session, known, unseen);
  unseen.push(...admissions(known, counts));
  yield* unseen.map((each): Report => ({ type: 'unseen', ...each }));
  if (counts.accounts === 0 && unseen.length > 0) return 'failed';
  return unseen.length === 0 ? 'complete' : 'partial';
}

async function foundDirectory(session: Session, config: Config): Promise<Directory | Unseen> {
  try {
    const directory = await directoryOf(session, config);
    return directory ?? { what: 'directory', reason: 'invalid', detail: 'names no base' };
  } catch (error) {
    return unseenOf(error, 'directory');
  }
}

async function knownOf(
  session: Session,
  directory: Directory,
  { config, clock }: CollectContext<Config>,
  unseen: Unseen[],
): Promise<Context> {
  const rest = { directory, populations: config.populations ?? [], now: clock.now() };
  try {
    const groups = await readGroups(session, directory);
    unseen.push(...groups.unseen);
    return { ...rest, memberships: groups.memberships, groupsWhole: groups.unseen.length === 0 };
  } catch (error) {
    unseen.push(unseenOf(error, 'groups', []));
    return { ...rest, memberships: new Memberships(), groupsWhole: false };
  }
}

function directoryAsset(
  { identitySource, domain, base, kind }: Directory,
  { now }: Context,
): Report {
  return {
    type: 'observation',
    kind: 'asset',
    key: keyFrom(identitySource),
    trueAt: now.toISOString(),
    body: { name: textOf(kind === 'active-directory' ? domain : base), type: 'directory' },
  };
}

async function* accounts(
  session: Session,
  known: Context,
  context: CollectContext<Config>,
  unseen: Unseen[],
  counts: { accounts: number; withoutState: number },
): AsyncGenerator<Report> {
  const { config } = context;
  const { base, kind } = known.directory;
  const isActive = kind === 'active-directory';
  const plain = { filter: config.filter ?? DEFAULT_FILTER, attributes: attributesFor(config) };
  const reportsOf = (entry: Entry): Report[] =>
    isActive ? activeDirectoryAccount(entry, known) : plainAccount(entry, config, known);
  const seen = new Set<string>();
  const referrals = new Set<string>();
  try {
    for await (const page of session.pages({ base, ...(isActive ? ACCOUNTS : plain) })) {
      for (const referral of page.referrals) referrals.add(referral);
      for (const report of fresh(page.entries.flatMap(reportsOf), seen)) {
        if (report.kind === 'account') {
          counts.accounts += 1;
          if (report.body.enabled === undefined) counts.withoutState += 1;
        }
        yield report;
      }
      context.progress(counts.accounts, undefined, 'accounts');
    }
  } catch (error) {
    unseen.push(unseenOf(error, 'accounts', ['account', 'factor']));
  }
  const elsewhere = [...referrals].filter((each) => !OWN_PARTITIONS.test(each));
  if (elsewhere.length === 0) return;
  const detail = `${elsewhere.length} referrals: each domain is a source of its own`;
  unseen.push({ what: 'accounts of other domains', reason: 'not-supported', detail, mayHide: [] });
}

/** A directory whose pages change while they are read gives some entries twice. */
function* fresh(reports: readonly Report[], seen: Set<string>): Generator<Observation> {
  for (const report of reports) {
    if (report.type !== 'observation' || seen.has(`${report.kind} ${report.key}`)) continue;
    seen.add(`${report.kind} ${report.key}`);
    yield report;
  }
}

async function* computers(
  session: Session,
  known: Context,
  unseen: Unseen[],
): AsyncGenerator<Report> {
  const seen = new Set<string>();
  try {
    for await (const { entries } of session.pages({ base: known.directory.base, ...COMPUTERS })) {
      yield* fresh(
        entries.flatMap((entry) => computerReports(entry, known)),
        seen,
      );
    }
  } catch (error) {
    unseen.push(unseenOf(error, 'computers', ['asset', 'dependency']));
  }
}

function admissions(
  { memberships }: Context,
  { withoutState }: { readonly withoutState: number },
): Unseen[] {
  const told: Unseen[] = [];
  if (memberships.foreign.size > 0) {
    const detail = `${memberships.foreign.size} members of groups here belong to other domains`;
    told.push({
      what: 'accounts of trusted domains',
      reason: 'not-supported',
      detail,
      mayHide: [],
    });
  }
  if (withoutState > 0) {
    const detail = `userAccountControl of ${withoutState} accounts`;
    told.push({
      what: 'whether accounts are enabled',
      reason: 'not-permitted',
      detail,
      mayHide: [],
    });
  }
  return told;
}

function unseenOf(error: unknown, what: string, mayHide?: Unseen['mayHide']): Unseen {
  if (error instanceof HoldfastError && error.code !== 'bad_config') throw error;
  const hides = mayHide === undefined ? {} : { mayHide };
  if (error instanceof DirectoryRefusal) {
    return { what, reason: error.reason, detail: error.message, ...hides };
  }
  if (error instanceof HoldfastError)
    return { what, reason: 'invalid', detail: error.message, ...hides };
  throw error;
}
