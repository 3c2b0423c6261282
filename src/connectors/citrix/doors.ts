/** The doors of an appliance: gateways, portals, balanced applications that ask for a sign-in, and its own management. */
import type { Bodies } from '../../estate/schema.ts';
import { low, type Appliance, type Binding, type Vserver } from './appliance.ts';
import { keyFrom, textOf } from '../keys.ts';
import type { Config } from './config.ts';
import { demandOf, type Authentication, type Demand } from './demand.ts';
import { bindingsOf, flowOf, stepsOf, type Flow } from './flow.ts';
import { groupDemanded, sourceOf, type Identity } from './identity.ts';
import { bindingSettings, sessionSettings } from './settings.ts';

type Door = Bodies['door'];
interface NamedDoor {
  readonly key: string;
  readonly body: Door;
  /** Lines and names that could not be understood. */
  readonly problems: readonly string[];
}

export interface Known {
  readonly appliance: Appliance;
  readonly config: Config;
  readonly identity: Identity;
  /** Lines that could change who comes in were unreadable. */
  readonly damaged: boolean;
}

const WEB = new Set(['SSL', 'HTTP']);
const EVERYWHERE = new Set(['', '0.0.0.0', '::', '*']);

export function doorsOf(known: Known): NamedDoor[] {
  const doors = [...known.appliance.vservers.values()].flatMap((vserver) => {
    const door = doorOf(vserver, known);
    return door === undefined ? [] : [door];
  });
  return [...doors, management(known)];
}

function doorOf(vserver: Vserver, known: Known): NamedDoor | undefined {
  const { appliance, identity } = known;
  const front = frontOf(vserver, appliance);
  const at = EVERYWHERE.has(vserver.address) ? front : vserver;
  const asks = asksItself(vserver);
  if (!isDoor(vserver, asks, at !== undefined)) return undefined;
  const demand = asks ? demandAt(vserver, known) : undefined;
  return {
    key: keyFrom(`${identity.assetKey}/${vserver.kind}/${vserver.name}`),
    problems: demand?.problems ?? [],
    body: {
      name: textOf(`${vserver.name} on ${identity.name}`),
      type: typeOf(vserver),
      asset: identity.assetKey,
      ...placeOf(at),
      transport: 'tcp',
      program: 'NetScaler',
      ...demand?.body,
      settings: {
        ...vserverSettings(vserver, front),
        ...bindingSettings(bindingsOf(vserver, appliance) ?? [], appliance),
        ...(vserver.kind === 'vpn' ? sessionSettings(vserver, appliance) : {}),
      },
    },
  };
}

function placeOf(at: Vserver | undefined): Pick<Door, 'address' | 'port'> {
  if (at === undefined) return {};
  const { address, port } = at;
  return {
    address: textOf(address),
    ...(port === undefined || port > 65_535 ? {} : { port }),
  };
}

/** A virtual server that only other servers use, or that speaks no web, is no door. */
function isDoor(vserver: Vserver, asks: boolean, hasAddress: boolean): boolean {
  if (vserver.kind === 'vpn') return true;
  if (vserver.kind === 'authentication') return hasAddress;
  return hasAddress && (asks || (vserver.kind === 'lb' && WEB.has(vserver.protocol)));
}

/** Whether the appliance itself asks who comes; of an application that is only balanced, what stands behind decides. */
function asksItself({ kind, options }: Vserver): boolean {
  if (kind === 'vpn' || kind === 'authentication') return true;
  const isOn = (option: string): boolean => options.get(option)?.toUpperCase() === 'ON';
  return isOn('authentication') || isOn('authn401') || (options.get('authnprofile') ?? '') !== '';
}

function typeOf({ kind, options }: Vserver): Door['type'] {
  if (kind !== 'vpn') return 'portal';
  return options.get('icaonly')?.toUpperCase() === 'ON' ? 'remote-desktop' : 'vpn';
}

interface DemandAt {
  readonly body: Pick<Door, 'authentication' | 'accepts' | 'admits' | 'through'>;
  readonly problems: readonly string[];
}

function demandAt(vserver: Vserver, known: Known): DemandAt {
  const { options } = vserver;
  if (options.get('state')?.toUpperCase() === 'DISABLED') {
    return fixed([{ id: 'switched off', demands: 'refuse', for: { everyone: true } }]);
  }
  if (vserver.kind === 'vpn' && options.get('authentication')?.toUpperCase() === 'OFF')
    return fixed([]);
  const bindings = bindingsOf(vserver, known.appliance);
  if (bindings === undefined) {
    return {
      body: { authentication: { rules: [], whole: false } },
      problems: [`${vserver.name}: its authentication server is not defined`],
    };
  }
  const flow = withCertificate(flowOf(bindings, known.appliance), vserver);
  return demandBy(flow, bindings, known, known.identity.gatewayUsers);
}

