/** Accounts, groups and computers of an Active Directory domain, by the attributes of [MS-ADA1] to [MS-ADA3]. */
import type { Entry } from 'ldapts';
import type { Bodies, Report } from '../../estate/schema.ts';
import { accountKey, keyFrom, textOf } from '../keys.ts';
import { belongingOf, type PopulationRule } from '../population.ts';
import type { Directory } from './directory.ts';
import type { Membership, Memberships } from './membership.ts';
import { fileTime, generalizedTime, number, past, sidOf, text, texts } from './values.ts';

export const ACCOUNTS = {
  // Ordinary users by their type, which is indexed; and managed service accounts, which are computers to the schema.
  filter:
    '(|(sAMAccountType=805306368)(objectClass=msDS-GroupManagedServiceAccount)(objectClass=msDS-ManagedServiceAccount))',
  attributes: [
    'accountExpires',
    'adminCount',
    'altSecurityIdentities',
    'lastLogonTimestamp',
    'memberOf',
    'msDS-KeyCredentialLink',
    'msDS-User-Account-Control-Computed',
    'objectClass',
    'objectSid',
    'primaryGroupID',
    'pwdLastSet',
    'sAMAccountName',
    'servicePrincipalName',
    'userAccountControl',
    'whenCreated',
  ],
};
export const GROUPS = {
  filter: '(objectCategory=group)',
  attributes: ['cn', 'member', 'objectSid', 'sAMAccountName'],
};
export const COMPUTERS = {
  filter: '(&(objectCategory=computer)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))',
  attributes: [
    'dNSHostName',
    'objectClass',
    'operatingSystem',
    'operatingSystemVersion',
    'sAMAccountName',
  ],
};

/** `userAccountControl` ([MS-ADTS] 2.2.16). */
const DISABLED = 0x2;
const FLAGS: readonly (readonly [number, string])[] = [
  [0x20, 'password-not-required'],
  [0x80, 'reversible-password'],
  [0x1_0000, 'password-never-expires'],
  [0x4_0000, 'smart-card-required'],
  [0x8_0000, 'delegation'],
  [0x20_0000, 'des-only'],
  [0x40_0000, 'no-preauth'],
  [0x100_0000, 'delegation'],
];
/** `msDS-User-Account-Control-Computed` ([MS-ADTS] 3.1.1.4.5.17). */
const COMPUTED: readonly (readonly [number, string])[] = [
  [0x10, 'locked-out'],
  [0x80_0000, 'password-expired'],
];
/** Groups that are, or can make themselves, masters of the domain: by the end of their identifier. */
const PRIVILEGED =
  /^(?:S-1-5-21-.+-(?:512|516|518|519|520|526|527)|S-1-5-32-(?:544|548|549|550|551))$/;
/** Accounts that nobody signs in with: krbtgt. */
const SYSTEM = /-502$/;
const MANAGED = new Set(['msds-groupmanagedserviceaccount', 'msds-managedserviceaccount']);

export interface Context {
  readonly directory: Directory;
  readonly memberships: Memberships;
  /** Whether every group could be read. */
  readonly groupsWhole: boolean;
  readonly populations: readonly PopulationRule[];
  readonly now: Date;
}

/** The account of an entry with its factors; undefined for an entry without a login. */
export function activeDirectoryAccount(entry: Entry, context: Context): Report[] {
  const login = text(entry, 'sAMAccountName');
  if (login === undefined) return [];
  const { directory, memberships, now } = context;
  const sid = sidOf(entry);
  const primary = number(entry, 'primaryGroupID');
  const membership = memberships.of(
    entry.dn,
    texts(entry, 'memberOf'),
    sid === undefined || primary === undefined ? undefined : sid.replace(/-\d+$/, `-${primary}`),
  );
  const key = accountKey(directory.identitySource, login);
  const trueAt = now.toISOString();
  const { identitySource } = directory;
  return [
    {
      type: 'observation',
      kind: 'account',
      key,
      trueAt,
      ...(sid === undefined ? {} : { identifiers: [`sid:${sid}`] }),
      body: {
        login: textOf(login),
        identitySource,
        ...stateOf(entry, now),
        ...standing(entry, membership, context),
        ...belonging(entry, login, sid, membership, context),
      },
    },
    ...factorsOf(entry, key, trueAt),
  ];
}

