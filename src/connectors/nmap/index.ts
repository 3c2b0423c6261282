/** What nmap saw on a network, from the XML that it writes with -oX. */
import { createReadStream } from 'node:fs';
import { systemCode } from '../../kernel/errors.ts';
import { joinPorts, portsText, readPorts, type PortRange } from '../../kernel/port-set.ts';
import type { Outcome, Report, Unseen } from '../../estate/schema.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { stopIf } from '../web.ts';
import { Config } from './config.ts';
import { addAddress, addHostnames, newHost, rangesOf, sightingsOf, type Host } from './host.ts';
import { childNamed, readXml, XmlProblem, type Element } from './read-xml.ts';
import { portOf } from './service.ts';

export const nmap: Connector<Config> = {
  id: 'nmap',
  version: 1,
  title: 'nmap',
  config: Config,
  needs: {
    network: false,
    files: ['the file that nmap wrote with -oX'],
    secrets: [],
    permissions: ['to read the file'],
  },
  interval: 24 * 60 * 60,
  collect,
};

const HELD = new Set(['port', 'extraports', 'hostnames', 'hosthint', 'scaninfo', 'runstats']);
/** Sockets that a host can have: more is no host. */
const MOST_PORTS = 3 * 65_536;

interface Scan {
  host: Host;
  asked: PortRange[];
  hosts: number;
  args: string;
  finished: boolean;
  total: number;
  readonly now: Date;
}

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, clock, log, signal } = context;
  stopIf(signal);
  context.progress(0, undefined, 'reading the file');
  const scan: Scan = {
    host: newHost(),
    asked: [],
    hosts: 0,
    args: '',
    finished: false,
    total: 0,
    now: clock.now(),
  };
  let problem: Unseen | undefined;
  try {
    for await (const element of elements(config.file, signal)) {
      stopIf(signal);
      yield* take(scan, element, config);
      if (element.name === 'host') context.progress(scan.hosts, undefined, 'hosts');
    }
  } catch (error) {
    stopIf(signal);
    problem = problemOf(error, scan.hosts);
    if (problem === undefined) throw error;
    log.warn('file could not be read to its end', { reason: problem.reason });
  }
  stopIf(signal);
  if (problem !== undefined || !scan.finished) {
    yield { type: 'unseen', ...(problem ?? UNFINISHED) };
    return scan.hosts === 0 ? 'failed' : 'partial';
  }
  const { network, from } = config;
  yield {
    type: 'sweep',
    ...(network === undefined ? {} : { network }),
    ...(from === undefined ? {} : { from }),
    ranges: rangesOf(scan.args, scan.total),
    asked: portsText(scan.asked),
  };
  return 'complete';
}

const UNFINISHED: Unseen = {
  what: 'the rest of the scan',
  reason: 'truncated',
  detail: 'nmap did not finish: what it had not reached is unknown',
};

async function* elements(file: string, signal: AbortSignal): AsyncGenerator<Element> {
  const reader = await readXml('nmaprun', HELD);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of createReadStream(file, { signal }) as AsyncIterable<Buffer>) {
    yield* reader.write(decoder.decode(chunk, { stream: true }));
  }
  yield* reader.write(decoder.decode());
  reader.end();
}

/** What each part of the file adds to what is read so far. */
const TAKERS: Readonly<Record<string, (scan: Scan, element: Element) => void>> = {
  scaninfo: (scan, element) => {
    scan.asked = joinPorts([...scan.asked, ...askedOf(element)]);
  },
  address: ({ host }, element) => {
    addAddress(host, element);
  },
  hostnames: ({ host }, element) => {
    addHostnames(host, element);
  },
  status: ({ host }, { attributes }) => {
    host.up = attributes['state'] === 'up';
  },
  extraports: ({ host }, element) => {
    host.rest.push(element);
  },
  port: ({ host }, element) => {
    addPort(host, element);
  },
  runstats: (scan, element) => {
    scan.finished = childNamed(element, 'finished')?.attributes['exit'] === 'success';
    scan.total = Number(childNamed(element, 'hosts')?.attributes['total']);
  },
  nmaprun: (scan, { attributes }) => {
    scan.args = attributes['args'] ?? '';
  },
};

function take(scan: Scan, element: Element, config: Config): Report[] {
  TAKERS[element.name]?.(scan, element);
  if (element.name !== 'host') return [];
  const { host, asked, now } = scan;
  const { endtime, starttime } = element.attributes;
  scan.host = newHost();
  scan.hosts += 1;
  const sightings = sightingsOf(host, asked, timeOf(endtime ?? starttime, now), config);
  return sightings.map((sighting) => ({ type: 'sighting', ...sighting }));
}

function askedOf({ attributes }: Element): PortRange[] {
  return attributes['protocol'] === 'tcp' ? (readPorts(attributes['services'] ?? '') ?? []) : [];
}

function addPort(host: Host, element: Element): void {
  const port = portOf(element);
  if (port !== undefined && host.ports.length < MOST_PORTS) host.ports.push(port);
}

/** Seconds since 1970, never of the future. */
function timeOf(text: string | undefined, now: Date): string {
  const time = Number(text) * 1000;
  const known = text !== undefined && time > 0 && time <= now.getTime();
  return (known ? new Date(time) : now).toISOString();
}

/** Never the parser's own words, which may quote the file. */
function problemOf(error: unknown, hosts: number): Unseen | undefined {
  const what = hosts === 0 ? 'the scan' : 'the rest of the scan';
  if (error instanceof XmlProblem) return { what, reason: 'invalid', detail: error.message };
  const code = systemCode(error);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return { what, reason: 'invalid', detail: 'not UTF-8' };
  if (code === '') return undefined;
  const closed = code === 'EACCES' || code === 'EPERM';
  return { what, reason: closed ? 'not-permitted' : 'unreadable', detail: code };
}
