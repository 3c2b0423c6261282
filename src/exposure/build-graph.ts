/** The estate as the ways of one kind of attacker through it. */
import { drawAssets } from './draw-assets.ts';
import { drawDoors } from './draw-doors.ts';
import { drawExploits } from './draw-exploits.ts';
import { drawNetworks } from './draw-networks.ts';
import { drawSharedPasswords, drawSuppliers, drawWorkstations } from './draw-credentials.ts';
import { drawing, type Drawn } from './drawing.ts';
import type { EstateFacts } from './facts.ts';
import type { AttackerModel } from './model.ts';

/**
 * Draws every way that the facts allow or do not rule out. What only people said is believed where it opens a way; what
 * is stale, unknown or never looked at is a step that is assumed.
 */
export function buildGraph(facts: EstateFacts, attacker: AttackerModel): Drawn {
  const to = drawing(facts, attacker);
  drawAssets(to);
  drawExploits(to);
  const ofDoor = drawDoors(to);
  drawSharedPasswords(to);
  drawWorkstations(to);
  drawSuppliers(to);
  drawNetworks(to);
  return to.done(ofDoor);
}
