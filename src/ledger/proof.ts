/** C2SP tlog-proof: one file that proves, offline, that an entry is in a log its reader trusts. */
import { HoldfastError } from '../kernel/errors.ts';
import { openTrusted, type Policy, type TrustedCheckpoint } from './policy.ts';
import { decodeBase64, decodeDecimal } from './text.ts';
import { HASH_BYTES, leafHash, verifyInclusion, type Hash } from './tree.ts';

/** What a `.tlog-proof` file holds; nothing is verified by reading it. */
export interface LedgerProof {
  readonly index: number;
  readonly path: readonly Hash[];
  /** The signed checkpoint, byte for byte. */
  readonly checkpoint: string;
  /** Unauthenticated bytes; Holdfast puts the opening of the commitment here. */
  readonly extra: Buffer | undefined;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** No tree of 2^63 leaves has a longer path. */
const LONGEST_PATH = 63;

export function formatProof({ index, path, checkpoint, extra }: LedgerProof): string {
  const lines = [
    FIRST_LINE,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...path.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Reads a proof file; throws `bad_input` for whatever is not one. */
export function parseProof(text: string): LedgerProof {
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw malformed('no blank line before the checkpoint');
  const [first, ...lines] = text.slice(0, blank).split('\n');
  if (first !== FIRST_LINE) throw malformed(`its first line is not ${FIRST_LINE}`);
  const extra = lines[0]?.startsWith('extra ') === true ? readExtra(lines.shift()) : undefined;
  const index = decodeDecimal(/^index (.*)$/.exec(lines.shift() ?? '')?.[1] ?? '');
  if (index === undefined) throw malformed('no index line');
  if (lines.length > LONGEST_PATH) throw malformed('its path is too long');
  return { index, path: lines.map(parseHash), checkpoint: text.slice(blank + 2), extra };
}

/** Verifies that `entry` is in a log trusted by `policy`; throws `tampered` or `bad_input`. */
export function verifyProof(
  proof: LedgerProof,
  entry: Uint8Array,
  policy: Policy,
): TrustedCheckpoint {
  const checkpoint = openTrusted(proof.checkpoint, policy);
  const { index, path } = proof;
  verifyInclusion({ index, size: checkpoint.size, leaf: leafHash(entry), path }, checkpoint.root);
  return checkpoint;
}

/** One base64 line of a proof. */
export function parseHash(line: string): Hash {
  const bytes = decodeBase64(line);
  if (bytes?.length !== HASH_BYTES) throw malformed('a line of its path is no hash');
  return bytes;
}

function readExtra(line = ''): Buffer {
  const extra = decodeBase64(line.slice('extra '.length));
  if (extra === undefined) throw malformed('its extra line is not base64');
  return extra;
}

function malformed(why: string): HoldfastError {
  return new HoldfastError('bad_input', `The ledger proof is malformed: ${why}.`);
}
