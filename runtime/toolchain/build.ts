/**
 * From a source to an image: a CAmkES assembly, a capDL specification, a `.S` file, an ELF file, or a folder with a `cantrip.json`
 * that names one of them. Total: a file that is missing or foreign is a diagnostic like any other. Which boards exist
 * comes in as data, since the toolchain knows no machine.
 */
import { virtAddr } from '../base/address.js';
import { buildApplication } from './application/build-application.js';
import { archiveName, buildArchive } from './application/builtin-archive.js';
import { assemble } from './assembly/assemble.js';
import { buildCamkes } from './build-camkes.js';
import type { BuildOptions } from './build-options.js';
import { rootTaskTextBase, settingsOf } from './build-options.js';
import { buildCapdl } from './build-specification.js';
import type { Building, BuildStep } from './build-step.js';
import { finishBuilding } from './build-step.js';
import { executableOf, hasErrors, type Built, type Unlisted } from './built.js';
import { imageFromElf } from './elf/image-from-elf.js';
import { isElf, readElf } from './elf/read.js';
import { link } from './linker/link.js';
import type { CantripSettings } from './settings/cantrip-json.js';
import { readCantripJson } from './settings/cantrip-json.js';
import { noRange } from './text/diagnostic.js';
import type { Range } from './text/diagnostic.js';
import { joinPath } from './text/path.js';
import { recordFiles } from './text/recorded-files.js';
import { clockOf } from './text/source-files.js';
import type { SourceFiles } from './text/source-files.js';

export {
  rootTaskTextBase,
  type BoardMemory,
  type BuildOptions,
  type BuildSettings,
} from './build-options.js';
export { hasErrors, type Built } from './built.js';

export function build(
  source: string,
  files: SourceFiles,
  options: BuildOptions,
  onStep?: (step: BuildStep) => void,
): Built {
  return finishBuilding(buildInSteps(source, files, options), options.guestCompiler, onStep);
}

/** For drivers that show what is being done, load the guest compiler when it is wanted, or stop in between. */
export function* buildInSteps(
  source: string,
  files: SourceFiles,
  options: BuildOptions,
): Building<Built> {
  const { recording, read, missing } = recordFiles(files);
  const settingsPath = /(^|\/)cantrip\.json$/.test(source) ? source : settingsIn(source);
  const settingsText = recording.readText(settingsPath);
  const built =
    settingsText === undefined
      ? yield* buildSource(source, recording, options)
      : yield* buildFolder(settingsPath, settingsText, recording, options);
  return { ...built, files: [...read], missing: [...missing] };
}

function settingsIn(folder: string): string {
  if (/^(\.\/?)?$/.test(folder)) return 'cantrip.json';
  return folder.endsWith('/') ? `${folder}cantrip.json` : `${folder}/cantrip.json`;
}

/** An assembly beside settings that name applications for it is one of that system, as the one that they name. */
function* buildSource(
  source: string,
  files: SourceFiles,
  options: BuildOptions,
): Building<Unlisted> {
  const path = source.endsWith('.camkes') ? joinPath(source, '..', 'cantrip.json') : undefined;
  const text = path === undefined ? undefined : files.readText(path);
  const isOfSystem =
    path !== undefined &&
    text !== undefined &&
    readCantripJson(path, text).settings.builtins !== undefined;
  return isOfSystem
    ? yield* buildFolder(path, text, files, options, source)
    : yield* buildFile(source, files, options, undefined);
}

