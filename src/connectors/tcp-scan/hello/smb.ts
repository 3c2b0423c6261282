/** File sharing: SMB2 NEGOTIATE ([MS-SMB2] 2.2.3, 2.2.4) tells the dialect and whether messages must be signed. */
import type { Hello } from './hello.ts';

const DIALECTS: Readonly<Record<number, string>> = {
  0x0202: '2.0.2',
  0x0210: '2.1',
  0x0300: '3.0',
  0x0302: '3.0.2',
  0x0311: '3.1.1',
};
const HEADER = 64;
const MAGIC = 0xfe534d42;
const SIGNING_REQUIRED = 2;

export const smb: Hello = {
  protocol: 'smb',
  ports: [445],
  packet: negotiate(),
  isWhole: (answer) => answer.length >= 4 && answer.length >= 4 + answer.readUIntBE(1, 3),
  read(answer) {
    const body = 4 + HEADER;
    if (answer.length < body + 6 || answer.readUInt32BE(4) !== MAGIC) return undefined;
    if (answer.readUInt32LE(12) !== 0) return 'smb: none of the dialects 2.0.2 to 3.1.1';
    const dialect = DIALECTS[answer.readUInt16LE(body + 4)];
    if (dialect === undefined) return undefined;
    const isRequired = (answer.readUInt16LE(body + 2) & SIGNING_REQUIRED) !== 0;
    return `smb: dialect ${dialect}, signing ${isRequired ? 'required' : 'not required'}`;
  },
};

function negotiate(): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt16LE(HEADER, 4);
  // One credit, so that the answer may come.
  header.writeUInt16LE(1, 14);
  const dialects = Object.keys(DIALECTS).map(Number);
  const body = Buffer.alloc(36 + 2 * dialects.length);
  body.writeUInt16LE(36, 0);
  body.writeUInt16LE(dialects.length, 2);
  body.writeUInt16LE(1, 4);
  const context = preauthentication();
  const padded = Math.ceil((HEADER + body.length) / 8) * 8;
  body.writeUInt32LE(padded, 28);
  body.writeUInt16LE(1, 32);
  for (const [at, dialect] of dialects.entries()) body.writeUInt16LE(dialect, 36 + 2 * at);
  const padding = Buffer.alloc(padded - HEADER - body.length);
  const message = Buffer.concat([header, body, padding, context]);
  const frame = Buffer.alloc(4);
  frame.writeUIntBE(message.length, 1, 3);
  return Buffer.concat([frame, message]);
}

/** Dialect 3.1.1 is not spoken without it: SHA-512 and a salt, which guards nothing where nobody signs in. */
function preauthentication(): Buffer {
  const context = Buffer.alloc(8 + 38);
  context.writeUInt16LE(1, 0);
  context.writeUInt16LE(38, 2);
  context.writeUInt16LE(1, 8);
  context.writeUInt16LE(32, 10);
  context.writeUInt16LE(1, 12);
  return context;
}
