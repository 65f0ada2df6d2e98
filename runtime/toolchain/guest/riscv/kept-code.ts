/**
 * Code of functions that were compiled before. After an edit most functions of a program are what they were, and the
 * library's are the same in every program; so a debug build looks its functions up by all that their code hangs on.
 * What is kept has no place in any module: it names its instructions by their number, and functions and globals by
 * the order in which the body first speaks of them. Optimised code hangs on more, and is not kept.
 */
import type { Plain } from '../../plain-data.js';
import { decodePlain, encodePlain } from '../../plain-data.js';
import type { FunctionBody, FunctionType, WasmInstruction } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { at } from './at.js';
import type { FunctionCode } from './function-code.js';
import type { ModuleContext } from './module-context.js';

export interface KeptCode {
  readonly find: (key: string) => FunctionCode | undefined;
  readonly keep: (key: string, code: FunctionCode) => void;
  /** All that was found or kept since this was asked last; undefined where everything was found. */
  readonly takeUsed: () => Uint8Array | undefined;
  /** What another one gave; bytes of any other kind are ignored. */
  readonly add: (used: Uint8Array) => void;
}

/** Keys are about as long as what is kept. */
const defaultLimit = 32 * 1024 * 1024;

/** Keeps keys of at most so many characters; the oldest go first. */
export function newKeptCode(limit = defaultLimit): KeptCode {
  const kept = new Map<string, FunctionCode>();
  let used = new Map<string, FunctionCode>();
  let characters = 0;
  let isNew = false;
  const put = (key: string, code: FunctionCode): void => {
    if (kept.has(key)) return;
    kept.set(key, code);
    characters += key.length;
    for (const [oldest] of kept) {
      if (characters <= limit) break;
      kept.delete(oldest);
      characters -= oldest.length;
    }
  };
  return {
    find: (key) => {
      const code = kept.get(key);
      if (code !== undefined) used.set(key, code);
      return code;
    },
    keep: (key, code) => {
      put(key, code);
      used.set(key, code);
      isNew = true;
    },
    takeUsed: () => {
      const taken = isNew ? encodePlain([...used] as unknown as Plain) : undefined;
      used = new Map();
      isNew = false;
      return taken;
    },
    add: (bytes) => {
      const entries = decodePlain(bytes);
      if (Array.isArray(entries))
        for (const [key, code] of entries as [string, FunctionCode][]) put(key, code);
    },
  };
}

/** What names a function's code, and what the code refers to. */
export interface CodeKey {
  readonly key: string;
  /** Symbols by their number in what is kept. */
  readonly symbols: readonly string[];
}

export function codeKey(
  { locals, instructions }: FunctionBody,
  type: FunctionType,
  context: ModuleContext,
): CodeKey {
  const symbols: string[] = [];
  const numbers = new Map<string, number>();
  /** The first time with what there is to know of it. */
  const refer = (symbol: string, described: string): string => {
    const known = numbers.get(symbol);
    if (known !== undefined) return `#${String(known)}`;
    numbers.set(symbol, symbols.length);
    symbols.push(symbol);
    return `#${described}`;
  };
  let key = `${typeText(type)}|${locals.join()}`;
  for (const instruction of instructions)
    key += `;${String(instruction.opcode)}${operandsOf(instruction, context, refer)}`;
  return { key, symbols };
}

function operandsOf(
  { opcode, index, alignmentBits, value, result, labels }: WasmInstruction,
  { module, functionSymbols, globalSymbols }: ModuleContext,
  refer: (symbol: string, described: string) => string,
): string {
  if (opcode === op.call) {
    const { type, definition } = at(module.functions, index);
    const symbol = functionSymbols[index];
    if (symbol !== undefined && definition.kind !== 'import') return refer(symbol, typeText(type));
    // An import means what its name says.
    return definition.kind === 'import'
      ? `${JSON.stringify([definition.module, definition.name])}${typeText(type)}`
      : typeText(type);
  }
  if (opcode === op.callIndirect)
    return `${typeText(at(module.types, index))}${String(index)}of${String(module.tableSize)}`;
  if (opcode === op.globalGet || opcode === op.globalSet) {
    const { type, isMutable, initial } = at(module.globals, index);
    return isMutable ? refer(at(globalSymbols, index), type) : `=${type}${String(initial)}`;
  }
  const plain = index === 0 ? '' : ` ${String(index)}`;
  const number = value === 0n ? '' : `=${String(value)}`;
  const alignment = alignmentBits === 0 ? '' : `@${String(alignmentBits)}`;
  const branches = labels.length === 0 ? '' : `[${labels.join()}]`;
  return `${plain}${number}${alignment}${branches}${result ?? ''}`;
}

const typeText = ({ parameters, result }: FunctionType): string =>
  `(${parameters.join()}${result ?? ''})`;

/** As it is kept; undefined for what cannot be. */
export function withoutModule(
  code: FunctionCode,
  { offset, instructions }: FunctionBody,
  { symbols }: CodeKey,
  own: string,
): FunctionCode | undefined {
  if (code.assembled.isTooLarge) return undefined;
  const numbers = new Map([[offset, 0]]);
  instructions.forEach((instruction, index) => numbers.set(instruction.offset, index + 1));
  const isPlaced = ({ wasmOffset }: { readonly wasmOffset: number }): boolean =>
    numbers.has(wasmOffset);
  const { origins, traps } = code.assembled;
  if (!origins.every(isPlaced) || !traps.every(isPlaced)) return undefined;
  const references = new Map(symbols.map((symbol, index) => [symbol, index]));
  return changed(
    code,
    (wasmOffset) => numbers.get(wasmOffset) ?? 0,
    (symbol) => {
      const number = references.get(symbol);
      if (number !== undefined) return `#${String(number)}`;
      return symbol.startsWith(`${own}.`) ? symbol.slice(own.length) : `=${symbol}`;
    },
  );
}

/** The same for a function of this module. */
export const inModule = (
  kept: FunctionCode,
  { offset, instructions }: FunctionBody,
  { symbols }: CodeKey,
  own: string,
): FunctionCode =>
  changed(
    kept,
    (number) => (number === 0 ? offset : at(instructions, number - 1).offset),
    (symbol) => {
      if (symbol.startsWith('.')) return own + symbol;
      const rest = symbol.slice(1);
      return symbol.startsWith('#') ? at(symbols, Number(rest)) : rest;
    },
  );

function changed(
  code: FunctionCode,
  placeOf: (wasmOffset: number) => number,
  nameOf: (symbol: string) => string,
): FunctionCode {
  const { assembled } = code;
  const placed = <T extends { readonly wasmOffset: number }>(each: T): T => ({
    ...each,
    wasmOffset: placeOf(each.wasmOffset),
  });
  const named = <T extends { readonly symbol: string }>(each: T): T => ({
    ...each,
    symbol: nameOf(each.symbol),
  });
  return {
    ...code,
    assembled: {
      ...assembled,
      relocations: assembled.relocations.map(named),
      tables: assembled.tables.map(named),
      origins: assembled.origins.map(placed),
      traps: assembled.traps.map(placed),
    },
  };
}
