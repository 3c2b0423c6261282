/**
 * Services that wait for the client to speak: one first packet of their own protocol, which asks for nothing but what it
 * can do, and the answer as one line of text. Nobody signs in, nothing is read and nothing is changed.
 */
export interface Hello {
  readonly protocol: string;
  /** Where it is usual (IANA). */
  readonly ports: readonly number[];
  readonly packet: Buffer;
  readonly isWhole: (answer: Buffer) => boolean;
  /** Undefined for what is no answer of this protocol. */
  readonly read: (answer: Buffer) => string | undefined;
  /** The answer invites to a TLS handshake on the same connection: it shows the certificate. */
  readonly isTlsNext?: (answer: Buffer) => boolean;
}
