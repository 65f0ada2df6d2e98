/**
 * From a source to an image: a CAmkES assembly, a capDL specification, a `.S` file, an ELF file, or a folder with a `cantrip.json`
 * that names one of them. Total: a file that is missing or foreign is a diagnostic like any other. Which boards exist
 * comes in as data, since the toolchain knows no machine.
 */
import { virtAddr } from '../base/address.js';
import type { SystemImage } from '../image/system-image.js';
import { buildApplication, type Application } from './application/build-application.js';
import { archiveName, buildArchive } from './application/builtin-archive.js';
import { assemble } from './assembly/assemble.js';
import type { BuildCache } from './build-cache.js';
import type { Building, BuildStep } from './build-step.js';
import { finishBuilding } from './build-step.js';
import type { ProgramBindings } from './camkes/compile/bindings.js';
import { compileSystem, readSystem } from './camkes/read-system.js';
import { buildSystem } from './capdl/loading/image.js';
import { withoutPrograms } from './capdl/loading/without-programs.js';
import { readCapdl } from './capdl/read.js';
import type { CapdlSpec } from './capdl/spec.js';
import { componentSettings } from './components/capsules.js';
import { contentsOf } from './components/dataport-contents.js';
import { buildComponents } from './components/components.js';
import type { Footprint } from './components/footprint.js';
import { footprintsOf } from './components/footprint.js';
import type { Program } from './components/program.js';
import { imageFromElf } from './elf/image-from-elf.js';
import { isElf, readElf } from './elf/read.js';
import { writeExecutable } from './elf/write-executable.js';
import type { GuestCompiler } from './guest/compiler-port.js';
import { link } from './linker/link.js';
import type { Linked } from './linker/linked.js';
import {
  boardArchitecture,
  type ArchitectureName,
  type ChosenArchitecture,
} from './settings/architecture-name.js';
import type { BoardName, CantripSettings, KernelChoice } from './settings/cantrip-json.js';
import { readCantripJson } from './settings/cantrip-json.js';
import { noRange } from './text/diagnostic.js';
import type { Diagnostic, Range } from './text/diagnostic.js';
import { joinPath } from './text/path.js';
import { recordFiles } from './text/recorded-files.js';
import { clockOf } from './text/source-files.js';
import type { SourceFiles } from './text/source-files.js';

export interface BuildOptions {
  /** The boards there are; the first one is the default. */
  readonly boards: readonly BoardMemory[];
  /** The caller's choices go before those of a `cantrip.json`. */
  readonly board?: BoardName;
  readonly kernel?: KernelChoice;
  readonly memoryBytes?: number;
  /** False for a kernel without debugging system calls, which would take them for faults. */
  readonly hasDebugCalls?: boolean;
  readonly textBase?: number;
  /** Of a CAmkES assembly. */
  readonly architecture?: ArchitectureName;
  /** Only an image has to be of the machine's architecture; it is what is wanted where this is absent. */
  readonly product?: 'image' | 'specification';
  /**
   * What `build` answers with where something has to be compiled. Without one, and where the driver of a build in steps
   * does not answer, a component in guest TypeScript is an error, `guest-compiler-missing`.
   */
  readonly guestCompiler?: GuestCompiler;
  /** Of guest TypeScript; `debug`, where absent, keeps every local readable. */
  readonly optimization?: 'debug' | 'release';
  /** Where compiled components are kept for the next build. */
  readonly cache?: BuildCache;
  /** `unwanted`: there is no ELF file of the image, and those of programs have no variables: nobody writes them. */
  readonly executable?: 'wanted' | 'unwanted';
  /** What relative paths in the ELF's debug information are relative to. */
  readonly compilationDirectory?: string;
}

export interface BoardMemory {
  readonly name: BoardName;
  readonly ram: { readonly base: number; readonly sizeBytes: number };
}

/** What to give to the platform: options, settings and defaults put together. */
export interface BuildSettings {
  readonly board: BoardName;
  readonly kernel: KernelChoice;
  readonly memoryBytes?: number;
}

