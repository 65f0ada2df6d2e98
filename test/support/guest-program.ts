/**
 * Guest programs in tests: sources compiled by the real compiler, which each test file loads once, and run by Node's
 * own WebAssembly engine. What would be a trap on the hart is a thrown error here.
 */
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import type {
  GuestCompilation,
  GuestCompilerOptions,
} from '../../runtime/toolchain/guest/compiler-port.js';
import type { GuestModule } from '../../runtime/toolchain/guest/guest-module.js';
import { arrayImports } from './random-arrays.js';
import { filesInMemory } from './files-in-memory.js';

export const entry = 'app/Main.ts';
const memoryBase = 0x1_0000;

export interface GuestOptions extends Partial<GuestCompilerOptions> {
  readonly entries?: readonly string[];
}

export function compileGuest(
  sources: string | Readonly<Record<string, string>>,
  { entries = [entry], ...options }: GuestOptions = {},
): GuestCompilation {
  const files = typeof sources === 'string' ? { [entry]: sources } : sources;
  return guestCompiler.compile(entries, filesInMemory(files), {
    memoryBase,
    isOptimized: false,
    hasFloatingPoint: false,
    allocationAfterInit: 'allowed',
    ...options,
  });
}

/** What is wrong with a source, as `code line:character message`. */
export function problemsOf(
  sources: string | Readonly<Record<string, string>>,
  options: GuestOptions = {},
): string[] {
  return compileGuest(sources, options).diagnostics.map(
    ({ file, code, range: { start, end }, message }) =>
      `${file === entry ? '' : `${file}: `}${code} ${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1} ${message}`,
  );
}

interface GrowingMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type GuestImports = Readonly<Record<string, Readonly<Record<string, WebAssembly.Import>>>>;

export interface RunningGuest {
  readonly memory: DataView;
  /** The arena, as the link would give it. */
  readonly arena: { readonly start: number; readonly end: number };
  call(name: string, ...args: readonly (number | bigint)[]): number | bigint | undefined;
  /** The text at the address that a function gave. */
  text(address: number | bigint | undefined): string;
}

export interface RunOptions extends GuestOptions {
  readonly arenaBytes?: number;
  readonly imports?: GuestImports;
}

export function runGuest(
  sources: string | Readonly<Record<string, string>>,
  { arenaBytes = 0x1_0000, imports = {}, ...options }: RunOptions = {},
): RunningGuest {
  const { module, diagnostics } = compileGuest(sources, options);
  if (module === undefined)
    throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return instantiate(module, arenaBytes, imports);
}

function instantiate(
  { wasm }: GuestModule,
  arenaBytes: number,
  imports: GuestImports,
): RunningGuest {
  const start = 0x8_0004;
  const arena = { start, end: start + arenaBytes };
  const guest: { text?: RunningGuest['text'] } = {};
  const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(wasm)), {
    ...imports,
    env: {
      abort: (message: number, _file: number, line: number, column: number) => {
        throw new Error(`abort ${line}:${column} ${guest.text?.(message) ?? ''}`);
      },
      ...imports['env'],
    },
    riscv: { ...arrayImports.riscv, ...imports['riscv'] },
    address: { __guest_heap_start: () => arena.start, __guest_heap_end: () => arena.end },
    trap: {
      out_of_memory: (bytes: number) => {
        throw new Error(`out of memory: ${bytes}`);
      },
    },
  });
  const memory = instance.exports['memory'] as GrowingMemory;
  const missing = arena.end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 0x1_0000));
  const view = new DataView(memory.buffer);
  const call: RunningGuest['call'] = (name, ...args) =>
    (instance.exports[name] as (...args: readonly (number | bigint)[]) => number | bigint)(...args);
  guest.text = (address) => {
    const at = Number(address);
    if (at === 0) return 'null';
    const units = new Uint16Array(memory.buffer, at, view.getUint32(at - 4, true) / 2);
    return String.fromCharCode(...units);
  };
  call('__guest_start');
  return { memory: view, arena, call, text: guest.text };
}
