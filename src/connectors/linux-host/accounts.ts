/** Local accounts, their ssh keys, and who of them administers the host. */
import type { Bodies, Report, Unseen } from '../../estate/schema.ts';
import type { HostFacts } from './parse.ts';
import { mayBecomeRoot } from './sudo.ts';

type FactorType = Bodies['factor']['type'];
type AccountRow = NonNullable<HostFacts['accounts']>['account'][number];

/** Sources of names that read files of the host, or make up its own services' accounts (nsswitch.conf(5), nss-systemd(8)). */
const LOCAL_NAMES = new Set([
  'files',
  'compat',
  'db',
  'systemd',
  'altfiles',
  'mymachines',
  'extrausers',
]);
const NO_LOGIN = /(?:nologin|false|sync|halt|shutdown)$/;
/** Membership is as good as root: the group's socket or disk gives it away. */
const ROOT_GROUPS = new Set(['docker', 'lxd', 'incus', 'disk']);
const SECONDS_A_DAY = 86_400;

export function identitySource(assetKey: string): string {
  return `local:${assetKey}`;
}
export function accountKey(assetKey: string, login: string): string {
  return `${identitySource(assetKey)}/${login}`;
}

export function accountReports(facts: HostFacts, assetKey: string, trueAt: string): Report[] {
  const rows = facts.accounts?.account ?? [];
  const administers = privilege(facts);
  const keys = keyTypes(facts);
  const unlisted = new Set(facts.accounts?.['keys-unknown'].map(({ login }) => login));
  return rows.flatMap((row) => {
    const key = accountKey(assetKey, row.login);
    const privileged = administers(row);
    const listed = !unlisted.has(row.login);
    const body = { ...account(row, assetKey, privileged, trueAt), sshKeysListed: listed };
    return [
      { type: 'observation', kind: 'account', key, trueAt, body } satisfies Report,
      ...(privileged === true ? [administration(key, assetKey, trueAt)] : []),
      ...factors(keys.get(row.login), key, trueAt),
    ];
  });
}

/** What other identity sources would have added, and keys that could not be looked for. */
export function accountUnseen(facts: HostFacts): Unseen[] {
  const elsewhere = (facts.accounts?.nss ?? []).flatMap((row) =>
    (row.sources ?? '')
      .replace(/\[[^\]]*\]/g, ' ')
      .split(/\s+/)
      .filter((name) => name !== '' && !LOCAL_NAMES.has(name))
      .map((name) => `${row.database} from ${name}`),
  );
  const keysUnknown = new Set(facts.accounts?.['keys-unknown'].map((row) => row.login));
  return [
    ...[...new Set(elsewhere)].map((detail): Unseen => ({
      what: 'accounts of other identity sources',
      reason: 'not-supported',
      detail,
      mayHide: [],
    })),
    ...(keysUnknown.size === 0
      ? []
      : [
          {
            what: 'ssh keys of accounts',
            reason: 'not-permitted',
            detail: `${keysUnknown.size} accounts`,
            mayHide: ['factor'],
          } satisfies Unseen,
        ]),
  ];
}

function account(
  row: AccountRow,
  assetKey: string,
  privileged: boolean | undefined,
  trueAt: string,
): Bodies['account'] {
  const enabled = isEnabled(row, trueAt);
  return {
    login: row.login,
    identitySource: identitySource(assetKey),
    ...(row.shell === undefined ? {} : { shell: row.shell }),
    groups: groupsOf(row).slice(0, 5000),
    ...(row.password === '-' ? {} : { password: row.password }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(privileged === undefined ? {} : { privileged }),
    ...(isSystem(row) ? { population: 'system' } : {}),
  };
}

function groupsOf(row: AccountRow): string[] {
  return [...new Set((row.groups ?? '').split(',').filter((name) => name !== ''))].sort();
}

/** A locked password alone disables nothing: a key, su or sudo still lead in. Expiry does (shadow(5), field 8). */
function isEnabled(row: AccountRow, trueAt: string): boolean | undefined {
  if (NO_LOGIN.test(row.shell ?? '')) return false;
  if (row.password === '-') return undefined;
  const days = /^\d{1,9}$/.test(row.expires ?? '') ? Number(row.expires) : undefined;
  return days === undefined || days * SECONDS_A_DAY * 1000 > Date.parse(trueAt);
}

function isSystem(row: AccountRow): boolean {
  return (row.uid > 0 && row.uid < 1000) || (row.uid >= 65_534 && NO_LOGIN.test(row.shell ?? ''));
}

/** Unknown where the rules could not be read: neither a yes nor a no. */
function privilege(facts: HostFacts): (row: AccountRow) => boolean | undefined {
  const readable = facts.sudo?.unseen.length === 0;
  const maySudo = mayBecomeRoot(facts.sudo?.rule ?? []);
  return (row) => {
    const groups = groupsOf(row);
    if (row.uid === 0 || groups.some((name) => ROOT_GROUPS.has(name))) return true;
    if (maySudo({ login: row.login, uid: row.uid, groups })) return true;
    return readable ? false : undefined;
  };
}

function administration(key: string, assetKey: string, trueAt: string): Report {
  return {
    type: 'observation',
    kind: 'dependency',
    key: `administers:${key}`,
    trueAt,
    body: {
      type: 'administers',
      from: { kind: 'account', key },
      to: { kind: 'asset', key: assetKey },
    },
  };
}

/** Types of factor by login. */
function keyTypes(facts: HostFacts): Map<string, Set<FactorType>> {
  const types = new Map<string, Set<FactorType>>();
  for (const { login, type } of facts.accounts?.key ?? []) {
    const own = types.get(login) ?? new Set<FactorType>();
    own.add(type.startsWith('sk-') ? 'security-key' : 'ssh-key');
    types.set(login, own);
  }
  return types;
}

/** One factor of each type: how many keys there are is not a matter of strength. */
function factors(
  types: ReadonlySet<FactorType> | undefined,
  key: string,
  trueAt: string,
): Report[] {
  return [...(types ?? [])].sort().map((type) => ({
    type: 'observation',
    kind: 'factor',
    key: `${key}/${type}`,
    trueAt,
    body: { account: key, type },
  }));
}
