/**
 * One connection to one port: whether it opens, what the service says by itself, its certificate, and the headers of one
 * HEAD where HTTP is usual, or one first packet where another protocol is. No credentials, no guesses at protocols,
 * nothing that asks a service to do anything.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { systemCode } from '../../kernel/errors.ts';
import type { SightedService } from '../../estate/schema.ts';
import type { Hello } from './hello/hello.ts';
import { helloFor } from './hello/index.ts';

export interface Target {
  readonly address: string;
  readonly port: number;
  /** No byte is sent. */
  readonly connectOnly: boolean;
  /** Another protocol than the port's usual one is spoken. */
  readonly hello?: Hello;
  readonly timeoutMs: number;
}

export interface Answer {
  readonly state: 'open' | 'refused' | 'no-answer';
  /** What the service sent before anything was sent to it. */
  readonly greeting?: Buffer;
  /** Status line and headers of the answer to HEAD. */
  readonly headers?: string;
  /** What the answer to the first packet of its own protocol says, in one line. */
  readonly told?: { readonly protocol: string; readonly text: string };
  readonly certificate?: SightedService['certificate'];
  readonly tls?: boolean;
}

export type Probe = (target: Target, signal: AbortSignal) => Promise<Answer>;

/** Ports where the client begins, and begins with TLS (IANA), or with HTTP. */
const TLS_PORTS = new Set([
  443, 465, 636, 990, 993, 995, 3269, 4443, 5986, 6443, 8443, 9443, 10_443,
]);
const HTTPS_PORTS = new Set([443, 4443, 5986, 6443, 8443, 9443, 10_443]);
const HTTP_PORTS = new Set([
  80, 2375, 3000, 5985, 8000, 8008, 8080, 8081, 8888, 9090, 9200, 10_000,
]);
const MOST_BYTES = 8192;

/** Ends with no socket left, whatever happens. */
export const probe: Probe = async (target, signal) => {
  if (signal.aborted) return { state: 'no-answer' };
  const { address, port, timeoutMs } = target;
  const socket = connectTcp({ host: address, port, noDelay: true });
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  socket.on('error', () => undefined);
  try {
    const opened = await opening(socket, timeoutMs);
    if (opened !== 'open' || target.connectOnly) return { state: opened };
    return { state: 'open', ...(await listening(socket, target)) };
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
};

function opening(socket: Socket, timeoutMs: number): Promise<Answer['state']> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('no-answer'), timeoutMs);
    const end = (state: Answer['state']): void => {
      clearTimeout(timer);
      resolve(state);
    };
    socket.once('connect', () => end('open'));
    // Only a refusal says that nothing is there: everything else may be a filter, a route, a busy machine.
    socket.once('error', (error) =>
      end(systemCode(error) === 'ECONNREFUSED' ? 'refused' : 'no-answer'),
    );
    socket.once('close', () => end('no-answer'));
  });
}

async function listening(socket: Socket, target: Target): Promise<Omit<Answer, 'state'>> {
  const { port, timeoutMs } = target;
  if (TLS_PORTS.has(port)) return encrypted(socket, target);
  if (HTTP_PORTS.has(port)) return headersOf(await asked(socket, target));
  const hello = target.hello ?? helloFor(port);
  if (hello !== undefined) return greeted(socket, target, hello);
  const greeting = await received(socket, timeoutMs, isGreeting);
  return greeting.length === 0 ? {} : { greeting };
}

/** One packet, one answer; where that invites to TLS, the certificate. What is no such answer is kept as what it said. */
async function greeted(
  socket: Socket,
  target: Target,
  { protocol, packet, isWhole, read, isTlsNext }: Hello,
): Promise<Omit<Answer, 'state'>> {
  socket.write(packet);
  const answer = await received(socket, target.timeoutMs, isWhole);
  const text = read(answer);
  if (text === undefined) return answer.length === 0 ? {} : { greeting: answer };
  const told = { protocol, text };
  if (isTlsNext?.(answer) !== true) return { told };
  const { certificate } = await encrypted(socket, target);
  return { told, ...(certificate === undefined ? {} : { certificate }) };
}

