/** Listening sockets as doors: where a credential, or any request, is accepted. */
import { doorTypeOfPort, type Bodies, type Unseen } from '../../estate/schema.ts';
import { addressOf } from './address.ts';
import type { HostFacts } from './parse.ts';

type Listen = NonNullable<HostFacts['sockets']>['listen'][number];
export type DoorType = Bodies['door']['type'];

/** Sockets of one program on one port, whatever their addresses. */
export interface Listener {
  readonly transport: 'tcp' | 'udp';
  readonly port: number;
  readonly addresses: readonly string[];
  readonly program: string | undefined;
  readonly package: string | undefined;
  readonly type: DoorType;
  /** Every address is of the host itself: reachable only for who is on it already. */
  readonly loopback: boolean;
}

const BY_PROGRAM: Readonly<Partial<Record<DoorType, readonly string[]>>> = {
  ssh: ['sshd', 'dropbear', 'sshd-session'],
  vpn: ['openvpn', 'charon', 'charon-systemd', 'ocserv', 'xl2tpd'],
  'remote-desktop': [
    'xrdp',
    'xrdp-sesman',
    'Xvnc',
    'x11vnc',
    'Xtigervnc',
    'guacd',
    'vncserver-x11-core',
  ],
  database: [
    'postgres',
    'mysqld',
    'mariadbd',
    'mongod',
    'redis-server',
    'valkey-server',
    'memcached',
    'clickhouse-server',
    'cockroach',
    'influxd',
    'sqlservr',
    'tnslsnr',
    'beam.smp',
  ],
  portal: ['nginx', 'apache2', 'httpd', 'caddy', 'haproxy', 'traefik', 'lighttpd', 'envoy'],
  'admin-console': ['cockpit-tls', 'cockpit-ws', 'miniserv.pl', 'cupsd'],
  api: ['dockerd', 'containerd', 'kube-apiserver', 'kubelet', 'etcd', 'consul', 'vault'],
  mail: ['exim4', 'master', 'sendmail', 'dovecot', 'smtpd', 'postfix'],
  'file-share': [
    'smbd',
    'nmbd',
    'vsftpd',
    'proftpd',
    'pure-ftpd',
    'rsync',
    'rpc.nfsd',
    'rpc.mountd',
  ],
  directory: ['slapd', 'samba', 'ns-slapd', 'krb5kdc', 'kadmind', 'radiusd', 'freeradius'],
};
export function listenersOf(sockets: HostFacts['sockets']): {
  readonly listeners: readonly Listener[];
  readonly unseen: readonly Unseen[];
} {
  const groups = new Map<string, { first: Listen; addresses: Set<string> }>();
  let unclear = 0;
  for (const socket of withoutActivators(sockets?.listen ?? [])) {
    const { address, port } = place(socket);
    if (isLikelyClient(socket, port, sockets)) {
      unclear += 1;
      continue;
    }
    const id = [transport(socket), port, socket.program ?? ''].join(' ');
    const group = groups.get(id) ?? { first: socket, addresses: new Set<string>() };
    group.addresses.add(address);
    groups.set(id, group);
  }
  return {
    listeners: [...groups.values()].map(({ first, addresses }) =>
      listener(first, [...addresses].sort()),
    ),
    unseen:
      unclear === 0
        ? []
        : [
            {
              what: 'udp sockets on temporary ports',
              reason: 'not-supported',
              detail: `${unclear} cannot be told from clients that await an answer`,
              mayHide: [],
            },
          ],
  };
}

function listener(socket: Listen, addresses: readonly string[]): Listener {
  const { port } = place(socket);
  const kind = transport(socket);
  return {
    transport: kind,
    port,
    addresses,
    program: socket.program,
    package: socket.package,
    type: typeOf(socket.program, `${kind}/${port}`),
    loopback: addresses.every((address) => address.startsWith('127.') || address === '::1'),
  };
}

function typeOf(program: string | undefined, place: string): DoorType {
  const name = program?.slice(program.lastIndexOf('/') + 1);
  if (name !== undefined) {
    for (const [type, names] of Object.entries(BY_PROGRAM)) {
      if (names.includes(name)) return type as DoorType;
    }
  }
  return doorTypeOfPort(place);
}

/** systemd holds the sockets that it opened for others; where the other is there too, that one is the program. */
function withoutActivators(sockets: readonly Listen[]): Listen[] {
  const served = new Set(
    sockets
      .filter((one) => one.program !== undefined && !isActivator(one))
      .map((one) => `${one.protocol} ${one.local}`),
  );
  return sockets.filter((one) => !isActivator(one) || !served.has(`${one.protocol} ${one.local}`));
}

function isActivator(socket: Listen): boolean {
  return socket.program?.endsWith('/systemd') === true;
}

/** An unconnected UDP socket on a port of the temporary range is a resolver's or a real service: only the kernel's are sure. */
function isLikelyClient(socket: Listen, port: number, sockets: HostFacts['sockets']): boolean {
  if (transport(socket) !== 'udp' || socket.where === 'kernel') return false;
  const { low, high } = sockets?.ephemeral[0] ?? { low: 32_768, high: 60_999 };
  return port >= low && port <= high && typeOf(socket.program, `udp/${port}`) === 'other';
}

function transport(socket: Listen): 'tcp' | 'udp' {
  return socket.protocol.startsWith('udp') ? 'udp' : 'tcp';
}

function place(socket: Listen): { address: string; port: number } {
  const [address = '', port = ''] = socket.local.split(':');
  return { address: addressOf(address), port: Number.parseInt(port, 16) };
}
