/** A NetScaler as its saved configuration describes it: virtual servers, policies, actions, and how they are bound. */
import type { Statement } from './statement.ts';

export interface Action {
  readonly name: string;
  /** `ldap`, `radius`, `saml`, `oauth`, `cert`, `tacacs`, `email`…: the type without "action". */
  readonly kind: string;
  readonly options: ReadonlyMap<string, string>;
}
export interface Policy {
  readonly name: string;
  readonly rule: string;
  /** An action's name in small letters, or `local`; undefined where none is named. */
  readonly action: string | undefined;
}
export interface Binding {
  readonly policy: string;
  readonly priority: number;
  readonly secondary: boolean;
  readonly extraction: boolean;
  readonly nextFactor: string | undefined;
  /** `NEXT`, `END`, a number or an expression; undefined where the line says none. */
  readonly goto: string | undefined;
  readonly line: number;
}
export interface Vserver {
  readonly kind: 'vpn' | 'authentication' | 'lb' | 'cs';
  readonly name: string;
  readonly protocol: string;
  readonly address: string;
  readonly port: number | undefined;
  readonly options: Map<string, string>;
  readonly bindings: Binding[];
  /** Virtual servers that this one hands connections to. */
  readonly targets: Set<string>;
}
export interface User {
  readonly name: string;
  readonly options: Map<string, string>;
  readonly groups: Set<string>;
  /** Command policies: `superuser`, `read-only`… */
  readonly commands: Set<string>;
}

/** Everything by its name in small letters: NetScaler does not tell them apart by case. */
export interface Appliance {
  version: string | undefined;
  hostname: string | undefined;
  address: string | undefined;
  readonly settings: Map<string, string>;
  readonly actions: Map<string, Action>;
  readonly policies: Map<string, Policy>;
  /** Names of policies of every other kind: a binding to one of them asks for no factor. */
  readonly otherPolicies: Set<string>;
  readonly sessionPolicies: Map<string, Policy>;
  readonly sessions: Map<string, ReadonlyMap<string, string>>;
  readonly schemas: Map<string, string>;
  readonly labels: Map<string, Binding[]>;
  readonly profiles: Map<string, string | undefined>;
  readonly vservers: Map<string, Vserver>;
  readonly contentActions: Map<string, string>;
  readonly contentPolicies: Map<string, string>;
  readonly expressions: Map<string, string>;
  readonly vpnGlobal: Binding[];
  readonly systemGlobal: Binding[];
  readonly gatewayUsers: Map<string, User>;
  readonly systemUsers: Map<string, User>;
  readonly systemGroups: Map<string, User>;
}

export function emptyAppliance(): Appliance {
  return {
    version: undefined,
    hostname: undefined,
    address: undefined,
    settings: new Map(),
    actions: new Map(),
    policies: new Map(),
    otherPolicies: new Set(),
    sessionPolicies: new Map(),
    sessions: new Map(),
    schemas: new Map(),
    labels: new Map(),
    profiles: new Map(),
    vservers: new Map(),
    contentActions: new Map(),
    contentPolicies: new Map(),
    expressions: new Map(),
    vpnGlobal: [],
    systemGlobal: [],
    gatewayUsers: new Map(),
    systemUsers: new Map(),
    systemGroups: new Map(),
  };
}

/** The first line of a saved configuration: `#NS13.1 Build 48.47`. */
export function takeVersion(appliance: Appliance, text: string): void {
  const [, release, build] = /^#\s*NS\s*([\d.]+)\s+Build\s+([\d.]+)/i.exec(text) ?? [];
  if (release !== undefined && build !== undefined) appliance.version = `${release}-${build}`;
}

type Take = (appliance: Appliance, statement: Statement, name: string) => void;

