/** From a capDL specification to an image: the loader that makes its objects, with the programs beside it. */
import type { BuildOptions } from './build-options.js';
import { rootTaskTextBase, settingsOf } from './build-options.js';
import { executableOf, hasErrors, type Unlisted } from './built.js';
import { buildSystem } from './capdl/loading/image.js';
import { withoutPrograms } from './capdl/loading/without-programs.js';
import { readCapdl } from './capdl/read.js';
import type { CapdlSpec } from './capdl/spec.js';
import type { Diagnostic } from './text/diagnostic.js';
import type { SourceFiles } from './text/source-files.js';

export function buildCapdl(source: string, files: SourceFiles, options: BuildOptions): Unlisted {
  const read = readCapdl(source, files);
  const { spec } = read;
  // That a program is missing is told below, with what becomes of its threads.
  const diagnostics = read.diagnostics.filter(
    ({ code, severity }) => code !== 'missing-file' || severity === 'error',
  );
  const settings = settingsOf(options, undefined);
  if (spec === undefined) return { settings, diagnostics };
  if (hasErrors(diagnostics)) return { settings, spec, diagnostics };
  return withDiagnostics(diagnostics, buildSpecification(source, spec, files, options));
}

/** The loader of the system's specification, as the root task of the kernel. */
export function buildSpecification(
  source: string,
  spec: CapdlSpec,
  files: SourceFiles,
  options: BuildOptions,
): Unlisted {
  const settings = settingsOf(options, undefined);
  if (options.product === 'specification' && spec.architecture !== 'riscv')
    return { settings, spec, diagnostics: [] };
  const present = withoutPrograms(spec, source, files);
  const board = options.boards.find(({ name }) => name === settings.board);
  const { linked, image, ...built } = buildSystem(present.spec, files, {
    file: source,
    textBase: options.textBase ?? rootTaskTextBase,
    memoryBytes: settings.memoryBytes ?? board?.ram.sizeBytes ?? Infinity,
    ...(options.hasDebugCalls === undefined ? {} : { hasDebugCalls: options.hasDebugCalls }),
    // What a kernel of the user's keeps for itself is not known.
    ...(board === undefined || settings.kernel !== 'builtin' ? {} : { board }),
  });
  const diagnostics = [...present.diagnostics, ...built.diagnostics];
  if (linked === undefined || image === undefined || hasErrors(diagnostics))
    return { settings, spec, diagnostics };
  return { image, ...executableOf(linked, options), spec, settings, diagnostics };
}

const withDiagnostics = (before: readonly Diagnostic[], built: Unlisted): Unlisted => ({
  ...built,
  diagnostics: [...before, ...built.diagnostics],
});
