/**
 * Where a name is written in the files of a program: its definitions and its uses, by the source text.
 * A numeric label has as many definitions as one likes; which one `1b` means depends on the line.
 */
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { Analysis } from './analyses.js';
import type { ClassifiedToken } from './classified-line.js';

export interface SymbolPlace {
  readonly path: string;
  readonly range: Range;
}

export function definitionsOf(analysis: Analysis, token: ClassifiedToken): SymbolPlace[] {
  if (token.kind === 'numericReference') return numericDefinition(analysis, token);
  if (token.kind === 'label' && /^\d/.test(token.text)) {
    return [{ path: analysis.path, range: token.range }];
  }
  return placesIn(
    analysis,
    (candidate) =>
      candidate.text === token.text &&
      (candidate.kind === 'label' || candidate.kind === 'definition'),
  );
}

/** Every place of the name, its definitions among them. */
export function placesOf(analysis: Analysis, token: ClassifiedToken): SymbolPlace[] {
  if (token.kind === 'numericReference' || /^\d/.test(token.text)) {
    return numericPlaces(analysis, token);
  }
  return placesIn(analysis, (candidate) => candidate.text === token.text && isName(candidate));
}

/** Whether a token can be the name of a symbol or a macro. */
export function isName({ kind }: ClassifiedToken): boolean {
  return (
    kind === 'label' ||
    kind === 'definition' ||
    kind === 'symbol' ||
    kind === 'numericReference' ||
    // A macro's use looks like an instruction.
    kind === 'mnemonic'
  );
}

function placesIn(
  analysis: Analysis,
  isWanted: (token: ClassifiedToken) => boolean,
): SymbolPlace[] {
  const places: SymbolPlace[] = [];
  for (const path of new Set([analysis.path, ...analysis.program.files])) {
    for (const token of tokensOf(analysis, path)) {
      if (isWanted(token)) places.push({ path, range: token.range });
    }
  }
  return places;
}

function numericDefinition(analysis: Analysis, { text, range }: ClassifiedToken): SymbolPlace[] {
  const number = text.slice(0, -1);
  const isForward = text.endsWith('f');
  const labels = tokensOf(analysis, analysis.path).filter(
    (token) => token.kind === 'label' && token.text === number,
  );
  const isAfter = (label: ClassifiedToken): boolean =>
    label.range.start.line > range.start.line ||
    (label.range.start.line === range.start.line &&
      label.range.start.character > range.start.character);
  const found = isForward ? labels.find(isAfter) : labels.filter((label) => !isAfter(label)).at(-1);
  return found === undefined ? [] : [{ path: analysis.path, range: found.range }];
}

function numericPlaces(analysis: Analysis, token: ClassifiedToken): SymbolPlace[] {
  const [definition] = definitionsOf(analysis, token);
  if (definition === undefined) return [];
  const uses = tokensOf(analysis, analysis.path).filter((candidate) => {
    if (candidate.kind !== 'numericReference') return false;
    const [target] = numericDefinition(analysis, candidate);
    return (
      target?.range.start.line === definition.range.start.line &&
      target.range.start.character === definition.range.start.character
    );
  });
  return [definition, ...uses.map(({ range }) => ({ path: analysis.path, range }))];
}

function tokensOf(analysis: Analysis, path: string): ClassifiedToken[] {
  return analysis
    .linesOf(path)
    .flatMap(({ statements }) => statements.flatMap(({ tokens }) => tokens));
}
