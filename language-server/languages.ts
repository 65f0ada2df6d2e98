/** Which language a document is in: by what the client calls it, else by the name of its file. */
import { assemblyLanguage } from './assembly/assembly-language.js';
import { camkesLanguage, type CamkesShared } from './camkes/camkes-language.js';
import { DeclaredNames } from './camkes/declared-names.js';
import { Systems } from './camkes/systems.js';
import { capdlLanguage } from './capdl/capdl-language.js';
import { Specifications } from './capdl/specifications.js';
import type { CompilerLoader } from './guest/compiler-loader.js';
import { GuestEditor } from './guest/editor-files.js';
import { guestLanguage, type GuestChecks } from './guest/guest-language.js';
import type { Language } from './language.js';
import { settingsLanguage } from './settings/settings-language.js';
import type { Workspace } from './workspace.js';

interface Row {
  readonly languageIds: readonly string[];
  readonly fileName: RegExp;
  readonly create: (workspace: Workspace, shared: Shared) => Language;
}

/** What several languages work with. */
interface Shared extends CamkesShared {
  readonly guestChecks: GuestChecks;
}

const rows: readonly Row[] = [
  { languageIds: ['riscv-asm'], fileName: /\.(S|s|inc)$/, create: assemblyLanguage },
  {
    languageIds: ['camkes', 'camkes-idl'],
    fileName: /\.(camkes|idl4)$/,
    create: camkesLanguage,
  },
  {
    languageIds: ['capdl'],
    fileName: /\.cdl$/,
    create: (workspace, { specifications }) => capdlLanguage(workspace, specifications),
  },
  {
    languageIds: ['typescript'],
    fileName: /\.ts$/,
    create: (workspace, { guestChecks, systems }) => guestLanguage(workspace, guestChecks, systems),
  },
  { languageIds: [], fileName: /(^|\/)cantrip\.json$/, create: settingsLanguage },
];

export interface Languages {
  readonly guestEditor: GuestEditor;
  readonly of: (file: string) => Language | undefined;
  readonly all: readonly Language[];
}

export function createLanguages(
  workspace: Workspace,
  guestCompiler: CompilerLoader,
  guestChecks: GuestChecks,
): Languages {
  // A rename in an assembly goes on into the specifications that are made of it.
  const specifications = new Specifications(workspace);
  const names = new DeclaredNames(workspace);
  // A component in guest TypeScript has the interfaces that an assembly gives it.
  const systems = new Systems(workspace, names);
  const shared: Shared = { specifications, names, systems, guestChecks };
  const languages = rows.map((row) => ({
    ...row,
    language: row.create(workspace, shared),
  }));
  return {
    guestEditor: new GuestEditor(workspace.documents, systems, guestCompiler),
    all: languages.map(({ language }) => language),
    of: (file) => {
      const id = workspace.documents.languageIdOf(file);
      const named = languages.find(
        ({ languageIds }) => id !== undefined && languageIds.includes(id),
      );
      return (named ?? languages.find(({ fileName }) => fileName.test(file)))?.language;
    },
  };
}
