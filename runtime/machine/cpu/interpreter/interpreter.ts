/**
 * The interpreter of one hart: the module that `interpreter-module.ts` makes, instantiated over linear
 * memory, with the functions that it calls out of line.
 */
import { invariant } from '../../../base/invariant.js';
import { csrInstruction } from '../csr-file.js';
import { decodeBlock, fetchPage, fetchSingle, reachBreakpoint } from '../fetch.js';
import type { HartCore } from '../hart-core.js';
import { amo, load, loadReserved, store, storeConditional } from '../memory-access.js';
import {
  ebreak,
  ecall,
  illegalInstruction,
  mret,
  sfenceVma,
  sret,
  wfi,
} from '../system-instruction.js';
import { amoOperations, csrOperations, systemNames } from './host.js';
import type { hostFunctions, hostGlobals } from './host.js';
import { interpreterModule } from './interpreter-module.js';

/** Nearly all machines have one hart, and its module is the same in all of them. */
const moduleOfFirstHart = new WebAssembly.Module(interpreterModule(0));

type HostFunction = (typeof hostFunctions)[number]['name'];

const systemInstructions: Readonly<Record<(typeof systemNames)[number], (core: HartCore) => void>> =
  {
    illegal: illegalInstruction,
    ecall,
    ebreak,
    mret,
    sret,
    wfi,
    sfence_vma: sfenceVma,
  };

export interface Interpreter {
  /**
   * Executes from the block's pc until the word `remaining` is used up or taken away. The caller has the
   * hart's `running` set.
   */
  readonly run: () => void;
  /** Copies x1…x31 to, or from, 31 words at a byte address in linear memory. */
  readonly saveRegisters: (offset: number) => void;
  readonly loadRegisters: (offset: number) => void;
}

export function createInterpreter(core: HartCore): Interpreter {
  const { code, memory } = core;
  const systems = systemNames.map((name) => systemInstructions[name]);
  const functions: Readonly<Record<HostFunction, (...values: never[]) => unknown>> = {
    decodeBlock: (entry: number, page: number) => {
      decodeBlock(core, entry >> 2, page >> 2);
    },
    // A negative result stays one.
    fetchPage: () => fetchPage(core) << 2,
    fetchSingle: () => fetchSingle(core) << 2,
    reachBreakpoint: () => reachBreakpoint(core) << 2,
    load: (address: number, bytes: number, rd: number) => load(core, address, bytes, rd),
    store: (address: number, bytes: number, value: number) => store(core, address, bytes, value),
    storedToFlaggedLine: (offset: number) => {
      code.storedBy(core.id, offset);
    },
    loadReserved: (address: number, rd: number) => loadReserved(core, address, rd),
    storeConditional: (address: number, value: number, rd: number) =>
      storeConditional(core, address, value, rd),
    amo: (operation: number, address: number, value: number, rd: number) =>
      amo(core, amoOperations[operation]!, address, value, rd),
    csr: (operation: number, csr: number, source: number, sourceField: number, rd: number) =>
      csrInstruction(core, csrOperations[operation]!, csr, source, sourceField, rd),
    system: (number: number) => {
      systems[number]!(core);
    },
  };
  const constants: Readonly<Record<(typeof hostGlobals)[number], number>> = {
    lines: code.lines.byteOffset,
    reload: code.reloadEntry << 2,
    scratch: code.scratchPage << 2,
  };
  const globals = Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [
      name,
      new WebAssembly.Global({ value: 'i32', mutable: false }, value),
    ]),
  );
  const module =
    core.id === 0 ? moduleOfFirstHart : new WebAssembly.Module(interpreterModule(core.id));
  const instance = new WebAssembly.Instance(module, {
    host: { memory: memory.memory, ...functions, ...globals },
  });
  const exported = <Name extends keyof Interpreter>(name: Name): Interpreter[Name] => {
    const found = instance.exports[name];
    invariant(typeof found === 'function', 'WASM-2', () => `the interpreter exports no ${name}`);
    return found as Interpreter[Name];
  };
  return {
    run: exported('run'),
    saveRegisters: exported('saveRegisters'),
    loadRegisters: exported('loadRegisters'),
  };
}
