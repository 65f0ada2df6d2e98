/**
 * The system bench: CantripOS of board nexus, from the platform that is made of its image to the prompt, and from there
 * to an application that runs; a call between two of its components; and what each component takes. Wall time is that
 * of the best round, and without the build, whose time from the cache is told by itself.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createPlatform, type Platform } from '../platform.js';
import { hasErrors, type Built } from '../toolchain/build.js';
import { footprintText } from '../toolchain/components/footprint.js';
import type { BenchOptions } from './bench.js';
import { costOfMessage, type Cost } from './bench-calls.js';
import { alignedTable } from './bench-program.js';
import type { ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { loadGuestCompiler } from './guest-compiler.js';
import { printError, printJson, printOut } from './output.js';
import { buildSource } from './platform-options.js';
import { packageFolder } from './sibling.js';

/** Where the system is in our own tree, and where a package has it. */
const places = ['runtime/system', 'extension/samples/cantripos/system'];
const mostInstructions = 200_000_000;
const messageBytes = 16;

interface Moment extends Cost {
  readonly what: string;
  readonly milliseconds: number;
}

export async function benchSystem({ json, rounds }: BenchOptions): Promise<ExitCode> {
  const source = places
    .map((place) => path.join(packageFolder(), place, 'platforms/nexus'))
    .find((place) => existsSync(path.join(place, 'cantrip.json')));
  if (source === undefined) {
    printError('bench system: the sources of CantripOS are not packaged here.');
    return 1;
  }
  const parsed = { operands: [source], options: new Map<string, string>() };
  // The first build fills the cache, so that the second tells what an unchanged system takes.
  await buildSource(parsed);
  const begun = performance.now();
  const built = await buildSource(parsed);
  const buildMilliseconds = performance.now() - begun;
  if (hasErrors(built.diagnostics)) {
    printDiagnostics(built.diagnostics);
    return 1;
  }
  const measured = bestOf(rounds, () => boot(built));
  const guestCompiler = await loadGuestCompiler();
  const calls = (['cantripRPCCall', 'cantripRPCOverMultiSharedData'] as const).flatMap(
    (connector) =>
      (['process', 'capsule'] as const).map((where) => {
        const name = where === 'process' ? connector : `${connector} in a capsule`;
        return [name, costOfMessage(connector, where, messageBytes, guestCompiler)] as const;
      }),
  );
  if (measured === undefined || calls.some(([, cost]) => cost === undefined)) {
    printError('bench system: the system did not come to its prompt, or to an application.');
    return 1;
  }
  const { footprints = [] } = built;
  if (json) {
    printJson({
      buildMilliseconds,
      moments: measured,
      calls: Object.fromEntries(calls),
      footprints,
    });
    return 0;
  }
  printOut(`${momentsText(measured)}\n\n`);
  printOut(`A build of the unchanged system: ${buildMilliseconds.toFixed(0)} ms.\n\n`);
  printOut(`${callsText(calls)}\n\n${footprintText(footprints)}\n`);
  return 0;
}

function bestOf(
  rounds: number,
  measure: () => readonly Moment[] | undefined,
): readonly Moment[] | undefined {
  let best: readonly Moment[] | undefined;
  const total = (moments: readonly Moment[]): number =>
    moments.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  for (let round = 0; round < rounds; round += 1) {
    const moments = measure();
    if (moments === undefined) return undefined;
    if (best === undefined || total(moments) < total(best)) best = moments;
  }
  return best;
}

function boot({ image, settings, programs = [] }: Built): Moment[] | undefined {
  if (image === undefined) return undefined;
  const begun = performance.now();
  const made = createPlatform(image, { ...settings, programs });
  if (!made.ok) return undefined;
  const platform = made.value;
  let text = '';
  let wanted: RegExp | undefined;
  platform.onConsole((byte) => {
    text += String.fromCharCode(byte);
    if (wanted?.test(text) === true) platform.machine.requestStop();
  });
  const until = (pattern: RegExp): boolean => {
    wanted = pattern;
    platform.run(mostInstructions);
    const isThere = pattern.test(text);
    text = '';
    return isThere;
  };
  const first = { at: begun, instructions: 0, cycles: 0 };
  if (!until(/CANTRIP> $/)) return undefined;
  const prompt = mark(platform);
  platform.machine.receive(new TextEncoder().encode('start hello\r'));
  if (!until(/Bundle "hello" started\./)) return undefined;
  const started = mark(platform);
  return [
    between('from the image to the prompt', first, prompt),
    between('`start hello`, until it is started', prompt, started),
  ];
}

interface Mark extends Cost {
  readonly at: number;
}

const mark = ({ machine }: Platform): Mark => ({
  at: performance.now(),
  instructions: machine.instructions,
  cycles: machine.clock.now(),
});

const between = (what: string, from: Mark, to: Mark): Moment => ({
  what,
  milliseconds: to.at - from.at,
  instructions: to.instructions - from.instructions,
  cycles: to.cycles - from.cycles,
});

const momentsText = (moments: readonly Moment[]): string =>
  alignedTable([
    ['', 'milliseconds', 'instructions', 'cycles'],
    ...moments.map(({ what, milliseconds, instructions, cycles }) => [
      what,
      milliseconds.toFixed(0),
      String(instructions),
      String(cycles),
    ]),
  ]);

const callsText = (calls: readonly (readonly [string, Cost | undefined])[]): string =>
  alignedTable([
    [`a call with ${String(messageBytes)} bytes each way`, 'instructions', 'cycles'],
    ...calls.map(([connector, cost]) => [
      connector,
      (cost?.instructions ?? 0).toFixed(0),
      (cost?.cycles ?? 0).toFixed(0),
    ]),
  ]);
