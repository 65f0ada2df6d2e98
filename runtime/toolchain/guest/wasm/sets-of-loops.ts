/** Which locals each loop of a function sets, also in the loops inside of it: what is not the same in each of its rounds. */
import type { WasmInstruction } from './module.js';
import { op } from './opcodes.js';

/** By the position of each loop; the locals in the order in which they are set. */
export function setsOfLoops(
  instructions: readonly WasmInstruction[],
): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  const open: { readonly position: number; readonly isLoop: boolean }[] = [];
  instructions.forEach(({ opcode, index }, position) => {
    if (opcode === op.block || opcode === op.if || opcode === op.loop) {
      open.push({ position, isLoop: opcode === op.loop });
      if (opcode === op.loop) found.set(position, new Set());
    } else if (opcode === op.end) {
      const closed = open.pop();
      if (closed?.isLoop !== true) return;
      const outer = open.findLast(({ isLoop }) => isLoop);
      for (const local of found.get(closed.position) ?? [])
        if (outer !== undefined) found.get(outer.position)?.add(local);
    } else if (opcode === op.localSet || opcode === op.localTee)
      found.get(open.findLast(({ isLoop }) => isLoop)?.position ?? -1)?.add(index);
  });
  return found;
}
