/**
 * Guest TypeScript: what its compiler says of a component's source. Everything else of a `.ts` file is the affair of
 * the editor's own TypeScript server. A file is a component's when a folder around it has a `cantrip.json`; other
 * TypeScript is left alone. A source of a component is compiled with the module `camkes` that a build would make for
 * it, as the project's assembly connects it; what it imports is seen as any program would see it.
 */
import { checkGuest } from '../../runtime/toolchain/components/guest-component.js';
import { defaultMemoryBase } from '../../runtime/toolchain/guest/compiler-port.js';
import type { GuestCompiler } from '../../runtime/toolchain/guest/compiler-port.js';
import { noRange, type Diagnostic } from '../../runtime/toolchain/text/diagnostic.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import { joinPath } from '../../runtime/toolchain/text/path.js';
import type { Systems } from '../camkes/systems.js';
import type { Language, Program } from '../language.js';
import { Remembered, type RecordedFiles } from '../remembered.js';
import type { Workspace } from '../workspace.js';
import type { CompilerLoader } from './compiler-loader.js';
import { componentOfSource } from './component-of-source.js';

const mostPrograms = 20;
const deepest = 24;

export function guestLanguage(
  { documents }: Workspace,
  compiler: CompilerLoader,
  systems: Systems,
): Language {
  const programs = new Remembered<Program>(documents, { capacity: mostPrograms });
  return {
    programsOf: (file) => {
      if (!isGuestSource(file, (path) => documents.readText(path) !== undefined)) return [];
      const loaded = compiler.get();
      if (loaded === undefined) return [];
      return [programs.get(file, (files) => programOf(file, loaded, systems, files))];
    },
  };
}

function programOf(
  file: string,
  compiler: GuestCompiler,
  systems: Systems,
  files: RecordedFiles,
): Program {
  const component = componentOfSource(file, systems, files);
  const { diagnostics, files: read } =
    component === undefined
      ? plainCheck(file, files, compiler)
      : checkGuest(component.bindings, file, files, { compiler, isMember: component.isMember });
  return {
    root: file,
    files: [...new Set([file, ...read])],
    isPart: true,
    // Of the library's files only ours are anybody's to change.
    diagnostics: diagnostics
      .filter((found) => !found.file.includes(':/'))
      .map((found) => atSource(found, file)),
  };
}

function plainCheck(file: string, files: SourceFiles, compiler: GuestCompiler) {
  const compiled = compiler.compile([file], files, {
    memoryBase: defaultMemoryBase,
    isOptimized: false,
    hasFloatingPoint: false,
    allocationAfterInit: 'allowed',
    scope: 'everything',
  });
  return {
    files: compiled.files,
    diagnostics: compiled.diagnostics.filter((found) => !isOfGeneratedModule(found)),
  };
}

/** Of what no assembly names as a source nobody knows which component's module it would have. */
const isOfGeneratedModule = ({ code, message }: Diagnostic): boolean =>
  code === 'unknown-import' && message.includes('module "camkes"');

/** A build tells at the interface that a handler is missing; who writes the source looks at the source. */
function atSource(found: Diagnostic, source: string): Diagnostic {
  if (found.code !== 'missing-handler') return found;
  const { file, range, related = [] } = found;
  const declared = { file, range, message: 'The interface is declared here.' };
  return { ...found, file: source, range: noRange, related: [declared, ...related] };
}

function isGuestSource(file: string, isThere: (path: string) => boolean): boolean {
  if (file.endsWith('.d.ts') || /(^|\/)node_modules\//.test(file)) return false;
  let folder = joinPath(file, '..');
  for (let depth = 0; depth < deepest && folder !== '' && folder !== '/'; depth += 1) {
    if (isThere(joinPath(folder, 'cantrip.json'))) return true;
    folder = joinPath(folder, '..');
  }
  return false;
}
