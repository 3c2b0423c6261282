/** What kind of directory answers, and how it is called. */
import type { Config } from './config.ts';
import type { Session } from './session.ts';
import { normalDn, text, texts } from './values.ts';

export interface Directory {
  readonly kind: 'active-directory' | 'ldap';
  readonly base: string;
  readonly identitySource: string;
  /** The DNS name of an Active Directory domain. */
  readonly domain: string;
}

/** LDAP_CAP_ACTIVE_DIRECTORY_OID ([MS-ADTS] 3.1.1.3.4.3). */
const ACTIVE_DIRECTORY = '1.2.840.113556.1.4.800';

/** Asks the directory about itself; undefined where it names no base, and none is configured. */
export async function directoryOf(
  session: Session,
  config: Config,
): Promise<Directory | undefined> {
  for await (const { entries } of session.pages({
    base: '',
    scope: 'base',
    filter: '(objectClass=*)',
    attributes: ['defaultNamingContext', 'namingContexts', 'supportedCapabilities'],
  })) {
    const [root] = entries;
    if (root === undefined) continue;
    const isActive = texts(root, 'supportedCapabilities').includes(ACTIVE_DIRECTORY);
    const kind = config.kind ?? (isActive ? 'active-directory' : 'ldap');
    const base =
      config.base ??
      text(root, 'defaultNamingContext') ??
      texts(root, 'namingContexts').find((each) => each !== '');
    return base === undefined ? undefined : named(kind, base, config);
  }
  return config.base === undefined ? undefined : named(config.kind ?? 'ldap', config.base, config);
}

function named(kind: Directory['kind'], base: string, { identitySource }: Config): Directory {
  const dn = normalDn(base);
  const domain = [...dn.matchAll(/(?:^|,)dc=([^,]+)/g)].map((match) => match[1] ?? '').join('.');
  const own = kind === 'active-directory' && domain !== '' ? `ad:${domain}` : `ldap:${dn}`;
  return { kind, base, domain, identitySource: identitySource ?? own.slice(0, 200) };
}
