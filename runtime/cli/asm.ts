/** `cantrip asm`: one assembly file to an ELF object that our linker and GNU ld take, or to a listing. */
import path from 'node:path';
import { assemble } from '../toolchain/assembly/assemble.js';
import type { AssembleOptions } from '../toolchain/assembly/assemble.js';
import { hasErrors } from '../toolchain/build.js';
import { writeObject } from '../toolchain/elf/write-object.js';
import type { ParsedArguments } from './arguments.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { currentFolder, diskFiles, displayPath, writeOutput } from './disk.js';
import { formatListing } from './listing.js';
import { printOut } from './output.js';

export const asm: Command = {
  name: 'asm',
  summary: 'Assemble a RISC-V assembly file in GNU syntax into an ELF object.',
  operands: '<file.S>',
  operandCount: { least: 1, most: 1 },
  options: [
    { name: '-o', value: 'FILE', help: 'The object; without it the source name with .o.' },
    {
      name: '-march',
      value: 'ARCH',
      help: 'As GNU as takes it; rv32imac_zicsr_zifencei without it.',
    },
    { name: '--listing', help: 'Print addresses, bytes and source; write an object only with -o.' },
  ],
  run: (parsed) => Promise.resolve(runAsm(parsed)),
};

function runAsm(parsed: ParsedArguments): ExitCode {
  const source = displayPath(parsed.operands[0] ?? '');
  const { object, diagnostics } = assemble(source, diskFiles, architectureOption(parsed));
  printDiagnostics(diagnostics);
  if (hasErrors(diagnostics)) return 1;
  const isListing = parsed.options.has('--listing');
  if (isListing) printOut(formatListing(object, diskFiles));
  const output = parsed.options.get('-o') ?? `${path.basename(source).replace(/\.[sS]$/, '')}.o`;
  if (!isListing || parsed.options.has('-o'))
    writeOutput(output, writeObject(object, { compilationDirectory: currentFolder() }));
  return 0;
}

function architectureOption({ options }: ParsedArguments): AssembleOptions {
  const march = options.get('-march');
  return march === undefined ? {} : { march };
}
