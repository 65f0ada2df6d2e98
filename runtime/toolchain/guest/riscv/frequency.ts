/** How often a block is thought to run, for each time that its function does: ten times more in each loop. */
import type { MachineBlock } from './machine-code.js';

export const frequencyOf = ({ loop, isCold }: MachineBlock): number =>
  (isCold ? 0.001 : 1) * 10 ** Math.min(loop?.depth ?? 0, 6);
