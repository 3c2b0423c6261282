/** Regular files of this machine, opened so that nothing else can be opened in their place. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { HoldfastError, messageOf, systemCode } from '../kernel/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { readAt } from './spool.ts';

/** A path as the disk has it: bytes where it is no UTF-8. */
export type Real = string | Buffer;

interface Handle {
  close(): void;
}

export interface Handles {
  /** The files opened last, the newest last; older ones are opened again when they are read. */
  readonly open: Handle[];
}

/** Files held open at a time. */
const MOST_OPEN = 16;

/**
 * A regular file, never a device or FIFO: opened without waiting, looked at, then read.
 *
 * @throws HoldfastError `not_permitted`, `bad_file`, `unsupported` for what is no regular file.
 */
export function openRegular(
  real: Real,
  at: string,
  handles: Handles = { open: [] },
): ByteSource & Handle {
  let descriptor: number | undefined = openChecked(real, at);
  const { size } = fstatSync(descriptor);
  const handle: ByteSource & Handle = {
    size,
    read: (offset, length) => {
      const most = Math.max(0, Math.min(length, size - offset));
      if (descriptor === undefined) {
        descriptor = openChecked(real, at);
        hold(handles, handle);
      }
      try {
        return Promise.resolve(readAt(descriptor, offset, most));
      } catch (error) {
        return Promise.reject(fileError(at, error));
      }
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
  hold(handles, handle);
  return handle;
}

function hold(handles: Handles, handle: Handle): void {
  handles.open.push(handle);
  if (handles.open.length > MOST_OPEN) handles.open.shift()?.close();
}

function openChecked(real: Real, at: string): number {
  // Windows knows only the first; undefined adds nothing to the others.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  } catch (error) {
    throw fileError(at, error);
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new HoldfastError('unsupported', `${at}: no regular file.`, {
    detail: { reason: 'unsupported' },
  });
}

function fileError(at: string, error: unknown): HoldfastError {
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new HoldfastError('not_permitted', `${at}: may not be read.`, { cause: error });
  }
  const why = code === 'ENOENT' ? 'vanished while it was read' : messageOf(error);
  return new HoldfastError('bad_file', `${at}: ${why}.`, {
    detail: { reason: 'unreadable' },
    cause: error,
  });
}
