/**
 * The guest bench: the programs of `test/bench/guest`, once in guest TypeScript by our compiler and once in C by GCC, on
 * the same hart. What counts is instructions of four rounds, against -O2, and bytes of `run` and everything that it
 * calls, against -Os. C checks no index; ours checks each, as components do, and what it would be without checks
 * (`unchecked`, as support libraries may have it) is told beside. All must give the same number.
 * What a call between two components costs, in a capsule and between processes, is told behind, beside two in C.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { physAddr, virtAddr } from '../base/address.js';
import type { SystemImage } from '../image/system-image.js';
import { createPlatform } from '../platform.js';
import { assemble } from '../toolchain/assembly/assemble.js';
import { objectFromElf } from '../toolchain/elf/object-from-elf.js';
import { readElf } from '../toolchain/elf/read.js';
import type { GuestCompiler } from '../toolchain/guest/compiler-port.js';
import { compileModule } from '../toolchain/guest/riscv/compile-module.js';
import { link } from '../toolchain/linker/link.js';
import type { ObjectFile } from '../toolchain/object-file.js';
import type { BenchOptions } from './bench.js';
import { callsTable, measureCalls } from './bench-calls.js';
import { alignedTable } from './bench-program.js';
import type { ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { diskFiles, displayPath } from './disk.js';
import { printError, printJson, printOut } from './output.js';
import { packageFolder } from './sibling.js';

const programs = ['sort', 'sha256', 'matrix', 'strings', 'message'] as const;

/** Static data of the modules, in the RAM of board `virt` behind the code. */
const memoryBase = 0x8010_0000;
const textBase = 0x8000_0000;
const heapBase = 0x8020_0000;
const heapBytes = 0x10_0000;
const mostInstructions = 100_000_000;

interface Figures {
  readonly instructions: number;
  readonly bytes: number;
}

interface Measured {
  readonly name: string;
  /** With every index checked. */
  readonly guest: Figures;
  readonly unchecked: Figures;
  /** Absent where GCC is not installed. */
  readonly gcc: {
    readonly o2: Figures;
    readonly os: Figures;
    readonly instructionRatio: number;
    readonly byteRatio: number;
    readonly uncheckedInstructionRatio: number;
    readonly uncheckedByteRatio: number;
  } | null;
}

export async function benchGuest({ json }: BenchOptions): Promise<ExitCode> {
  const { guestCompiler } = await import('../toolchain/guest/assemblyscript/main.js');
  const version = gccVersion();
  const measured: Measured[] = [];
  for (const name of programs) {
    const result = measure(name, guestCompiler, version !== undefined);
    if (result === undefined) return 1;
    measured.push(result);
  }
  const calls = measureCalls(guestCompiler, version === undefined ? undefined : componentInC);
  if (calls === undefined) return 1;
  if (json) {
    printJson({ bench: 'guest', gcc: version ?? null, programs: measured, calls });
    return 0;
  }
  printOut(`${table(measured)}\n`);
  printOut(
    version === undefined
      ? 'GCC is not installed (there is no riscv64-unknown-elf-gcc on the PATH), so there is no ratio.\n'
      : `Ratios: our instructions to those of ${version} -O2, our bytes to those of -Os; -march=rv32imac.\n`,
  );
  printOut(`\n${callsTable(calls)}\n`);
  return 0;
}

const sourceOf = (file: string): string =>
  displayPath(path.join(packageFolder(), 'test', 'bench', 'guest', file));