export interface Built {
  /** Undefined when there are errors. */
  readonly image?: SystemImage;
  /** The image as an ELF file, where one is wanted. */
  readonly elf?: Uint8Array;
  /** Whether the program is an application, also when it has errors. */
  readonly isApplication?: boolean;
  /** Of an application: what a running system installs. */
  readonly bundle?: Uint8Array;
  /** Of a system: the applications that it brings along. */
  readonly applications?: readonly Application[];
  /** Of a system: which capabilities it is made of. Present as far as it was understood. */
  readonly spec?: CapdlSpec;
  /** Of an assembly: the program of each address space that has one, with its symbols and lines. */
  readonly programs?: readonly Program[];
  /** What programs have to know of the assembly, whether there are any or not. */
  readonly bindings?: readonly ProgramBindings[];
  /** What each of them takes. */
  readonly footprints?: readonly Footprint[];
  readonly settings: BuildSettings;
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read, so that a caller can watch them. */
  readonly files: readonly string[];
  /** Paths at which the build looked for a file and found none: one that comes to be there may change the result. */
  readonly missing: readonly string[];
}

/** Where a root task begins: above the pages that catch null pointers. */
export const rootTaskTextBase = 0x1_0000;

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

/** Whether the build would go on with a compiler of guest TypeScript. */
export const needsGuestCompiler = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ code }) => code === 'guest-compiler-missing');

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === 'error');

/** Times are no contents, so a build records nothing of them. */
type Unlisted = Omit<Built, 'files' | 'missing'>;

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

function* buildCamkes(
  source: string,
  files: SourceFiles,
  options: BuildOptions,
): Building<Unlisted> {
  const read = readSystem(source, files, {
    needsAssembly: true,
    ...(options.architecture === undefined ? {} : { architecture: options.architecture }),
  });
  const reading = { ...read, diagnostics: ofImage(read.diagnostics) };
  const board = options.board ?? reading.project.board;
  const chosen = board === undefined ? options : { ...options, board };
  const settings = settingsOf(chosen, undefined);
  const model = compileSystem(reading);
  if (model === undefined) return { settings, diagnostics: reading.diagnostics };
  const wrong = withoutRepeats([...reading.diagnostics, ...model.diagnostics]);
  const bindings = model.programs;
  const { architecture } = reading.project;
  if (architecture !== undefined && architecture.name !== boardArchitecture) {
    const refused = options.product === 'specification' ? [] : [notOfBoard(source, architecture)];
    return { settings, spec: model.spec, bindings, diagnostics: [...wrong, ...refused] };
  }
  const errors = wrong.filter(({ severity }) => severity === 'error');
  if (errors.some(({ code }) => !concernsNoProgram.has(code)))
    return { settings, spec: model.spec, bindings, diagnostics: wrong };
  // Slots and badges hang on nothing of a program, so the programs can be built with what the model gives.
  const { programs, ...components } = yield* buildComponents(bindings, files, {
    settings: componentSettings(reading.project),
    ...(options.optimization === undefined ? {} : { optimization: options.optimization }),
    ...(options.cache === undefined ? {} : { cache: options.cache }),
    ...(options.compilationDirectory === undefined
      ? {}
      : { compilationDirectory: options.compilationDirectory }),
    ...(options.hasDebugCalls === undefined ? {} : { hasDebugCalls: options.hasDebugCalls }),
    ...(options.executable === undefined ? {} : { executable: options.executable }),
  });
  const layouts = new Map(programs.map(({ key, layout }) => [key, layout]));
  const { spec, diagnostics: problems } = compileSystem(reading, { layouts }) ?? model;
  const diagnostics = withoutRepeats([
    ...reading.diagnostics,
    ...problems,
    ...components.diagnostics,
  ]);
  const footprints = footprintsOf(spec, bindings, programs);
  const parts = { programs, bindings, footprints };
  if (hasErrors(diagnostics)) return { settings, spec, ...parts, diagnostics };
  const contents = contentsOf(source, spec, files);
  const given = withPrograms(files, source, programs, contents.files);
  const built = buildSpecification(source, spec, given, chosen);
  return {
    ...built,
    ...parts,
    diagnostics: [
      ...diagnostics,
      ...contents.diagnostics,
      // Which program is missing, and why, was told at its component.
      ...built.diagnostics.filter(({ code }) => code !== 'missing-program'),
    ],
  };
}

