/** What the functions of a module share while they are compiled. */
import type { WasmModule } from '../wasm/module.js';
import type { RoutineName } from './routines.js';

export interface ModuleContext {
  readonly module: WasmModule;
  /** The symbol of each function; undefined for an import that is no function of another object. */
  readonly functionSymbols: readonly (string | undefined)[];
  readonly globalSymbols: readonly string[];
  /** Of the objects that globals hold: their size in bytes, where it is known, by the symbol of the global. */
  readonly objectSizes: ReadonlyMap<string, number>;
  /** Globals that are set after the start of the program. */
  readonly laterSetGlobals: ReadonlySet<number>;
  /** Routines that some function calls. */
  readonly routines: Set<RoutineName>;
}

export const tableSymbol = '__guest_table';
/** Defined by whoever links the program: the first byte after the memory that it may use. */
export const heapEndSymbol = '__guest_heap_end';
