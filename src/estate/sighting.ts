/**
 * What somebody who looks at a network from outside sees: addresses that answer, and the services there. To whom an
 * address belongs is for the estate to say, and may change without a new look.
 */
import * as z from 'zod';
import { Instant, Key, Text } from './text.ts';

export const TRANSPORTS = ['tcp', 'udp'] as const;
/** No answer is unknown (a filter, a busy machine, a lost packet), never "nothing there". */
export const PORT_STATES = ['open', 'refused', 'no-answer'] as const;

/** Of an X.509 certificate that a service showed, as it writes them; nobody has checked it. */
export const Certificate = z.strictObject({
  subject: Text,
  issuer: Text.optional(),
  names: z.array(z.string().max(253)).max(100).optional(),
  notBefore: Instant.optional(),
  notAfter: Instant.optional(),
});
export type Certificate = z.infer<typeof Certificate>;

/** What a service says it is. */
export const SightedProduct = z.strictObject({
  /** As CPE names them: `openbsd`, `openssh`. */
  vendor: z.string().min(1).max(100),
  product: z.string().min(1).max(100),
  version: z.string().min(1).max(100).optional(),
  /** The distribution whose build it is: its version says nothing of the flaws that were repaired in it. */
  builtBy: z.string().max(100).optional(),
  /** Names of the packages that it comes in. */
  packages: z.array(z.string().max(100)).max(50).optional(),
  /** What it was read from, without anything that could be a person's. */
  evidence: z.string().max(300),
});
export type SightedProduct = z.infer<typeof SightedProduct>;

/** A service that answers. */
export const SightedService = z.strictObject({
  transport: z.enum(TRANSPORTS),
  port: z.int().min(0).max(65535),
  /** `ssh`, `http`… as IANA or the scanner names it. */
  protocol: z.string().max(100).optional(),
  product: SightedProduct.optional(),
  banner: z.string().max(300).optional(),
  certificate: Certificate.optional(),
});
export type SightedService = z.infer<typeof SightedService>;

const Ports = z.string().max(400_000);
export const Sighting = z.strictObject({
  /** As RFC 5952 or dotted. */
  address: z.union([z.ipv4(), z.ipv6()]),
  /** The network that the address is of; missing: not known. The same private address in two networks is two places. */
  network: Key.optional(),
  /** The network from which somebody looked. */
  from: Key.optional(),
  trueAt: Instant,
  hostnames: z.array(z.string().max(253)).max(100).optional(),
  /** Of the network card, and its maker: shows that a machine is there even where no service answers. */
  hardware: Text.optional(),
  services: z.array(SightedService).max(65_536),
  /** TCP ports that were asked, of them those that refused; what is in neither list nor open did not answer. */
  asked: Ports,
  refused: Ports,
});
export type Sighting = z.infer<typeof Sighting>;

/** What a look covered when it went to its end: an address in it that was not sighted did not answer. */
export const Sweep = z.strictObject({
  network: Key.optional(),
  from: Key.optional(),
  /** `10.0.0.0/24`, `10.0.0.5`, `10.0.0.5-10.0.0.9` */
  ranges: z.array(z.string().max(100)).max(100_000),
  /** TCP ports. */
  asked: Ports,
});
export type Sweep = z.infer<typeof Sweep>;
