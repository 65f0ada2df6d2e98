/**
 * How much of its arena a program takes before it handles anything: the objects that its modules begin with, and those of
 * the function that is called next. Nothing is collected meanwhile, so all of them are there at once, and an arena that
 * is smaller is too small, whatever the program does then. The start is run here as far as it can be known: up to a call of the kernel, an access
 * to a device, a trap, the first object that is given back, or too many instructions. So the number is the least.
 */
import { heapBounds, heapCounters } from './heap-counters.js';
import type { AddressRange, GuestLine, GuestModule } from './guest-module.js';
import { chainOf } from './riscv/inlined-code.js';
import { lineAt } from './riscv/line-table.js';
import type { Ending, Running, RunningCalls, WasmValue } from './wasm/interpreter.js';
import { newRunning, runFunction } from './wasm/interpreter.js';
import type { WasmModule } from './wasm/module.js';
import { newSparseMemory } from './wasm/sparse-memory.js';

/** About a tenth of a second. */
const mostInstructions = 1_000_000;
/** What the host keeps of the arena. */
const mostBytes = 4 * 1024 * 1024;

/** Behind static data, and larger than any arena: whether an object still fits is what is to be found out. */
const leastArenaStart = 0x4000_0000;
const arenaBytes = 0x7000_0000;

export interface StartAllocations extends Allocations {
  /** With what the function that is called next takes; absent where nothing is known of it. */
  readonly withNext?: Allocations & { readonly name: string };
}

export interface Allocations {
  /** Of an arena that begins at a multiple of 8. */
  readonly bytes: number;
  /** Lines of the user's that take the most of them, in this order. */
  readonly largest: readonly AllocatingLine[];
}

export interface AllocatingLine extends Pick<GuestLine, 'file' | 'line' | 'column'> {
  readonly bytes: number;
}

const mostLines = 3;

/** `next`: the exported function that is called behind the start; a program may be without it. */
export function startAllocations(
  module: WasmModule,
  guest: Pick<GuestModule, 'staticData' | 'lines' | 'inlined'>,
  next?: string,
): StartAllocations {
  const { staticData } = guest;
  const find = (kind: 'function' | 'global', name: string): number | undefined =>
    module.exports.find((each) => each.kind === kind && each.name === name)?.index;
  const start = find('function', '__guest_start');
  const used = find('global', usedBytes);
  // A program without the counter makes no objects.
  if (start === undefined || used === undefined) return { bytes: 0, largest: [] };
  const arenaStart = Math.max(leastArenaStart, ((staticData?.end ?? 0) + 15) & ~15);
  const arena = { start: arenaStart, end: arenaStart + arenaBytes };
  const byLine = new Map<string, AllocatingLine>();
  let least = 0;
  const take = (bytes: number, calls: RunningCalls): void => {
    least += bytes;
    const line = userLineOf(calls, guest);
    if (line === undefined) return;
    const { file, line: number, column } = line;
    const key = `${String(number)}:${file}`;
    const before = byLine.get(key);
    byLine.set(key, { file, line: number, column, ...before, bytes: (before?.bytes ?? 0) + bytes });
  };
  const running = newRunning(module, {
    memory: newSparseMemory([...rangesOf(module, staticData), arena], mostBytes, module.data),
    answer: ({ module: from, name }, values, calls) => {
      if (from === 'trap' && name === 'out_of_memory') take(blockBytes(values[0]), calls);
      return answerOf(from, name, values, arena);
    },
    watch: (global, value, calls) => {
      if (global !== used) return undefined;
      // With blocks between others that are free, where the next object comes to lie hangs on the arena's size.
      if (typeof value !== 'number' || value >>> 0 < least) return stopped;
      take((value >>> 0) - least, calls);
      return undefined;
    },
    fuel: mostInstructions,
  });
  const allocations = (): Allocations => ({
    bytes: least,
    largest: [...byLine.values()].sort((a, b) => b.bytes - a.bytes).slice(0, mostLines),
  });
  const { kind } = runFunction(running, start, []);
  const ofStart = allocations();
  const following = next === undefined ? undefined : find('function', next);
  if (next === undefined || following === undefined || kind !== 'returned') return ofStart;
  const parameters = module.functions[following]?.type.parameters ?? [];
  runFunction(
    running,
    following,
    parameters.map(() => undefined),
  );
  return { ...ofStart, withNext: { ...allocations(), name: next } };
}

/** The innermost one that is neither the library's nor made by the build. */
function userLineOf(
  calls: RunningCalls,
  { lines, inlined = [] }: Pick<GuestModule, 'lines' | 'inlined'>,
): Pick<GuestLine, 'file' | 'line' | 'column'> | undefined {
  for (const offset of calls) {
    const line = lineAt(lines, offset);
    if (line !== undefined && isUsers(line)) return line;
    for (const index of chainOf(inlined, line?.inlined)) {
      const call = inlined[index]?.call;
      if (call !== undefined && isUsers(call)) return { ...call, column: 0 };
    }
  }
  return undefined;
}

const isUsers = ({ file }: Pick<GuestLine, 'file'>): boolean => !/^(builtin|generated):/.test(file);

const usedBytes = heapCounters.find(({ name }) => name === 'used')?.symbol ?? '';

const rangesOf = (
  { data }: WasmModule,
  staticData: AddressRange | undefined,
): readonly AddressRange[] =>
  staticData === undefined
    ? data.map(({ address, bytes }) => ({ start: address, end: address + bytes.length }))
    : [staticData];

/** Of an object: with its header, in multiples of 8 (guest-runtime/arena.ts). */
const blockBytes = (bytes: WasmValue): number =>
  typeof bytes === 'number' ? Math.ceil(((bytes >>> 0) + headerBytes) / 8) * 8 : 0;
const headerBytes = 16;

/** `guest-module.ts` has what the imports are. */
function answerOf(
  from: string,
  name: string,
  [value, other]: readonly WasmValue[],
  arena: AddressRange,
): ReturnType<Running['answer']> {
  if (from === 'address') {
    if (name === heapBounds.start) return { value: arena.start | 0 };
    if (name === heapBounds.end) return { value: arena.end | 0 };
    return { value: undefined };
  }
  if (from !== 'riscv') return stopped;
  switch (name) {
    case 'fixed':
    case 'field':
    case 'element':
    case 'sized':
      return { value };
    case 'fence':
      return { value: undefined };
    case 'check':
      if (typeof value !== 'number' || typeof other !== 'number') return stopped;
      return value >>> 0 < other >>> 0 ? { value: undefined } : { kind: 'trap', reason: 'index' };
    default:
      return stopped;
  }
}

const stopped: Ending = { kind: 'stopped' };
