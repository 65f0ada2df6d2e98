/**
 * An application: its program linked with the start of the SDK, and the bundle that a running system installs. The
 * program is guest TypeScript, assembly, an object or an archive of another compiler, or linked already.
 */
import { virtAddr } from '../../base/address.js';
import type { SystemImage } from '../../image/system-image.js';
import { sdkFolder } from '../../system/sdk-sources.js';
import { assemble } from '../assembly/assemble.js';
import type { BuildCache } from '../build-cache.js';
import type { Building } from '../build-step.js';
import { makeBundle } from '../bundle/bundle.js';
import { readManifest } from '../bundle/manifest.js';
import { guestCompilations } from '../components/guest-compilations.js';
import { withoutLines } from '../components/runtime-library.js';
import { readSource } from '../components/instance-objects.js';
import {
  type FirstObjects,
  adviceText,
  defaultArenaBytes,
  hasRoom,
  needText,
  takenAt,
  tooSmall,
} from '../components/guest-arena.js';
import { heapObject } from '../components/region-object.js';
import { imageFromElf } from '../elf/image-from-elf.js';
import { readElf } from '../elf/read.js';
import { writeExecutable } from '../elf/write-executable.js';
import { defaultMemoryBase, type GuestExport } from '../guest/compiler-port.js';
import type { StartAllocations } from '../guest/start-allocations.js';
import { withMembers, type Archive } from '../linker/archive.js';
import { link } from '../linker/link.js';
import type { ObjectFile } from '../object-file.js';
import type { ApplicationSetting } from '../settings/application-setting.js';
import { noRange, type Diagnostic, type Range } from '../text/diagnostic.js';
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { sdkLibrary } from './sdk-library.js';

export interface Application {
  /** As its manifest calls it. */
  readonly name: string;
  readonly bundle: Uint8Array;
  readonly elf: Uint8Array;
  /** Its symbols, lines and variables. */
  readonly image: SystemImage;
}

