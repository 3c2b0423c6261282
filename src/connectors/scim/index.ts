/** Accounts and their groups from a server that speaks SCIM 2.0 (RFC 7643, RFC 7644). */
import { HoldfastError } from '../../kernel/errors.ts';
import type { Outcome, Report, Unseen } from '../../estate/schema.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { stopIf, WebRefusal } from '../web.ts';
import { accountReports, GROUP_ATTRIBUTES, USER_ATTRIBUTES } from './accounts.ts';
import { Config } from './config.ts';
import { Membership } from './groups.ts';
import { Group, User } from './schema.ts';
import { openServer, type Listing, type Server } from './server.ts';

export const scim: Connector<Config> = {
  id: 'scim',
  version: 1,
  title: 'SCIM 2.0 server',
  config: Config,
  needs: {
    network: true,
    files: [],
    secrets: ['a bearer token'],
    permissions: ['to read /Users', 'to read /Groups'],
  },
  interval: 24 * 60 * 60,
  collect,
};

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, log, signal } = context;
  stopIf(signal);
  context.progress(0, undefined, 'reading groups');
  const unseen: Unseen[] = [];
  const told = new Set<string>();
  let failed = false;
  try {
    const server = await openServer(config, signal);
    const membership = await membershipOf(server, unseen);
    yield* accounts(server, context, membership, told, unseen);
  } catch (error) {
    stopIf(signal);
    const failure = failureOf(error, told.size);
    log.warn('server could not be read', { reason: failure.reason });
    unseen.push(failure);
    failed = told.size === 0 || isRefusedToken(error);
  }
  stopIf(signal);
  yield* unseen.map((each): Report => ({ type: 'unseen', ...each }));
  if (failed) return 'failed';
  return unseen.length === 0 ? 'complete' : 'partial';
}

/** Undefined where groups could not all be read: a door's rule for a group would be wrong. */
async function membershipOf(server: Server, unseen: Unseen[]): Promise<Membership | undefined> {
  const membership = new Membership();
  const before = unseen.length;
  const { listing, admit } = listingOf('Groups', GROUP_ATTRIBUTES, unseen);
  try {
    for await (const group of server.items(Group, listing)) membership.add(group);
  } catch (error) {
    if (!(error instanceof WebRefusal)) throw error;
    unseen.push({ what: 'groups', reason: error.reason, detail: error.message, mayHide: [] });
  }
  admit();
  return unseen.length === before ? membership : undefined;
}

async function* accounts(
  server: Server,
  context: CollectContext<Config>,
  membership: Membership | undefined,
  told: Set<string>,
  unseen: Unseen[],
): AsyncGenerator<Report> {
  const { config } = context;
  const now = context.clock.now();
  let total: number | undefined;
  let twice = 0;
  const { listing, admit } = listingOf('Users', USER_ATTRIBUTES, unseen, (count) => {
    total = count;
  });
  try {
    for await (const user of server.items(User, listing)) {
      const reports = accountReports(user, config, membership, now);
      const [account] = reports;
      if (account?.type !== 'observation') continue;
      if (told.has(account.key)) twice += 1;
      else {
        told.add(account.key);
        yield* reports;
      }
      if (told.size % 100 === 0) context.progress(told.size, total, 'reading accounts');
    }
  } finally {
    admit();
    if (twice > 0)
      unseen.push({
        what: 'logins that come twice',
        reason: 'invalid',
        detail: `${twice} left out`,
        mayHide: ['account'],
      });
  }
}

/** A list to ask for, and what is to be admitted of it once it was read. */
function listingOf(
  path: Listing['path'],
  attributes: readonly string[],
  unseen: Unseen[],
  total: (count: number) => void = () => undefined,
): { readonly listing: Listing; readonly admit: () => void } {
  const what = path === 'Users' ? 'accounts' : 'groups';
  const mayHide: Unseen['mayHide'] = path === 'Users' ? ['account'] : [];
  let unlike = 0;
  const dropped = (): void => {
    unlike += 1;
  };
  const short = (missing: number): void => {
    const detail = missing === 0 ? 'the list shrank while it was read' : `${missing} did not come`;
    unseen.push({ what, reason: 'truncated', detail, mayHide });
  };
  const admit = (): void => {
    if (unlike === 0) return;
    const detail = `${unlike} left out`;
    unseen.push({ what: `${what} of another form`, reason: 'invalid', detail, mayHide });
  };
  return { listing: { path, attributes, dropped, short, total }, admit };
}

function isRefusedToken(error: unknown): boolean {
  return error instanceof WebRefusal && error.status === 401;
}

function failureOf(error: unknown, told: number): Unseen {
  if (error instanceof WebRefusal) {
    const after = told === 0 ? '' : ` after ${told} accounts`;
    const detail = isRefusedToken(error)
      ? `the token is refused${after}: it ended, was withdrawn, or is another server's`
      : `${error.message}${after}`;
    return { what: 'accounts', reason: error.reason, detail, mayHide: ['account'] };
  }
  if (error instanceof HoldfastError && error.code === 'bad_config')
    return { what: 'server', reason: 'invalid', detail: error.message };
  throw error;
}
