/**
 * What a virtual server asks of somebody who signs in, as all the ways through its policies: nFactor bindings with their
 * next factors, or the classic primary and secondary banks.
 */
import { low, type Action, type Appliance, type Binding, type Vserver } from './appliance.ts';
import { conditionsOf, formulaOf, isMet, type Formula } from './expression.ts';

/** `radius` asks for something of its own; `other`: what is asked is decided elsewhere (SAML, OAuth, TACACS+, a web server). */
export type StepKind =
  'password' | 'code' | 'email' | 'certificate' | 'ticket' | 'radius' | 'other';
export interface Step {
  readonly kind: StepKind;
  /** The action that asks, in small letters; `local` for the appliance's own users. */
  readonly action: string;
}
/** All the steps of one way through: each must succeed. */
export type Path = readonly Step[];

export interface Flow {
  /** Every condition that decides between ways. */
  readonly conditions: readonly string[];
  /** The ways that are open when exactly these conditions are met; empty where no policy applies. */
  paths(met: ReadonlySet<string>): readonly Path[];
  /** What could not be understood; its ways are `other`. */
  readonly problems: readonly string[];
}

const MOST_PATHS = 500;
const UNKNOWN: Step = { kind: 'other', action: '' };

/** Where the bindings of a virtual server are, its own or those of the authentication server that its profile names. */
export function bindingsOf(vserver: Vserver, appliance: Appliance): readonly Binding[] | undefined {
  const { options } = vserver;
  const profile = options.get('authnprofile');
  const named =
    profile === undefined || profile === ''
      ? options.get('authnvsname')
      : appliance.profiles.get(low(profile));
  if (named !== undefined && named !== '') {
    return appliance.vservers.get(`authentication/${low(named)}`)?.bindings;
  }
  if (profile !== undefined && profile !== '') return undefined;
  const own = vserver.bindings.filter((each) => asksForFactor(each, appliance));
  if (own.length > 0 || vserver.kind !== 'vpn') return own;
  return appliance.vpnGlobal.filter((each) => asksForFactor(each, appliance));
}

/** Whether a binding is of an authentication policy; one whose policy is nowhere else defined is taken for one. */
export function asksForFactor(
  { policy, nextFactor, secondary }: Binding,
  appliance: Appliance,
): boolean {
  if (appliance.policies.has(policy) || nextFactor !== undefined || secondary) return true;
  // Policies that come with the appliance begin with an underscore or `ns_`.
  return (
    !appliance.otherPolicies.has(policy) && !/^(?:_|ns_|setvpnparams|adv_|setaaa)/.test(policy)
  );
}

/** The flow of these bindings; without any, of the appliance's default. */
export function flowOf(bindings: readonly Binding[], appliance: Appliance): Flow {
  const walker = new Walker(appliance);
  const asking = bindings.filter((each) => !each.extraction && asksForFactor(each, appliance));
  walker.prepare(asking);
  return {
    conditions: [...walker.conditions].sort(),
    problems: [...walker.problems],
    paths: (met) => walker.whole(asking, met),
  };
}

class Walker {
  readonly conditions = new Set<string>();
  readonly problems = new Set<string>();
  readonly #appliance: Appliance;
  readonly #formulas = new Map<string, Formula | undefined>();
  readonly #prepared = new Set<string>();
  /** Paths of labels under the conditions being tried; a label that leads to itself finds its own beginning. */
  readonly #labels = new Map<string, readonly Path[]>();

  constructor(appliance: Appliance) {
    this.#appliance = appliance;
  }