function fixed(rules: Authentication['rules']): DemandAt {
  return { body: { authentication: { rules } }, problems: [] };
}

function demandBy(flow: Flow, bindings: readonly Binding[], known: Known, local: string): DemandAt {
  const { appliance, config, damaged } = known;
  const source = (action: string): string | undefined => sourceOf(action, appliance, config, local);
  const demand = demandOf(flow, source);
  const admits = admitted(bindings, appliance);
  const through = Object.values(config.federations ?? {}).filter(({ identitySource }) =>
    demand.sources.includes(identitySource),
  );
  return {
    body: {
      ...(demand.sources.length === 0 ? {} : { accepts: [...demand.sources] }),
      ...(admits === undefined ? {} : { admits: { groups: admits } }),
      ...(through.length === 0 ? {} : { through }),
      authentication: whole(demand, damaged),
    },
    problems: flow.problems,
  };
}

function whole({ authentication }: Demand, damaged: boolean): Authentication {
  return damaged ? { ...authentication, whole: false } : authentication;
}

/** A client certificate that TLS demands is asked of everybody, whatever follows. */
function withCertificate(flow: Flow, { options }: Vserver): Flow {
  const demanded =
    options.get('clientauth')?.toUpperCase() === 'ENABLED' &&
    options.get('clientcert')?.toUpperCase() === 'MANDATORY';
  if (!demanded) return flow;
  return {
    ...flow,
    paths: (met) =>
      flow.paths(met).map((path) => [...path, { kind: 'certificate', action: 'tls' }]),
  };
}

/** Groups whose members alone may come in: only where every first action searches by such a group. */
function admitted(bindings: readonly Binding[], appliance: Appliance): string[] | undefined {
  const groups = new Set<string>();
  for (const { policy, secondary } of bindings) {
    if (secondary) continue;
    const action = appliance.actions.get(appliance.policies.get(policy)?.action ?? '');
    if (action?.kind !== 'ldap' || stepsOf(action).length === 0) return undefined;
    const group = groupDemanded(action.options.get('searchfilter') ?? '');
    if (group === undefined) return undefined;
    groups.add(group);
  }
  return groups.size === 0 ? undefined : [...groups].sort();
}

/** The content-switching server through which a server without an address of its own is reached. */
function frontOf(vserver: Vserver, appliance: Appliance): Vserver | undefined {
  const name = low(vserver.name);
  return [...appliance.vservers.values()].find(
    (each) =>
      each.kind === 'cs' &&
      (each.targets.has(name) ||
        each.bindings.some(({ policy }) => {
          const action = appliance.contentPolicies.get(policy) ?? '';
          return appliance.contentActions.get(action) === name;
        })),
  );
}

function vserverSettings(
  { kind, protocol, options }: Vserver,
  front: Vserver | undefined,
): Record<string, string> {
  const shown = ['state', 'authentication', 'authn401', 'authnprofile', 'icaonly', 'clientcert'];
  return Object.fromEntries([
    ['citrix.vserver', `${kind} ${protocol}`.trim()],
    ...(front === undefined ? [] : [['citrix.reached-through', front.name]]),
    ...shown.flatMap((name) => {
      const value = options.get(name);
      return value === undefined ? [] : [[`citrix.${name}`, value]];
    }),
  ]) as Record<string, string>;
}

/** The appliance's own sign-in, on its management address. */
function management(known: Known): NamedDoor {
  const { appliance, identity } = known;
  const bindings = appliance.systemGlobal;
  const local = appliance.settings.get('localauth')?.toUpperCase() !== 'DISABLED';
  const flow = managementFlow(bindings, appliance, local);
  const { body, problems } = demandBy(flow, bindings, known, identity.systemUsers);
  return {
    key: `${identity.assetKey}/management`,
    problems,
    body: {
      name: `management of ${identity.name}`,
      type: 'admin-console',
      asset: identity.assetKey,
      ...(appliance.address === undefined ? {} : { address: appliance.address.slice(0, 500) }),
      port: 443,
      transport: 'tcp',
      program: 'NetScaler',
      opens: [{ kind: 'asset', key: identity.assetKey }],
      ...body,
      settings: {
        'citrix.localauth': local ? 'ENABLED' : 'DISABLED',
        ...bindingSettings(bindings, appliance),
      },
    },
  };
}

/** Local users come in by password besides what is bound, unless that is switched off. */
function managementFlow(bindings: readonly Binding[], appliance: Appliance, local: boolean): Flow {
  const own = [{ kind: 'password', action: 'local' }] as const;
  if (bindings.length === 0) return { conditions: [], problems: [], paths: () => [own] };
  const flow = flowOf(bindings, appliance);
  return local ? { ...flow, paths: (met) => [...flow.paths(met), own] } : flow;
}
