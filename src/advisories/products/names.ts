/** One spelling for a vendor and a product, however records, catalogues, banners and people write them. */

/** Words that say what kind of company it is. */
const COMPANY =
  /_(?:inc|corp|corporation|co|ltd|limited|llc|gmbh|ag|plc|foundation|software_foundation|software_group|project|systems?|technologies|technology|networks?)$/;

/** Vendors under several names; each is one that records or KEV use for the same maker. */
const VENDORS: Readonly<Record<string, string>> = {
  apache_software: 'apache',
  cloud: 'citrix',
  cloud_software: 'citrix',
  netscaler: 'citrix',
  netsclaer: 'citrix',
  f5_networks: 'f5',
  microsoft_corporation: 'microsoft',
  oracle_corporation: 'oracle',
  palo_alto: 'paloaltonetworks',
  palo_alto_networks: 'paloaltonetworks',
  pulse_secure: 'ivanti',
  pulsesecure: 'ivanti',
  synacor: 'zimbra',
  progress_software: 'progress',
  vmware_by_broadcom: 'vmware',
  broadcom: 'vmware',
  zoho: 'zohocorp',
  zohocorp_manageengine: 'zohocorp',
};

/** Products under several names: `vendor/name` → name. */
const PRODUCTS: Readonly<Record<string, string>> = {
  'citrix/application_delivery_controller': 'netscaler_adc',
  'citrix/application_delivery_controller_firmware': 'netscaler_adc',
  'citrix/netscaler_application_delivery_controller': 'netscaler_adc',
  'citrix/citrix_adc': 'netscaler_adc',
  'citrix/netscaler': 'netscaler_adc',
  'citrix/adc': 'netscaler_adc',
  'citrix/gateway': 'netscaler_gateway',
  'citrix/citrix_gateway': 'netscaler_gateway',
  'citrix/gateway_firmware': 'netscaler_gateway',
  'fortinet/fortios_ssl_vpn': 'fortios',
  'ivanti/pulse_connect_secure': 'connect_secure',
  'vmware/vmware_vcenter_server': 'vcenter_server',
  'vmware/esxi_server': 'esxi',
  'paloaltonetworks/panos': 'pan_os',
  'zimbra/collaboration_suite': 'collaboration',
};

/** Letters and digits of any script, in lower case, with one underscore for everything between. */
export function spelling(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f®™©]/g, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '');
}

/**
 * @example productKey('Cloud Software Group', 'NetScaler ADC ') → { vendor: 'citrix', product: 'netscaler_adc' }
 */
export function productKey(vendor: string, product: string): { vendor: string; product: string } {
  const maker = vendorOf(spelling(vendor));
  const name = spelling(product);
  const short = name.startsWith(`${maker}_`) ? name.slice(maker.length + 1) : name;
  // People name the device, CPE the program in it; its version is the same.
  const bare = short.replace(/_firmware$/, '');
  return {
    vendor: maker,
    product: PRODUCTS[`${maker}/${name}`] ?? PRODUCTS[`${maker}/${bare}`] ?? bare,
  };
}

function vendorOf(name: string): string {
  const known = VENDORS[name];
  if (known !== undefined) return known;
  const shorter = name.replace(COMPANY, '');
  return shorter === name || shorter === '' ? name : vendorOf(shorter);
}

/** Vendor and product of a CPE 2.3 name (NIST IR 7695); undefined where it names none. */
export function productOfCpe(cpe: string): { vendor: string; product: string } | undefined {
  const { vendor, product } = readCpe(cpe) ?? {};
  return vendor === undefined || product === undefined ? undefined : productKey(vendor, product);
}

/** The parts of a CPE 2.3 name without their escapes; `*` is any and `-` is none of them. */
export interface Cpe {
  /** `a` application, `o` operating system or firmware, `h` hardware. */
  readonly part: string;
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly update: string;
  /** Edition, software edition, target software and hardware: what it is limited to. */
  readonly limits: readonly string[];
}

/** Undefined where it names no product. */
export function readCpe(cpe: string): Cpe | undefined {
  const [, form, part = '', ...rest] = cpe.split(/(?<!\\):/).map(unescaped);
  const [vendor = '', product = '', version = '*', update = '*', edition = '*', , ...target] = rest;
  if (form !== '2.3' || [vendor, product].some((name) => name === '' || name === '*'))
    return undefined;
  const limits = [edition, ...target.slice(0, 3)].filter((text) => !/^[*-]?$/.test(text));
  return { part, vendor, product, version, update, limits };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}
