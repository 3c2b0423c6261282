/**
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) cut to 64 bits, with the key's two blocks computed once. Node's own HMAC costs
 * five to twenty times more for messages this short, and a count makes up to seven for each row; a test holds this file to
 * node:crypto's results.
 */

const K = new Int32Array(
  [
    '428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5',
    'd807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174',
    'e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da',
    '983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967',
    '27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85',
    'a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070',
    '19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3',
    '748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2',
  ]
    .join(' ')
    .split(' ')
    .map((word) => Number.parseInt(word, 16)),
);
const START = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);
const BLOCK = 64;
const LONGEST = 4096;

/** A keyed hash; `hi` and `lo` hold the first 64 bits of the last `hash`, as unsigned 32-bit numbers. */
export interface KeyedHash {
  hash(message: string): void;
  /** The hash of another 64-bit hash: one more layer of key (key rotation without the source). */
  hashAgain(hi: number, lo: number): void;
  readonly out: Uint32Array;
}

/** Hashes under a 32-byte `key`; messages longer than 4,096 bytes are cut there. */
export function keyedHash(key: Uint8Array): KeyedHash {
  const inner = Int32Array.from(START);
  const outer = Int32Array.from(START);
  const schedule = new Int32Array(64);
  const state = new Int32Array(8);
  const out = new Uint32Array(2);
  const bytes = new Uint8Array(LONGEST + 2 * BLOCK);
  const encoder = new TextEncoder();
  compress(inner, padded(key, 0x36), 0, schedule);
  compress(outer, padded(key, 0x5c), 0, schedule);

  function finish(length: number): void {
    const blocks = Math.ceil((length + 9) / BLOCK);
    bytes.fill(0, length, blocks * BLOCK);
    bytes[length] = 0x80;
    putLength(bytes, blocks * BLOCK, BLOCK + length);
    state.set(inner);
    for (let block = 0; block < blocks; block++) compress(state, bytes, block * BLOCK, schedule);
    for (let i = 0; i < 8; i++) putWord(bytes, i * 4, state[i] as number);
    bytes.fill(0, 32, BLOCK);
    bytes[32] = 0x80;
    putLength(bytes, BLOCK, BLOCK + 32);
    state.set(outer);
    compress(state, bytes, 0, schedule);
    out[0] = state[0] as number;
    out[1] = state[1] as number;
  }

  return {
    out,
    hash(message) {
      finish(encode(message, bytes, encoder));
    },
    hashAgain(hi, lo) {
      putWord(bytes, 0, hi);
      putWord(bytes, 4, lo);
      finish(8);
    },
  };
}

function encode(
  message: string,
  bytes: Uint8Array,
  encoder: InstanceType<typeof TextEncoder>,
): number {
  const length = Math.min(message.length, LONGEST);
  for (let i = 0; i < length; i++) {
    const code = message.charCodeAt(i);
    if (code > 0x7f) return encoder.encodeInto(message, bytes.subarray(0, LONGEST)).written;
    bytes[i] = code;
  }
  return length;
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK).fill(pad);
  key.forEach((byte, i) => (block[i] = byte ^ pad));
  return block;
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

function putLength(bytes: Uint8Array, end: number, length: number): void {
  putWord(bytes, end - 4, length * 8);
}

function compress(state: Int32Array, bytes: Uint8Array, at: number, w: Int32Array): void {
  for (let i = 0; i < 16; i++) {
    const p = at + i * 4;
    w[i] =
      ((bytes[p] as number) << 24) |
      ((bytes[p + 1] as number) << 16) |
      ((bytes[p + 2] as number) << 8) |
      (bytes[p + 3] as number);
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (s0 + s1 + (w[i - 16] as number) + (w[i - 7] as number)) | 0;
  }
  rounds(state, w);
}

function rounds(state: Int32Array, w: Int32Array): void {
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}
