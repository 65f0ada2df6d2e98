/**
 * The kernel bench: root tasks of `test/bench/kernel` that do one thing over and over. The peer is the
 * machine itself: the time that it needs for as many plain instructions as an operation costs in
 * emulated cycles. CPU time, between two marks that the program writes to the console: of user and system
 * together, because hosts count the sum exactly, and each alone in ticks of some milliseconds.
 */
import { symbolNamed } from '../image/lookup.js';
import type { SystemImage } from '../image/system-image.js';
import { createPlatform } from '../platform.js';
import type { BenchOptions } from './bench.js';
import { alignedTable, buildBench } from './bench-program.js';
import type { ExitCode } from './command.js';
import { printError, printJson, printOut } from './output.js';

/** Programs and what one operation of theirs is; how many it does is its symbol `COUNT`. */
const programs: readonly (readonly [name: string, operation: string])[] = [
  ['ipc', 'Call and ReplyRecv, 4 words'],
  ['ipc-active', 'the same, to an active server'],
  ['signal', 'Signal and NBWait'],
  ['switch', 'two switches by Signal and Wait'],
  ['retype', 'Retype to an endpoint and Delete'],
  ['map', 'Page_Map and Page_Unmap'],
  ['revoke-1000', 'Revoke, for each of 1,000'],
  ['revoke-10000', 'Revoke, for each of 10,000'],
];

const sliceInstructions = 1_000_000;
const plainInstructions = 50_000_000;
/** A revoke of 1,000 is done in less than a millisecond, and anything may happen in that. */
const enoughSeconds = 0.05;
const manyRounds = 20;

interface Measured {
  readonly name: string;
  readonly operation: string;
  readonly operations: number;
  readonly microseconds: number;
  readonly instructions: number;
  readonly cycles: number;
  /** What as many plain instructions as there are cycles take. */
  readonly plainMicroseconds: number;
}

export function benchKernel({ json, rounds }: BenchOptions): ExitCode {
  const plain = best(rounds, secondsOfPlainInstructions);
  if (plain === undefined) return 1;
  const measured: Measured[] = [];
  for (const [name, operation] of programs) {
    const image = buildBench('kernel', name, 'builtin')?.image;
    // As for the peer: once the engine has compiled.
    const isWarm = image !== undefined && runOnce(image, name) !== undefined;
    const run = isWarm ? best(rounds, () => runOnce(image, name)) : undefined;
    if (image === undefined || run === undefined) return 1;
    const operations = symbolNamed(image, 'COUNT')?.address ?? NaN;
    const cycles = run.cycles / operations;
    measured.push({
      name,
      operation,
      operations,
      microseconds: (run.seconds / operations) * 1e6,
      instructions: run.instructions / operations,
      cycles,
      plainMicroseconds: (plain.seconds / plainInstructions) * cycles * 1e6,
    });
  }
  if (json) printJson({ bench: 'kernel', programs: measured });
  else printOut(`${table(measured)}\n`);
  return 0;
}

/** The least disturbed of some runs: of `rounds`, and of more where one is too short to tell much. */
function best<T extends { readonly seconds: number }>(
  rounds: number,
  run: () => T | undefined,
): T | undefined {
  let least: T | undefined;
  let seconds = 0;
  for (let round = 0; round < rounds || (seconds < enoughSeconds && round < manyRounds); round++) {
    const one = run();
    if (one === undefined) return undefined;
    seconds += one.seconds;
    if (least === undefined || one.seconds < least.seconds) least = one;
  }
  return least;
}

/** Of the processor bench's arithmetic, once the engine has compiled. */
function secondsOfPlainInstructions(): { readonly seconds: number } | undefined {
  const image = buildBench('cpu', 'compute', 'none')?.image;
  const platform = image && createPlatform(image, { board: 'virt', kernel: 'none' });
  if (platform?.ok !== true) return undefined;
  const run = (instructions: number): void => {
    for (let left = instructions; left > 0; left -= sliceInstructions)
      platform.value.run(Math.min(left, sliceInstructions));
  };
  run(plainInstructions / 5);
  const start = cpuSeconds();
  run(plainInstructions);
  return { seconds: cpuSeconds() - start };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function runOnce(
  image: SystemImage,
  name: string,
):
  { readonly seconds: number; readonly instructions: number; readonly cycles: number } | undefined {
  const platform = createPlatform(image, { board: 'virt', kernel: 'builtin' });
  if (!platform.ok) {
    printError(`bench kernel: ${name} cannot be booted: ${platform.error.message}`);
    return undefined;
  }
  const { machine, onConsole } = platform.value;
  const now = (): { seconds: number; instructions: number; cycles: number } => ({
    seconds: cpuSeconds(),
    instructions: machine.instructions,
    cycles: machine.clock.now(),
  });
  const marks = new Map<string, ReturnType<typeof now>>();
  onConsole((byte) => marks.set(String.fromCharCode(byte), now()));
  let stop = platform.value.run(sliceInstructions);
  while (stop.kind === 'limit' && !marks.has('F')) stop = platform.value.run(sliceInstructions);
  const begin = marks.get('B');
  const end = marks.get('E');
  if (begin === undefined || end === undefined) {
    printError(`bench kernel: ${name} did not end with success, but: ${JSON.stringify(stop)}`);
    return undefined;
  }
  return {
    seconds: end.seconds - begin.seconds,
    instructions: end.instructions - begin.instructions,
    cycles: end.cycles - begin.cycles,
  };
}

function table(measured: readonly Measured[]): string {
  return alignedTable([
    ['operation', 'µs', 'per second', 'instructions', 'cycles', 'µs of plain instructions'],
    ...measured.map((row) => [
      row.operation,
      row.microseconds.toFixed(2),
      Math.round(1e6 / row.microseconds).toLocaleString('en-US'),
      row.instructions.toFixed(0),
      row.cycles.toFixed(0),
      row.plainMicroseconds.toFixed(2),
    ]),
  ]);
}
