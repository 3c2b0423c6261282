/** Settings in exports of the registry that decide whether an update protects, and the role of the machine. */
import type { Fact } from '../schema.ts';
import { ALLOW_LIST, SECURE_CHANNEL } from './facts.ts';
import type { WindowsFacts } from './product.ts';
import type { Key } from './registry-key.ts';

export type Role = NonNullable<WindowsFacts['role']>;

/** `ProductType`: WinNT, ServerNT, LanmanNT. */
const ROLES: Readonly<Record<string, Role>> = {
  winnt: 'workstation',
  servernt: 'server',
  lanmannt: 'domain-controller',
};

/** The control set that is in use; others are copies of earlier ones. */
const CONTROL = /^(?:hkey_local_machine|hklm)\\system\\currentcontrolset\\/i;

export function roleIn(keys: readonly Key[]): Role | undefined {
  const options = keys.find(({ path }) => isControl(path, 'control\\productoptions'));
  return ROLES[options?.values.get('producttype')?.toLowerCase() ?? ''];
}

const CHANNEL_VALUE = 'fullsecurechannelprotection';
const ALLOWED_VALUE = 'vulnerablechannelallowlist';

/** Netlogon's own two; that one is absent is only said where the key was exported whole, which holds others besides. */
export function settingsIn(keys: readonly Key[]): Fact[] {
  const values = keys.find(({ path }) => isControl(path, 'services\\netlogon\\parameters'))?.values;
  if (values === undefined) return [];
  const names = [...values.keys()].filter((name) => name !== '');
  const isWhole = names.some((name) => name !== CHANNEL_VALUE && name !== ALLOWED_VALUE);
  const channel = values.get(CHANNEL_VALUE) ?? (isWhole ? 'absent' : undefined);
  const allowed = values.get(ALLOWED_VALUE) ?? (isWhole ? '' : undefined);
  return [
    ...(channel === undefined || !/^(?:\d+|absent)$/.test(channel)
      ? []
      : [{ name: SECURE_CHANNEL, value: channel }]),
    ...(allowed === undefined ? [] : [{ name: ALLOW_LIST, value: String(entriesOf(allowed)) }]),
  ];
}

function isControl(path: string, below: string): boolean {
  return CONTROL.test(path) && path.replace(CONTROL, '').toLowerCase() === below;
}

/** Entries of a security descriptor in its own language that allow: `O:BAG:BAD:(A;;RC;;;S-1-5-21-…)`. */
function entriesOf(descriptor: string): number {
  return descriptor.match(/\((?:A|OA|XA);/gi)?.length ?? 0;
}
