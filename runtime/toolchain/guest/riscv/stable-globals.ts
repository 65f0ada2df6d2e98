/**
 * Which globals cannot change while a function runs. No store to memory changes a global; only `global.set` does. So one
 * that only the start of the program sets is fixed for everybody else, and in a function that neither sets a
 * global nor calls anything it is fixed, too.
 */
import type { FunctionBody, WasmFunction, WasmModule } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';

/** Globals that some function sets that does not only run at the start. */
export function laterSetGlobals({
  functions,
  start,
  exports,
  table,
}: WasmModule): ReadonlySet<number> {
  const exported = exports.filter(
    ({ kind, name }) => kind === 'function' && name === '__guest_start',
  );
  const beginnings = new Set([start, ...exported.map(({ index }) => index)]);
  const called = new Set<number>(table.values());
  for (const { definition } of functions)
    if (definition.kind === 'body')
      for (const { opcode, index } of definition.body.instructions)
        if (opcode === op.call) called.add(index);
  const later = new Set<number>();
  functions.forEach(({ definition }, index) => {
    if (definition.kind !== 'body') return;
    if (beginnings.has(index) && !called.has(index)) return;
    for (const { opcode, index: global } of definition.body.instructions)
      if (opcode === op.globalSet) later.add(global);
  });
  return later;
}

/** An import that becomes an instruction, or less; the environment call is one that others run in between. */
const isInstruction = (called: WasmFunction | undefined): boolean =>
  called?.definition.kind === 'import' &&
  (called.definition.module === 'address' ||
    (called.definition.module === 'riscv' && !called.definition.name.startsWith('ecall')));

export function stableGlobals(
  { globals, functions }: WasmModule,
  body: FunctionBody,
  later: ReadonlySet<number>,
): ReadonlySet<number> {
  const setHere = new Set<number>();
  let hasCalls = false;
  for (const { opcode, index } of body.instructions) {
    if (opcode === op.globalSet) setHere.add(index);
    if (opcode === op.callIndirect || (opcode === op.call && !isInstruction(functions[index])))
      hasCalls = true;
  }
  const stable = globals.flatMap((_, index) =>
    setHere.has(index) || (hasCalls && later.has(index)) ? [] : [index],
  );
  return new Set(stable);
}
