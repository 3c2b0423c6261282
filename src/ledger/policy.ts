/** C2SP tlog-policy: whose keys a reader trusts, and how many witnesses must have cosigned a checkpoint. */
import { HoldfastError } from '../kernel/errors.ts';
import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { splitCosignature } from './cosignature.ts';
import { parseVerifier, type Verifier } from './keys.ts';

/** A named witness, or a named group of which `needed` members must have cosigned. */
type Member =
  { readonly key: Verifier } | { readonly needed: number; readonly members: readonly string[] };

export interface Policy {
  readonly logs: readonly Verifier[];
  readonly witnesses: readonly Verifier[];
  /** The witness or group that must have cosigned; undefined is the policy's own word `none`. */
  readonly quorum: string | undefined;
  readonly named: ReadonlyMap<string, Member>;
}

/** A checkpoint that satisfies a policy, and who cosigned it when. */
export interface TrustedCheckpoint extends SignedCheckpoint {
  readonly cosignedBy: readonly { readonly name: string; readonly at: Date }[];
}

/**
 * The policy "any of these logs' keys, cosigned by `needed` of these witnesses", as a policy file. Its groups are the
 * k of n of Holdfast.
 */
export function formatPolicy(
  logs: readonly Verifier[],
  witnesses: readonly Verifier[],
  needed: number,
): string {
  const names = witnesses.map((_, n) => `w${n + 1}`);
  const lines = [
    ...logs.map((log) => `log ${log.vkey}`),
    ...witnesses.map((witness, n) => `witness w${n + 1} ${witness.vkey}`),
    ...(needed === 0 ? [] : [`group witnesses ${needed} ${names.join(' ')}`]),
    `quorum ${needed === 0 ? 'none' : 'witnesses'}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Reads a policy file; throws `bad_file` with the line. A URL after a key is accepted and not used. */
export function parsePolicy(text: string): Policy {
  const state: Draft = {
    logs: [],
    witnesses: [],
    named: new Map(),
    grouped: new Set(),
    quorum: [],
  };
  text.split('\n').forEach((line, n) => {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    const [keyword = '#', ...rest] = words;
    if (keyword.startsWith('#')) return;
    const read = { log: readLog, witness: readWitness, group: readGroup, quorum: readQuorum };
    const wrong = Object.hasOwn(read, keyword)
      ? read[keyword as keyof typeof read](state, rest)
      : 'starts with none of log, witness, group, quorum';
    if (wrong !== undefined) throw refused(`line ${n + 1} ${wrong}`);
  });
  const [quorum, ...more] = state.quorum;
  if (quorum === undefined || more.length > 0) throw refused('has not exactly one quorum line');
  return { ...state, quorum: quorum === 'none' ? undefined : quorum };
}

/** Opens a checkpoint under a policy: signed by a listed log, cosigned by the quorum. Throws `tampered`. */
export function openTrusted(bytes: Uint8Array | string, policy: Policy): TrustedCheckpoint {
  const checkpoint = openCheckpoint(bytes, policy.logs, policy.witnesses);
  const cosigners = checkpoint.signatures.filter(({ verifier }) => verifier.use === 'witness');
  const keys = new Set(cosigners.map(({ verifier }) => verifier));
  if (policy.quorum !== undefined && !isMet(policy.quorum, policy, keys)) {
    throw new HoldfastError(
      'tampered',
      'The checkpoint lacks the cosignatures the policy asks for.',
      {
        remedy: 'Ask the supplier for a checkpoint that the witnesses have cosigned.',
      },
    );
  }
  const cosignedBy = cosigners.map(({ name, signature }) => ({
    name,
    at: new Date((splitCosignature(signature)?.seconds ?? 0) * 1000),
  }));
  return { ...checkpoint, cosignedBy };
}

function isMet(name: string, policy: Policy, cosigned: ReadonlySet<Verifier>): boolean {
  const member = policy.named.get(name);
  if (member === undefined) return false;
  if ('key' in member) return cosigned.has(member.key);
  return member.members.filter((one) => isMet(one, policy, cosigned)).length >= member.needed;
}

interface Draft {
  readonly logs: Verifier[];
  readonly witnesses: Verifier[];
  readonly named: Map<string, Member>;
  readonly grouped: Set<string>;
  readonly quorum: string[];
}

// Each reader returns what is wrong with its line, or nothing.

function readLog({ logs }: Draft, [vkey = '', , ...more]: string[]): string | undefined {
  const key = parseVerifier(vkey);
  if (more.length > 0 || key.use !== 'log') return 'is not: log <vkey> [<url>]';
  if (isListed(logs, key)) return 'repeats a log key';
  logs.push(key);
  return undefined;
}

function readWitness(
  draft: Draft,
  [name = '', vkey = '', , ...more]: string[],
): string | undefined {
  const key = parseVerifier(vkey);
  if (more.length > 0 || key.use !== 'witness') return 'is not: witness <name> <vkey> [<url>]';
  if (isListed(draft.witnesses, key)) return 'repeats a witness key';
  draft.witnesses.push(key);
  return define(draft, name, { key });
}

function readGroup(
  draft: Draft,
  [name = '', count = '', ...members]: string[],
): string | undefined {
  const words: Record<string, number> = { all: members.length, any: 1 };
  const needed = words[count] ?? (/^[1-9]\d{0,5}$/.test(count) ? Number(count) : 0);
  if (needed < 1 || needed > members.length) return 'asks for none or for more than it lists';
  for (const member of members) {
    if (!draft.named.has(member)) return 'names a member that no line before it defines';
    // A witness counts once, in one group.
    if (draft.grouped.has(member)) return 'names a member that already is in a group';
    draft.grouped.add(member);
  }
  return define(draft, name, { needed, members });
}

function readQuorum({ named, quorum }: Draft, [name = '', ...more]: string[]): string | undefined {
  if (more.length > 0) return 'is not: quorum <name>';
  if (name !== 'none' && !named.has(name)) return 'names what no line before it defines';
  quorum.push(name);
  return undefined;
}

function define({ named }: Draft, name: string, member: Member): string | undefined {
  if (name === 'none' || named.has(name)) return 'defines a name that is taken';
  named.set(name, member);
  return undefined;
}

/** Two names for one key are one key: it must not count twice. */
function isListed(keys: readonly Verifier[], key: Verifier): boolean {
  return keys.some(({ publicKey }) => publicKey.equals(key.publicKey));
}

function refused(why: string): HoldfastError {
  return new HoldfastError('bad_file', `The ledger policy ${why}.`);
}
