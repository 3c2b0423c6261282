/** Where a sign-in came from, without the address itself, which would be a person's. */
import { BlockList, isIP } from 'node:net';

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** RFC 1918, 3927, 4193, 4291 and 6598 are private; what is no address is unknown. */
export function addressClass(text: string): 'internet' | 'private' | 'loopback' | 'unknown' {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\].*$/, '$1')
    .replace(/%.*$/, '');
  const mapped = /^::ffff:([\d.]+)$/i.exec(bare)?.[1];
  const address = mapped ?? bare.replace(/^([\d.]+):\d+$/, '$1');
  const family = isIP(address);
  if (family === 0) return 'unknown';
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (LOOPBACK.check(address, type)) return 'loopback';
  return PRIVATE.check(address, type) ? 'private' : 'internet';
}
