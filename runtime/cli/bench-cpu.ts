/**
 * The processor bench: the programs of `test/bench/cpu`, assembled, on the machine and on QEMU with
 * `-icount`, its deterministic mode, which counts instructions as we do. What counts is user CPU time, so
 * that other work on the host disturbs little; the engines' own compiling is in it, ours and QEMU's.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPlatform } from '../platform.js';
import type { SystemImage } from '../image/system-image.js';
import type { BenchOptions } from './bench.js';
import { alignedTable, buildBench } from './bench-program.js';
import type { ExitCode } from './command.js';
import { printError, printJson, printOut } from './output.js';
import { qemuVersion, timeQemu } from './qemu.js';

const programs = ['compute', 'memory-walk', 'traps'] as const;

/** Keeps one call of `run` well below what a user notices, and lets V8 enter optimised code. */
const sliceInstructions = 1_000_000;

interface Measured {
  readonly name: string;
  readonly instructions: number;
  readonly seconds: number;
  readonly mips: number;
  /** Absent where QEMU is not installed. */
  readonly qemu: { readonly seconds: number; readonly mips: number; readonly ratio: number } | null;
}

export function benchCpu({ json, rounds }: BenchOptions): ExitCode {
  const version = qemuVersion();
  const measured: Measured[] = [];
  for (const name of programs) {
    const result = measure(name, rounds, version !== undefined);
    if (result === undefined) return 1;
    measured.push(result);
  }
  if (json) {
    printJson({ bench: 'cpu', qemu: version ?? null, programs: measured });
    return 0;
  }
  printOut(`${table(measured)}\n`);
  printOut(
    version === undefined
      ? 'QEMU is not installed (there is no qemu-system-riscv32 on the PATH), so there is no ratio.\n'
      : `Ratio: our MIPS divided by those of ${version} -M virt -icount shift=0, in user CPU time.\n`,
  );
  return 0;
}

function measure(name: string, rounds: number, withQemu: boolean): Measured | undefined {
  const built = buildBench('cpu', name, 'none');
  if (built === undefined) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-bench-'));
  try {
    const elf = path.join(folder, `${name}.elf`);
    writeFileSync(elf, built.elf);
    let instructions = 0;
    let seconds = Infinity;
    let qemuSeconds = Infinity;
    for (let round = 0; round < rounds; round++) {
      const run = runOnce(built.image, name);
      if (run === undefined) return undefined;
      instructions = run.instructions;
      seconds = Math.min(seconds, run.seconds);
      if (withQemu) qemuSeconds = Math.min(qemuSeconds, timeQemu(elf));
    }
    const mips = instructions / seconds / 1e6;
    const qemuMips = instructions / qemuSeconds / 1e6;
    const qemu = withQemu ? { seconds: qemuSeconds, mips: qemuMips, ratio: mips / qemuMips } : null;
    return { name, instructions, seconds, mips, qemu };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runOnce(
  image: SystemImage,
  name: string,
): { readonly instructions: number; readonly seconds: number } | undefined {
  const platform = createPlatform(image, { board: 'virt', kernel: 'none' });
  if (!platform.ok) {
    printError(`bench cpu: ${name} cannot be booted: ${platform.error.message}`);
    return undefined;
  }
  const { machine } = platform.value;
  const start = process.cpuUsage();
  let stop = platform.value.run(sliceInstructions);
  while (stop.kind === 'limit') stop = platform.value.run(sliceInstructions);
  const seconds = process.cpuUsage(start).user / 1e6;
  if (stop.kind === 'poweredOff' && stop.code === 0) {
    return { instructions: machine.instructions, seconds };
  }
  printError(`bench cpu: ${name} did not end with success, but: ${JSON.stringify(stop)}`);
  return undefined;
}

function table(measured: readonly Measured[]): string {
  return alignedTable([
    ['program', 'instructions', 'seconds', 'MIPS', 'QEMU MIPS', 'ratio'],
    ...measured.map(({ name, instructions, seconds, mips, qemu }) => [
      name,
      instructions.toLocaleString('en-US'),
      seconds.toFixed(2),
      mips.toFixed(0),
      qemu?.mips.toFixed(0) ?? '-',
      qemu?.ratio.toFixed(2) ?? '-',
    ]),
  ]);
}
