/**
 * The stack that each thread of a program needs, against what it has. It is read off the linked code, so it holds for
 * guest TypeScript, assembly and C alike; only a call by an address in memory, a frame of any size and recursion leave it
 * open, and then the figure is the least. A stack that is too small is an error where its size is set.
 */
import type { DebugFunction } from '../../image/debug-information.js';
import type { ImageSymbol, SystemImage } from '../../image/system-image.js';
import type {
  InstanceBindings,
  ProgramBindings,
  ThreadBinding,
} from '../camkes/compile/bindings.js';
import type { StackDepth, StackGraph } from '../stack/stack-depth.js';
import { stackDepth } from '../stack/stack-depth.js';
import type { Code, FunctionUse, StackCall } from '../stack/walk-function.js';
import { noRange, type Diagnostic, type RelatedPlace } from '../text/diagnostic.js';
import { diagnosticAt, type Place } from '../text/source-line.js';
import { signalPriorities } from './signal-priorities.js';
import { tableEntryBytes } from '../guest/riscv/build-call.js';
import { tableSymbol } from '../guest/riscv/module-context.js';

export interface ThreadStack {
  /** `shelf (catalogue)`: the instance, and the interface that the thread serves. */
  readonly name: string;
  readonly needBytes: number;
  readonly stackBytes: number;
  /** It may need more: what is called is not all known, or calls itself. */
  readonly isLeast: boolean;
}

export interface ThreadStacks {
  readonly stacks: readonly ThreadStack[];
  readonly diagnostics: readonly Diagnostic[];
}

export function threadStacks(bindings: ProgramBindings, image: SystemImage): ThreadStacks {
  const program = programCode(image);
  const uses = new Map<number, FunctionUse>();
  const stacks: ThreadStack[] = [];
  const diagnostics: Diagnostic[] = [];
  let isRecursionTold = false;
  for (const instance of bindings.instances) {
    const waits = program.addressOf(`${prefixOf(instance)}camkes_signals_wait`);
    const waiting: ThreadBinding[] = [];
    for (const thread of instance.threads) {
      const root = program.addressOf(rootOf(instance, thread));
      if (root === undefined) continue;
      const graph: StackGraph = {
        code: program.code,
        uses,
        targetsOf: (call, entry) => targetsOf(program, { bindings, instance, thread }, call, entry),
      };
      const depth = stackDepth(root, graph);
      const name = `${instance.instance.name}${thread.interface === undefined ? '' : ` (${thread.interface.name})`}`;
      const { stackBytes } = thread;
      const isLeast = depth.isLeast || depth.recursion !== undefined;
      stacks.push({
        name: thread.isFaultHandler ? `${name} (faults)` : name,
        needBytes: depth.bytes,
        stackBytes,
        isLeast,
      });
      if (depth.bytes > stackBytes) diagnostics.push(tooSmall(program, instance, thread, depth));
      const recursion: Diagnostic | undefined = isRecursionTold
        ? undefined
        : recursionIn(program, depth);
      if (recursion !== undefined) diagnostics.push(recursion);
      isRecursionTold ||= recursion !== undefined;
      if (waits !== undefined && depth.reached.has(waits)) waiting.push(thread);
    }
    diagnostics.push(...signalPriorities(instance, waiting));
  }
  return { stacks, diagnostics };
}

interface ProgramCode {
  readonly code: Code;
  readonly addressOf: (symbol: string) => number | undefined;
  readonly nameOf: (address: number) => string;
  readonly debugOf: (address: number) => DebugFunction | undefined;
  /** Whether the function there is guest TypeScript, or made by its compiler. */
  readonly isGuest: (address: number) => boolean;
  /** Functions of the tables of guest TypeScript, by the number of their signature. */
  readonly table: readonly { readonly target: number; readonly signature: number }[];
}

