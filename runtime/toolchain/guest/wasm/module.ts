/**
 * A decoded WebAssembly module, as far as our back end takes one: WebAssembly 1.0 with sign extension, mutable
 * globals, `memory.copy` and `memory.fill`. Index spaces are those of the core specification, 2.5.
 */
export type ValueType = 'i32' | 'i64';

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | undefined;
}

export interface WasmModule {
  /** Imports first. */
  readonly functions: readonly WasmFunction[];
  readonly globals: readonly WasmGlobal[];
  readonly types: readonly FunctionType[];
  /** How many entries the table has; 0 without one. */
  readonly tableSize: number;
  /** Function indices by position in the table. */
  readonly table: ReadonlyMap<number, number>;
  readonly data: readonly DataSegment[];
  readonly start: number | undefined;
  readonly exports: readonly WasmExport[];
  /** Bytes of all code: how far functions can lie apart. */
  readonly codeSizeBytes: number;
}

export interface WasmExport {
  readonly name: string;
  readonly kind: 'function' | 'table' | 'memory' | 'global';
  readonly index: number;
}

export interface WasmFunction {
  readonly type: FunctionType;
  /** The index of its type, equal types having the smallest of theirs. */
  readonly typeIndex: number;
  /** From the name section. */
  readonly name: string | undefined;
  readonly definition:
    | { readonly kind: 'import'; readonly module: string; readonly name: string }
    | { readonly kind: 'body'; readonly body: FunctionBody }
    /** What it is made of was refused. */
    | { readonly kind: 'refused' };
}

export interface FunctionBody {
  /** Parameters first. */
  readonly locals: readonly ValueType[];
  /** Without what can never run; the last one is the `end` of the function. */
  readonly instructions: readonly WasmInstruction[];
  /** Of the first byte of the body in the module. */
  readonly offset: number;
}

/** What each field means hangs on the opcode; those that it lacks are 0. */
export interface WasmInstruction {
  /** 0xfc00 and more for those with a prefix. */
  readonly opcode: number;
  readonly offset: number;
  /** Of a local, global, function, label, or the smallest type equal to that of an indirect call; the offset of a memory access. */
  readonly index: number;
  /** log2 of the alignment that a memory access promises. */
  readonly alignmentBits: number;
  readonly value: bigint;
  /** Of a block; of `drop` and `select`, the type that they take. */
  readonly result: ValueType | undefined;
  /** Of a `br_table`, the default last. */
  readonly labels: readonly number[];
}

export interface WasmGlobal {
  readonly type: ValueType;
  readonly isMutable: boolean;
  readonly initial: bigint;
  readonly name: string | undefined;
}

export interface DataSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Why a module, or a part of it, cannot be compiled. */
export interface WasmProblem {
  /** In the module. */
  readonly offset: number;
  readonly code: string;
  readonly message: string;
  /** The function that it is in. */
  readonly functionIndex?: number;
}
