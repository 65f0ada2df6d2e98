/**
 * A hover for a mnemonic: what the instruction does, its operands, how it is encoded, and what this
 * very statement became.
 */
import { aliases } from '../../runtime/isa/aliases.js';
import { findInstruction } from '../../runtime/isa/encode.js';
import type { Instruction } from '../../runtime/isa/instruction.js';
import { printInstruction } from '../../runtime/isa/print.js';
import { pseudoInstructions } from '../../runtime/toolchain/assembly/pseudo-instructions.js';
import type { Analysis } from './analyses.js';
import type { ClassifiedToken } from './classified-line.js';
import type { EmittedInstruction } from './emitted-instructions.js';
import { emittedInstructions } from './emitted-instructions.js';
import { encodingDiagram } from './encoding-diagram.js';

/** A long macro, or a repeated one, is cut here. */
const mostShown = 8;

export function describeInstruction(
  { path, program }: Analysis,
  mnemonic: ClassifiedToken,
): string | undefined {
  const name = mnemonic.text.toLowerCase();
  const row = findInstruction(name) ?? findInstruction(name.replace(/\.(aq|rl|aqrl)$/, ''));
  const pseudo = pseudoInstructions.filter((candidate) => candidate.name === name);
  const emitted = emittedInstructions(program.assembled, path, mnemonic.range);
  const head =
    row !== undefined ? describeRow(row) : pseudo.length > 0 ? describePseudo(name) : undefined;
  // A name that is no instruction but made some is a macro.
  if (head === undefined && emitted.length === 0) return undefined;
  const parts = [head ?? `**${mnemonic.text}** is a macro. Here it became:`];
  parts.push(...emitted.slice(0, mostShown).map(describeEmitted));
  if (emitted.length > mostShown) parts.push(`and ${emitted.length - mostShown} more.`);
  if (emitted.length === 0 && row !== undefined) parts.push(codeBlock(encodingDiagram(row)));
  if (row !== undefined) parts.push(`*${manual(row.source)}*`);
  return parts.join('\n\n');
}

function describeRow(row: Instruction): string {
  return `**${row.name}** \`${row.syntax}\` — ${extensionTitle(row)}\n\n${row.doc}`;
}

function describePseudo(name: string): string {
  const doc = aliases.find((alias) => alias.name === name)?.doc;
  const forms = pseudoInstructions
    .filter((candidate) => candidate.name === name)
    .map(
      ({ syntax, expansion }) => `- \`${`${name} ${syntax}`.trim()}\` stands for \`${expansion}\``,
    );
  return `**${name}** — pseudo-instruction${doc === undefined ? '' : `\n\n${doc}`}\n\n${forms.join('\n')}`;
}

function describeEmitted(instruction: EmittedInstruction): string {
  const { decoded, word, bytes, section, offset, relocations } = instruction;
  const text = printInstruction(decoded, offset, undefined, { aliases: false });
  const inMemory = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const hex = `0x${(word >>> 0).toString(16).padStart(bytes.length * 2, '0')}`;
  const filled = relocations.map(
    ({ type, symbol }) => `\n\nThe linker fills in \`${symbol}\` (${type}).`,
  );
  return (
    `Here \`${text}\`, ${hex}, in memory \`${inMemory}\` at \`${section}+0x${offset.toString(16)}\`:\n\n` +
    codeBlock(encodingDiagram(decoded.row, word)) +
    filled.join('')
  );
}

function extensionTitle({ extension }: Instruction): string {
  switch (extension) {
    case 'I':
      return 'RV32I, base integer';
    case 'M':
      return 'M, multiplication and division';
    case 'A':
      return 'A, atomic';
    case 'C':
      return 'C, compressed';
    case 'Zicsr':
      return 'Zicsr, control and status registers';
    case 'Zifencei':
      return 'Zifencei, instruction fetch fence';
    case 'Privileged':
      return 'privileged architecture';
  }
}

function manual(source: string): string {
  const [letter, ...section] = source.trim().split(/\s+/);
  const name = letter === 'P' ? 'privileged' : 'unprivileged';
  return `RISC-V ${name} manual, section ${section.join(' ')}`;
}

function codeBlock(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
