/**
 * Remote desktop: the X.224 connection request with an offer of TLS alone ([MS-RDPBCGR] 2.2.1.1). A server that demands
 * network level authentication refuses it with a code of its own; one that agrees lets anybody see its sign-in screen.
 */
import type { Hello } from './hello.ts';

const PREFIX = 'rdp: ';
const NO_NLA = 'network level authentication is not required';

/** `RDP_NEG_FAILURE` codes ([MS-RDPBCGR] 2.2.1.2.2). */
const FAILURES: Readonly<Record<number, string>> = {
  1: `${NO_NLA}; TLS is`,
  2: `${NO_NLA}; standard RDP security alone, no TLS`,
  3: `${NO_NLA}; standard RDP security alone, no TLS (no certificate)`,
  5: 'network level authentication is required',
  6: 'network level authentication is not required; TLS with a certificate of the user is',
};

export const rdp: Hello = {
  protocol: 'rdp',
  ports: [3389],
  // TPKT of 19 bytes, X.224 CR, RDP_NEG_REQ with PROTOCOL_SSL.
  packet: Buffer.from('030000130ee000000000000100080001000000', 'hex'),
  isWhole: (answer) => answer.length >= 4 && answer.length >= answer.readUInt16BE(2),
  read(answer) {
    if (!isConfirm(answer)) return undefined;
    // Servers before Windows Server 2008 answer without a word on protocols.
    if (answer.length < 19) return `${PREFIX}${NO_NLA}; standard RDP security alone, no TLS`;
    const code = answer.readUInt32LE(15);
    if (answer[11] === NEGOTIATED)
      return code === TLS ? `${PREFIX}${NO_NLA}; TLS without it is accepted` : `${PREFIX}${NO_NLA}`;
    if (answer[11] !== FAILED) return undefined;
    return `${PREFIX}${FAILURES[code] ?? `refused with code ${code}`}`;
  },
  isTlsNext: (answer) =>
    isConfirm(answer) &&
    answer.length >= 19 &&
    answer[11] === NEGOTIATED &&
    answer.readUInt32LE(15) === TLS,
};

const NEGOTIATED = 2;
const FAILED = 3;
const TLS = 1;

/** TPKT version 3 and an X.224 connection confirm. */
function isConfirm(answer: Buffer): boolean {
  return answer.length >= 11 && answer[0] === 3 && answer[5] === 0xd0;
}
