/** `cantrip check`: the diagnostics that the editor shows, for scripts and code review tools. */
import { hasErrors } from '../toolchain/build.js';
import { readOnce } from '../toolchain/camkes/read-once.js';
import { check } from '../toolchain/check.js';
import { choiceOption } from './arguments.js';
import type { ParsedArguments } from './arguments.js';
import type { Command, ExitCode } from './command.js';
import { diagnosticFormats, printDiagnostics } from './diagnostics-output.js';
import { diskFiles, displayPath } from './disk.js';
import { architectureOption, buildOptions } from './platform-options.js';

export const checkCommand: Command = {
  name: 'check',
  summary: 'Show the diagnostics of sources, ELF files and folders with a cantrip.json.',
  operands: '<file…>',
  operandCount: { least: 1, most: Infinity },
  options: [
    architectureOption,
    {
      name: '--format',
      value: 'FORMAT',
      help: `${diagnosticFormats.join(', ')}; human without it.`,
    },
  ],
  run: (parsed) => Promise.resolve(runCheck(parsed)),
};

function runCheck(parsed: ParsedArguments): ExitCode {
  const format = choiceOption(parsed, '--format', diagnosticFormats) ?? 'human';
  const options = { ...buildOptions(parsed), reader: readOnce(diskFiles) };
  const diagnostics = parsed.operands.flatMap((file) =>
    check(displayPath(file), diskFiles, options),
  );
  printDiagnostics(diagnostics, format);
  return hasErrors(diagnostics) ? 1 : 0;
}
