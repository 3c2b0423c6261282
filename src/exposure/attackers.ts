/** Attackers as data: where each begins, which login paths and flaws each can use, and how each gets on from there. */
import type { Population, Verdict } from '../measures/mfa/model.ts';
import type { Flaw } from '../measures/scanning/flaw.ts';
import { MOVES, type AttackerModel, type Certainty } from './model.ts';

/** In the order in which they are offered; the first is the one meant when none is named. */
export const ATTACKERS: readonly AttackerModel[] = [
  {
    id: 'outsider-one-password',
    title: 'an outsider with one stolen password',
    from: 'internet',
    password: 'one',
    flaws: { knownExploited: true, epss: 0.1, cvss: 9 },
    moves: MOVES,
  },
  {
    id: 'outsider-none',
    title: 'an outsider without any password',
    from: 'internet',
    password: 'none',
    flaws: { knownExploited: true, epss: 0.1, cvss: 9 },
    moves: MOVES,
  },
  {
    id: 'customer-insider',
    title: "a customer's insider",
    from: 'customer',
    password: 'own',
    flaws: { knownExploited: true, epss: 0.1, cvss: 9 },
    moves: MOVES,
  },
  {
    id: 'compromised-supplier',
    title: 'one compromised supplier',
    from: 'supplier',
    password: 'own',
    flaws: { knownExploited: true, epss: 0.1, cvss: 9 },
    moves: MOVES,
  },
  {
    id: 'ransomware-affiliate',
    title: 'a ransomware affiliate',
    from: 'internet',
    password: 'one',
    flaws: { knownExploited: true, epss: 0.5 },
    moves: ['network', 'domain', 'admin', 'runs-on', 'backup'],
  },
];

export function attackerOf(id: string | undefined): AttackerModel | undefined {
  return id === undefined ? ATTACKERS[0] : ATTACKERS.find((each) => each.id === id);
}

/**
 * Whether the attacker can sign in on a path of this verdict. A stolen password opens what asks for no second factor; an
 * account of the attacker's own opens what it opens for its owner.
 */
export function canEnter(
  { from, password }: AttackerModel,
  population: Population | undefined,
  verdict: Verdict,
): Certainty | undefined {
  if (password === 'none') return undefined;
  if (password === 'own') {
    if (population === undefined) return 'assumed';
    return population === from ? 'proven' : undefined;
  }
  if (verdict === 'enforced') return undefined;
  return verdict === 'unknown' ? 'assumed' : 'proven';
}

/** Whether the attacker has the means for this flaw: any one of the thresholds, and that it opens something. */
export function fits({ flaws }: AttackerModel, flaw: Flaw): boolean {
  if (!flaw.opens) return false;
  if (flaws.knownExploited && flaw.knownExploited) return true;
  if (flaws.epss !== undefined && flaw.epss !== null && flaw.epss >= flaws.epss) return true;
  return flaws.cvss !== undefined && flaw.score !== null && flaw.score >= flaws.cvss;
}

/**
 * Whether the flaw can be used over a network by somebody without an account there. Undefined: no; `assumed` where its
 * vector does not say, or the verdict itself is open.
 */
export function overNetwork(flaw: Flaw): Certainty | undefined {
  if (flaw.from === 'local' || flaw.needsAccount === true || flaw.needsVictim === true)
    return undefined;
  const said = flaw.from !== 'unknown' && flaw.needsAccount === false;
  return said && flaw.state === 'affected' ? 'proven' : 'assumed';
}

/** Whether the flaw makes an administrator of somebody who has a session on the machine. */
export function inSession(flaw: Flaw): Certainty | undefined {
  if (flaw.needsVictim === true || flaw.from === 'unknown') return undefined;
  return flaw.state === 'affected' ? 'proven' : 'assumed';
}

/** A rough likelihood that an attacker gets through, above 0 and at most 1: only the order of paths rests on it. */
export function likelihoodOfFlaw({ ransomware, knownExploited, epss }: Flaw): number {
  const known = ransomware ? 0.95 : knownExploited ? 0.9 : 0;
  return Math.max(known, epss ?? 0.02, 0.01);
}

export const LIKELIHOOD = {
  none: 0.9,
  'registered-not-enforced': 0.8,
  unknown: 0.3,
  enforced: 0.9,
  /** Nobody looked: some flaw may be there. */
  unscanned: 0.1,
  /** Nobody says from where it can be reached, or what is behind it. */
  undescribed: 0.3,
  /** A password or session that may lie where the attacker is. */
  credential: 0.3,
} as const;