  /** Reads the rules of all policies that can be reached from these bindings. */
  prepare(bindings: readonly Binding[]): void {
    for (const { policy, nextFactor, line } of bindings) {
      const known = this.#appliance.policies.get(policy);
      if (known === undefined) this.problems.add(`line ${line}: policy is not defined`);
      else {
        const formula = formulaOf(known.rule, this.#appliance.expressions);
        this.#formulas.set(policy, formula);
        if (formula === undefined) this.problems.add(`line ${line}: rule cannot be read`);
        else for (const condition of conditionsOf(formula)) this.conditions.add(condition);
      }
      if (nextFactor === undefined || this.#prepared.has(nextFactor)) continue;
      this.#prepared.add(nextFactor);
      const label = this.#appliance.labels.get(nextFactor);
      if (label === undefined) this.problems.add(`line ${line}: next factor is not defined`);
      else this.prepare(label);
    }
  }

  /** Both banks: whoever passes the primary one must pass the secondary one too. */
  whole(bindings: readonly Binding[], met: ReadonlySet<string>): readonly Path[] {
    if (bindings.length === 0) return [[this.#byDefault()]];
    this.#labels.clear();
    const primary = this.#bank(
      bindings.filter((each) => !each.secondary),
      met,
    );
    const secondary = bindings.filter((each) => each.secondary);
    if (secondary.length === 0) return primary;
    const second = this.#bank(secondary, met);
    // A secondary bank in which nothing applies asks for nothing.
    return second.length === 0 ? primary : joined(primary, second);
  }

  #byDefault(): Step {
    const type = low(this.#appliance.settings.get('defaultauthtype') ?? 'local');
    return type === 'local' ? { kind: 'password', action: 'local' } : UNKNOWN;
  }

  /** Policies in order: the next is tried where one does not apply or fails, as far as the binding says so. */
  #bank(bindings: readonly Binding[], met: ReadonlySet<string>): readonly Path[] {
    const sorted = [...bindings].sort((a, b) => a.priority - b.priority);
    const paths: Path[] = [];
    let refused = false;
    for (const [at, binding] of sorted.entries()) {
      const formula = this.#formulas.get(binding.policy);
      if (formula === undefined) {
        paths.push([UNKNOWN]);
        continue;
      }
      if (!isMet(formula, met)) continue;
      const action = this.#actionOf(binding);
      const steps = stepsOf(action);
      if (isFirstOfTwo(action)) {
        const rest = this.#bank(sorted.slice(at + 1), met);
        return bounded([...paths, ...joined([steps], rest.length === 0 ? [[UNKNOWN]] : rest)]);
      }
      // Whether a policy that asks for nothing also lets in who failed the one before it, NetScaler's own papers do not say.
      const asked = refused && steps.length === 0 ? [UNKNOWN] : steps;
      refused ||= steps.length > 0;
      paths.push(...joined([asked], this.#next(binding, met)));
      if (endsHere(binding, action) || paths.length > MOST_PATHS) break;
    }
    return bounded(paths);
  }

  #next({ nextFactor }: Binding, met: ReadonlySet<string>): readonly Path[] {
    if (nextFactor === undefined) return [[]];
    const known = this.#labels.get(nextFactor);
    if (known !== undefined) return known;
    const label = this.#appliance.labels.get(nextFactor);
    // A factor in which nothing applies: whether it lets in or refuses is not in the configuration.
    this.#labels.set(nextFactor, [[UNKNOWN]]);
    const paths = label === undefined ? [] : this.#bank(label, met);
    const open = paths.length === 0 ? [[UNKNOWN]] : paths;
    this.#labels.set(nextFactor, open);
    return open;
  }

  #actionOf({ policy }: Binding): Action {
    const name = this.#appliance.policies.get(policy)?.action ?? '';
    return (
      this.#appliance.actions.get(name) ?? {
        name,
        kind: name === 'local' || name === 'no_authn' ? name : 'missing',
        options: new Map(),
      }
    );
  }
}

/** Whether the policies after this one can never be reached by failing it. */
function endsHere({ goto }: Binding, { kind }: Action): boolean {
  if (kind === 'no' || kind === 'no_authn') return true;
  return goto !== undefined && goto.toUpperCase() === 'END';
}

/** A certificate with `-twoFactor ON`: the policies after it are asked as well. */
function isFirstOfTwo({ kind, options }: Action): boolean {
  return kind === 'cert' && options.get('twofactor')?.toUpperCase() === 'ON';
}

/** What an action asks for; nothing where it only reads groups, checks the device or lets everybody pass. */
export function stepsOf({ kind, name, options }: Action): Path {
  const action = low(name);
  switch (kind) {
    case 'ldap':
      return ldapSteps(action, options);
    case 'local':
      return [{ kind: 'password', action: 'local' }];
    case 'cert':
      return [{ kind: 'certificate', action }];
    case 'email':
      return [{ kind: 'email', action }];
    case 'negotiate':
      return [{ kind: 'ticket', action }];
    case 'radius':
      return isOff(options) ? [] : [{ kind: 'radius', action }];
    case 'no':
    case 'no_authn':
    case 'captcha':
    case 'epa':
      return [];
    // SAML, OAuth, TACACS+, web, StoreFront, cloud: another system decides.
    default:
      return [{ kind: 'other', action }];
  }
}

/** `-authentication DISABLED` reads groups only; with `-OTPSecret` it checks the code that the secret there makes. */
function ldapSteps(action: string, options: ReadonlyMap<string, string>): Path {
  if (!isOff(options)) return [{ kind: 'password', action }];
  return options.has('otpsecret') ? [{ kind: 'code', action }] : [];
}

function isOff(options: ReadonlyMap<string, string>): boolean {
  return /^(?:disabled|off)$/i.test(options.get('authentication') ?? '');
}

function joined(first: readonly Path[], second: readonly Path[]): Path[] {
  return bounded(first.flatMap((a) => second.map((b) => [...a, ...b])));
}

/** What is cut off may have been the weakest way. */
function bounded(paths: Path[]): Path[] {
  return paths.length <= MOST_PATHS ? paths : [...paths.slice(0, MOST_PATHS), [UNKNOWN]];
}
