/**
 * What `--install` names: a bundle, or the folder of an application, which is built. What the host knows of its program,
 * the running system does not: the lines in which it faults.
 */
import path from 'node:path';
import { createBundleUpload, type BundleUpload } from '../terminal/bundle-upload.js';
import { programBesideBundle, programOfBundle } from '../toolchain/application/bundle-program.js';
import { hasErrors } from '../toolchain/build.js';
import type { NamedProgram } from '../toolchain/loaded-programs.js';
import type { Diagnostic } from '../toolchain/text/diagnostic.js';
import type { ParsedArguments } from './arguments.js';
import { UsageError, type OptionSpec } from './command.js';
import { diskFiles, fileExists } from './disk.js';
import { buildSource } from './platform-options.js';

export const installOption: OptionSpec = {
  name: '--install',
  value: 'APP',
  help: "Install a bundle, or an application's folder, at the prompt of CantripOS's shell, before any other input.",
};

export interface BundleToInstall {
  /** Undefined when there are errors. */
  readonly upload?: BundleUpload;
  /** Its program, where that is known. */
  readonly programs: readonly NamedProgram[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Undefined where nothing is to be installed. */
export async function bundleToInstall(
  parsed: ParsedArguments,
): Promise<BundleToInstall | undefined> {
  const source = parsed.options.get(installOption.name);
  if (source === undefined) return undefined;
  if (/(^|[\\/])cantrip\.json$/.test(source) || fileExists(path.join(source, 'cantrip.json')))
    return builtBundle(parsed, source);
  const bundle = diskFiles.readBytes(source);
  if (bundle === undefined) throw new UsageError(`The bundle ${source} cannot be read.`);
  const program = programBesideBundle(source, bundle, diskFiles);
  return toInstall(path.basename(source), bundle, program);
}

async function builtBundle(parsed: ParsedArguments, source: string): Promise<BundleToInstall> {
  const { bundle, image, isApplication, diagnostics } = await buildSource({
    ...parsed,
    operands: [source],
  });
  if (hasErrors(diagnostics)) return { programs: [], diagnostics };
  if (isApplication !== true || bundle === undefined || image === undefined)
    throw new UsageError(
      `Only an application can be installed, and ${source} is none: its cantrip.json has no "app".`,
    );
  const program = programOfBundle(bundle, image);
  return { ...toInstall(`${program?.threads[0] ?? 'it'}.app`, bundle, program), diagnostics };
}

const toInstall = (
  name: string,
  file: Uint8Array,
  program: NamedProgram | undefined,
): BundleToInstall => ({
  upload: createBundleUpload({ name, file, begins: 'prompt' }),
  programs: program === undefined ? [] : [program],
  diagnostics: [],
});
