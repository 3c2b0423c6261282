/**
 * What a PAM `auth` stack lets through, found by walking it as libpam does (pam.conf(5)) for somebody who has the
 * password and nothing else, for somebody who has the second factor and nothing else, and so on.
 */

export interface PamAnswer {
  /** `two`: both are demanded; `one`: a password or the second factor alone will do; `nothing`: neither is. */
  readonly demands: 'two' | 'one' | 'nothing' | 'unknown';
  /** What happens to an account that has not registered a second factor. */
  readonly unregistered: 'refused' | 'passes';
  /** Whether it opens while the service that checks the factor is away. */
  readonly opensInOutage: boolean;
  /** Detectors that found something (bypasses.ts). */
  readonly bypasses: readonly string[];
  /** Modules that Holdfast does not know. */
  readonly unknown: readonly string[];
}

type Result = 'success' | 'auth_err' | 'ignore';
interface Line {
  readonly control: string;
  readonly module: string;
  readonly rest: string;
}
interface Credentials {
  readonly password: Result;
  readonly second: (line: Line) => Result;
  readonly condition: (place: number) => Result;
}

const PASSWORD = /^pam_(?:unix2?|pwdb|ldap|sss|krb5|winbind|userdb|systemd_home|tcb)$/;
const SECOND =
  /^pam_(?:google_authenticator|oath|u2f|duo|yubico|pkcs11|otpw|linotp|privacyidea|fprintd|oathnext)$/;
/** They let nobody in and keep nobody out by what he knows or has. */
const NEUTRAL =
  /^pam_(?:env|faildelay|nologin|faillock|tally2?|cap|group|warn|echo|motd|keyinit|systemd|ecryptfs|mount|gnome_keyring|kwallet5?|limits|loginuid|umask|selinux|securetty|shells|issue|mail|lastlog|abl|wheel|sepermit|script|passwdqc|pwquality)$/;
/** They say yes or no by who asks, from where or when. */
const CONDITION = /^pam_(?:succeed_if|access|listfile|localuser|usertype|time|rootok|rhosts|exec)$/;
const MOST_CONDITIONS = 6;

/** `text`: a line for each module, `control module arguments`, with `substack NAME {` … `}` around substacks. */
export function readPamStack(text: string): PamAnswer {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const parsed = lines.map(parseLine);
  const modules = parsed.flatMap((line) => (line === undefined ? [] : [line]));
  const unknown = [
    ...lines.filter((line) => line.startsWith('#')),
    ...modules.filter((line) => !isKnown(line.module)).map((line) => line.module),
  ];
  const seconds = modules.filter((line) => SECOND.test(line.module));
  const conditions = modules.flatMap((line, at) => (CONDITION.test(line.module) ? [at] : []));
  if (unknown.length > 0 || conditions.length > MOST_CONDITIONS) {
    return {
      demands: 'unknown',
      unregistered: 'passes',
      opensInOutage: false,
      bypasses: [],
      unknown,
    };
  }
  const opens = (password: Result, second: (line: Line) => Result): boolean =>
    someCondition(conditions, (condition) => walk(modules, { password, second, condition }));
  const refuses = () => 'auth_err' as const;
  const agrees = () => 'success' as const;
  const nothing = opens('auth_err', refuses);
  const passwordAlone = opens('success', refuses);
  const secondAlone = seconds.length > 0 && opens('auth_err', agrees);
  const unregistered = opens('success', whenUnregistered);
  const outage = opens('success', whenAway);
  return {
    demands: nothing ? 'nothing' : passwordAlone || secondAlone ? 'one' : 'two',
    unregistered: unregistered ? 'passes' : 'refused',
    opensInOutage: outage && !passwordAlone,
    bypasses: bypassesOf(seconds, { passwordAlone, unregistered, outage }),
    unknown,
  };
}

function bypassesOf(
  seconds: readonly Line[],
  found: { passwordAlone: boolean; unregistered: boolean; outage: boolean },
): string[] {
  const ids: string[] = [];
  if (seconds.length === 0) return ids;
  if (found.passwordAlone) ids.push('pam-sufficient');
  if (found.unregistered && seconds.some(({ rest }) => /\bnullok\b/.test(rest)))
    ids.push('pam-nullok');
  if (found.unregistered && seconds.some(({ rest }) => /\bnouserok\b/.test(rest)))
    ids.push('pam-nouserok');
  if (found.outage && !found.passwordAlone) ids.push('duo-fails-open');
  return ids;
}

/** pam_google_authenticator's and pam_yubico's `nullok`, pam_u2f's `nouserok`: an account without a secret is passed over. */
function whenUnregistered({ rest }: Line): Result {
  return /\b(?:nullok|nouserok)\b/.test(rest) ? 'ignore' : 'auth_err';
}