/** Enabled, its flags, and when it was last used. */
function stateOf(entry: Entry, now: Date): Partial<Bodies['account']> {
  const control = number(entry, 'userAccountControl');
  const computed = number(entry, 'msDS-User-Account-Control-Computed') ?? 0;
  const expires = fileTime(entry, 'accountExpires');
  const expired = expires !== undefined && expires <= now.getTime();
  const flags = new Set([
    ...(control === undefined ? [] : set(FLAGS, control)),
    ...set(COMPUTED, computed),
    ...(expired ? ['account-expired'] : []),
    ...(texts(entry, 'servicePrincipalName').length > 0 ? ['service-principal'] : []),
    ...(number(entry, 'adminCount') === 1 ? ['admin-count'] : []),
  ]);
  const lastSignInAt = past(fileTime(entry, 'lastLogonTimestamp'), now.getTime());
  const createdAt = past(generalizedTime(entry, 'whenCreated'), now.getTime());
  const passwordChangedAt = past(fileTime(entry, 'pwdLastSet'), now.getTime());
  return {
    ...(control === undefined ? {} : { enabled: (control & DISABLED) === 0 && !expired }),
    flags: [...flags].sort(),
    ...(lastSignInAt === undefined ? {} : { lastSignInAt }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(passwordChangedAt === undefined ? {} : { passwordChangedAt }),
  };
}

function set(flags: readonly (readonly [number, string])[], bits: number): string[] {
  return flags.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
}

/** Groups and privilege; neither is said where the groups could not all be read. */
function standing(
  entry: Entry,
  { names, sids }: Membership,
  { groupsWhole }: Context,
): Partial<Bodies['account']> {
  const privileged = sids.some((sid) => PRIVILEGED.test(sid));
  if (!groupsWhole) {
    return privileged || number(entry, 'adminCount') === 1 ? { privileged: true } : {};
  }
  return { groups: names.map((name) => textOf(name)).slice(0, 5000), privileged };
}

function belonging(
  entry: Entry,
  login: string,
  sid: string | undefined,
  { names }: Membership,
  { populations }: Context,
): Partial<Bodies['account']> {
  const managed = texts(entry, 'objectClass').some((each) => MANAGED.has(each.toLowerCase()));
  const told = belongingOf(populations, { login, groups: names, name: entry.dn });
  const isService = managed || texts(entry, 'servicePrincipalName').length > 0;
  const population =
    sid !== undefined && SYSTEM.test(sid) ? 'system' : isService ? 'service' : undefined;
  return {
    ...(population === undefined ? {} : { population }),
    ...told,
    ...(managed ? { workloadIdentity: true, interactive: false } : {}),
  };
}

/** What the directory itself knows of second factors: smart cards, certificates, Windows Hello keys; others it does not. */
function factorsOf(entry: Entry, account: string, trueAt: string): Report[] {
  const control = number(entry, 'userAccountControl') ?? 0;
  const types: Bodies['factor']['type'][] = [
    ...((control & 0x4_0000) !== 0 ? (['smart-card'] as const) : []),
    ...(entry['msDS-KeyCredentialLink'] !== undefined &&
    texts(entry, 'msDS-KeyCredentialLink').length > 0
      ? (['passkey'] as const)
      : []),
    ...(texts(entry, 'altSecurityIdentities').some((each) => /^x509:/i.test(each))
      ? (['certificate'] as const)
      : []),
  ];
  return types.map((type) => ({
    type: 'observation',
    kind: 'factor',
    key: keyFrom(`${account}/${type}`),
    trueAt,
    body: { account, type },
  }));
}

/** A computer of the domain, as an asset that belongs to it. */
export function computerReports(entry: Entry, { directory, now }: Context): Report[] {
  const name = text(entry, 'sAMAccountName')?.replace(/\$$/, '').toLowerCase() ?? '';
  const managed = texts(entry, 'objectClass').some((each) => MANAGED.has(each.toLowerCase()));
  if (name === '' || managed) return [];
  const host = text(entry, 'dNSHostName')?.toLowerCase() ?? '';
  const fqdns = /^[a-z0-9._-]{1,253}$/.test(host) ? [host] : [];
  const key = keyFrom(`${directory.identitySource}/computer/${name}`);
  const trueAt = now.toISOString();
  const to = { kind: 'asset', key: keyFrom(directory.identitySource) } as const;
  return [
    {
      type: 'observation',
      kind: 'asset',
      key,
      trueAt,
      identifiers: [...fqdns.map((each) => `fqdn:${each}`), `hostname:${name}`],
      body: {
        name: textOf(fqdns[0] ?? name),
        type: 'host',
        ...(fqdns.length === 0 ? {} : { hostnames: fqdns }),
        ...systemOf(entry),
      },
    },
    {
      type: 'observation',
      kind: 'dependency',
      key: keyFrom(`member-of:${key}`),
      trueAt,
      body: { type: 'member-of', from: { kind: 'asset', key }, to },
    },
  ];
}

function systemOf(entry: Entry): Pick<Bodies['asset'], 'os'> {
  const system = text(entry, 'operatingSystem');
  const version = text(entry, 'operatingSystemVersion');
  if (system === undefined) return {};
  return {
    os: {
      id: /windows/i.test(system) ? 'windows' : 'other',
      prettyName: textOf(system),
      ...(version === undefined ? {} : { versionId: textOf(version) }),
    },
  };
}
