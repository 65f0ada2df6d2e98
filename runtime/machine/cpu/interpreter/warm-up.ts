/**
 * Executes every instruction a few times on a tiny machine of its own, so that the JavaScript engine
 * has seen every case of the interpreter, with operands that overflow, before it compiles it. Without
 * this, each instruction that a guest uses for the first time makes V8 throw the compiled loop away,
 * and a compilation of it takes a tenth of a second and more.
 */
import { physAddr } from '../../../base/address.js';
import { instructions } from '../../../isa/table.js';
import type { Bus } from '../../bus/bus.js';
import { hartWord, pageBytes, ramOffset } from '../../memory/layout.js';
import { createLinearMemory } from '../../memory/linear-memory.js';
import { prepareScratch } from '../fetch.js';
import { HartCore } from '../hart-core.js';
import { interpret } from '../interpreter.generated.js';
import { flushEverything } from '../tlb.js';
import { entryWord0, op } from './entry.js';

const ramBase = physAddr(0x80000000);
const nothing: Bus = { read: () => undefined, write: () => false, peek: () => undefined };

/** Two sources and an immediate: additions overflow, accesses reach RAM, branches leave the page and do not. */
const operands: readonly (readonly [rs1: number, rs2: number, imm: number])[] = [
  [-0x80000000, -1, 0],
  [0x7fffffff, 0x7fffffff, 1],
  [-0x80000000, -0x80000000, 0x2000],
  [-0x80000000, 3, 0x2000],
  [3, -0x80000000, 0x2000],
];

export function warmUpInterpreter(): void {
  const memory = createLinearMemory({ ram: { base: ramBase, sizeBytes: pageBytes }, harts: 1 });
  const core = new HartCore(0, memory, nothing, { now: () => 0, ticks: () => 0 });
  const { block, code } = core;
  prepareScratch(code);
  flushEverything(core);
  const page = code.pageAt(ramOffset, op.pageEnd);
  const rows = instructions.map((_row, index) => op.firstRow + index);
  // The first ones twice: what is executed before the engine allocates its feedback leaves no trace.
  for (const number of [...rows.slice(0, 16), ...rows, op.undecoded, op.single, op.illegal]) {
    for (const [rs1, rs2, imm] of operands) {
      block[1] = rs1;
      block[2] = rs2;
      block[hartWord.pc] = ramBase;
      block[hartWord.privilege] = 3;
      block[hartWord.waiting] = 0;
      // So that a store finds code in its line.
      code.markCode(ramOffset, 4);
      core.selectBanks();
      code.entries[page] = entryWord0(number, 3, 1, 2);
      // CSR instructions reach mscratch.
      code.entries[page + 1] =
        instructions[number - op.firstRow]?.extension === 'Zicsr' ? 0x340 : imm;
      core.budget = core.remaining = 1;
      core.withheld = 0;
      interpret(core);
    }
  }
}
