/** What sshd demands of one account, from its own words (`sshd -T`, sshd_config(5)) and the PAM stack behind it. */
import type { Account, Strength } from './model.ts';
import { readPamStack, type PamAnswer } from './pam.ts';

export interface SshAnswer {
  /** `closed`: nothing that the account has is accepted. */
  readonly demands: 'two' | 'one' | 'unknown' | 'closed';
  readonly unregistered: 'refused' | 'passes';
  readonly opensInOutage: boolean;
  /** Of the second factor that two-factor ways ask for. */
  readonly strength: Strength | undefined;
  readonly bypasses: readonly string[];
  /** The ways that one factor opens, as `AuthenticationMethods` words them. */
  readonly single: readonly string[];
}

type Settings = Readonly<Record<string, string>>;

/** `settings` are those that hold for this account: `sshd.*` and `pam.sshd.auth`. */
export function readSshd(settings: Settings, account: Account): SshAnswer {
  if (settings['sshd.port'] === undefined && settings['sshd.usepam'] === undefined) return UNKNOWN;
  if (isRefused(settings, account)) return { ...UNKNOWN, demands: 'closed' };
  const pam = pamOf(settings);
  const ways = alternatives(settings).map((methods) => readWay(methods, settings, pam, account));
  const open = ways.filter((way) => way.demands !== 'closed');
  if (open.length === 0) return { ...UNKNOWN, demands: 'closed' };
  const single = open.filter((way) => way.demands === 'one').map((way) => way.methods.join(','));
  const demands =
    single.length > 0 ? 'one' : open.some((way) => way.demands === 'unknown') ? 'unknown' : 'two';
  const bypasses = new Set(open.flatMap((way) => way.bypasses));
  return {
    demands,
    unregistered: open.some((way) => way.unregistered === 'passes') ? 'passes' : 'refused',
    opensInOutage: open.some((way) => way.opensInOutage),
    strength: demands === 'two' ? 'app' : undefined,
    bypasses: [...bypasses],
    single,
  };
}

const UNKNOWN: SshAnswer = {
  demands: 'unknown',
  unregistered: 'passes',
  opensInOutage: false,
  strength: undefined,
  bypasses: [],
  single: [],
};

interface Way {
  readonly methods: readonly string[];
  readonly demands: 'two' | 'one' | 'unknown' | 'closed';
  readonly unregistered: 'refused' | 'passes';
  readonly opensInOutage: boolean;
  readonly bypasses: readonly string[];
}

function readWay(
  methods: readonly string[],
  settings: Settings,
  pam: PamAnswer | undefined,
  account: Account,
): Way {
  const closed = { methods, unregistered: 'refused', opensInOutage: false, bypasses: [] } as const;
  if (!methods.every((method) => canUse(method, settings, account))) {
    return { ...closed, demands: 'closed' };
  }
  const kinds = new Set(methods.flatMap((method) => kindsOf(method, settings)));
  const own = { ...closed, demands: kinds.size >= 2 ? 'two' : 'one' } as const;
  const typed = methods.some(
    (method) => method === 'password' || method === 'keyboard-interactive',
  );
  if (!typed || own.demands === 'two') return own;
  if (settings['sshd.usepam'] === 'no') return own;
  return behindPam(methods, kinds.has('key'), pam);
}

/** Kinds of proof that a method brings by itself; what PAM asks for beside the password is found in its stack. */
function kindsOf(method: string, settings: Settings): string[] {
  if (method === 'publickey') return demandsVerifiedKeys(settings) ? ['key', 'pin'] : ['key'];
  if (method === 'gssapi-with-mic') return ['ticket'];
  // A host's key says nothing of who sits at it.
  return method === 'hostbased' ? [] : ['password'];
}

function behindPam(methods: readonly string[], key: boolean, pam: PamAnswer | undefined): Way {
  const way = { methods, unregistered: 'refused', opensInOutage: false, bypasses: [] } as const;
  if (pam === undefined || pam.demands === 'unknown') return { ...way, demands: 'unknown' };
  const { unregistered, opensInOutage, bypasses } = pam;
  if (pam.demands === 'two')
    return { methods, demands: 'two', unregistered, opensInOutage, bypasses };
  return { ...way, demands: key && pam.demands === 'one' ? 'two' : 'one', bypasses };
}

function pamOf(settings: Settings): PamAnswer | undefined {
  const stack = settings['pam.sshd.auth'];
  return stack === undefined ? undefined : readPamStack(stack);
}

