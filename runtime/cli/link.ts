/** `cantrip link`: objects, archives and assembly files to one executable. */
import path from 'node:path';
import { virtAddr } from '../base/address.js';
import { fail, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { assemble } from '../toolchain/assembly/assemble.js';
import { hasErrors, rootTaskTextBase } from '../toolchain/build.js';
import { objectFromElf } from '../toolchain/elf/object-from-elf.js';
import { isArchive, readArchive } from '../toolchain/elf/read-archive.js';
import { readElf } from '../toolchain/elf/read.js';
import { writeExecutable } from '../toolchain/elf/write-executable.js';
import type { Archive } from '../toolchain/linker/archive.js';
import { link } from '../toolchain/linker/link.js';
import { mapText } from '../toolchain/linker/map.js';
import { parseLinkerScript } from '../toolchain/linker/script/parse.js';
import type { LinkerScript } from '../toolchain/linker/script/tree.js';
import type { ObjectFile } from '../toolchain/object-file.js';
import type { Diagnostic } from '../toolchain/text/diagnostic.js';
import { noRange } from '../toolchain/text/diagnostic.js';
import { numberOption } from './arguments.js';
import type { ParsedArguments } from './arguments.js';
import { UsageError } from './command.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { currentFolder, diskFiles, displayPath, writeOutput } from './disk.js';

export const linkCommand: Command = {
  name: 'link',
  summary: 'Link ELF objects, archives and assembly files into an executable.',
  operands: '<file.o|file.a|file.S…>',
  operandCount: { least: 1, most: Infinity },
  options: [
    { name: '-o', value: 'FILE', help: 'The executable; without it the first name with .elf.' },
    { name: '--entry', value: 'SYMBOL', help: 'Where it starts; _start without it.' },
    { name: '-T', value: 'FILE', help: 'A linker script, which says where sections go.' },
    { name: '--map', value: 'FILE', help: 'Write what lies where, as text.' },
    {
      name: '--text-base',
      value: 'ADDRESS',
      help: `Its first address; 0x${rootTaskTextBase.toString(16)}, a root task's, without it.`,
    },
    { name: '--gc-sections', help: 'Leave out the sections that nothing needs.' },
    { name: '--no-relax', help: 'Shorten no calls and addresses.' },
  ],
  run: (parsed) => Promise.resolve(runLink(parsed)),
};

function runLink(parsed: ParsedArguments): ExitCode {
  const textBase = numberOption(parsed, '--text-base') ?? rootTaskTextBase;
  if (textBase >= 2 ** 32)
    throw new UsageError('The value of --text-base is an address below 0x100000000.');
  const objects: ObjectFile[] = [];
  const archives: Archive[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const operand of parsed.operands) {
    const read = readInput(displayPath(operand));
    if (!read.ok) diagnostics.push(...read.error);
    else if ('members' in read.value) archives.push(read.value);
    else objects.push(read.value);
  }
  const output =
    parsed.options.get('-o') ??
    `${path.basename(parsed.operands[0] ?? '').replace(/\.[^.]+$/, '')}.elf`;
  const script = readScript(parsed, diagnostics);
  const entry = parsed.options.get('--entry');
  if (!hasErrors(diagnostics)) {
    const result = link(objects, {
      name: path.basename(output),
      ...(entry === undefined ? {} : { entry }),
      ...(script === undefined ? {} : { script }),
      textBase: virtAddr(textBase),
      archives,
      unusedSections: parsed.options.has('--gc-sections') ? 'drop' : 'keep',
      relaxation: parsed.options.has('--no-relax') ? 'never' : 'wherePossible',
    });
    diagnostics.push(...result.diagnostics);
    const map = parsed.options.get('--map');
    if (map !== undefined) writeOutput(map, new TextEncoder().encode(mapText(result)));
    if (!hasErrors(diagnostics))
      writeOutput(
        output,
        writeExecutable(result.linked, { compilationDirectory: currentFolder() }),
      );
  }
  printDiagnostics(diagnostics);
  return hasErrors(diagnostics) ? 1 : 0;
}

function readScript(parsed: ParsedArguments, diagnostics: Diagnostic[]): LinkerScript | undefined {
  const name = parsed.options.get('-T');
  if (name === undefined) return undefined;
  const file = displayPath(name);
  const text = diskFiles.readText(file);
  if (text === undefined) {
    diagnostics.push(missingFile(file));
    return undefined;
  }
  const parsedScript = parseLinkerScript(file, text, diskFiles);
  diagnostics.push(...parsedScript.diagnostics);
  return parsedScript.script;
}

const missingFile = (file: string): Diagnostic => ({
  file,
  range: noRange,
  severity: 'error',
  code: 'missing-file',
  message: 'There is no such file.',
});

function readInput(file: string): Result<ObjectFile | Archive, readonly Diagnostic[]> {
  const bytes = diskFiles.readBytes(file);
  if (bytes === undefined) return fail([missingFile(file)]);
  if (/\.[sS]$/.test(file)) {
    const { object, diagnostics } = assemble(file, diskFiles);
    return hasErrors(diagnostics) ? fail(diagnostics) : ok(object);
  }
  if (isArchive(bytes)) {
    const archive = readArchive(file, bytes);
    return archive.ok ? archive : fail([archive.error]);
  }
  const elf = readElf(file, bytes);
  const object = elf.ok ? objectFromElf(elf.value) : elf;
  return object.ok ? object : fail([object.error]);
}
