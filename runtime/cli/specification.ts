/** Sources that say what a system is made of before it is booted: an assembly, a capDL file, a folder with one. */
import { compileSystem, readSystem, type SystemOptions } from '../toolchain/camkes/read-system.js';
import { readCapdl } from '../toolchain/capdl/read.js';
import type { CapdlSpec } from '../toolchain/capdl/spec.js';
import { readCantripJson } from '../toolchain/settings/cantrip-json.js';
import type { Diagnostic } from '../toolchain/text/diagnostic.js';
import { joinPath } from '../toolchain/text/path.js';
import { diskFiles } from './disk.js';

export interface Specification {
  /** Undefined when there is none in the file; then there is an error. */
  readonly spec: CapdlSpec | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Undefined for any other source. */
export function readSpecification(
  source: string,
  options: Pick<SystemOptions, 'architecture'> = {},
): Specification | undefined {
  const file = programOf(source);
  if (file.endsWith('.cdl')) return readCapdl(file, diskFiles);
  if (!file.endsWith('.camkes')) return undefined;
  const reading = readSystem(file, diskFiles, { needsAssembly: true, ...options });
  const compiled = compileSystem(reading);
  return {
    spec: compiled?.spec,
    diagnostics: [...reading.diagnostics, ...(compiled?.diagnostics ?? [])],
  };
}

/** The file itself, or what the `cantrip.json` of a folder names. */
export function programOf(source: string): string {
  const settings = /(^|\/)cantrip\.json$/.test(source) ? source : joinPath(source, 'cantrip.json');
  const text = diskFiles.readText(settings);
  const program = text === undefined ? undefined : readCantripJson(settings, text).settings.program;
  return program === undefined ? source : joinPath(settings, '..', program.path);
}