const TAKERS: Readonly<Record<string, Take>> = {
  'ns hostname': (appliance, _, name) => void (appliance.hostname = name),
  'ns config': (appliance, { options }) => {
    appliance.address = options.get('ipaddress') ?? appliance.address;
  },
  'system parameter': takeSettings,
  'aaa parameter': takeSettings,
  'authentication policy': takePolicy,
  'authentication policylabel': takeLabel,
  'authentication loginschema': (appliance, { options }, name) =>
    void appliance.schemas.set(low(name), options.get('authenticationschema') ?? ''),
  'authentication loginschemapolicy': (appliance, _, name) =>
    void appliance.otherPolicies.add(low(name)),
  'authentication authnprofile': (appliance, { options }, name) =>
    void appliance.profiles.set(low(name), options.get('authnvsname')),
  'vpn sessionpolicy': takeSessionPolicy,
  'vpn sessionaction': (appliance, { options }, name) =>
    void appliance.sessions.set(low(name), options),
  'vpn global': (appliance, statement) => takeBinding(appliance.vpnGlobal, statement, undefined),
  'system global': (appliance, statement, name) =>
    takeBinding(appliance.systemGlobal, statement, name),
  'cs action': (appliance, { options }, name) => {
    const target = options.get('targetvserver') ?? options.get('targetlbvserver');
    if (target !== undefined) appliance.contentActions.set(low(name), low(target));
  },
  'cs policy': (appliance, { options }, name) =>
    void appliance.contentPolicies.set(low(name), low(options.get('action') ?? '')),
  'policy expression': (appliance, { given }, name) =>
    void appliance.expressions.set(low(name), given[1] ?? ''),
  'ssl vserver': takeCertificateDemand,
  'aaa user': (appliance, statement) => takeUser(appliance.gatewayUsers, statement),
  'aaa group': (appliance, statement, name) => takeMember(appliance.gatewayUsers, statement, name),
  'system user': (appliance, statement) => takeUser(appliance.systemUsers, statement),
  'system group': takeSystemGroup,
};

export function take(appliance: Appliance, statement: Statement): void {
  const [name = ''] = statement.given;
  const taker = TAKERS[statement.what];
  if (taker !== undefined) {
    taker(appliance, statement, name);
    return;
  }
  const [area = '', type = ''] = statement.what.split(' ');
  if (type === 'vserver') takeVserver(appliance, statement, area, name);
  else if (area === 'authentication') takeAuthentication(appliance, statement, type, name);
  // Rewrite, responder, cache, authorization…: bound beside the policies that matter here.
  else if (/policy$/.test(type)) appliance.otherPolicies.add(low(name));
}

export function low(name: string): string {
  return name.toLowerCase();
}

function takeSettings(appliance: Appliance, { options }: Statement): void {
  for (const [name, value] of options) appliance.settings.set(name, value);
}

/** Actions of every kind, and classic policies: `add authentication ldapPolicy NAME RULE ACTION`. */
function takeAuthentication(
  appliance: Appliance,
  { given, options }: Statement,
  type: string,
  name: string,
): void {
  const action = /^(.+?)(?:auth)?action$/.exec(type)?.[1];
  if (action !== undefined) {
    const before = appliance.actions.get(low(name))?.options ?? new Map<string, string>();
    const merged = new Map([...before, ...options]);
    appliance.actions.set(low(name), { name, kind: action, options: merged });
    return;
  }
  const kind = /^(.+)policy$/.exec(type)?.[1];
  if (kind === undefined) return;
  const [, rule = '', named] = given;
  appliance.policies.set(low(name), {
    name,
    rule,
    action: kind === 'local' ? 'local' : named === undefined ? undefined : low(named),
  });
}

function takePolicy(appliance: Appliance, { options }: Statement, name: string): void {
  const before = appliance.policies.get(low(name));
  const action = options.get('action');
  appliance.policies.set(low(name), {
    name,
    rule: options.get('rule') ?? before?.rule ?? '',
    action: action === undefined ? before?.action : low(action),
  });
}

function takeSessionPolicy(appliance: Appliance, { given }: Statement, name: string): void {
  appliance.otherPolicies.add(low(name));
  const [, rule = '', action] = given;
  appliance.sessionPolicies.set(low(name), {
    name,
    rule,
    action: action === undefined ? undefined : low(action),
  });
}