function measure(name: string, compiler: GuestCompiler, withGcc: boolean): Measured | undefined {
  const source = sourceOf(`${name}.ts`);
  const text = diskFiles.readText(source);
  if (text === undefined) {
    printError(`bench guest: ${source} is not there; the programs come with the repository only.`);
    return undefined;
  }
  const guest = compiledFigures(name, text.replace(/\bunchecked\(/g, '('), compiler);
  const unchecked = compiledFigures(name, text, compiler);
  if (guest === undefined || unchecked === undefined) return undefined;
  if (!withGcc) return { name, guest: plain(guest), unchecked: plain(unchecked), gcc: null };
  const [o2, os] = (['-O2', '-Os'] as const).map((level) =>
    figuresOf(`${name} ${level}`, gccObject(name, level), 'withoutStart'),
  );
  if (o2 === undefined || os === undefined) return undefined;
  if ([unchecked, o2, os].some(({ result }) => result !== guest.result)) {
    printError(`bench guest: ${name} gives ${guest.result}, and ${o2.result} in C.`);
    return undefined;
  }
  return {
    name,
    guest: plain(guest),
    unchecked: plain(unchecked),
    gcc: {
      o2: plain(o2),
      os: plain(os),
      instructionRatio: guest.instructions / o2.instructions,
      byteRatio: guest.bytes / os.bytes,
      uncheckedInstructionRatio: unchecked.instructions / o2.instructions,
      uncheckedByteRatio: unchecked.bytes / os.bytes,
    },
  };
}

/** As a generated source it may leave checks out. */
function compiledFigures(
  name: string,
  text: string,
  compiler: GuestCompiler,
): ReturnType<typeof figuresOf> {
  const { module, diagnostics } = compiler.compile([name], diskFiles, {
    memoryBase,
    isOptimized: true,
    generated: new Map([[name, text]]),
    hasFloatingPoint: false,
    allocationAfterInit: 'allowed',
  });
  printDiagnostics(diagnostics);
  if (module === undefined) return undefined;
  const compiled = compileModule(module);
  printDiagnostics(compiled.diagnostics);
  return figuresOf(name, compiled.object, 'withStart');
}

const plain = ({ instructions, bytes }: Figures): Figures => ({ instructions, bytes });

/** `run(4)` between two marks; the start of a module comes before and is not counted. */
function figuresOf(
  name: string,
  object: ObjectFile | undefined,
  kind: 'withStart' | 'withoutStart',
): (Figures & { readonly result: number }) | undefined {
  if (object === undefined) return undefined;
  const stub = assembled(`
    .globl _start, before, after, __guest_heap_start, __guest_heap_end
    .equ __guest_heap_start, ${heapBase}
    .equ __guest_heap_end, ${heapBase + heapBytes}
    _start: li sp, ${heapBase + heapBytes + 0x1_0000}
    ${kind === 'withStart' ? 'call __guest_start' : ''}
    li a0, 4
    before: call run
    after: j after
  `);
  const linked = link([stub, object], {
    entry: '_start',
    textBase: virtAddr(textBase),
    unusedSections: 'drop',
  });
  printDiagnostics(linked.diagnostics);
  const needed = link([object], {
    entry: 'run',
    textBase: virtAddr(textBase),
    unusedSections: 'drop',
    relaxation: 'never',
  });
  const bytes = needed.parts
    .filter(({ section }) => section.startsWith('.text'))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const run = instructionsOf(name, linked.image);
  return run && { ...run, bytes };
}

function assembled(text: string): ObjectFile {
  const readText = (asked: string): string | undefined => (asked === 'stub.S' ? text : undefined);
  return assemble('stub.S', { readText, readBytes: () => undefined }).object;
}

function instructionsOf(
  name: string,
  image: SystemImage,
): { readonly instructions: number; readonly result: number } | undefined {
  const platform = createPlatform(image, { board: 'virt', kernel: 'none' });
  if (!platform.ok) {
    printError(`bench guest: ${name} cannot be booted: ${platform.error.message}`);
    return undefined;
  }
  const { machine } = platform.value;
  const [hart] = machine.harts;
  const counts = ['before', 'after'].map((mark) => {
    const symbol = image.symbols.find((each) => each.name === mark);
    machine.breakpoints.clear();
    if (symbol !== undefined) machine.breakpoints.add(physAddr(symbol.address));
    const stop = platform.value.run(mostInstructions);
    return stop.kind === 'breakpoint' ? machine.instructions : undefined;
  });
  const [before, after] = counts;
  if (before === undefined || after === undefined || hart === undefined) {
    printError(`bench guest: ${name} did not come to its end.`);
    return undefined;
  }
  return { instructions: after - before, result: hart.x[10] ?? 0 };
}

const gcc = 'riscv64-unknown-elf-gcc';

function gccVersion(): string | undefined {
  try {
    return execFileSync(gcc, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).split('\n')[0];
  } catch {
    return undefined;
  }
}

/** With what it needs of libgcc, as our object has its own routines. */
function gccObject(name: string, level: '-O2' | '-Os'): ObjectFile | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-bench-'));
  try {
    const output = path.join(folder, `${name}.o`);
    const flags = ['-march=rv32imac', '-mabi=ilp32', '-ffreestanding', '-ffunction-sections'];
    const relocatable = ['-nostdlib', '-r', '-Wl,-d'];
    const input = ['-xc', sourceOf(`${name}.c`), '-xnone', '-lgcc'];
    execFileSync(gcc, [level, ...flags, ...relocatable, '-o', output, ...input], { stdio: 'pipe' });
    const elf = readElf(output, readFileSync(output));
    const object = elf.ok ? objectFromElf(elf.value) : elf;
    return object.ok ? object.value : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A component with the header that the build makes of its assembly. */
function componentInC(source: string, header: string): Uint8Array {
  const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-bench-'));
  try {
    const output = path.join(folder, 'component.o');
    writeFileSync(path.join(folder, 'component.c'), source);
    writeFileSync(path.join(folder, 'camkes.h'), header);
    const flags = ['-march=rv32imac', '-mabi=ilp32', '-ffreestanding', `-I${folder}`];
    const input = path.join(folder, 'component.c');
    execFileSync(gcc, ['-O2', ...flags, '-c', '-o', output, input], { stdio: 'pipe' });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function table(measured: readonly Measured[]): string {
  const count = (number: number | undefined): string => number?.toLocaleString('en-US') ?? '-';
  const ratio = (number: number | undefined): string => number?.toFixed(2) ?? '-';
  const head = ['program', 'instructions', 'GCC -O2', 'ratio', 'bytes', 'GCC -Os', 'ratio'];
  return alignedTable([
    [...head, 'unchecked', 'ratio', 'bytes', 'ratio'],
    ...measured.map(({ name, guest, unchecked, gcc: peer }) => [
      name,
      count(guest.instructions),
      count(peer?.o2.instructions),
      ratio(peer?.instructionRatio),
      count(guest.bytes),
      count(peer?.os.bytes),
      ratio(peer?.byteRatio),
      count(unchecked.instructions),
      ratio(peer?.uncheckedInstructionRatio),
      count(unchecked.bytes),
      ratio(peer?.uncheckedByteRatio),
    ]),
  ]);
}
