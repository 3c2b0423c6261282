/** C2SP tlog-cosignature, Ed25519: a witness signs a checkpoint together with the time it saw it. */

/** `seconds` since the Unix epoch. */
export interface Cosignature {
  readonly seconds: number;
  readonly signature: Buffer;
}

const ED25519_BYTES = 64;

/** The bytes a witness signs: two lines, then the checkpoint's text without signatures. */
export function cosignedMessage(text: Buffer, seconds: number): Buffer {
  return Buffer.concat([Buffer.from(`cosignature/v1\ntime ${seconds}\n`), text]);
}

/** The wire form: the time as a big-endian uint64, then the signature. */
export function joinCosignature({ seconds, signature }: Cosignature): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  return Buffer.concat([time, signature]);
}

/** Undefined for another length, or a time beyond what a number holds (285 million years). */
export function splitCosignature(bytes: Buffer): Cosignature | undefined {
  if (bytes.length !== 8 + ED25519_BYTES) return undefined;
  const seconds = Number(bytes.readBigUInt64BE(0));
  if (!Number.isSafeInteger(seconds)) return undefined;
  return { seconds, signature: bytes.subarray(8) };
}
