/** Ways between blocks that go away. */
import type { Block } from './graph.js';
import { successors } from './graph.js';

export function leadOnlyTo(block: Block, to: Block): void {
  for (const other of new Set(successors(block.exit))) if (other !== to) unlink(block, other);
  block.exit = { kind: 'jump', to };
}

export function unlink(from: Block, to: Block): void {
  const index = to.predecessors.indexOf(from);
  if (index < 0) return;
  to.predecessors.splice(index, 1);
  for (const phi of to.phis) phi.args.splice(index, 1);
}
