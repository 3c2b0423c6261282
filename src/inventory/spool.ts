/** A temporary file that nobody else sees, for what must be read twice and not be held in memory. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import type { ByteSource } from './byte-source.ts';

export interface Spool {
  /** Bytes written so far. */
  size(): number;
  /** @throws HoldfastError `disk_full`, or `too_large` beyond the limit. */
  write(bytes: Buffer): void;
  /** What was written, to be read at any place; grows with the spool. */
  source(from: number, size: number): ByteSource;
  /** Takes the file away; again is harmless. */
  close(): void;
}

/** Made at the first write. The file has no name once it is open: whatever ends the process ends it. */
export function openSpool(limit: number): Spool {
  let descriptor: number | undefined;
  let written = 0;
  const open = (): number => (descriptor ??= nameless());
  return {
    size: () => written,
    write: (bytes) => {
      if (written + bytes.length > limit) {
        throw new HoldfastError('too_large', `The target unpacks to more than ${limit} bytes.`, {
          detail: { reason: 'limit' },
        });
      }
      writeAll(open(), bytes, written);
      written += bytes.length;
    },
    source: (from, size) => ({
      size,
      read: (offset, length) => {
        const most = Math.max(0, Math.min(length, size - offset));
        if (descriptor === undefined || most === 0) return Promise.resolve(Buffer.alloc(0));
        return Promise.resolve(readAt(descriptor, from + offset, most));
      },
    }),
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

function nameless(): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-scan-'));
  try {
    return openSync(path.join(folder, 'spool'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeAll(descriptor: number, bytes: Buffer, position: number): void {
  try {
    for (let at = 0; at < bytes.length;) {
      at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOSPC') throw error;
    throw new HoldfastError('disk_full', 'No room to unpack the target.', {
      remedy: `Make room in ${os.tmpdir()}, or set TMPDIR to a folder with more.`,
      cause: error,
    });
  }
}

/** Up to `length` bytes at a place of an open file; fewer only where it ends. */
export function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const count = readSync(descriptor, bytes, got, length - got, position + got);
    if (count === 0) break;
    got += count;
  }
  return bytes.subarray(0, got);
}
