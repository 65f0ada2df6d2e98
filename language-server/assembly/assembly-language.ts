/** RISC-V assembly as a language of the server: which file answers what. */
import type { NameAt, Language } from '../language.js';
import type { Workspace } from '../workspace.js';
import type { Analysis } from './analyses.js';
import { Analyses } from './analyses.js';
import { tokenAt } from './classified-line.js';
import { coloursOf } from './colours.js';
import { completionsAt } from './completion.js';
import { enclosingRanges } from './enclosing.js';
import { foldsOf } from './folds.js';
import { hintsIn } from './hints.js';
import { hoverAt } from './hover.js';
import { linksOf } from './links.js';
import { outlineOf } from './outline.js';
import { renamingAt } from './renaming.js';
import type { SymbolPlace } from './symbol-places.js';
import { definitionsOf, isName, placesOf } from './symbol-places.js';

export function assemblyLanguage({ documents }: Workspace): Language {
  const analyses = new Analyses(documents);
  return {
    programsOf: (file) => [analyses.programOf(file)],
    outline: (file) => outlineOf(analyses.linesOf(file)),
    hover: (file, position) => hoverAt(analyses.of(file), position),
    completions: (file, position) => completionsAt(analyses.of(file), position),
    nameAt: (file, position) => nameAt(analyses.of(file), position),
    renaming: (file, position) => renamingAt(analyses.of(file), position),
    colours: (file) => coloursOf(analyses.of(file)),
    folds: (file) => foldsOf(analyses.linesOf(file)),
    enclosing: (file, position) => enclosingRanges(analyses.linesOf(file), position),
    hints: (file, range) => hintsIn(analyses.of(file), range),
    links: (file) => {
      const { lines, program } = analyses.of(file);
      return linksOf(file, program.root, lines, documents);
    },
  };
}

function nameAt(
  analysis: Analysis,
  { line, character }: { line: number; character: number },
): NameAt | undefined {
  const found = tokenAt(analysis.lines[line], character);
  if (found === undefined || !isName(found.token)) return undefined;
  const { token } = found;
  return {
    range: token.range,
    definitions: definitionsOf(analysis, token).map(toPlace),
    places: () => placesOf(analysis, token).map(toPlace),
  };
}

const toPlace = ({ path, range }: SymbolPlace) => ({ file: path, range });
