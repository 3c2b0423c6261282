/** Who the appliance is, and which identity source each of its actions asks. */
import type { Config } from './config.ts';
import { low, type Appliance } from './appliance.ts';

export interface Identity {
  readonly assetKey: string;
  readonly name: string;
  /** Users of the gateway, and of the appliance's own management: two lists that know nothing of each other. */
  readonly gatewayUsers: string;
  readonly systemUsers: string;
}

export function identityOf(appliance: Appliance): Identity {
  const name = clean(appliance.hostname ?? '') ?? appliance.address ?? 'unnamed';
  const assetKey = `citrix:${name}`;
  return {
    assetKey,
    name,
    gatewayUsers: `aaa:${assetKey}`,
    systemUsers: `local:${assetKey}`,
  };
}

function clean(name: string): string | undefined {
  const lower = name.trim().toLowerCase();
  return /^[a-z0-9_](?:[a-z0-9._-]{0,99})$/.test(lower) ? lower : undefined;
}

/**
 * The identity source behind an action: as configured, else the directory that its base names. A directory whose accounts
 * are called by sAMAccountName or userPrincipalName is Active Directory (`ad:corp.example`).
 */
export function sourceOf(
  action: string,
  appliance: Appliance,
  config: Config,
  local: string,
): string | undefined {
  if (action === 'local') return local;
  const known = appliance.actions.get(action);
  if (known === undefined) return undefined;
  const { options, name } = known;
  const given = config.identitySources ?? {};
  for (const each of [name, options.get('serverip'), options.get('servername')]) {
    const source = each === undefined ? undefined : (own(given, each) ?? own(given, low(each)));
    if (source !== undefined) return source;
  }
  const federation = own(config.federations ?? {}, name);
  if (federation !== undefined) return federation.identitySource;
  return known.kind === 'ldap' ? directoryOf(options) : undefined;
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function directoryOf(options: ReadonlyMap<string, string>): string | undefined {
  const base = low(options.get('ldapbase') ?? '')
    .replace(/\s*([,=])\s*/g, '$1')
    .trim();
  if (base === '') return undefined;
  const domain = [...base.matchAll(/(?:^|,)dc=([^,]+)/g)].map((match) => match[1]).join('.');
  const login = low(options.get('ldaploginname') ?? 'samaccountname');
  const isActiveDirectory = login === 'samaccountname' || login === 'userprincipalname';
  if (isActiveDirectory && domain !== '') return `ad:${domain}`.slice(0, 200);
  return `ldap:${base}`.slice(0, 200);
}

/** The group that a directory's search filter demands (`memberOf=CN=Citrix Users,…`); undefined for any other filter. */
export function groupDemanded(filter: string): string | undefined {
  const [, name] =
    /^\(?&?\(?memberOf(?::1\.2\.840\.113556\.1\.4\.1941:)?=CN=((?:[^,\\()]|\\.)+),[^()]*\)?\)?$/i.exec(
      filter.trim(),
    ) ?? [];
  return name?.replace(/\\(.)/g, '$1');
}
