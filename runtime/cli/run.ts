/** `cantrip run`: builds, boots and runs, with the guest's console on stdin and stdout. */
import { hasErrors } from '../toolchain/build.js';
import type { FaultReport } from '../inspect/fault-reports.js';
import { formatAddress } from '../base/address.js';
import { connectUpload } from '../terminal/upload-line.js';
import { numberOption } from './arguments.js';
import type { ParsedArguments } from './arguments.js';
import { bootSource } from './boot.js';
import { bundleToInstall, installOption } from './bundle-to-install.js';
import type { Booted } from './boot.js';
import { UsageError } from './command.js';
import type { Command, ExitCode } from './command.js';
import { fixedInput, inputBehind, stdinInput } from './console-input.js';
import type { ConsoleInput } from './console-input.js';
import { jsonDiagnostic, printDiagnostics } from './diagnostics-output.js';
import { diskFiles, displayPath, writeOutput } from './disk.js';
import { printError, printJson, printOut } from './output.js';
import { saveFlash } from './flash-file.js';
import { bootOptions } from './platform-options.js';
import { runPlatform } from './run-platform.js';
import type { RunLimits } from './run-platform.js';
import { readSignature } from './signature.js';
import { traceKinds, traceRun } from './trace.js';
import type { TraceKind } from './trace.js';

export const run: Command = {
  name: 'run',
  summary: 'Build a source or take an ELF file, boot it and run it.',
  operands: '<source>',
  operandCount: { least: 1, most: 1 },
  options: [
    ...bootOptions,
    { name: '--input', value: 'TEXT', help: 'Console input; nothing is read from stdin then.' },
    { name: '--input-file', value: 'FILE', help: 'Console input from a file, likewise.' },
    installOption,
    { name: '--until', value: 'REGEX', help: 'Stop with success when the console text matches.' },
    { name: '--max-instructions', value: 'N', help: 'Stop after exactly N instructions (exit 3).' },
    { name: '--exit-on-idle', help: 'Stop with success when the guest waits for input.' },
    {
      name: '--trace',
      value: 'KIND,…',
      help: `Print to stderr what happens: ${traceKinds.join(', ')}.`,
    },
    { name: '--signature', value: 'FILE', help: 'At the end write the test signature to FILE.' },
    { name: '--json', help: 'Print one JSON document, with the console text and each fault.' },
  ],
  run: runCommand,
};

async function runCommand(parsed: ParsedArguments): Promise<ExitCode> {
  const limits = limitsOf(parsed);
  const kinds = traceOption(parsed);
  const given = givenInput(parsed);
  const isJson = parsed.options.has('--json');
  const install = await bundleToInstall(parsed);
  if (install !== undefined && hasErrors(install.diagnostics)) return failToBoot(install, isJson);
  printDiagnostics(install?.diagnostics ?? []);
  const upload = install?.upload;
  const booted = await bootSource(parsed, install?.programs);
  if (booted.platform === undefined || hasErrors(booted.diagnostics))
    return failToBoot(booted, isJson);
  printDiagnostics(booted.diagnostics);
  const { platform } = booted;

  const typed = given ?? stdinInput();
  const input = upload === undefined ? typed : inputBehind(upload, typed);
  const hearing = upload && connectUpload(platform, upload);
  if (given === undefined && process.stdin.isTTY)
    printError('The keyboard is the console; Ctrl-A x leaves, Ctrl-A b sends a break.');
  const collected: Uint8Array[] = [];
  const faults: FaultReport[] = [];
  // On a terminal our sentence would stand behind the guest's last words.
  const terminal = { isMidLine: false };
  const trace = traceRun(platform, kinds, printError);
  try {
    const outcome = await runPlatform(platform, limits, input, {
      console: (bytes) => {
        if (isJson) collected.push(bytes);
        else printOut(bytes);
        terminal.isMidLine = process.stdout.isTTY && bytes.at(-1) !== 0x0a;
      },
      run: (steps) => trace.run(steps),
      fault: (report) => {
        if (terminal.isMidLine) printError('');
        terminal.isMidLine = false;
        printError(report.text);
        if (isJson) faults.push(report);
      },
    });
    const failed = upload === undefined || upload.outcome?.isInstalled === true ? 0 : 1;
    if (failed !== 0)
      printError(`The bundle is not installed: ${upload?.outcome?.message ?? 'no prompt came'}.`);
    const signature = writeSignature(parsed, platform);
    const { instructions, cycles } = platform.machine;
    if (isJson) {
      const console = Buffer.concat(collected).toString('utf8');
      const exit = worst(outcome.exit, failed, signature);
      const { reason } = outcome;
      printJson({ exit, reason, instructions, cycles, console, faults: faults.map(jsonFault) });
      return exit;
    }
    if (terminal.isMidLine) printError('');
    printError(`${outcome.message} (${instructions} instructions)`);
    return worst(outcome.exit, failed, signature);
  } finally {
    trace.dispose();
    hearing?.dispose();
    input.close();
    saveFlash(parsed, platform);
  }
}