/** Sets of methods of which one suffices; a set is asked whole (`AuthenticationMethods`). */
function alternatives(settings: Settings): string[][] {
  const given = settings['sshd.authenticationmethods'];
  if (given !== undefined && given !== 'any' && given !== '') {
    return given
      .split(/\s+/)
      .filter((set) => set !== '')
      .map((set) => set.split(',').map((method) => method.replace(/:.*$/, '')));
  }
  return ['publickey', 'password', 'keyboard-interactive', 'gssapi-with-mic', 'hostbased'].map(
    (method) => [method],
  );
}

/** Whether sshd offers the method and the account has what it takes; what is unknown of the account counts as there. */
function canUse(method: string, settings: Settings, account: Account): boolean {
  const root = rootOf(settings, account);
  const typed =
    account.password !== 'locked' && root === 'yes' && !emptyAndRefused(settings, account);
  switch (method) {
    case 'publickey':
      return (
        isOn(settings, 'pubkeyauthentication', 'yes') &&
        root !== 'no' &&
        mayHaveKey(settings, account)
      );
    case 'password':
      return isOn(settings, 'passwordauthentication', 'yes') && typed;
    case 'keyboard-interactive':
      return asksQuestions(settings) && typed;
    default:
      return isOn(settings, `${method.replace(/-.*/, '')}authentication`, 'no');
  }
}

/** PermitRootLogin as it holds for this account. */
function rootOf(settings: Settings, { login }: Account): string {
  return login === 'root' ? (settings['sshd.permitrootlogin'] ?? '') : 'yes';
}

function isOn(settings: Settings, name: string, unless: string): boolean {
  return (settings[`sshd.${name}`] ?? unless) === 'yes';
}

function asksQuestions(settings: Settings): boolean {
  const offered =
    isOn(settings, 'kbdinteractiveauthentication', 'yes') ||
    isOn(settings, 'challengeresponseauthentication', 'no');
  return offered && settings['sshd.usepam'] !== 'no';
}

function emptyAndRefused(settings: Settings, account: Account): boolean {
  return account.password === 'none' && settings['sshd.permitemptypasswords'] !== 'yes';
}

function mayHaveKey(settings: Settings, account: Account): boolean {
  if (!account.sshKeysListed || !account.origin.fresh) return true;
  if (account.factors.some(({ type }) => type === 'ssh-key' || type === 'security-key'))
    return true;
  // Keys may also come from a program or be certificates of an authority: no file tells of them.
  const elsewhere = ['authorizedkeyscommand', 'trustedusercakeys'] as const;
  return elsewhere.some((name) => !['none', '', undefined].includes(settings[`sshd.${name}`]));
}

/** Only keys that a person unlocks at each use by PIN or finger (PubkeyAuthOptions verify-required). */
function demandsVerifiedKeys(settings: Settings): boolean {
  const algorithms = settings['sshd.pubkeyacceptedalgorithms'] ?? '';
  return (
    /\bverify-required\b/.test(settings['sshd.pubkeyauthoptions'] ?? '') &&
    algorithms !== '' &&
    algorithms.split(',').every((name) => name.startsWith('sk-'))
  );
}

/** DenyUsers, AllowUsers, DenyGroups, AllowGroups: in this order, by patterns (sshd_config(5)). */
function isRefused(settings: Settings, account: Account): boolean {
  if (account.login === 'root' && settings['sshd.permitrootlogin'] === 'no') return true;
  const users = (name: string) => matchesUser(settings[`sshd.${name}`], account.login);
  // A pattern with a host refuses from some places only.
  if (matchesUser(withoutHosts(settings['sshd.denyusers']), account.login) === true) return true;
  if (users('allowusers') === false) return true;
  if (account.groups === undefined) return false;
  const among = (name: string) => {
    const patterns = settings[`sshd.${name}`];
    if (patterns === undefined) return undefined;
    return account.groups?.some((group) => matchesUser(patterns, group) === true);
  };
  return among('denygroups') === true || among('allowgroups') === false;
}

function withoutHosts(patterns: string | undefined): string | undefined {
  return patterns
    ?.split(/\s+/)
    .filter((each) => !each.includes('@'))
    .join(' ');
}

function matchesUser(patterns: string | undefined, name: string): boolean | undefined {
  const list = patterns?.split(/\s+/).filter((each) => each !== '') ?? [];
  if (list.length === 0) return undefined;
  return list.some((pattern) => globOf(pattern.replace(/@.*$/, '')).test(name));
}

function globOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`);
}
