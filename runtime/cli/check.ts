/** `cantrip check`: the diagnostics that the editor shows, for scripts and code review tools. */
import { hasErrors } from '../toolchain/build.js';
import { readOnce } from '../toolchain/camkes/read-once.js';
import { checkInSteps } from '../toolchain/check.js';
import { driveBuild } from '../toolchain/drive-build.js';
import type { Diagnostic } from '../toolchain/text/diagnostic.js';
import { choiceOption } from './arguments.js';
import type { ParsedArguments } from './arguments.js';
import type { Command, ExitCode } from './command.js';
import { diagnosticFormats, printDiagnostics } from './diagnostics-output.js';
import { diskFiles, displayPath } from './disk.js';
import { compilerBeside } from './guest-compiler.js';
import { architectureOption, buildOptions, turn } from './platform-options.js';

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
  run: runCheck,
};

async function runCheck(parsed: ParsedArguments): Promise<ExitCode> {
  const format = choiceOption(parsed, '--format', diagnosticFormats) ?? 'human';
  const options = { ...buildOptions(parsed), reader: readOnce(diskFiles) };
  const { length } = parsed.operands;
  const compiler = compilerBeside(__dirname, length > 1 ? {} : { later: 'nothing' });
  const diagnostics: Diagnostic[] = [];
  for (const file of parsed.operands) {
    const checking = checkInSteps(displayPath(file), diskFiles, options);
    diagnostics.push(...((await driveBuild(checking, { compiler, turn })) ?? []));
  }
  await compiler.close();
  printDiagnostics(diagnostics, format);
  return hasErrors(diagnostics) ? 1 : 0;
}