async function encrypted(socket: Socket, target: Target): Promise<Omit<Answer, 'state'>> {
  const secure = connectTls({
    socket,
    // What is learned is what it shows to anybody; nothing is trusted because of it.
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    ...(HTTPS_PORTS.has(target.port) ? { ALPNProtocols: ['http/1.1'] } : {}),
  });
  secure.on('error', () => undefined);
  try {
    if (!(await shaken(secure, target.timeoutMs))) return {};
    const certificate = certificateOf(secure);
    const headers = HTTPS_PORTS.has(target.port) ? headersOf(await asked(secure, target)) : {};
    return { tls: true, ...(certificate === undefined ? {} : { certificate }), ...headers };
  } finally {
    secure.destroy();
  }
}

function shaken(secure: TLSSocket, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const end = (done: boolean): void => {
      clearTimeout(timer);
      resolve(done);
    };
    secure.once('secureConnect', () => end(true));
    secure.once('error', () => end(false));
    secure.once('close', () => end(false));
  });
}

/** RFC 9110 section 9.3.2: HEAD asks for the headers alone and is safe. */
async function asked(socket: Socket, { address, timeoutMs }: Target): Promise<Buffer> {
  const host = address.includes(':') ? `[${address}]` : address;
  socket.write(
    `HEAD / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: holdfast-tcp-scan\r\nConnection: close\r\n\r\n`,
  );
  return received(socket, timeoutMs, (bytes) => bytes.includes('\r\n\r\n'));
}

function headersOf(answer: Buffer): { headers?: string } {
  const [head = ''] = answer.toString('latin1').split('\r\n\r\n');
  return /^HTTP\/1\.[01] \d{3}/.test(head) ? { headers: head.replaceAll('\r\n', '\n') } : {};
}

/** A greeting of one packet or line is whole; of several lines the last has no dash after its number (RFC 5321, 959). */
function isGreeting(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  if (!/^\d{3}-/.test(text)) return text.includes('\n') || bytes[4] === 0x0a;
  return /^\d{3} .*\n/m.test(text);
}

function received(
  socket: Socket,
  timeoutMs: number,
  isWhole: (bytes: Buffer) => boolean,
): Promise<Buffer> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const end = (): void => {
      clearTimeout(timer);
      socket.off('data', take).off('close', end).off('end', end);
      resolve(bytes);
    };
    const timer = setTimeout(end, timeoutMs);
    const take = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]).subarray(0, MOST_BYTES);
      if (bytes.length >= MOST_BYTES || isWhole(bytes)) end();
    };
    socket.on('data', take).once('close', end).once('end', end);
  });
}

function certificateOf(secure: TLSSocket): SightedService['certificate'] {
  const {
    subject,
    issuer,
    valid_from,
    valid_to,
    subjectaltname = '',
  } = secure.getPeerCertificate() as Partial<DetailedPeerCertificate>;
  const own = nameOf(subject);
  if (own === undefined) return undefined;
  const by = nameOf(issuer);
  const names = [...subjectaltname.matchAll(/DNS:"?([^,\s"]{1,253})/g)].map(
    ([, name = '']) => name,
  );
  const notBefore = instantOf(valid_from);
  const notAfter = instantOf(valid_to);
  return {
    subject: own,
    ...(by === undefined ? {} : { issuer: by }),
    ...(names.length === 0 ? {} : { names: [...new Set(names)].slice(0, 100) }),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(notAfter === undefined ? {} : { notAfter }),
  };
}

/** The organisation's own names; never an e-mail address. */
function nameOf(name: Partial<Record<string, unknown>> | undefined): string | undefined {
  const parts = [name?.['CN'], name?.['O']].filter(
    (part): part is string => typeof part === 'string' && part !== '' && !part.includes('@'),
  );
  return parts.length === 0
    ? undefined
    : parts
        .join(', ')
        .replace(/\p{C}+/gu, ' ')
        .slice(0, 500);
}

function instantOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
