/** `cantrip bench`: how fast this is here, side by side with a peer in the same run. It judges nothing. */
import type { ParsedArguments } from './arguments.js';
import { numberOption } from './arguments.js';
import { benchBuild } from './bench-build.js';
import { benchCpu } from './bench-cpu.js';
import { benchGuest } from './bench-guest.js';
import { benchKernel } from './bench-kernel.js';
import { benchLanguages } from './bench-languages.js';
import { benchSystem } from './bench-system.js';
import type { Command, ExitCode } from './command.js';
import { UsageError } from './command.js';

export interface BenchOptions {
  readonly json: boolean;
  /** Each program runs so often, alternating with the peer; the least disturbed round counts. */
  readonly rounds: number;
}

const benches: ReadonlyMap<string, (options: BenchOptions) => ExitCode | Promise<ExitCode>> =
  new Map<string, (options: BenchOptions) => ExitCode | Promise<ExitCode>>([
    ['build', benchBuild],
    ['cpu', benchCpu],
    ['guest', benchGuest],
    ['kernel', benchKernel],
    ['languages', benchLanguages],
    ['system', benchSystem],
  ]);

export const bench: Command = {
  name: 'bench',
  summary: 'Measure builds, machine, kernel, guest compiler, languages and CantripOS.',
  operands: '[NAME…]',
  operandCount: { least: 0, most: benches.size },
  options: [
    { name: '--json', help: 'Print one JSON document.' },
    {
      name: '--rounds',
      value: 'N',
      help: 'Run each program N times and keep the best; 1 without it.',
    },
  ],
  run: runBench,
};

async function runBench(parsed: ParsedArguments): Promise<ExitCode> {
  const names = parsed.operands.length === 0 ? [...benches.keys()] : parsed.operands;
  const rounds = numberOption(parsed, '--rounds') ?? 1;
  if (rounds < 1) throw new UsageError('--rounds 0: a program must run at least once.');
  const chosen = names.map((name) => {
    const run = benches.get(name);
    if (run !== undefined) return run;
    throw new UsageError(`There is no bench ${name}; there is ${[...benches.keys()].join(', ')}.`);
  });
  let code: ExitCode = 0;
  for (const run of chosen) {
    const result = await run({ json: parsed.options.has('--json'), rounds });
    if (code === 0) code = result;
  }
  return code;
}
