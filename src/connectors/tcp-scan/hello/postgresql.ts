/** PostgreSQL, frontend/backend protocol: SSLRequest is answered with one byte, and nothing tells a version before the sign-in. */
import type { Hello } from './hello.ts';

const TLS = 0x53;
const PLAIN = 0x4e;

export const postgresql: Hello = {
  protocol: 'postgresql',
  ports: [5432, 5433],
  // Length 8, request code 80877103.
  packet: Buffer.from('0000000804d2162f', 'hex'),
  isWhole: (answer) => answer.length > 0,
  read(answer) {
    if (answer.length !== 1) return undefined;
    if (answer[0] === TLS) return 'postgresql: offers TLS; tells no version before the sign-in';
    return answer[0] === PLAIN
      ? 'postgresql: offers no TLS; tells no version before the sign-in'
      : undefined;
  },
  isTlsNext: (answer) => answer.length === 1 && answer[0] === TLS,
};
