/** Accounts and groups of a plain LDAP directory: people of RFC 2798, users of RFC 2307, and what servers add of their own. */
import type { Entry } from 'ldapts';
import type { Bodies, Report } from '../../estate/schema.ts';
import { accountKey, textOf } from '../keys.ts';
import { belongingOf } from '../population.ts';
import type { Context } from './active-directory.ts';
import type { Config } from './config.ts';
import { generalizedTime, number, past, text, texts } from './values.ts';

export const DEFAULT_FILTER =
  '(|(objectClass=inetOrgPerson)(objectClass=posixAccount)(objectClass=account))';
export const DEFAULT_LOGIN = 'uid';
export const GROUPS = {
  filter:
    '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup)(objectClass=groupOfMembers))',
  attributes: ['cn', 'gidNumber', 'member', 'memberUid', 'uniqueMember'],
};
const STATE = [
  'authTimestamp',
  'createTimestamp',
  'gidNumber',
  'lastLoginTime',
  'loginDisabled',
  'loginShell',
  'memberOf',
  'nsAccountLock',
  'pwdAccountLockedTime',
  'pwdChangedTime',
  'pwdLastSuccess',
  'shadowExpire',
];
/** Locked for good (draft-behera-ldap-password-policy section 5.3.3). */
const LOCKED_FOR_GOOD = '000001010000Z';
const NO_LOGIN = /(?:nologin|false)$/;
const DAY_MS = 86_400_000;

export function attributesFor({ loginAttribute = DEFAULT_LOGIN }: Config): string[] {
  return [loginAttribute, ...STATE];
}

/** A stand-in name for groups that list logins (`memberUid`) or share a number, so that all count alike. */
export function loginName(login: string): string {
  return `memberuid=${login}`;
}
export function numberName(gid: string): string {
  return `gidnumber=${gid}`;
}

export function plainAccount(
  entry: Entry,
  { loginAttribute = DEFAULT_LOGIN }: Config,
  { directory, memberships, groupsWhole, populations, now }: Context,
): Report[] {
  const login = text(entry, loginAttribute);
  if (login === undefined) return [];
  const gid = text(entry, 'gidNumber');
  const names = new Set([
    ...memberships.of(entry.dn, texts(entry, 'memberOf'), undefined).names,
    ...memberships.of(loginName(login), [], undefined).names,
    ...(gid === undefined ? [] : memberships.of(numberName(gid), [], undefined).names),
  ]);
  const groups = [...names].sort();
  return [
    {
      type: 'observation',
      kind: 'account',
      key: accountKey(directory.identitySource, login),
      trueAt: now.toISOString(),
      body: {
        login: textOf(login),
        identitySource: directory.identitySource,
        ...stateOf(entry, now),
        ...(groupsWhole ? { groups: groups.map((name) => textOf(name)).slice(0, 5000) } : {}),
        ...belongingOf(populations, { login, groups, name: entry.dn }),
      },
    },
  ];
}

function stateOf(entry: Entry, now: Date): Partial<Bodies['account']> {
  const used = ['authTimestamp', 'pwdLastSuccess', 'lastLoginTime'].map(
    (attribute) => generalizedTime(entry, attribute) ?? -1,
  );
  const lastSignInAt = past(Math.max(...used), now.getTime());
  const createdAt = past(generalizedTime(entry, 'createTimestamp'), now.getTime());
  const passwordChangedAt = past(generalizedTime(entry, 'pwdChangedTime'), now.getTime());
  const shell = text(entry, 'loginShell');
  const locked = text(entry, 'pwdAccountLockedTime');
  return {
    enabled: !isDisabled(entry, now),
    ...(shell === undefined ? {} : { shell: textOf(shell) }),
    ...(locked === undefined || locked === LOCKED_FOR_GOOD ? {} : { flags: ['locked-out'] }),
    ...(lastSignInAt === undefined ? {} : { lastSignInAt }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(passwordChangedAt === undefined ? {} : { passwordChangedAt }),
  };
}

/** A directory without any of these marks lets every account in. */
function isDisabled(entry: Entry, now: Date): boolean {
  const isTrue = (attribute: string): boolean => /^true$/i.test(text(entry, attribute) ?? '');
  if (isTrue('nsAccountLock') || isTrue('loginDisabled')) return true;
  if (text(entry, 'pwdAccountLockedTime') === LOCKED_FOR_GOOD) return true;
  if (NO_LOGIN.test(text(entry, 'loginShell') ?? '')) return true;
  const days = number(entry, 'shadowExpire');
  return days !== undefined && days > 0 && days * DAY_MS <= now.getTime();
}
