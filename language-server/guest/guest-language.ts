/**
 * Guest TypeScript: what its compiler says of a component's source. Everything else of a `.ts` file is the affair of
 * the editor's own TypeScript server. A file is a component's when a folder around it has a `cantrip.json`; other
 * TypeScript is left alone.
 */
import { defaultMemoryBase } from '../../runtime/toolchain/guest/compiler-port.js';
import type { GuestCompiler } from '../../runtime/toolchain/guest/compiler-port.js';
import type { Diagnostic } from '../../runtime/toolchain/text/diagnostic.js';
import { joinPath } from '../../runtime/toolchain/text/path.js';
import type { Language, Program } from '../language.js';
import { Remembered } from '../remembered.js';
import type { Workspace } from '../workspace.js';
import type { CompilerLoader } from './compiler-loader.js';

const mostPrograms = 20;
const deepest = 24;

export function guestLanguage({ documents }: Workspace, compiler: CompilerLoader): Language {
  const programs = new Remembered<Program>(documents, { capacity: mostPrograms });
  return {
    programsOf: (file) => {
      if (!isGuestSource(file, (path) => documents.readText(path) !== undefined)) return [];
      const loaded = compiler.get();
      if (loaded === undefined) return [];
      return [programs.get(file, (files) => programOf(file, loaded, files))];
    },
  };
}

function programOf(
  file: string,
  compiler: GuestCompiler,
  files: Parameters<GuestCompiler['compile']>[1],
): Program {
  const compiled = compiler.compile([file], files, {
    memoryBase: defaultMemoryBase,
    isOptimized: false,
    hasFloatingPoint: false,
    allocationAfterInit: 'allowed',
    scope: 'everything',
  });
  // Of the library's files only ours are anybody's to change.
  const own = compiled.diagnostics.filter(
    (found) => !found.file.includes(':/') && !isOfGeneratedModule(found),
  );
  return {
    root: file,
    files: [...new Set([file, ...compiled.files])],
    isPart: true,
    diagnostics: own,
  };
}

/** The modules that a build makes of an assembly are not made while one types. */
const isOfGeneratedModule = ({ code, message }: Diagnostic): boolean =>
  code === 'unknown-import' && message.includes('module "camkes"');

function isGuestSource(file: string, isThere: (path: string) => boolean): boolean {
  if (file.endsWith('.d.ts') || /(^|\/)node_modules\//.test(file)) return false;
  let folder = joinPath(file, '..');
  for (let depth = 0; depth < deepest && folder !== '' && folder !== '/'; depth += 1) {
    if (isThere(joinPath(folder, 'cantrip.json'))) return true;
    folder = joinPath(folder, '..');
  }
  return false;
}
