/** CAmkES ADL and IDL as a language of the server: which file answers what. */
import { formatCamkes } from '../../runtime/toolchain/camkes/format.js';
import type { Specifications } from '../capdl/specifications.js';
import type { Language } from '../language.js';
import type { Workspace } from '../workspace.js';
import { callItemsAt, callsFrom, callsTo } from './calls.js';
import { coloursOf } from './colours.js';
import { completionsAt } from './completion.js';
import type { DeclaredNames } from './declared-names.js';
import { enclosingRanges } from './enclosing.js';
import { foldsOf } from './folds.js';
import { hintsIn } from './hints.js';
import { hoverAt } from './hover.js';
import { lensesOf } from './lenses.js';
import { linksOf } from './links.js';
import { nameAt } from './names.js';
import { organizedImports } from './organized-imports.js';
import { outlineOf } from './outline.js';
import { implementationsAt, typeDefinitionsAt } from './related.js';
import { renamingAt } from './renaming.js';
import { signatureAt } from './signature.js';
import { systemSourceOf } from './system-source.js';
import type { Systems } from './systems.js';
import { viewOf } from './view.js';

export interface CamkesShared {
  readonly names: DeclaredNames;
  readonly systems: Systems;
  readonly specifications: Specifications;
}

export function camkesLanguage(
  workspace: Workspace,
  { names, systems, specifications }: CamkesShared,
): Language {
  const { documents } = workspace;
  const { compiled } = systems;
  const textOf = (file: string): string => documents.readText(file) ?? '';
  return {
    programsOf: (file) => systems.programsOf(file),
    outline: (file) => outlineOf(systems.fileOf(file)),
    hover: (file, position) => hoverAt(viewOf(systems, file), position, compiled, documents),
    completions: (file, position) =>
      completionsAt(viewOf(systems, file), workspace, names, position),
    signature: (file, position) => signatureAt(viewOf(systems, file), position),
    nameAt: (file, position) => nameAt(systems, documents, file, position),
    typeDefinitions: (file, position) => typeDefinitionsAt(systems, file, position),
    implementations: (file, position) => implementationsAt(systems, file, position),
    renaming: (file, position) => renamingAt(systems, file, position, specifications),
    colours: (file) => coloursOf(viewOf(systems, file)),
    folds: (file) => foldsOf(systems.fileOf(file), textOf(file)),
    enclosing: (file, position) => enclosingRanges(viewOf(systems, file), textOf(file), position),
    formatted: (file) => formatCamkes(textOf(file)),
    hints: (file, range) => hintsIn(viewOf(systems, file), compiled, range),
    lenses: (file) => lensesOf(systems, file),
    links: (file) => linksOf(viewOf(systems, file), documents),
    callItems: (file, position) => callItemsAt(systems, file, position),
    callsTo: (item) => callsTo(systems, item),
    callsFrom: (item) => callsFrom(systems, item),
    systemOf: (file) => systemSourceOf(systems.mainProgramOf(file), compiled),
    organizedImports: (file) => organizedImports(viewOf(systems, file)),
  };
}