function programCode({ segments, symbols, debug }: SystemImage): ProgramCode {
  const byName = new Map<string, ImageSymbol>();
  const byAddress = new Map<number, ImageSymbol>();
  for (const symbol of symbols) {
    if (symbol.binding !== 'local' || !byName.has(symbol.name)) byName.set(symbol.name, symbol);
    const known = byAddress.get(symbol.address);
    const isBetter =
      known === undefined || (known.kind !== 'function' && symbol.kind === 'function');
    if (isBetter && symbol.kind !== 'absolute' && symbol.kind !== 'section')
      byAddress.set(symbol.address, symbol);
  }
  const ranges = symbols.filter(({ kind, sizeBytes }) => kind === 'function' && sizeBytes > 0);
  const functions = new Map(debug?.functions.map((each) => [Number(each.low), each]));
  const isGuest = (address: number): boolean =>
    functions.get(address)?.place?.file.endsWith('.ts') === true ||
    onlyInGuest.test(byAddress.get(address)?.name ?? '');
  const wordAt = (address: number, needs: 'code' | 'data'): number | undefined => {
    const segment = segments.find(
      ({ virtualAddress, bytes, executable }) =>
        (executable || needs === 'data') &&
        address >= virtualAddress &&
        address + 2 <= virtualAddress + bytes.length,
    );
    if (segment === undefined) return undefined;
    const at = address - segment.virtualAddress;
    const { bytes } = segment;
    const byte = (index: number): number => bytes[at + index] ?? 0;
    return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
  };
  return {
    code: {
      wordAt: (address) => wordAt(address, 'code'),
      globalPointer: byName.get('__global_pointer$')?.address,
      rangeOf: (address) => {
        const found = atOrBefore(ranges, address);
        if (found === undefined || address >= found.address + found.sizeBytes) return undefined;
        const { address: start, sizeBytes } = found;
        return { start, end: start + sizeBytes, mayLeave: !isGuest(start) };
      },
    },
    addressOf: (symbol) => byName.get(symbol)?.address,
    nameOf: (address) => functions.get(address)?.name ?? byAddress.get(address)?.name ?? '',
    debugOf: (address) => functions.get(address),
    isGuest,
    table: symbols
      .filter(({ name }) => name === tableSymbol)
      .flatMap(({ address, sizeBytes }) =>
        Array.from({ length: sizeBytes / tableEntryBytes }, (_, index) => ({
          target: wordAt(address + index * tableEntryBytes, 'data') ?? 0,
          signature: wordAt(address + index * tableEntryBytes + 4, 'data') ?? 0,
        })),
      )
      .filter(({ signature }) => signature !== 0),
  };
}

