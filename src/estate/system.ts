/** The operating system that an asset is said to run, as a component: where its version alone tells of its flaws. */
import type { Bodies, Component } from './schema.ts';

/** Systems that are one piece: os `id` → the maker and the product, as records of flaws name them. */
const PRODUCTS: Readonly<Record<string, string>> = {
  'big-ip': 'f5/big-ip',
  'connect-secure': 'ivanti/connect-secure',
  asa: 'cisco/adaptive-security-appliance-software',
  esxi: 'vmware/esxi',
  fortios: 'fortinet/fortios',
  'ios-xe': 'cisco/ios-xe',
  junos: 'juniper/junos',
  netscaler: 'citrix/netscaler-adc',
  'pan-os': 'paloaltonetworks/pan-os',
  sonicos: 'sonicwall/sonicos',
  vcenter: 'vmware/vcenter-server',
};

/** The section of the inventory that holds it; what a connector read on the machine comes before it. */
export const SYSTEM_SECTION = 'system';
/** Sections that say which system it is, and more. */
export const TELLS_MORE: readonly string[] = ['windows', 'product'];

/** Undefined where nothing follows from it: Linux systems are judged by their packages. */
export function systemOf({
  os,
  architecture = '',
  domainRole,
}: Bodies['asset']): Component | undefined {
  const version = os?.versionId ?? '';
  if (os === undefined || version === '') return undefined;
  const id = os.id.toLowerCase();
  const nothing = { release: '', architecture: '', sourceName: '', sourceVersion: '' };
  if (id === 'windows')
    return {
      ...nothing,
      type: 'os',
      name: id,
      version: version.slice(0, 300),
      architecture: architecture.slice(0, 40),
      sourceName: (os.prettyName ?? '').slice(0, 300),
      sourceVersion: domainRole ?? '',
    };
  const product = Object.hasOwn(PRODUCTS, id) ? PRODUCTS[id] : undefined;
  return product === undefined
    ? undefined
    : { ...nothing, type: 'generic', name: product, version: version.slice(0, 300) };
}
