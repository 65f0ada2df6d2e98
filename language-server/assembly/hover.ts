/** What a hover says, by the kind of the token under the pointer. */
import type { Position } from 'vscode-languageserver/node';
import type { HoverText } from '../language.js';
import type { Analysis } from './analyses.js';
import type { ClassifiedToken } from './classified-line.js';
import { tokenAt, valueOf } from './classified-line.js';
import { directiveNamed } from './directives.js';
import { describeInstruction } from './describe-instruction.js';
import { describeCsr, describeNumber, describeRegister } from './describe-operand.js';
import { describeSymbol } from './describe-symbol.js';

export function hoverAt(analysis: Analysis, position: Position): HoverText | undefined {
  const found = tokenAt(analysis.lines[position.line], position.character);
  if (found === undefined) return undefined;
  const markdown = describe(analysis, found.token);
  return markdown === undefined ? undefined : { markdown, range: found.token.range };
}

function describe(analysis: Analysis, token: ClassifiedToken): string | undefined {
  switch (token.kind) {
    case 'mnemonic':
      return describeInstruction(analysis, token);
    case 'directive': {
      const directive = directiveNamed(token.text);
      if (directive === undefined) return undefined;
      return `\`${directive.name} ${directive.syntax}\`\n\n${directive.doc}`;
    }
    case 'register':
      return describeRegister(token.text);
    case 'csr':
      return describeCsr(token.text);
    case 'relocation':
      return relocationDocs[token.text];
    case 'number':
    case 'character': {
      const number = valueOf(token);
      return number === undefined ? undefined : describeNumber(number);
    }
    case 'label':
    case 'definition':
    case 'symbol':
    case 'numericReference':
      return describeSymbol(analysis, token);
    case 'string':
    case 'punctuation':
      return undefined;
  }
}

const relocationDocs: Readonly<Record<string, string>> = {
  hi: '`%hi(symbol)`: the upper 20 bits of an absolute address, rounded so that adding the signed `%lo` gives the address. For `lui`.',
  lo: '`%lo(symbol)`: the lower 12 bits of an absolute address, as a signed number. For `addi`, a load or a store after `lui` with `%hi`.',
  pcrel_hi:
    '`%pcrel_hi(symbol)`: the upper 20 bits of the distance from this `auipc` to the symbol, rounded so that adding the signed `%pcrel_lo` gives the distance.',
  pcrel_lo:
    '`%pcrel_lo(label)`: the lower 12 bits of the distance that the `auipc` at the label began. It names the **label of the `auipc`**, not the symbol.',
};
