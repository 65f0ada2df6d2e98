/** `cantrip fmt`: brings CAmkES and capDL files into the form that the editor's Format Document gives them. */
import { formatCamkes } from '../toolchain/camkes/format.js';
import { formatCapdl } from '../toolchain/capdl/format.js';
import type { ParsedArguments } from './arguments.js';
import { UsageError } from './command.js';
import type { Command, ExitCode } from './command.js';
import { diskFiles, displayPath, writeOutput } from './disk.js';
import { printError, printOut } from './output.js';

export const fmt: Command = {
  name: 'fmt',
  summary: 'Format .camkes, .idl4 and .cdl files in place.',
  operands: '<file…>',
  operandCount: { least: 1, most: Infinity },
  options: [
    { name: '--check', help: 'Write nothing; name the files that would change, and exit with 1.' },
    { name: '--stdout', help: 'Print the formatted text instead of writing it.' },
  ],
  run: (parsed) => Promise.resolve(runFmt(parsed)),
};

function runFmt({ operands, options }: ParsedArguments): ExitCode {
  const files = operands.map((operand) => {
    const file = displayPath(operand);
    const format = formatterOf(file);
    if (format === undefined)
      throw new UsageError(
        `There is a formatter for .camkes, .idl4 and .cdl files, not for ${file}.`,
      );
    return { file, format };
  });
  let exit: ExitCode = 0;
  for (const { file, format } of files) {
    const text = diskFiles.readText(file);
    if (text === undefined) {
      printError(`${file} is not there or cannot be read.`);
      exit = 1;
      continue;
    }
    const formatted = format(text);
    if (options.has('--stdout')) printOut(formatted);
    else if (formatted === text) continue;
    else if (options.has('--check')) {
      printError(`${file} is not formatted; mend it with: cantrip fmt ${file}`);
      exit = 1;
    } else writeOutput(file, formatted);
  }
  return exit;
}

function formatterOf(file: string): ((text: string) => string) | undefined {
  if (/\.(camkes|idl4)$/.test(file)) return formatCamkes;
  return file.endsWith('.cdl') ? formatCapdl : undefined;
}
