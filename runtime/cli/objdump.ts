/** `cantrip objdump`: what is in an ELF file, as disassembly, symbols or section headers. */
import { formatAddress } from '../base/address.js';
import { decode, instructionLength } from '../isa/decode.js';
import { printInstruction } from '../isa/print.js';
import type { ElfFile, ElfSection, ElfSymbol } from '../toolchain/elf/elf-file.js';
import {
  sectionFlag,
  sectionIndex,
  sectionType,
  symbolBinding,
  symbolType,
} from '../toolchain/elf/elf-file.js';
import { isElf, readElf } from '../toolchain/elf/read.js';
import { hasErrors } from '../toolchain/build.js';
import type { ParsedArguments } from './arguments.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { diskFiles, displayPath } from './disk.js';
import { printOut } from './output.js';
import { buildSource } from './platform-options.js';

export const objdump: Command = {
  name: 'objdump',
  summary: 'Show the instructions of an ELF file or a source, its symbols or its sections.',
  operands: '<file>',
  operandCount: { least: 1, most: 1 },
  options: [
    { name: '--symbols', help: 'The symbol table instead of the instructions.' },
    { name: '--headers', help: 'The sections and segments instead of the instructions.' },
    { name: '--no-aliases', help: 'addi a0, zero, 1 instead of li a0, 1.' },
  ],
  run: runObjdump,
};

async function runObjdump(parsed: ParsedArguments): Promise<ExitCode> {
  const path = displayPath(parsed.operands[0] ?? '');
  const bytes = diskFiles.readBytes(path);
  // An ELF is shown as it is; a source is built first.
  const built = bytes !== undefined && isElf(bytes) ? undefined : await buildSource(parsed);
  if (built !== undefined) printDiagnostics(built.diagnostics);
  if (built !== undefined && hasErrors(built.diagnostics)) return 1;
  const elf = readElf(path, built?.elf ?? bytes ?? new Uint8Array(0));
  if (!elf.ok) {
    printDiagnostics([elf.error]);
    return 1;
  }
  if (parsed.options.has('--symbols')) printOut(symbolList(elf.value));
  else if (parsed.options.has('--headers')) printOut(headerList(elf.value));
  else printOut(disassembly(elf.value, { aliases: !parsed.options.has('--no-aliases') }));
  return 0;
}

function headerList({ sections, segments }: ElfFile): string {
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  let text = 'sections\n  address   size      file      name\n';
  for (const { name, type, address, sizeBytes, offset, flags } of sections) {
    if (type === sectionType.null) continue;
    const rights =
      (flags & sectionFlag.allocated ? 'r' : '-') +
      (flags & sectionFlag.writable ? 'w' : '-') +
      (flags & sectionFlag.executable ? 'x' : '-');
    text += `  ${hex(address)}  ${hex(sizeBytes)}  ${hex(offset)}  ${rights}  ${name}\n`;
  }
  text += 'segments\n  address   physical  in file   in memory\n';
  for (const segment of segments) {
    const rights =
      (segment.flags & 4 ? 'r' : '-') +
      (segment.flags & 2 ? 'w' : '-') +
      (segment.flags & 1 ? 'x' : '-');
    text += `  ${hex(segment.virtualAddress)}  ${hex(segment.physicalAddress)}  ${hex(segment.bytes.length)}  ${hex(segment.memorySizeBytes)}  ${rights}\n`;
  }
  return text;
}

function symbolList({ symbols, sections }: ElfFile): string {
  const bindings: Readonly<Record<number, string>> = {
    [symbolBinding.local]: 'local ',
    [symbolBinding.global]: 'global',
    [symbolBinding.weak]: 'weak  ',
  };
  const types: Readonly<Record<number, string>> = {
    [symbolType.function]: 'function',
    [symbolType.object]: 'object  ',
  };
  const isListed = ({ name, type }: ElfSymbol): boolean =>
    name !== '' && type !== symbolType.section && type !== symbolType.file;
  return symbols
    .filter(isListed)
    .map((symbol) => {
      const section =
        symbol.section === sectionIndex.undefined
          ? 'undefined'
          : symbol.section === sectionIndex.absolute
            ? 'absolute'
            : symbol.section === sectionIndex.common
              ? 'common'
              : (sections[symbol.section]?.name ?? '');
      const size = symbol.sizeBytes.toString(16).padStart(8, '0');
      return `${formatAddress(symbol.value)}  ${bindings[symbol.binding] ?? 'other '}  ${types[symbol.type] ?? 'label   '}  ${size}  ${section.padEnd(10)}  ${symbol.name}\n`;
    })
    .join('');
}

function disassembly(elf: ElfFile, options: { readonly aliases: boolean }): string {
  let text = `${elf.path}: ELF32 RISC-V ${elf.kind}\n`;
  elf.sections.forEach((section, index) => {
    if ((section.flags & sectionFlag.executable) !== 0 && section.sizeBytes > 0)
      text += `\nsection ${section.name}\n${disassembleSection(elf, section, index, options)}`;
  });
  return text;
}

function disassembleSection(
  elf: ElfFile,
  section: ElfSection,
  index: number,
  options: { readonly aliases: boolean },
): string {
  const labels = new Map<number, string>();
  for (const symbol of elf.symbols) {
    const isPlace =
      symbol.type === symbolType.none ||
      symbol.type === symbolType.function ||
      symbol.type === symbolType.object;
    if (symbol.section === index && isPlace && symbol.name !== '' && !/^(\$|\.L)/.test(symbol.name))
      labels.set(symbol.value, symbol.name);
  }
  const sorted = [...labels].sort(([a], [b]) => a - b);
  const symbolize = (address: number): string | undefined => {
    const found = sorted.findLast(([at]) => at <= address);
    if (found === undefined || address >= section.address + section.bytes.length) return undefined;
    const offset = address - found[0];
    return offset === 0 ? found[1] : `${found[1]}+0x${offset.toString(16)}`;
  };
  const { bytes } = section;
  let text = '';
  for (let at = 0; at + 1 < bytes.length;) {
    const address = section.address + at;
    const label = labels.get(address);
    if (label !== undefined) text += `\n${formatAddress(address).slice(2)} <${label}>:\n`;
    const word = wordAt(bytes, at);
    const length = Math.min(instructionLength(word), bytes.length - at);
    const decoded = decode(word);
    const shown = length === 2 ? word & 0xffff : word >>> 0;
    const raw = shown.toString(16).padStart(length * 2, '0');
    const line =
      decoded === undefined
        ? `${length === 2 ? '.half' : '.word'} 0x${raw}`
        : printInstruction(decoded, address, symbolize, options);
    text += `${address.toString(16).padStart(8)}:  ${raw.padEnd(8)}  ${line}\n`;
    at += length;
  }
  return text;
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);