function takeLabel(appliance: Appliance, statement: Statement, name: string): void {
  const bindings = appliance.labels.get(low(name)) ?? [];
  appliance.labels.set(low(name), bindings);
  if (statement.verb === 'bind') takeBinding(bindings, statement, undefined);
}

function takeBinding(
  bindings: Binding[],
  { options, line, verb }: Statement,
  name: string | undefined,
): void {
  const policy = options.get('policyname') ?? options.get('policy') ?? name;
  if (verb !== 'bind' || policy === undefined || policy === '') return;
  const nextFactor = options.get('nextfactor');
  bindings.push({
    policy: low(policy),
    // A binding without a priority is evaluated last.
    priority: Number(options.get('priority') ?? Number.MAX_SAFE_INTEGER),
    secondary: options.has('secondary'),
    extraction: options.has('groupextraction'),
    nextFactor: nextFactor === undefined ? undefined : low(nextFactor),
    goto: options.get('gotopriorityexpression'),
    line,
  });
}

function takeVserver(appliance: Appliance, statement: Statement, area: string, name: string): void {
  if (area !== 'vpn' && area !== 'authentication' && area !== 'lb' && area !== 'cs') return;
  const id = `${area}/${low(name)}`;
  const vserver = appliance.vservers.get(id) ?? newVserver(area, name, statement.given);
  appliance.vservers.set(id, vserver);
  const { verb, options } = statement;
  if (verb !== 'bind') for (const [option, value] of options) vserver.options.set(option, value);
  else if (area === 'cs') takeTarget(vserver, options, statement);
  else takeBinding(vserver.bindings, statement, undefined);
}

function newVserver(kind: Vserver['kind'], name: string, given: readonly string[]): Vserver {
  const [, protocol = '', address = '', port = ''] = given;
  return {
    kind,
    name,
    protocol: protocol.toUpperCase(),
    address,
    port: /^\d{1,5}$/.test(port) ? Number(port) : undefined,
    options: new Map(),
    bindings: [],
    targets: new Set(),
  };
}

/** Where a content-switching server sends connections: by its policies, or to its default. */
function takeTarget(
  known: Vserver,
  options: ReadonlyMap<string, string>,
  statement: Statement,
): void {
  for (const option of ['vserver', 'targetvserver', 'targetlbvserver', 'lbvserver']) {
    const target = options.get(option);
    if (target !== undefined && target !== '') known.targets.add(low(target));
  }
  takeBinding(known.bindings, statement, undefined);
}

function takeCertificateDemand(appliance: Appliance, { options }: Statement, name: string): void {
  for (const kind of ['vpn', 'authentication', 'lb', 'cs']) {
    const vserver = appliance.vservers.get(`${kind}/${low(name)}`);
    for (const option of ['clientauth', 'clientcert']) {
      const value = options.get(option);
      if (value !== undefined) vserver?.options.set(option, value);
    }
  }
}

function takeUser(users: Map<string, User>, { verb, given, options }: Statement): void {
  const [name = '', command] = given;
  const known = users.get(name) ?? userCalled(name);
  users.set(name, known);
  for (const [option, value] of options) known.options.set(option, value);
  // `bind system user NAME superuser 100`; of `add system user NAME PASSWORD` the second word is never kept.
  if (verb === 'bind' && command !== undefined) known.commands.add(command);
}

function takeMember(users: Map<string, User>, { options }: Statement, group: string): void {
  const member = options.get('username');
  if (member === undefined || member === '') return;
  const known = users.get(member) ?? userCalled(member);
  users.set(member, known);
  known.groups.add(group);
}

function takeSystemGroup(appliance: Appliance, statement: Statement, name: string): void {
  const known = appliance.systemGroups.get(name) ?? userCalled(name);
  appliance.systemGroups.set(name, known);
  const command = statement.options.get('policyname');
  if (command !== undefined && command !== '') known.commands.add(command);
  takeMember(appliance.systemUsers, statement, name);
}

function userCalled(name: string): User {
  return { name, options: new Map(), groups: new Set(), commands: new Set() };
}