/** Errors with which there is no image, and the programs are as they would be without: theirs are told, too. */
const concernsNoProgram: ReadonlySet<string | undefined> = new Set([
  'cnode-too-small',
  // The instance that would be within itself is left out; what is around it is there.
  'cyclic-hierarchy',
  'device-overlap',
  'duplicate-irq',
  // What is declared too late is understood.
  'forward-reference',
  'setting-out-of-range',
]);

/** What an assembly may say, and no loader can make: a page of a device has one frame. */
const ofImage = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.map((each) =>
    each.code === 'device-overlap' ? { ...each, severity: 'error' } : each,
  );

/** A setting is looked at by the checks of the assembly and by its compiler: one mistake is told once. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ file, range, code, message }) => {
    const isSetting = code.startsWith('setting-');
    const key = JSON.stringify([file, range, code, isSetting ? '' : message]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Its capDL can be had; programs and boards are of one architecture. */
function notOfBoard(source: string, { name, place }: ChosenArchitecture): Diagnostic {
  return {
    ...(place ?? { file: source, range: noRange }),
    severity: 'error',
    code: 'architecture-not-run',
    message: `${source.replace(/^.*[/\\]/, '')} is compiled for ${name}, and the emulated boards are ${boardArchitecture}: its capDL can be had (\`cantrip build -o FILE.cdl\`), but no image. To run it here, set "architecture": "${boardArchitecture}" in cantrip.json, or give --architecture ${boardArchitecture}.`,
  };
}

/** The specification names the programs as files beside itself. */
function withPrograms(
  files: SourceFiles,
  source: string,
  programs: readonly Program[],
  contents: ReadonlyMap<string, Uint8Array>,
): SourceFiles {
  const built = new Map([
    ...contents,
    ...programs.map(({ layout, elf }) => [joinPath(source, '..', layout.file), elf] as const),
  ]);
  return {
    ...clockOf(files),
    readText: (path) => files.readText(path),
    readBytes: (path) => built.get(path) ?? files.readBytes(path),
  };
}

function buildCapdl(source: string, files: SourceFiles, options: BuildOptions): Unlisted {
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
function buildSpecification(
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

const executableOf = (
  linked: Linked,
  { compilationDirectory, executable }: BuildOptions,
): Pick<Built, 'elf'> =>
  executable === 'unwanted'
    ? {}
    : {
        elf: writeExecutable(
          linked,
          compilationDirectory === undefined ? {} : { compilationDirectory },
        ),
      };

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

/**
 * An ELF whose first segment lies in a board's RAM is a bare-metal program of that board; everything
 * else is a root task of the kernel.
 */
function settingsOf(options: BuildOptions, elf: SystemImage | undefined): BuildSettings {
  const start = elf?.segments[0]?.physicalAddress;
  const home = options.boards.find(
    ({ name, ram }) =>
      start !== undefined &&
      (options.board === undefined || options.board === name) &&
      start >= ram.base &&
      start < ram.base + ram.sizeBytes,
  );
  const kernel = options.kernel ?? (home === undefined ? 'builtin' : 'none');
  const bareHome = kernel === 'none' ? home?.name : undefined;
  const board = options.board ?? bareHome ?? options.boards[0]?.name ?? 'nexus';
  return {
    board,
    kernel,
    ...(options.memoryBytes === undefined ? {} : { memoryBytes: options.memoryBytes }),
  };
}
