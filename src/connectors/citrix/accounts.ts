/** The appliance's own users: those of the gateway, and those who manage it. */
import type { Report } from '../../estate/schema.ts';
import type { Appliance, User } from './appliance.ts';
import { accountKey, keyFrom, textOf } from '../keys.ts';
import type { Identity } from './identity.ts';

/** Built-in command policies that change nothing. */
const READERS = new Set(['read-only']);

export function* accountReports(
  appliance: Appliance,
  identity: Identity,
  trueAt: string,
): Generator<Report> {
  for (const user of appliance.gatewayUsers.values()) {
    yield* reportsOf(user, identity.gatewayUsers, undefined, trueAt);
  }
  for (const user of appliance.systemUsers.values()) {
    yield* reportsOf(user, identity.systemUsers, isPrivileged(user, appliance), trueAt);
  }
}

function* reportsOf(
  { name, groups }: User,
  identitySource: string,
  privileged: boolean | undefined,
  trueAt: string,
): Generator<Report> {
  const key = accountKey(identitySource, name);
  yield {
    type: 'observation',
    kind: 'account',
    key,
    trueAt,
    body: {
      login: textOf(name),
      identitySource,
      enabled: true,
      password: 'set',
      groups: [...groups].sort().slice(0, 5000),
      ...(privileged === undefined ? {} : { privileged }),
    },
  };
  const body = { account: key, type: 'password' } as const;
  yield { type: 'observation', kind: 'factor', key: keyFrom(`${key}/password`), trueAt, body };
}

/** `nsroot` always; others by a command policy that does more than read, their own or a group's. */
function isPrivileged({ name, commands, groups }: User, appliance: Appliance): boolean {
  if (name === 'nsroot') return true;
  const inherited = [...groups].flatMap((group) => [
    ...(appliance.systemGroups.get(group)?.commands ?? []),
  ]);
  return [...commands, ...inherited].some((command) => !READERS.has(command));
}