function failToBoot({ diagnostics }: Pick<Booted, 'diagnostics'>, isJson: boolean): ExitCode {
  printDiagnostics(diagnostics);
  if (isJson)
    printJson({
      exit: 1,
      reason: 'build-failed',
      instructions: 0,
      cycles: 0,
      console: '',
      faults: [],
      diagnostics: diagnostics.map(jsonDiagnostic),
    });
  return 1;
}

/** Lines and columns count from one, as in its text. */
function jsonFault({ thread, kind, address, place, text, isHandled }: FaultReport): unknown {
  const { file, line, column = 0 } = place ?? {};
  return {
    thread,
    kind,
    address: formatAddress(address),
    ...(file === undefined ? {} : { file: displayPath(file), line }),
    ...(column === 0 ? {} : { column }),
    handled: isHandled,
    text,
  };
}

/** The first that is no success. */
const worst = (...exits: readonly ExitCode[]): ExitCode => exits.find((exit) => exit !== 0) ?? 0;

function limitsOf(parsed: ParsedArguments): RunLimits {
  const until = untilOption(parsed);
  const maxInstructions = numberOption(parsed, '--max-instructions');
  return {
    exitOnIdle: parsed.options.has('--exit-on-idle'),
    ...(until === undefined ? {} : { until }),
    ...(maxInstructions === undefined ? {} : { maxInstructions }),
  };
}

function untilOption({ options }: ParsedArguments): RegExp | undefined {
  const text = options.get('--until');
  if (text === undefined) return undefined;
  try {
    return new RegExp(text, 'm');
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new UsageError(`The value of --until is not a regular expression: ${why}.`);
  }
}

function traceOption({ options }: ParsedArguments): TraceKind[] {
  const text = options.get('--trace');
  return (text?.split(',') ?? []).map((word) => {
    const kind = traceKinds.find((candidate) => candidate === word);
    if (kind === undefined)
      throw new UsageError(
        `The value of --trace is some of ${traceKinds.join(', ')}, not ${word}.`,
      );
    return kind;
  });
}

/** Undefined when neither option is given: input comes from stdin then. */
function givenInput({ options }: ParsedArguments): ConsoleInput | undefined {
  const text = options.get('--input');
  const file = options.get('--input-file');
  if (text !== undefined && file !== undefined)
    throw new UsageError('Give --input or --input-file, not both.');
  if (text !== undefined) return fixedInput(Buffer.from(text, 'utf8'));
  if (file === undefined) return undefined;
  const bytes = diskFiles.readBytes(file);
  if (bytes === undefined) throw new UsageError(`The input file ${file} cannot be read.`);
  return fixedInput(bytes);
}

/** 1 when it was asked for and there is none. */
function writeSignature(
  { options }: ParsedArguments,
  platform: Parameters<typeof readSignature>[0],
): ExitCode {
  const file = options.get('--signature');
  if (file === undefined) return 0;
  const signature = readSignature(platform);
  if (!signature.ok) {
    printError(signature.error);
    return 1;
  }
  writeOutput(file, signature.value);
  return 0;
}
