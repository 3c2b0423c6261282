/**
 * Where the server may listen: this machine only. Until the gate's factors exist a stolen session would be the only
 * door between a network and the estate, so there is no setting that opens it.
 */
import { lookup } from 'node:dns/promises';
import fs from 'node:fs/promises';
import net from 'node:net';
import type { FastifyInstance } from 'fastify';
import { HoldfastError, systemCode } from '../kernel/errors.ts';

export type Place =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface Listening {
  /** `http://127.0.0.1:8311`, or `unix:/run/holdfast.sock`. */
  readonly address: string;
  /** Takes no new connections, lets requests in flight finish, and cuts off what is left after 10 seconds. */
  readonly stop: () => Promise<void>;
}

const REMEDY =
  'Listen on 127.0.0.1, ::1 or unix:/path. To reach it from elsewhere: ssh -L 8311:127.0.0.1:8311 MACHINE.';
const GRACE_MS = 10_000;
/** sun_path of Linux is 108 bytes with its final zero (unix(7)). */
const LONGEST_SOCKET_PATH = 107;

const LOOPBACK = new net.BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Reads `127.0.0.1:8311`, `[::1]:8311`, `localhost:8311` or `unix:/path`; port 0 takes a free one. A name is resolved
 * here and the address is what is listened on, so that the name cannot come to mean another machine afterwards.
 *
 * @throws HoldfastError `bad_config` for anything that is not this machine.
 */
export async function listenPlace(
  text: string,
  resolve: (name: string) => Promise<string[]> = addressesOf,
): Promise<Place> {
  if (text.startsWith('unix:')) return socketPlace(text.slice('unix:'.length));
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3] ?? Number.NaN);
  if (parts === null || port > 65_535)
    throw new HoldfastError('bad_config', 'listen must be HOST:PORT or unix:/path', {
      remedy: REMEDY,
    });
  const host = parts[1] ?? parts[2] ?? '';
  const addresses = net.isIP(host) === 0 ? await resolve(host) : [host];
  const [first] = addresses;
  if (first === undefined || !addresses.every(isLoopback))
    throw new HoldfastError(
      'bad_config',
      `listen: ${host} is not this machine alone, and without a second factor Holdfast answers nobody else`,
      { remedy: REMEDY },
    );
  return { kind: 'tcp', host: first, port };
}

export function isLoopback(address: string): boolean {
  const family = net.isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function socketPlace(path: string): Place {
  if (!path.startsWith('/') || path.includes('\0'))
    throw new HoldfastError('bad_config', 'listen: a socket needs an absolute path', {
      remedy: REMEDY,
    });
  if (Buffer.byteLength(path) > LONGEST_SOCKET_PATH)
    throw new HoldfastError(
      'bad_config',
      `listen: a socket's path holds at most ${LONGEST_SOCKET_PATH} bytes`,
      {
        remedy: 'Choose a shorter path.',
      },
    );
  return { kind: 'unix', path };
}

async function addressesOf(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { all: true })).map((found) => found.address);
  } catch (error) {
    throw new HoldfastError('bad_config', `listen: the name ${name} does not resolve`, {
      remedy: REMEDY,
      cause: error,
    });
  }
}

/** Starts to listen. @throws HoldfastError `conflict` when the place is taken, `bad_config` when it may not be used. */
export async function startListening(
  app: FastifyInstance,
  place: Place,
  graceMs = GRACE_MS,
): Promise<Listening> {
  if (place.kind === 'unix') await removeDeadSocket(place.path);
  try {
    await app.listen(
      place.kind === 'unix' ? { path: place.path } : { host: place.host, port: place.port },
    );
  } catch (error) {
    throw listenError(place, error);
  }
  if (place.kind === 'unix') await fs.chmod(place.path, 0o600);
  return { address: addressText(app, place), stop: () => stop(app, graceMs) };
}

/** A socket that nobody answers at was left by a server that was killed. */
async function removeDeadSocket(path: string): Promise<void> {
  const found = await fs.lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket())
    throw new HoldfastError(
      'conflict',
      'listen: there is something else at the path of the socket',
      {
        remedy: 'Choose another path; Holdfast removes only sockets.',
      },
    );
  if (await answers(path)) throw taken();
  await fs.unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function listenError(place: Place, error: unknown): unknown {
  const code = systemCode(error);
  if (code === 'EADDRINUSE') return taken();
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOENT' || code === 'EPERM')
    return new HoldfastError(
      'bad_config',
      `listen: ${place.kind === 'unix' ? 'the socket' : 'the port'} cannot be opened (${code})`,
      {
        remedy:
          place.kind === 'unix'
            ? 'Choose a folder that this user may write to.'
            : 'Choose a port above 1023 and an address of this machine.',
        cause: error,
      },
    );
  return error;
}

function taken(): HoldfastError {
  return new HoldfastError('conflict', 'listen: another program listens there already', {
    remedy: 'Stop it, or choose another place.',
  });
}

function addressText(app: FastifyInstance, place: Place): string {
  if (place.kind === 'unix') return `unix:${place.path}`;
  const bound = app.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : place.port;
  return `http://${place.host.includes(':') ? `[${place.host}]` : place.host}:${port}`;
}

async function stop(app: FastifyInstance, graceMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}
