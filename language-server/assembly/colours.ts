/**
 * Colours that need to know the program: a macro's use looks like an instruction, and a constant like
 * a label. Everything else the grammar has coloured already, so it has no colour here.
 */
import type { Colour } from '../language.js';
import type { Analysis } from './analyses.js';
import type { ClassifiedToken } from './classified-line.js';

export function coloursOf(analysis: Analysis): Colour[] {
  const kinds = new Map(analysis.program.assembled.symbols.map(({ name, kind }) => [name, kind]));
  return analysis.lines.flatMap(({ statements }) =>
    statements
      .flatMap(({ tokens }) => tokens)
      .flatMap((token): Colour[] => {
        const type = colourOf(token, kinds.get(token.text));
        if (type === undefined) return [];
        return [{ range: token.range, type, modifiers: type === 'variable' ? ['readonly'] : [] }];
      }),
  );
}

function colourOf(
  { kind }: ClassifiedToken,
  symbol: 'label' | 'constant' | 'macro' | 'undefined' | undefined,
): Colour['type'] | undefined {
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
