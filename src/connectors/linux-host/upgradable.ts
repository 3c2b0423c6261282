/** Rows of the section `upgradable`: what could be newer, what could be had again, and what stands in the way. */
import * as z from 'zod';
import { maybe, text, whole } from './rows.ts';

const NAME = 300;
const PATH = 4096;
/** A package of rpm or apk in one version; `from` is the repository's id. */
const versioned = z.object({
  name: text(NAME),
  version: text(NAME),
  architecture: maybe(40),
  from: maybe(NAME),
});

export const UPGRADABLE = {
  manager: z.object({ name: z.enum(['apt', 'dnf', 'zypper', 'apk']) }),
  /** dpkg's own architecture: apt names others only. */
  native: z.object({ architecture: text(40) }),
  /** A line of apt's simulation. */
  inst: z.object({ text: text(2000) }),
  /** The same of a full upgrade, where the ordinary one keeps something back. */
  full: z.object({ text: text(2000) }),
  kept: z.object({ name: text(NAME) }),
  phased: z.object({ name: text(NAME) }),
  broken: z.object({ name: text(NAME) }),
  remove: z.object({ name: text(NAME) }),
  ended: z.object({ text: text(500) }),
  /** apt's table of versions, newest first; `marks` holds `i` for the installed one and `c` for the candidate. */
  version: z.object({
    name: text(NAME),
    order: whole,
    version: text(NAME),
    marks: maybe(2),
    priority: z
      .string()
      .regex(/^-?\d{1,9}$/)
      .transform(Number),
    sources: maybe(1000),
  }),
  /** How many packages were asked about: those without a row have nothing remarkable. */
  asked: z.object({ count: whole }),
  conffile: z.object({
    name: text(NAME),
    path: text(PATH),
    how: z.enum(['changed', 'unreadable']),
  }),
  disk: z.object({ folder: text(PATH), mount: text(PATH), free: whole }),
  need: z.object({ what: z.enum(['download', 'unpack', 'boot']), kib: whole }),
  cached: z.object({ file: text(NAME) }),
  repack: z.object({ program: text(NAME) }),
  interrupted: z.object({ what: text(NAME) }),
  unattended: z.object({ key: text(200), value: maybe(1000) }),
  offer: versioned,
  withheld: versioned,
  gone: versioned.omit({ from: true }),
  advisory: z.object({ id: text(200), severity: maybe(100), package: maybe(600) }),
  /** An entry of a changelog: `when` as the packager wrote it, or in seconds; flaws by their CVE numbers. */
  change: z.object({ name: text(NAME), version: text(NAME), when: text(60), flaws: maybe(1000) }),
  lock: z.object({ file: text(PATH), program: maybe(NAME) }),
} as const;
