/**
 * Objects whose size is known before the program runs: those of globals that are set once, to a new object of a size
 * that is a number (`riscv.sized`), and those in static data. Before a global is set it is 0, and an access to an
 * element then reaches the first 64 KiB of the address space, where no program has memory: a fault, as a
 * look at the size would have been.
 */
import type { WasmInstruction, WasmModule } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';

const mostBytes = 0x1_0000;

/** By the index of a global. */
export function knownSizes({ functions, globals }: WasmModule): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  const seen = new Set<number>();
  const isSized = (instruction: WasmInstruction | undefined): boolean => {
    if (instruction?.opcode !== op.call) return false;
    const definition = functions[instruction.index]?.definition;
    return (
      definition?.kind === 'import' && definition.module === 'riscv' && definition.name === 'sized'
    );
  };
  for (const { definition } of functions) {
    if (definition.kind !== 'body') continue;
    const { instructions } = definition.body;
    instructions.forEach(({ opcode, index }, at) => {
      if (opcode !== op.globalSet) return;
      const size = instructions[at - 2];
      const bytes = Number(size?.value ?? 0n);
      const isKnown =
        globals[index]?.initial === 0n &&
        size?.opcode === op.i32Const &&
        isSized(instructions[at - 1]) &&
        bytes > 0 &&
        bytes <= mostBytes;
      if (isKnown && !seen.has(index)) sizes.set(index, bytes);
      else sizes.delete(index);
      seen.add(index);
    });
  }
  return sizes;
}

/** A word of static data; undefined where none is. */
export function staticWord({ data }: WasmModule, address: number): number | undefined {
  for (const { address: start, bytes } of data) {
    const offset = (address - start) >>> 0;
    if (offset + 4 > bytes.length) continue;
    return new DataView(bytes.buffer, bytes.byteOffset).getInt32(offset, true);
  }
  return undefined;
}
