/** Words of the exposure graph: what an attacker can stand on, which steps lead there, and what the answers look like. */
import type { Category } from '../people/categories.ts';
import type { Range } from '../people/count.ts';
import type { Rows } from './rows.ts';

/**
 * Places are where the attacker is or what the attacker holds; steps lead from place to place. Both are nodes: whatever
 * can be closed is a node, so that closing it is taking the node away. A node is reached when any one before it is.
 */
export const NODE_KINDS = [
  'start',
  'network',
  'door',
  'asset',
  'identity',
  'data',
  'holding',
  'enter',
  'exploit',
  'move',
  'read',
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** `assumed` = nobody has looked, the look is stale, or a person only declared it. */
export type Certainty = 'proven' | 'assumed';

/** What somebody could mend here. */
export interface NodeGap {
  readonly measure: 'mfa' | 'scanning' | 'patching' | 'other';
  /** As the measure itself names it: a door, a login path, an asset and a flaw. */
  readonly key: string;
  /** Login paths or findings that this node stands for. */
  readonly count: number;
}

/** A node as it is handed to the builder. */
export interface NodeInput {
  readonly kind: Exclude<NodeKind, 'start'>;
  /** Stable and unique in the graph, e.g. `enter:door-citrix-rota/customer/none`. */
  readonly key: string;
  /** In words, for people; the key when left out. */
  readonly label?: string;
  readonly certainty: Certainty;
  /** How likely an attacker who is before this node gets through it: above 0, at most 1; 1 when left out. */
  readonly likelihood?: number;
  readonly gap?: NodeGap;
  /** For `holding`: its position in the people sets that the engine is given. */
  readonly holding?: number;
  /** Whose it is: `door:…`, `asset:…`, `customer:…`, `service:…`, `accounts:…`; each gets figures of its own. */
  readonly subjects?: readonly string[];
}

/** A number that the builder gave, or a key; a key that names nothing at the end is listed, never an error. */
export type NodeRef = number | string;

/** Number of the attacker's start in every graph. */
export const START = 0;

/**
 * The graph as columns. Nodes are numbered in the order of their keys after the start, whatever the order in which they came,
 * so that equal estates give equal graphs and equal answers. Versions of a graph (splice.ts) share columns, which may so hold
 * more than the `size` nodes of this one; marks of nodes that are not in it mean nothing.
 */
export interface AttackGraph {
  readonly size: number;
  readonly edges: number;
  /** Position in NODE_KINDS of each node. */
  readonly kinds: Uint8Array;
  /** 1 where the node is assumed. */
  readonly assumed: Uint8Array;
  readonly likelihood: Float64Array;
  /** Position in the people sets, or -1. */
  readonly holding: Int32Array;
  /** Nodes after and before each node, ascending and without repetition. */
  readonly out: Rows;
  readonly into: Rows;
  readonly keys: readonly string[];
  readonly labels: readonly string[];
  readonly gaps: ReadonlyMap<number, NodeGap>;
  /** Nodes of each subject, ascending. */
  readonly subjects: ReadonlyMap<string, readonly number[]>;
  /** Edges left out because one end names no node. */
  readonly dangling: readonly { readonly from: string; readonly to: string }[];
  readonly find: (key: string) => number | undefined;
}

/** By which kind of step an attacker gets on from an asset or identity already held. */
export const MOVES = [
  'network',
  'domain',
  'admin',
  'runs-on',
  'backup',
  'credential',
  'workstation',
  'remote-tool',
] as const;
export type Move = (typeof MOVES)[number];

/** An attacker as data: where they begin, what they have, which flaws they can use and how they get on. */
export interface AttackerModel {
  readonly id: string;
  readonly title: string;
  /** Where they stand at first. */
  readonly from: 'internet' | 'customer' | 'supplier';
  /** `one`: any one stolen password; `own`: an account that is theirs; `none`. */
  readonly password: 'one' | 'own' | 'none';
  /** A flaw fits when one of these holds: known to be exploited; EPSS, from 0 to 1, at least; CVSS, from 0 to 10, at least. */
  readonly flaws: {
    readonly knownExploited: boolean;
    readonly epss?: number;
    readonly cvss?: number;
  };
  readonly moves: readonly Move[];
}

/** Which steps are believed: those with evidence, or also those that nobody can rule out. */
export type Belief = 'proven' | 'all';

/** Distinct living people. `unknownHoldings` are holdings that nobody counted: their people come on top and are never zero. */
export interface PeopleFigures {
  readonly living: Range;
  readonly categories: Readonly<Record<Category, number>>;
  readonly children: number;
  readonly special: number;
  readonly holdings: number;
  readonly unknownHoldings: number;
}

/** One way in the order of its steps, from the start to the last node. */
export interface AttackPath {
  readonly nodes: readonly number[];
  /** Product of the nodes' likelihoods. */
  readonly likelihood: number;
  /** `assumed` as soon as one node is. */
  readonly certainty: Certainty;
}

/** Something an organisation can do: it takes these nodes away. */
export interface Fix {
  readonly key: string;
  readonly label: string;
  readonly nodes: readonly number[];
  /** Effort, above 0; 1 when left out. */
  readonly cost?: number;
}
