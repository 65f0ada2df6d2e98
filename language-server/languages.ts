/** Which language a document is in: by what the client calls it, else by the name of its file. */
import { assemblyLanguage } from './assembly/assembly-language.js';
import { camkesLanguage } from './camkes/camkes-language.js';
import { capdlLanguage } from './capdl/capdl-language.js';
import { Specifications } from './capdl/specifications.js';
import type { CompilerLoader } from './guest/compiler-loader.js';
import { guestLanguage } from './guest/guest-language.js';
import type { Language } from './language.js';
import { settingsLanguage } from './settings/settings-language.js';
import type { Workspace } from './workspace.js';

interface Row {
  readonly languageIds: readonly string[];
  readonly fileName: RegExp;
  readonly create: (workspace: Workspace, shared: Shared) => Language;
}

/** What several languages work with. */
interface Shared {
  readonly specifications: Specifications;
  readonly guestCompiler: CompilerLoader;
}

const rows: readonly Row[] = [
  { languageIds: ['riscv-asm'], fileName: /\.(S|s|inc)$/, create: assemblyLanguage },
  {
    languageIds: ['camkes', 'camkes-idl'],
    fileName: /\.(camkes|idl4)$/,
    create: (workspace, { specifications }) => camkesLanguage(workspace, specifications),
  },
  {
    languageIds: ['capdl'],
    fileName: /\.cdl$/,
    create: (workspace, { specifications }) => capdlLanguage(workspace, specifications),
  },
  {
    languageIds: ['typescript'],
    fileName: /\.ts$/,
    create: (workspace, { guestCompiler }) => guestLanguage(workspace, guestCompiler),
  },
  { languageIds: [], fileName: /(^|\/)cantrip\.json$/, create: settingsLanguage },
];

export interface Languages {
  readonly of: (file: string) => Language | undefined;
  readonly all: readonly Language[];
}

export function createLanguages(workspace: Workspace, guestCompiler: CompilerLoader): Languages {
  // A rename in an assembly goes on into the specifications that are made of it.
  const specifications = new Specifications(workspace);
  const languages = rows.map((row) => ({
    ...row,
    language: row.create(workspace, { specifications, guestCompiler }),
  }));
  return {
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
