/** What each field of a declared file means, in the words that editors and the reference show. */
import type { Kind } from '../schema.ts';

/** One sentence on each kind. */
export const KIND_HELP: Readonly<Record<Kind, string>> = {
  division: 'A part of the supplier, such as corporate or health and care.',
  customer: 'An organisation for which data is processed (a controller).',
  service: 'A product that customers use, such as urgent care or a rota.',
  network: 'A network, or the internet itself, from which doors can be reached.',
  asset:
    'Anything that runs or stores: a host, database, directory, backup, device or SaaS tenant.',
  door: 'A place where a credential is accepted: a portal, VPN, Citrix or RDP gateway, SSH, an API.',
  account: 'An identity at an identity source: of staff, a customer, a supplier, a service.',
  factor: 'Something with which an account proves who it is, beyond or instead of a password.',
  holding:
    'Data about people on an asset, for a customer; the numbers here count as declared, never as counted.',
  dependency:
    'How one thing leans on another; the short forms of services and assets say the same in less.',
  signin: 'What the log of a door shows of one account; a declared one is a claim, never a proof.',
  proof: 'An attempt with a password alone, which the door must refuse; a declared one is a claim.',
};

/** Fields that every kind has. */
const COMMON_HELP: Readonly<Record<string, string>> = {
  id: 'The name by which files and people refer to it; it must stay the same.',
  name: 'What people call it; the id, unless given.',
  identifiers:
    'Other names, as kind:name (fqdn:web1.example.org, serial:C02X), by which other sources find it.',
  trueAt: 'When this was true; the time of the import, unless given.',
};

const HELP: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  division: {},
  customer: { ods: 'Organisation Data Service code, where the NHS gave one.' },
  service: {
    clinicalCriticality:
      'How soon people come to harm when it is away: at once, within hours, within days, not at all.',
    division: 'The division that runs it.',
    customers: 'The customers that use it.',
    runsOn: 'The assets it runs on.',
  },
  network: {
    cidrs: 'Its address ranges, such as 10.1.0.0/16.',
    zone: 'Who can be in it.',
    reaches: 'Other networks that can be reached from it.',
  },
  asset: {
    type: 'What it is.',
    division: 'The division that runs it.',
    customer: 'The customer it belongs to, where it serves only one.',
    hostnames: 'Its names; those with a dot count as full names.',
    addresses: 'Its IP addresses.',
    networks: 'The networks it is in.',
    os: 'Its operating system, where no connector sees it; of Windows and of appliances the flaws follow from id and versionId.',
    domainRole: 'What it is to its Windows domain; on a domain controller more flaws count.',
    products:
      'Software that no connector sees, as VENDOR/PRODUCT@VERSION: citrix/netscaler-adc@13.1-48.47, fortinet/fortios@7.0.8. Without a version it is unknown what affects it.',
    architecture: 'Such as amd64.',
    entitlements:
      'Repairs after the usual end of support that its owner is entitled to: debian-elts, ubuntu-pro, rhel-els, windows-esu, extended-support.',
    hostname: 'A host name without a domain; joins hostnames.',
    fqdn: 'A host name with its domain; joins hostnames.',
    runsOn: 'The assets it runs on, such as a hypervisor.',
    memberOf: 'The directory whose members it trusts.',
    administers: 'Assets that whoever controls this one controls too.',
    backsUp: 'Assets whose data it holds copies of.',
    reaches: 'Assets that can be reached from it over the network.',
  },
  door: {
    type: 'What it is.',
    asset: 'The asset that it lets into, or that runs it.',
    address: 'Where it is: a URL or an address.',
    port: 'Its port.',
    transport: 'How it is reached.',
    program: 'The program that listens.',
    package: 'The package that owns the program.',
    reachableFrom: 'The networks from which it can be reached.',
    accepts: 'The directories or identity sources whose accounts it accepts.',
    opens:
      'The services and assets that a person is in, once through it: service/rota, asset/ctx1.',
    requires: 'What it demands of everybody: a claim, until a connector or a canary shows it.',
  },
  account: {
    login: 'The login as its identity source spells it.',
    identitySource: 'The directory or identity source that knows it.',
    population: 'Whose it is.',
    customer: 'The customer whose account it is.',
    division: 'The division whose account it is.',
    enabled: 'Whether it can be used.',
    password: 'Whether its password can be used.',
    shell: 'Its login shell.',
    groups: 'The groups it is in.',
    privileged: 'Whether it can administer.',
    lastSignInAt: 'When it last signed in.',
    administers: 'Assets that it administers.',
    factorsListed: 'Whether all its factors are told, so that one that is missing is not there.',
    interactive: 'Whether it may sign in as a person does.',
    workloadIdentity: 'Whether it proves itself without a secret that is kept.',
  },
  factor: {
    account: 'The account it belongs to.',
    type: 'What it is.',
    registeredAt: 'When it was registered.',
    status: 'Whether it can be used; active, unless given.',
  },
  holding: {
    asset: 'The asset that the data is on.',
    customer: 'The customer for whom it is held.',
    service: 'The service it belongs to.',
    people: 'How many living people: one number, or low, best and high.',
    deceased: 'How many people who have died.',
    children: 'How many of the people are children.',
    categories:
      'How many people for each category of data; a list of categories means all of them.',
    howCounted: 'Always declared: a person wrote it.',
    asOf: 'When the numbers were right.',
  },
  dependency: {
    type: 'How the one leans on the other.',
    from: 'What depends, as kind/id: asset/dc1.',
    to: 'What it depends on or acts on, as kind/id: asset/db1.',
  },
  signin: {
    account: 'The account that signed in.',
    door: 'The door that it came in by.',
    oneFactorAt: 'Its last success with one factor.',
    twoFactorAt: 'Its last success with two factors.',
    factors: 'What it used at its last success with two factors.',
    way: 'The way in of its last success with one factor.',
    oneFactorCount: 'How many successes with one factor.',
    twoFactorCount: 'How many successes with two factors.',
  },
  proof: {
    door: 'The door that was tried.',
    account: 'The account that tried it.',
    way: 'The way in that was tried.',
    at: 'When.',
    outcome: 'What happened.',
  },
};

/** @throws TypeError when a field has no help, so that none can be forgotten */
export function helpOf(kind: Kind, field: string): string {
  const help = HELP[kind][field] ?? COMMON_HELP[field];
  if (help === undefined) throw new TypeError(`no help on the field ${field} of ${kind}`);
  return help;
}
