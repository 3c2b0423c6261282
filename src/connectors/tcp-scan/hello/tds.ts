/** Microsoft SQL Server: PRELOGIN ([MS-TDS] 2.2.6.5) tells the server's version and whether it encrypts. */
import type { Hello } from './hello.ts';

const HEADER = 8;
const VERSION = 0;
const ENCRYPTION = 1;
const END = 0xff;
const ENCRYPTIONS = [
  'encrypts only the sign-in',
  'encrypts',
  'does not encrypt',
  'demands encryption',
];

export const tds: Hello = {
  protocol: 'ms-sql',
  ports: [1433],
  // Header: PRELOGIN, last packet, 26 bytes; options: version at 11, encryption at 17; their values.
  packet: Buffer.from('1201001a0000000000000b0006010011' + '0001ff00000000000000', 'hex'),
  isWhole: (answer) => answer.length >= 4 && answer.length >= answer.readUInt16BE(2),
  read(answer) {
    // The answer comes as a tabular result.
    if (answer.length < HEADER || answer[0] !== 4) return undefined;
    const options = optionsOf(answer.subarray(HEADER));
    const version = options.get(VERSION);
    if (version === undefined || version.length < 4) return undefined;
    const number = `${version[0] ?? 0}.${version[1] ?? 0}.${version.readUInt16BE(2)}`;
    const encryption = ENCRYPTIONS[options.get(ENCRYPTION)?.[0] ?? -1];
    return `ms-sql: SQL Server ${number}${encryption === undefined ? '' : `, ${encryption}`}`;
  },
};

function optionsOf(payload: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; at + 5 <= payload.length && payload[at] !== END; at += 5) {
    const from = payload.readUInt16BE(at + 1);
    options.set(payload[at] ?? END, payload.subarray(from, from + payload.readUInt16BE(at + 3)));
  }
  return options;
}
