/** One command of ns.conf: what it does to which thing, and its options. Values that could be secrets are never kept. */
import { words } from './words.ts';

export interface Statement {
  readonly line: number;
  readonly verb: string;
  /** `vpn vserver`, `authentication ldapaction`…: area and type in small letters. */
  readonly what: string;
  /** What stands before the first option. */
  readonly given: readonly string[];
  /** Options in small letters with their first value, `''` for a flag; only those that this connector reads. */
  readonly options: ReadonlyMap<string, string>;
}

/** Everything else (passwords, keys, shared secrets, whatever a later release adds) is dropped while reading. */
const KEPT = new Set([
  'action',
  'authentication',
  'authenticationhost',
  'authenticationschema',
  'authn401',
  'authnprofile',
  'authnvsname',
  'clientauth',
  'clientcert',
  'defaultauthtype',
  'defaultauthorizationaction',
  'externalauth',
  'gotopriorityexpression',
  'groupextraction',
  'icaonly',
  'icaproxy',
  'ipaddress',
  'ldapbase',
  'ldaploginname',
  'localauth',
  'loginschema',
  'nextfactor',
  'otpsecret',
  'policy',
  'policyname',
  'priority',
  'rule',
  'samlidpcertname',
  'samlredirecturl',
  'searchfilter',
  'secondary',
  'sectype',
  'serverip',
  'servername',
  'serverport',
  'serverurl',
  'state',
  'targetlbvserver',
  'targetvserver',
  'lbvserver',
  'twofactor',
  'username',
  'vserver',
]);
const VERBS = new Set(['add', 'set', 'bind']);
/** Areas in which a line that cannot be read could change who comes in. */
const TELLING =
  /^\s*(?:add|set|bind|unset|rm|unbind)\s+(?:authentication|vpn|aaa|system|lb\s+vserver|cs|policy\s+expression|ssl\s+vserver)\b/i;
/** An option begins with a dash and a letter: -1 is a number. */
const OPTION = /^-[A-Za-z]/;

/** Undefined where the line says nothing that matters; `unreadable` where it would, and cannot be understood. */
export function statementOf(text: string, line: number): Statement | 'unreadable' | undefined {
  if (!TELLING.test(text) && !/^\s*(?:add|set)\s+(?:ns|policy|[\w]+\s+policy)\b/i.test(text)) {
    return undefined;
  }
  const all = words(text);
  const [verb = '', area = '', type = '', ...rest] = all ?? [];
  if (all === undefined) return TELLING.test(text) ? 'unreadable' : undefined;
  if (!VERBS.has(verb.toLowerCase())) return TELLING.test(text) ? 'unreadable' : undefined;
  return {
    line,
    verb: verb.toLowerCase(),
    what: `${area} ${type}`.toLowerCase(),
    ...argumentsOf(rest),
  };
}

function argumentsOf(rest: readonly string[]): Pick<Statement, 'given' | 'options'> {
  const first = rest.findIndex((word) => OPTION.test(word));
  const given = first < 0 ? rest : rest.slice(0, first);
  const options = new Map<string, string>();
  for (let at = first; at >= 0 && at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (!OPTION.test(word)) continue;
    const next = rest[at + 1];
    const value = next !== undefined && !OPTION.test(next) ? next : '';
    const name = word.slice(1).toLowerCase();
    if (KEPT.has(name)) options.set(name, value);
  }
  return { given, options };
}
