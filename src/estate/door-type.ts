/** What kind of door a service is, by its port or the protocol that it speaks. */
export const DOOR_TYPES = [
  'portal',
  'vpn',
  'remote-desktop',
  'ssh',
  'database',
  'api',
  'admin-console',
  'mail',
  'file-share',
  'directory',
  'other',
] as const;
export type DoorType = (typeof DOOR_TYPES)[number];

/** The port's ordinary use (IANA): the best guess where the program could not be seen. */
const BY_PORT: Readonly<Record<string, DoorType>> = {
  'tcp/22': 'ssh',
  'tcp/25': 'mail',
  'tcp/465': 'mail',
  'tcp/587': 'mail',
  'tcp/110': 'mail',
  'tcp/143': 'mail',
  'tcp/993': 'mail',
  'tcp/995': 'mail',
  'tcp/80': 'portal',
  'tcp/443': 'portal',
  'tcp/8080': 'portal',
  'tcp/8443': 'portal',
  'tcp/389': 'directory',
  'tcp/636': 'directory',
  'tcp/88': 'directory',
  'udp/88': 'directory',
  'udp/1812': 'directory',
  'tcp/445': 'file-share',
  'tcp/139': 'file-share',
  'tcp/2049': 'file-share',
  'tcp/111': 'file-share',
  'tcp/21': 'file-share',
  'tcp/873': 'file-share',
  'tcp/3306': 'database',
  'tcp/5432': 'database',
  'tcp/1433': 'database',
  'tcp/1521': 'database',
  'tcp/27017': 'database',
  'tcp/6379': 'database',
  'tcp/11211': 'database',
  'tcp/3389': 'remote-desktop',
  'tcp/5900': 'remote-desktop',
  'tcp/5901': 'remote-desktop',
  'tcp/2375': 'api',
  'tcp/2376': 'api',
  'tcp/6443': 'api',
  'tcp/10250': 'api',
  'tcp/9090': 'admin-console',
  'tcp/10000': 'admin-console',
  'udp/51820': 'vpn',
  'udp/1194': 'vpn',
  'tcp/1194': 'vpn',
  'udp/500': 'vpn',
  'udp/4500': 'vpn',
  'udp/1701': 'vpn',
};

/** As IANA and nmap name protocols. */
const BY_PROTOCOL: Readonly<Record<string, DoorType>> = {
  ssh: 'ssh',
  http: 'portal',
  https: 'portal',
  'http-proxy': 'portal',
  'http-alt': 'portal',
  'https-alt': 'portal',
  smtp: 'mail',
  smtps: 'mail',
  submission: 'mail',
  imap: 'mail',
  imaps: 'mail',
  pop3: 'mail',
  pop3s: 'mail',
  ldap: 'directory',
  ldaps: 'directory',
  'kerberos-sec': 'directory',
  'microsoft-ds': 'file-share',
  'netbios-ssn': 'file-share',
  ftp: 'file-share',
  ftps: 'file-share',
  nfs: 'file-share',
  rsync: 'file-share',
  mysql: 'database',
  postgresql: 'database',
  'ms-sql-s': 'database',
  oracle: 'database',
  'oracle-tns': 'database',
  mongodb: 'database',
  mongod: 'database',
  redis: 'database',
  'ms-wbt-server': 'remote-desktop',
  vnc: 'remote-desktop',
  rdp: 'remote-desktop',
  openvpn: 'vpn',
  isakmp: 'vpn',
  telnet: 'admin-console',
};

/** `place` is `tcp/443`. */
export function doorTypeOfPort(place: string): DoorType {
  return BY_PORT[place] ?? 'other';
}

/** What it speaks tells more than where it listens. */
export function doorTypeOf(place: string, protocol: string | undefined): DoorType {
  const spoken = protocol === undefined ? undefined : BY_PROTOCOL[protocol.toLowerCase()];
  const usual = doorTypeOfPort(place);
  return spoken === undefined || (spoken === 'portal' && usual !== 'other') ? usual : spoken;
}