/** pam_duo lets everybody pass while Duo is away, unless its failmode says `secure` (pam_duo(8)). */
function whenAway({ module, rest }: Line): Result {
  return module === 'pam_duo' && !/\bfailmode=secure\b/.test(rest) ? 'success' : 'auth_err';
}

function someCondition(
  places: readonly number[],
  opens: (condition: Credentials['condition']) => boolean,
): boolean {
  for (let chosen = 0; chosen < 1 << places.length; chosen++) {
    const condition = (place: number): Result =>
      (chosen >> places.indexOf(place)) % 2 === 1 ? 'success' : 'auth_err';
    if (opens(condition)) return true;
  }
  return false;
}

const NAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  required: { success: 'ok', ignore: 'ignore', default: 'bad' },
  requisite: { success: 'ok', ignore: 'ignore', default: 'die' },
  sufficient: { success: 'done', ignore: 'ignore', default: 'ignore' },
  optional: { success: 'ok', ignore: 'ignore', default: 'ignore' },
};

/** Whether the stack ends in success. */
function walk(lines: readonly Line[], credentials: Credentials): boolean {
  return section(lines, 0, lines.length, credentials) === 'success';
}

type State = 'success' | 'failure' | undefined;

/** One stack or substack, from `from` to before `to`: `undefined` where nothing in it decided. */
function section(
  lines: readonly Line[],
  from: number,
  to: number,
  credentials: Credentials,
): State {
  let state: State;
  for (let at = from; at < to; at++) {
    const line = lines[at];
    if (line === undefined || line.control === '}') continue;
    if (line.control === 'substack') {
      const end = closing(lines, at);
      state = joined(state, section(lines, at + 1, end, credentials));
      at = end;
      continue;
    }
    const action = actionOf(line, resultOf(line, at, credentials));
    if (action === 'done') return state ?? 'success';
    if (action === 'die') return 'failure';
    if (/^\d+$/.test(action)) at = jump(lines, at, Number(action));
    else state = after(state, action);
  }
  return state;
}

function joined(state: State, inner: State): State {
  return inner === 'failure' ? 'failure' : (state ?? inner);
}

function after(state: State, action: string): State {
  if (action === 'ok') return state ?? 'success';
  if (action === 'bad') return 'failure';
  return action === 'reset' ? undefined : state;
}

/** Where `count` modules further on stands; a substack counts as one. */
function jump(lines: readonly Line[], from: number, count: number): number {
  let at = from;
  for (let left = count; left > 0; left--) {
    at += 1;
    if (lines[at]?.control === 'substack') at = closing(lines, at);
  }
  return at;
}

function closing(lines: readonly Line[], open: number): number {
  let depth = 0;
  for (let at = open; at < lines.length; at++) {
    if (lines[at]?.control === 'substack') depth += 1;
    if (lines[at]?.control === '}' && --depth === 0) return at;
  }
  return lines.length;
}

function actionOf({ control }: Line, result: Result): string {
  const named = NAMED[control] ?? bracketed(control);
  const given = named[result] ?? named['default'];
  return given ?? (result === 'success' ? 'ok' : 'bad');
}

function bracketed(control: string): Readonly<Record<string, string>> {
  const pairs = control.replace(/^\[|\]$/g, '').split(/\s+/);
  return Object.fromEntries(
    pairs.flatMap((pair) => {
      const [code = '', action] = pair.split('=');
      return action === undefined ? [] : [[code, action] as const];
    }),
  );
}

function resultOf(line: Line, place: number, credentials: Credentials): Result {
  const { module, rest } = line;
  if (PASSWORD.test(module)) return credentials.password;
  if (SECOND.test(module)) return credentials.second(line);
  if (module === 'pam_permit') return 'success';
  if (module === 'pam_deny') return 'auth_err';
  if (module === 'pam_faillock' && /\bauthfail\b/.test(rest)) return 'auth_err';
  if (CONDITION.test(module)) return credentials.condition(place);
  return 'ignore';
}

function isKnown(module: string): boolean {
  return (
    module === '' ||
    module === 'pam_permit' ||
    module === 'pam_deny' ||
    [PASSWORD, SECOND, NEUTRAL, CONDITION].some((known) => known.test(module))
  );
}

function parseLine(text: string): Line | undefined {
  if (text.startsWith('#')) return undefined;
  if (text.startsWith('}')) return { control: '}', module: '', rest: '' };
  if (text.startsWith('substack ')) return { control: 'substack', module: '', rest: '' };
  const [, control = '', module = '', rest = ''] =
    /^(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$/.exec(text) ?? [];
  const name = module.slice(module.lastIndexOf('/') + 1).replace(/\.so$/, '');
  return { control, module: name, rest };
}
