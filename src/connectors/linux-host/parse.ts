/** The inventory script's output as typed facts. */
import * as z from 'zod';
import type { Unseen } from '../../estate/schema.ts';
import { inSection } from './hides.ts';
import { readFrame, type Section, type SectionName } from './frame.ts';
import { maybe, readRows, text, whole, type Facts } from './rows.ts';
import { UPGRADABLE } from './upgradable.ts';

const NAME = 300;
const PATH = 4096;

/** Kind of row → columns, section by section, as inventory.sh prints them. */
const SHAPES = {
  os: {
    release: z.object({ key: text(40), value: maybe(500) }),
    hostname: z.object({ name: text(253) }),
    fqdn: z.object({ name: text(253) }),
    architecture: z.object({ name: text(100) }),
    booted: z.object({ seconds: whole }),
    'boot-id': z.object({ id: maybe(100) }),
    agent: z.object({ version: whole, uid: whole }),
    'host-id': z.object({ kind: text(100), hash: z.string().regex(/^[0-9a-f]{64}$/) }),
    address: z.object({ address: z.union([z.ipv4(), z.ipv6()]) }),
  },
  kernel: {
    running: z.object({ release: text(NAME) }),
    built: z.object({ text: text(500) }),
    installed: z.object({ release: text(NAME) }),
    modules: z.object({ release: text(NAME) }),
    container: z.object({ kind: maybe(100) }),
  },
  deb: {
    pkg: z.object({
      name: text(NAME),
      version: maybe(NAME),
      architecture: maybe(40),
      state: maybe(10),
      sourceName: maybe(NAME),
      sourceVersion: maybe(NAME),
      origin: maybe(200),
    }),
  },
  rpm: {
    pkg: z.object({
      name: text(NAME),
      version: text(NAME),
      architecture: maybe(40),
      installedAt: maybe(20),
      source: maybe(NAME),
      vendor: maybe(200),
      module: maybe(NAME),
    }),
  },
  apk: {
    pkg: z.object({
      name: text(NAME),
      version: text(NAME),
      architecture: maybe(40),
      sourceName: maybe(NAME),
      /** What apk could not finish: `f`iles, `s`cripts, e`x`tended attributes. */
      state: maybe(10),
    }),
  },
  holds: {
    pin: z.object({ file: text(PATH), line: whole, text: text(1200) }),
    lock: z.object({ file: text(PATH), line: whole, text: text(1200) }),
    exclude: z.object({ file: text(PATH), line: whole, text: text(1200) }),
    world: z.object({ file: text(PATH), line: whole, text: text(1200) }),
  },
  origins: {
    source: z.object({ file: text(PATH), line: whole, text: text(1200) }),
    list: z.object({ file: text(PATH), modified: whole, changed: whole }),
    of: z.object({ list: text(PATH), field: text(40), value: maybe(500) }),
  },
  upgradable: UPGRADABLE,
  accounts: {
    account: z.object({
      login: text(256),
      uid: whole,
      shell: maybe(500),
      password: z.enum(['set', 'locked', 'none', '-']),
      expires: maybe(20),
      groups: maybe(20_000),
    }),
    nss: z.object({ database: text(40), sources: maybe(500) }),
    key: z.object({ login: text(256), type: text(100) }),
    'keys-unknown': z.object({ login: text(256) }),
  },
  sudo: { rule: z.object({ file: text(PATH), line: whole, text: text(1200) }) },
  sockets: {
    ephemeral: z.object({ low: whole, high: whole }),
    listen: z.object({
      protocol: z.enum(['tcp', 'tcp6', 'udp', 'udp6']),
      local: z.string().regex(/^(?:[0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}$/),
      uid: whole,
      program: maybe(PATH),
      package: maybe(NAME),
      where: z.enum(['host', 'other', 'kernel', 'unknown']),
    }),
  },
  sshd: {
    config: z.object({ file: text(PATH), line: whole, text: text(1200) }),
    running: z.object({ arguments: text(2000) }),
    global: z.object({ key: text(100), value: maybe(4000) }),
    match: z.object({ how: z.literal('none') }),
    probes: z.object({ inside: text(100), outside: text(100) }),
    asked: z.object({ login: text(256), from: text(100) }),
    user: z.object({
      login: text(256),
      from: text(100),
      key: text(100),
      value: maybe(4000),
    }),
  },
  pam: { pam: z.object({ file: text(PATH), line: whole, text: text(1200) }) },
  restart: {
    'reboot-required': z.object({}),
    'reboot-package': z.object({ name: text(NAME) }),
    stale: z.object({
      program: maybe(PATH),
      programPackage: maybe(NAME),
      file: text(PATH),
      filePackage: maybe(NAME),
      where: z.enum(['host', 'other', '']),
    }),
  },
} as const satisfies Record<SectionName, Record<string, z.ZodObject>>;

type Read = { readonly [N in SectionName]: Facts<(typeof SHAPES)[N]> | undefined };

/** What a host said of itself; a section that did not come, or came broken, is undefined. */
export interface HostFacts extends Read {
  readonly sha256: ReadonlyMap<SectionName, string>;
  readonly unseen: readonly Unseen[];
}

/** Parses bytes as received; nothing throws, and everything dropped is in `unseen`. */
export function parseInventory(output: Uint8Array): HostFacts {
  const frame = readFrame(output);
  return parseSections(frame.sections, frame.unseen);
}

/** Facts of sections, which may have been received one by one; `unseen` is what is already known to be missing. */
export function parseSections(
  sections: ReadonlyMap<SectionName, Section>,
  unseen: readonly Unseen[] = [],
): HostFacts {
  const read: Partial<Record<SectionName, { readonly unseen: readonly Unseen[] }>> = {};
  const sha256 = new Map<SectionName, string>();
  for (const [name, section] of sections) {
    read[name] = readRows(section, SHAPES[name]);
    if (section.sha256 !== undefined) sha256.set(name, section.sha256);
  }
  const all = [...unseen];
  for (const [name, facts] of Object.entries(read) as [SectionName, { unseen: Unseen[] }][]) {
    all.push(...facts.unseen.map((item) => inSection(name, item)));
  }
  return { ...(read as Read), sha256, unseen: all };
}