function* buildFolder(
  path: string,
  text: string,
  files: SourceFiles,
  options: BuildOptions,
  assembly?: string,
): Building<Unlisted> {
  const { settings, diagnostics } = readCantripJson(path, text);
  const { program } = settings;
  const merged: BuildOptions = { ...choicesOf(settings), ...options };
  if (program === undefined || hasErrors(diagnostics))
    return { settings: settingsOf(merged, undefined), diagnostics };
  if (settings.app !== undefined) {
    const { app } = settings;
    const source = { ...app, file: path, program };
    const { application, ...built } = yield* buildApplication(source, files, merged);
    const chosen = settingsOf(merged, application?.image);
    const all = [...diagnostics, ...built.diagnostics];
    const facts = { isApplication: true, settings: chosen, diagnostics: all };
    if (application === undefined) return facts;
    const { bundle, elf, image } = application;
    return { ...facts, bundle, elf, image };
  }
  const folder = path.slice(0, -'cantrip.json'.length);
  const isAbsolute = /^([A-Za-z]:)?[\\/]/.test(program.path);
  const programPath = assembly ?? (isAbsolute ? program.path : folder + program.path);
  const namedAt = { file: path, range: program.range };
  if (settings.builtins === undefined) {
    const built = yield* buildFile(programPath, files, merged, namedAt);
    return { ...built, diagnostics: [...diagnostics, ...built.diagnostics] };
  }
  const archive = yield* buildArchive(path, settings.builtins, files, merged);
  const { bytes = new Uint8Array(0) } = archive;
  const given = withFile(files, joinPath(programPath, '..', archiveName), bytes);
  const built = yield* buildFile(programPath, given, merged, namedAt);
  const all = [...diagnostics, ...archive.diagnostics, ...built.diagnostics];
  const { applications } = archive;
  return hasErrors(archive.diagnostics)
    ? { settings: built.settings, diagnostics: all }
    : { ...built, applications, diagnostics: all };
}

const withFile = (files: SourceFiles, path: string, bytes: Uint8Array): SourceFiles => ({
  ...clockOf(files),
  readText: (wanted) => files.readText(wanted),
  readBytes: (wanted) => (wanted === path ? bytes : files.readBytes(wanted)),
});

const choicesOf = ({
  board,
  kernel,
  memoryBytes,
  textBase,
  optimization,
}: CantripSettings): Partial<BuildOptions> => ({
  ...(board === undefined ? {} : { board }),
  ...(kernel === undefined ? {} : { kernel }),
  ...(memoryBytes === undefined ? {} : { memoryBytes }),
  ...(textBase === undefined ? {} : { textBase }),
  ...(optimization === undefined ? {} : { optimization }),
});

/** `namedAt` is where a settings file names the source: a missing file is reported there. */
function* buildFile(
  source: string,
  files: SourceFiles,
  options: BuildOptions,
  namedAt: { readonly file: string; readonly range: Range } | undefined,
): Building<Unlisted> {
  const failed = (code: string, message: string): Unlisted => ({
    settings: settingsOf(options, undefined),
    diagnostics: [
      { ...(namedAt ?? { file: source, range: noRange }), severity: 'error', code, message },
    ],
  });
  const bytes = files.readBytes(source);
  if (bytes === undefined)
    return failed(
      'missing-file',
      namedAt === undefined
        ? 'There is no such file, and no such folder with a cantrip.json.'
        : `The program ${source} is not there or cannot be read.`,
    );
  if (isElf(bytes)) return buildElf(source, bytes, options);
  if (/\.[sS]$/.test(source)) return buildAssembly(source, files, options);
  if (source.endsWith('.camkes')) return yield* buildCamkes(source, files, options);
  if (source.endsWith('.cdl')) return buildCapdl(source, files, options);
  return failed(
    'unknown-source',
    `${source} is no CAmkES assembly (.camkes), no capDL (.cdl), no assembly program (.S) and no ELF file, so there is nothing to build from it.`,
  );
}

function buildElf(source: string, bytes: Uint8Array, options: BuildOptions): Unlisted {
  const elf = readElf(source, bytes);
  const image = elf.ok ? imageFromElf(elf.value) : elf;
  if (!image.ok) return { settings: settingsOf(options, undefined), diagnostics: [image.error] };
  return {
    image: image.value,
    elf: bytes,
    settings: settingsOf(options, image.value),
    diagnostics: [],
  };
}

function buildAssembly(source: string, files: SourceFiles, options: BuildOptions): Unlisted {
  const settings = settingsOf(options, undefined);
  const board = options.boards.find(({ name }) => name === settings.board);
  const defaultBase = settings.kernel === 'none' ? (board?.ram.base ?? 0) : rootTaskTextBase;
  const assembled = assemble(source, files);
  // With errors in the source, names that were not understood would be reported as undefined too.
  if (hasErrors(assembled.diagnostics)) return { settings, diagnostics: assembled.diagnostics };
  const result = link([assembled.object], {
    entry: '_start',
    textBase: virtAddr(options.textBase ?? defaultBase),
  });
  const diagnostics = [...assembled.diagnostics, ...result.diagnostics];
  if (hasErrors(diagnostics)) return { settings, diagnostics };
  return {
    image: result.image,
    ...executableOf(result.linked, options),
    settings,
    diagnostics,
  };
}
