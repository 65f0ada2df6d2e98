/**
 * Colours that need to know the program. A client that has an answer already gets the difference to it:
 * one change in a long file is then a few numbers.
 */
import type {
  Range,
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensLegend,
} from 'vscode-languageserver/node';
import { SemanticTokensBuilder } from 'vscode-languageserver/node';
import type { Colour, Language } from '../language.js';
import { colourModifiers, colourTypes } from '../language.js';

export const semanticTokensLegend: SemanticTokensLegend = {
  tokenTypes: [...colourTypes],
  tokenModifiers: [...colourModifiers],
};

/** Documents with a last answer; one beyond them gets a full one. */
const mostKept = 32;

export class SemanticTokensMaker {
  /** By document, the last answer, which the next difference is made from. */
  private readonly builders = new Map<string, SemanticTokensBuilder>();

  full(language: Language, file: string): SemanticTokens {
    const builder = new SemanticTokensBuilder();
    this.keep(file, builder);
    push(builder, language.colours?.(file) ?? []);
    return builder.build();
  }

  delta(language: Language, file: string, previous: string): SemanticTokens | SemanticTokensDelta {
    const builder = this.builders.get(file);
    if (builder?.id !== previous) return this.full(language, file);
    builder.previousResult(previous);
    push(builder, language.colours?.(file) ?? []);
    return builder.buildEdits();
  }

  private keep(file: string, builder: SemanticTokensBuilder): void {
    this.builders.delete(file);
    this.builders.set(file, builder);
    const [oldest] = this.builders.keys();
    if (this.builders.size > mostKept && oldest !== undefined) this.builders.delete(oldest);
  }
}

export function semanticTokensIn(language: Language, file: string, range: Range): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  const colours = language.colours?.(file, range) ?? [];
  push(
    builder,
    colours.filter(
      ({ range: { start, end } }) => end.line >= range.start.line && start.line <= range.end.line,
    ),
  );
  return builder.build();
}

function push(builder: SemanticTokensBuilder, colours: readonly Colour[]): void {
  for (const { range, type, modifiers } of colours) {
    const { start, end } = range;
    // The protocol has no token that goes over a line's end.
    if (start.line !== end.line || end.character <= start.character) continue;
    const bits = modifiers.reduce((sum, name) => sum | (1 << colourModifiers.indexOf(name)), 0);
    const length = end.character - start.character;
    builder.push(start.line, start.character, length, colourTypes.indexOf(type), bits);
  }
}
