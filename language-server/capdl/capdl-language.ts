/** capDL as a language of the server: which file answers what. */
import { formatCapdl } from '../../runtime/toolchain/capdl/format.js';
import type { Language } from '../language.js';
import type { Workspace } from '../workspace.js';
import { coloursOf } from './colours.js';
import { completionsAt } from './completion.js';
import { enclosingRanges } from './enclosing.js';
import { foldsOf } from './folds.js';
import { hintsIn } from './hints.js';
import { hoverAt } from './hover.js';
import { lensesOf } from './lenses.js';
import { linksOf } from './links.js';
import { implementationsAt, nameAt, renamingAt } from './names.js';
import { outlineOf } from './outline.js';
import type { Specifications } from './specifications.js';

export function capdlLanguage({ documents }: Workspace, specifications: Specifications): Language {
  return {
    programsOf: (file) => [specifications.programOf(file)],
    work: (file) => specifications.of(file).steps,
    outline: (file) => outlineOf(specifications.of(file)),
    hover: (file, position) => hoverAt(specifications.of(file), position, documents),
    completions: (file, position) => completionsAt(specifications.of(file), position),
    nameAt: (file, position) => nameAt(specifications.of(file), position, documents),
    implementations: (file, position) => implementationsAt(specifications.of(file), position),
    renaming: (file, position) => renamingAt(specifications.of(file), position),
    colours: (file, range) => coloursOf(specifications.of(file), range),
    folds: (file) => foldsOf(specifications.of(file)),
    enclosing: (file, position) => enclosingRanges(specifications.of(file), position),
    formatted: (file) => formatCapdl(documents.readText(file) ?? ''),
    hints: (file, range) => hintsIn(specifications.of(file), range),
    lenses: (file) => lensesOf(specifications.of(file)),
    links: (file) => linksOf(specifications.of(file), documents),
  };
}
