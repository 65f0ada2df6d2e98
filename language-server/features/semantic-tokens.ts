/**
 * Colours that need to know the program: a macro's use looks like an instruction, and a constant like
 * a label. Everything else the grammar has coloured already, so it has no token here.
 */
import type { SemanticTokens, SemanticTokensLegend } from 'vscode-languageserver/node';
import { SemanticTokensBuilder } from 'vscode-languageserver/node';
import type { Analysis } from '../analyses.js';
import type { ClassifiedToken } from '../classified-line.js';

const types = ['macro', 'function', 'variable'] as const;
const modifiers = ['readonly'] as const;
const readonlyBit = 1 << modifiers.indexOf('readonly');

export const semanticTokensLegend: SemanticTokensLegend = {
  tokenTypes: [...types],
  tokenModifiers: [...modifiers],
};

export function semanticTokensOf(analysis: Analysis): SemanticTokens {
  const kinds = new Map(analysis.program.assembled.symbols.map(({ name, kind }) => [name, kind]));
  const builder = new SemanticTokensBuilder();
  for (const { statements } of analysis.lines) {
    for (const token of statements.flatMap(({ tokens }) => tokens)) {
      const found = colourOf(token, kinds.get(token.text));
      if (found === undefined) continue;
      const { start, end } = token.range;
      const length = end.character - start.character;
      const bits = found === 'variable' ? readonlyBit : 0;
      builder.push(start.line, start.character, length, types.indexOf(found), bits);
    }
  }
  return builder.build();
}

function colourOf(
  { kind }: ClassifiedToken,
  symbol: 'label' | 'constant' | 'macro' | 'undefined' | undefined,
): (typeof types)[number] | undefined {
  switch (kind) {
    case 'mnemonic':
      return symbol === 'macro' ? 'macro' : undefined;
    case 'symbol':
    case 'definition':
      if (symbol === 'constant') return 'variable';
      return symbol === 'label' ? 'function' : undefined;
    case 'label':
    case 'directive':
    case 'register':
    case 'csr':
    case 'relocation':
    case 'numericReference':
    case 'number':
    case 'string':
    case 'character':
    case 'punctuation':
      return undefined;
  }
}