export interface ApplicationBuilt {
  /** Undefined when there are errors. */
  readonly application?: Application;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ApplicationSource extends ApplicationSetting {
  /** The `cantrip.json`, to which paths are relative. */
  readonly file: string;
  readonly program: { readonly path: string; readonly range: Range };
}

export interface ApplicationOptions {
  readonly optimization?: 'debug' | 'release';
  readonly cache?: BuildCache;
  readonly compilationDirectory?: string;
  readonly hasDebugCalls?: boolean;
}

const textBase = 0x1_0000;
const entryName = 'sdk-entry';

export function* buildApplication(
  source: ApplicationSource,
  files: SourceFiles,
  options: ApplicationOptions,
): Building<ApplicationBuilt> {
  const manifestPath = pathOf(source, source.manifest.path);
  const text = files.readText(manifestPath);
  if (text === undefined) return failed(source, source.manifest, missing(source.manifest.path));
  const { manifest, diagnostics } = readManifest(manifestPath, text);
  const whole = wholeProgram(source, files);
  const made = whole ?? (yield* linkProgram(source, manifest?.name ?? 'app', files, options));
  const problems = [...diagnostics, ...made.diagnostics];
  if (made.program === undefined || manifest === undefined || problems.some(isError))
    return { diagnostics: problems };
  const bundle = makeBundle({ ...made.program.image, name: manifest.name }, manifest);
  if (!bundle.ok) {
    const at = { file: source.file, range: source.program.range };
    return { diagnostics: [...problems, { ...bundle.error, ...at }] };
  }
  const application = { name: manifest.name, bundle: bundle.value, ...made.program };
  return { application, diagnostics: problems };
}

interface Made {
  readonly program?: Pick<Application, 'elf' | 'image'>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Named {
  readonly path: string;
  readonly range: Range;
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
const pathOf = ({ file }: ApplicationSource, path: string): string =>
  /^([A-Za-z]:)?[\\/]/.test(path) ? path : joinPath(file, '..', path);
const missing = (path: string): [string, string] => [
  'missing-file',
  `There is no file ${path}, or it cannot be read.`,
];

const failed = (
  { file }: ApplicationSource,
  { range }: Named,
  [code, message]: [string, string],
): { readonly diagnostics: readonly Diagnostic[] } => ({
  diagnostics: [{ file, range, severity: 'error', code, message }],
});

/** A program that another linker made. */
function wholeProgram(source: ApplicationSource, files: SourceFiles): Made | undefined {
  const path = pathOf(source, source.program.path);
  if (/\.(ts|S|s|o|a)$/.test(path)) return undefined;
  const bytes = files.readBytes(path);
  if (bytes === undefined) return failed(source, source.program, missing(source.program.path));
  const read = readElf(path, bytes);
  if (!read.ok || read.value.kind !== 'executable')
    return failed(source, source.program, [
      'application-source',
      `${source.program.path} is no program of an application; expected guest TypeScript (.ts), assembly (.S), an object (.o), an archive (.a) or a linked program in ELF.`,
    ]);
  const image = imageFromElf(read.value);
  return image.ok
    ? { program: { elf: bytes, image: image.value }, diagnostics: [] }
    : { diagnostics: [image.error] };
}

function* linkProgram(
  source: ApplicationSource,
  name: string,
  files: SourceFiles,
  options: ApplicationOptions,
): Building<Made> {
  const diagnostics: Diagnostic[] = [];
  const own: ObjectFile[] = [];
  const archives: Archive[] = [];
  const heapBytes = source.heap?.bytes ?? defaultArenaBytes;
  for (const named of [source.program, ...source.objects]) {
    const path = pathOf(source, named.path);
    if (path.endsWith('.ts')) {
      const compiled = yield* compileScript(source, named, path, files, options);
      diagnostics.push(...compiled.diagnostics);
      own.push(...compiled.objects);
      const { start } = compiled;
      const needed = start?.withNext ?? start;
      if (needed !== undefined && !hasRoom(heapBytes, needed))
        diagnostics.push(heapProblem(source, name, needed));
      continue;
    }
    const read = readNamed(source, named, path, files);
    diagnostics.push(...read.diagnostics);
    own.push(...read.objects);
    archives.push(...read.archives);
  }
  if (diagnostics.some(isError)) return { diagnostics };
  yield { kind: 'link', program: name };
  const library = sdkLibrary({ hasDebugCalls: options.hasDebugCalls ?? true });
  const objects = withMembers([library.start, ...own], [...archives, library.rest], ['main']);
  const isDefined = (symbol: string): boolean =>
    objects.some(({ symbols }) =>
      symbols.some((each) => each.name === symbol && each.definition.kind !== 'undefined'),
    );
  if (!isDefined('sdk_run') && !isDefined('main'))
    return failed(source, source.program, [
      'missing-main',
      `${source.program.path} has no function \`main\`, with which an application begins.`,
    ]);
  const heaps = [
    heapObject(name, 'camkes', isDefined('malloc') ? heapBytes : 0),
    heapObject(name, 'guest', isDefined('sdk_run') ? heapBytes : 0),
  ];
  const { linked, image, ...result } = link([...objects, ...heaps], {
    name,
    entry: '_start',
    textBase: virtAddr(textBase),
    unusedSections: 'drop',
    roots: ['_start', 'main', 'sdk_run', '__guest_start'].filter(isDefined),
  });
  diagnostics.push(...result.diagnostics);
  const { compilationDirectory } = options;
  const elf = writeExecutable(
    linked,
    compilationDirectory === undefined ? {} : { compilationDirectory },
  );
  return { program: { elf, image }, diagnostics };
}

function heapProblem(
  { file, heap, program }: ApplicationSource,
  name: string,
  needed: FirstObjects,
): Diagnostic {
  const has = `${heap === undefined ? 'without the setting "heap" ' : ''}it has ${String(heap?.bytes ?? defaultArenaBytes)}`;
  const advice = adviceText(needed, (enough) => `"heap": "${String(enough / 1024)}K" in its "app"`);
  const message = `${needText(name, needed)}, and ${has}. ${advice}`;
  const { range } = heap ?? program;
  const related = takenAt(needed);
  return { file, range, severity: 'error', code: tooSmall, message, related };
}

function readNamed(
  source: ApplicationSource,
  { path: written, range }: Named,
  path: string,
  files: SourceFiles,
): ReturnType<typeof readSource> {
  const kind = /\.[sS]$/.test(path) ? 'assembly' : 'object';
  const named = { file: source.file, range };
  if (files.readBytes(path) !== undefined) return readSource({ path, kind, named }, files);
  return { objects: [], archives: [], ...failed(source, { path, range }, missing(written)) };
}

interface CompiledScript {
  readonly objects: readonly ObjectFile[];
  /** What it takes of its arena when it starts. */
  readonly start?: StartAllocations;
  readonly diagnostics: readonly Diagnostic[];
}

function* compileScript(
  source: ApplicationSource,
  named: Named,
  path: string,
  files: SourceFiles,
  options: ApplicationOptions,
): Building<CompiledScript> {
  const none = { objects: [] };
  if (files.readText(path) === undefined)
    return { ...none, ...failed(source, named, missing(named.path)) };
  const compilations = guestCompilations(files, options.cache);
  const unit = {
    entries: [path, entryName],
    options: {
      memoryBase: defaultMemoryBase,
      isOptimized: options.optimization === 'release',
      folder: path.includes('/') ? path.replace(/\/[^/]*$/, '') : '',
      generated: new Map([[entryName, entryText]]),
      hasFloatingPoint: false,
      allocationAfterInit: 'allowed' as const,
    },
    next: 'main',
  };
  const step = { instance: path.replace(/^.*\/|\.ts$/g, ''), source: path };
  let compiled = compilations.find(unit);
  if (compiled === undefined) {
    compiled = yield* compilations.compile(unit, step);
    if (compiled === undefined)
      return {
        ...none,
        ...failed(source, named, [
          'guest-compiler-missing',
          `${named.path} is guest TypeScript, and its compiler is not loaded here.`,
        ]),
      };
    yield { kind: 'compiled', ...step, isFromCache: false };
  } else yield { kind: 'compiled', ...step, isFromCache: true };
  const problem = compiled.exports.length > 0 ? mainProblem(path, compiled.exports) : undefined;
  if (problem !== undefined) return { ...none, diagnostics: [problem] };
  const { object, start, diagnostics } = compiled;
  return {
    ...(start === undefined ? {} : { start }),
    objects: object === undefined ? [] : [object, runObject(compiled.exports)],
    diagnostics,
  };
}

/** What runs when no function of the application is half done, so that globals are all that refers to anything. */
const entryText = 'export function sdk_collect(): void { __collectBetweenEvents(); }\n';

/** Calls `main`, and then `loop` again and again where there is one; what nothing refers to is reclaimed in between. */
function runObject(exports: readonly GuestExport[]): ObjectFile {
  const returns = exports.find(({ name }) => name === 'main')?.returns;
  const lines = [
    '.globl sdk_run',
    'sdk_run: addi sp, sp, -16',
    'sw ra, 12(sp)',
    'call main',
    ...(returns === 'void' ? ['li a0, 0'] : []),
    ...(exports.some(({ name }) => name === 'loop')
      ? ['1: call sdk_collect', 'call loop', 'j 1b']
      : ['lw ra, 12(sp)', 'addi sp, sp, 16', 'ret']),
  ];
  const path = `${sdkFolder}/run.S`;
  const text = `${lines.join('\n')}\n`;
  const readText = (wanted: string): string | undefined => (wanted === path ? text : undefined);
  return withoutLines(assemble(path, { readText, readBytes: () => undefined }).object);
}

function mainProblem(path: string, exports: readonly GuestExport[]): Diagnostic | undefined {
  const main = exports.find(({ name }) => name === 'main');
  const loop = exports.find(({ name }) => name === 'loop');
  const problem = { severity: 'error', code: 'missing-main' } as const;
  if (main === undefined)
    return {
      ...problem,
      file: path,
      range: noRange,
      message: 'An application begins with `export function main(): void`, and this has none.',
    };
  for (const { name, file, range, parameters, returns } of [main, ...(loop ? [loop] : [])]) {
    const isRight = returns === 'void' || (name === 'main' && returns === 'i32');
    if (parameters.length > 0 || !isRight)
      return {
        ...problem,
        file,
        range,
        message: `\`${name}\` is called without arguments${name === 'main' ? ', and gives nothing or the code to exit with' : ', and gives nothing'}: \`export function ${name}(): void\`.`,
      };
  }
  return undefined;
}