/** Symbols are sorted by address. */
function atOrBefore(symbols: readonly ImageSymbol[], address: number): ImageSymbol | undefined {
  let [low, high] = [0, symbols.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((symbols[middle]?.address ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  return symbols[low - 1];
}

/** No function of C or of assembly has such a name. */
const onlyInGuest = /[~#/]/;

interface Who {
  readonly bindings: ProgramBindings;
  readonly instance: InstanceBindings;
  readonly thread: ThreadBinding;
}

const prefixOf = ({ instance }: InstanceBindings): string =>
  instance.addressSpace === instance.name ? '' : `${instance.name}.`;

const rootOf = (instance: InstanceBindings, { index, isFaultHandler }: ThreadBinding): string =>
  `${prefixOf(instance)}camkes_${isFaultHandler ? 'fault_thread' : index === 0 ? 'control' : 'interface'}`;

function targetsOf(
  program: ProgramCode,
  { bindings, instance, thread }: Who,
  { signature }: StackCall,
  entry: number,
): readonly number[] | undefined {
  if (program.isGuest(entry)) {
    const fitting = program.table.filter((each) => each.signature === signature);
    return (fitting.length > 0 ? fitting : program.table).map(({ target }) => target);
  }
  const prefix = prefixOf(instance);
  const named = (...names: readonly string[]): number[] =>
    names.flatMap((name) => program.addressOf(name) ?? []);
  const name = program.nameOf(entry).slice(prefix.length);
  const own = thread.interface?.name ?? '';
  if (name === 'camkes_interface') return named(`${prefix}${own}__init`, `${prefix}${own}__run`);
  if (name === 'camkes_control')
    return named(
      ...bindings.instances.flatMap((each) => [
        `${prefixOf(each)}camkes_come_to_life`,
        `${prefixOf(each)}camkes_begin_service`,
      ]),
    );
  if (name !== 'camkes_event_came') return undefined;
  const wrapper = named(`${prefix}${own}__event`);
  return wrapper.length > 0 ? wrapper : named(`${prefix}${own}_handle`);
}

function tooSmall(
  program: ProgramCode,
  { instance }: InstanceBindings,
  thread: ThreadBinding,
  { bytes, path, isLeast }: StackDepth,
): Diagnostic {
  const attribute = `${thread.interface?.name ?? ''}_stack_size`;
  const setting = instance.settings.get(attribute);
  const enough = Math.ceil(bytes / pageBytes) * pageBytes;
  const which = thread.interface === undefined ? '' : ` that serves \`${thread.interface.name}\``;
  const most = `${isLeast ? 'at least ' : ''}${String(bytes)}`;
  return diagnosticAt(
    setting?.place ?? instance.component.place,
    'error',
    'stack-too-small',
    `The thread of \`${instance.name}\`${which} needs ${most} bytes of stack, and it has ${String(thread.stackBytes)}: ${chainText(program, path)}. Set \`${instance.name}.${attribute} = ${String(enough)};\` in the configuration.`,
    path
      .flatMap(({ function: at, frameBytes }) => relatedAt(program, at, frameBytes))
      .slice(0, mostShown),
  );
}

const pageBytes = 4096;
const mostShown = 12;

/** The deepest ones last; those in between are left out of a long one. */
function chainText(program: ProgramCode, path: StackDepth['path']): string {
  const shown = path.map(
    ({ function: at, frameBytes }) => `\`${program.nameOf(at)}\` ${String(frameBytes)}`,
  );
  if (shown.length <= mostShown) return shown.join(' → ');
  return [...shown.slice(0, mostShown / 2), '…', ...shown.slice(-mostShown / 2)].join(' → ');
}

function relatedAt(program: ProgramCode, at: number, frameBytes: number): RelatedPlace[] {
  const place = placeOf(program.debugOf(at));
  if (place === undefined) return [];
  return [{ ...place, message: `\`${program.nameOf(at)}\` takes ${String(frameBytes)} bytes.` }];
}

function placeOf(found: DebugFunction | undefined): Place | undefined {
  const place = found?.place;
  if (place === undefined || !isUsers(found)) return undefined;
  const line = { line: place.line - 1, character: 0 };
  return { file: place.file, range: { ...noRange, start: line, end: line } };
}

/** Not of the library, and not made by the build. */
const isUsers = (found: DebugFunction | undefined): boolean =>
  found?.place !== undefined && !/^(?:~lib|generated:|builtin:)/.test(found.place.file);

function recursionIn(program: ProgramCode, { recursion }: StackDepth): Diagnostic | undefined {
  const first = recursion?.find((each) => placeOf(program.debugOf(each)) !== undefined);
  const place = first === undefined ? undefined : placeOf(program.debugOf(first));
  if (recursion === undefined || place === undefined) return undefined;
  const around = [...recursion, recursion[0] ?? 0].map((each) => `\`${program.nameOf(each)}\``);
  return diagnosticAt(
    place,
    'information',
    'stack-recursion',
    `How deep the stack gets is not known, since this calls itself: ${around.slice(0, mostShown).join(' → ')}. What the build tells of stacks counts it once; a thread that goes too deep stops with a fault.`,
  );
}
