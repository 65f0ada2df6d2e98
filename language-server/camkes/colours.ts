/** Colours by what a name stands for, which a grammar cannot know: a component, an instance, a connector. */
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { isBuiltin } from '../../runtime/toolchain/camkes/builtin-library.js';
import type { Colour } from '../language.js';
import type { CamkesView } from './view.js';

export function coloursOf({ analysis, file, path }: CamkesView): Colour[] {
  const colours: Colour[] = [];
  for (const { symbol, place, role } of analysis.symbols.mentionsIn(path)) {
    if (place.expansion !== undefined) continue;
    const isDeclared = role === 'declaration';
    colours.push({
      range: place.range,
      type: types[symbol.kind],
      modifiers: [
        ...(isDeclared ? (['declaration'] as const) : []),
        ...(isBuiltin(symbol.file.path) ? (['defaultLibrary'] as const) : []),
      ],
    });
  }
  for (const { place } of file.preprocessed.uses)
    if (place.file === path && place.expansion === undefined)
      colours.push({ range: place.range, type: 'macro', modifiers: [] });
  return withoutOverlaps(colours);
}

const types: Readonly<Record<CamkesSymbol['kind'], Colour['type']>> = {
  assembly: 'namespace',
  composition: 'namespace',
  configuration: 'namespace',
  group: 'namespace',
  component: 'class',
  connector: 'type',
  procedure: 'interface',
  struct: 'struct',
  instance: 'variable',
  connection: 'function',
  interface: 'property',
  has: 'property',
  attribute: 'property',
  method: 'method',
  parameter: 'parameter',
};

/** One place has one colour: the first that begins there wins. */
function withoutOverlaps(colours: Colour[]): Colour[] {
  const sorted = colours.sort(
    ({ range: { start: one } }, { range: { start: other } }) =>
      one.line - other.line || one.character - other.character,
  );
  const kept: Colour[] = [];
  for (const colour of sorted) {
    const last = kept.at(-1)?.range.end;
    const { start } = colour.range;
    if (
      last === undefined ||
      start.line > last.line ||
      (start.line === last.line && start.character >= last.character)
    )
      kept.push(colour);
  }
  return kept;
}
