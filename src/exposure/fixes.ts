/** What an organisation can do: each fix takes nodes of the graph away. */
import type { Exposure } from './exposure.ts';
import { NODE_KINDS, type Fix } from './model.ts';
import { rowOf } from './rows.ts';

/** Every fix that would close something the attacker gets to, by key. Cost 1 is one change by one team on one day. */
export function fixesOf({ graph, all, attacker }: Exposure): Fix[] {
  const fixes = new Map<string, { label: string; cost: number; nodes: number[] }>();
  const add = (key: string, label: string, cost: number, node: number): void => {
    const fix = fixes.get(key);
    if (fix === undefined) fixes.set(key, { label, cost, nodes: [node] });
    else fix.nodes.push(node);
  };
  graph.keys.forEach((key, node) => {
    if (all.reach.reached[node] !== 1) return;
    const gap = graph.gaps.get(node);
    if (gap?.measure === 'mfa' && attacker.password === 'one') {
      const door = doorOf(graph, node);
      const name = nameAt(graph, `door:${door}`, door);
      add(`mfa:${door}`, `demand a second factor of everybody at ${name}`, 1, node);
    } else if (gap?.measure === 'patching') {
      add(`patch:${gap.key}`, `patch ${nameAt(graph, `asset:${gap.key}`, gap.key)}`, 1, node);
    } else if (gap?.measure === 'scanning') {
      const name = nameAt(graph, `asset:${gap.key}`, gap.key);
      add(`scan:${gap.key}`, `scan ${name} and patch what is found`, 1, node);
    } else {
      addMove(key, node, add);
    }
  });
  return [...fixes]
    .map(([key, fix]): Fix => ({ key, ...fix }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** As people call it, where it has such a name. */
function nameAt(graph: Exposure['graph'], node: string, key: string): string {
  const label = graph.labels[graph.find(node) ?? -1] ?? '';
  return label === '' ? key : label;
}

type Add = (key: string, label: string, cost: number, node: number) => void;

/** Steps that can be closed by changing how things hang together; the label takes the rest of the key. */
const MOVES: readonly (readonly [RegExp, (part: string) => string, number])[] = [
  [
    /^move:(reach\/.+)$/,
    (part) => `segment the network: close ${rest(part).replace('>', ' to ')}`,
    2,
  ],
  [/^move:(undescribed\/.+)$/, (part) => `describe and close network ${rest(part)}`, 1],
  [
    /^move:(credential\/.+)$/,
    (part) => `a password of its own for ${rest(part)} on each machine`,
    1,
  ],
  [
    /^move:(workstation\/.+)$/,
    (part) => `let no administrator sign in: ${rest(part).replace('>', ' for ')}`,
    2,
  ],
  [/^move:(backup\/.+?)>/, (part) => `isolate backup ${rest(part)} (encrypted, keys elsewhere)`, 2],
  [
    /^move:(remote-tool\/.+)$/,
    (part) => `let supplier's tool ${rest(part)} act only when asked`,
    2,
  ],
];

function addMove(key: string, node: number, add: Add): void {
  for (const [pattern, label, cost] of MOVES) {
    const part = pattern.exec(key)?.[1];
    if (part !== undefined) add(part, label(part), cost, node);
  }
}

function rest(part: string): string {
  return part.slice(part.indexOf('/') + 1);
}

const DOOR = NODE_KINDS.indexOf('door');

/** The door before an enter node. */
function doorOf(graph: Exposure['graph'], node: number): string {
  for (const before of rowOf(graph.into, node)) {
    if (graph.kinds[before] === DOOR) return (graph.keys[before] ?? '').slice('door:'.length);
  }
  return '?';
}
