/**
 * What an editor shows about one file, without building a system: the diagnostics of its front end. An
 * assembly file that defines the entry `_start` is a whole program, so its undefined symbols count too.
 */
import type { BuildOptions } from './build.js';
import { buildInSteps, hasErrors, rootTaskTextBase } from './build.js';
import type { Building } from './build-step.js';
import { finishBuilding } from './build-step.js';
import { virtAddr } from '../base/address.js';
import { assemble } from './assembly/assemble.js';
import { readOnce, type CamkesReader } from './camkes/read-once.js';
import { diagnosticsOf, readSystem } from './camkes/read-system.js';
import { readCapdl } from './capdl/read.js';
import { readElf } from './elf/read.js';
import { link } from './linker/link.js';
import { readProject } from './settings/project.js';
import type { Diagnostic } from './text/diagnostic.js';
import type { SourceFiles } from './text/source-files.js';

export interface CheckOptions extends BuildOptions {
  /** For several systems in one run, which share files. */
  readonly reader?: CamkesReader;
}

export const check = (
  path: string,
  files: SourceFiles,
  options: CheckOptions,
): readonly Diagnostic[] =>
  finishBuilding(checkInSteps(path, files, options), options.guestCompiler);

/** For drivers whose guest compiler is elsewhere. */
export function* checkInSteps(
  path: string,
  files: SourceFiles,
  { reader = readOnce(files), ...options }: CheckOptions,
): Building<readonly Diagnostic[]> {
  if (/\.[sS]$/.test(path)) {
    if (files.readText(path) !== undefined) return checkAssembly(path, files);
  } else if (/\.(camkes|idl4)$/.test(path)) {
    const { architecture } = options;
    const chosen = architecture === undefined ? {} : { architecture };
    if (files.readText(path) !== undefined)
      return diagnosticsOf(readSystem(path, files, { reader, ...chosen }));
  } else if (path.endsWith('.cdl')) {
    return readCapdl(path, files, readProject(path, files)).diagnostics;
  } else if (path.endsWith('.o')) {
    const bytes = files.readBytes(path);
    const elf = bytes && readElf(path, bytes);
    if (elf !== undefined) return elf.ok ? [] : [elf.error];
  }
  const built = yield* buildInSteps(path, files, { ...options, product: 'specification' });
  return built.diagnostics;
}

function checkAssembly(path: string, files: SourceFiles): readonly Diagnostic[] {
  const { object, diagnostics } = assemble(path, files);
  const isProgram = object.symbols.some(
    ({ name, definition }) => name === '_start' && definition.kind !== 'undefined',
  );
  if (!isProgram || hasErrors(diagnostics)) return diagnostics;
  const linked = link([object], { entry: '_start', textBase: virtAddr(rootTaskTextBase) });
  return [...diagnostics, ...linked.diagnostics];
}
