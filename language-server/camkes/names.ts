/**
 * What the name at a place stands for, in all systems that know it. A symbol is found by where it is
 * declared, because each analysis has symbols of its own. A name that a macro wrote leads to the macro.
 */
import type { Mention } from '../../runtime/toolchain/camkes/symbol-index.js';
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { placeOfName } from '../../runtime/toolchain/camkes/symbol.js';
import type { CMacro } from '../../runtime/toolchain/preprocess/macro-table.js';
import { noRange, type Position, type Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import type { FilePlace, NameAt } from '../language.js';
import { linksOf } from './links.js';
import { placesOfQuery, queryAt } from './queries.js';
import type { CamkesProgram, Systems } from './systems.js';
import { holds, viewOf, type CamkesView } from './view.js';

export function nameAt(
  systems: Systems,
  files: SourceFiles,
  path: string,
  position: Position,
): NameAt | undefined {
  const view = viewOf(systems, path);
  const link = linksOf(view, files).find(({ range }) => holds(range, position));
  if (link !== undefined)
    return {
      range: link.range,
      definitions: [{ file: link.target.file, range: noRange }],
      places: () => [],
    };
  const mention = view.analysis.symbols.mentionAt(path, position);
  const macro = macroAt(view, position);
  if (macro !== undefined && mention?.place.expansion !== undefined)
    return nameOfMacro(systems, path, macro);
  if (mention === undefined)
    return macro === undefined ? nameOfDevice(view, position) : nameOfMacro(systems, path, macro);
  const places = (): FilePlace[] =>
    mentionsOf(systems, path, mention.symbol).map(({ place }) => place);
  return {
    range: mention.place.range,
    definitions: [placeOfName(mention.symbol)],
    places,
  };
}

/** A query leads to the node that it finds. */
function nameOfDevice(view: CamkesView, position: Position): NameAt | undefined {
  const query = queryAt(view, position);
  const definitions = query === undefined ? [] : placesOfQuery(query);
  if (query === undefined || definitions.length === 0) return undefined;
  return { range: query.range, definitions, places: () => [] };
}

/** The declaration and every use, in all systems that know either file. */
export function mentionsOf(systems: Systems, path: string, symbol: CamkesSymbol): Mention[] {
  const declared = placeOfName(symbol);
  const programs = new Set([...systems.programsOf(path), ...systems.programsOf(declared.file)]);
  const mentions = new Map<string, Mention>();
  for (const program of programs) {
    const found = sameSymbol(program, declared, symbol);
    if (found === undefined) continue;
    const own: Mention = { symbol: found, place: placeOfName(found), role: 'declaration' };
    for (const mention of [own, ...program.analysis.symbols.referencesOf(found)])
      mentions.set(keyOf(mention.place), mention);
  }
  return [...mentions.values()];
}

function sameSymbol(
  { analysis }: CamkesProgram,
  { file, range }: FilePlace,
  symbol: CamkesSymbol,
): CamkesSymbol | undefined {
  const found = analysis.symbols.mentionAt(file, range.start)?.symbol;
  return found?.name === symbol.name && found.kind === symbol.kind ? found : undefined;
}

export interface MacroAt {
  readonly macro: CMacro;
  readonly range: Range;
}

/** The macro that is used, or defined, at a place of the document. */
export function macroAt({ file, path }: CamkesView, position: Position): MacroAt | undefined {
  const { uses, macros } = file.preprocessed;
  const use = uses.find(
    ({ place }) =>
      place.file === path && place.expansion === undefined && holds(place.range, position),
  );
  if (use !== undefined) return { macro: use.macro, range: use.place.range };
  for (const macro of macros.values()) {
    const { place } = macro;
    if (place?.file === path && holds(place.range, position)) return { macro, range: place.range };
  }
  return undefined;
}

function nameOfMacro(systems: Systems, path: string, { macro, range }: MacroAt): NameAt {
  const { place } = macro;
  return {
    range,
    definitions: place === undefined ? [] : [place],
    places: () => (place === undefined ? [] : [place, ...usesOf(systems, path, place)]),
  };
}

function usesOf(systems: Systems, path: string, definition: FilePlace): FilePlace[] {
  const programs = new Set([...systems.programsOf(path), ...systems.programsOf(definition.file)]);
  return [...programs].flatMap(({ analysis }) =>
    [...analysis.files.values()].flatMap(({ preprocessed }) =>
      preprocessed.uses
        .filter(({ macro }) => macro.place && keyOf(macro.place) === keyOf(definition))
        .map(({ place }) => place),
    ),
  );
}

const keyOf = ({ file, range: { start, end } }: FilePlace): string =>
  `${file}:${start.line}:${start.character}-${end.line}:${end.character}`;
