/**
 * The objects of one instance: its own sources, its stubs, and what they need of the runtime. Instances of a group
 * share one program and may be of one type, so there each name that an instance defines has the instance's name
 * before it.
 */
import { assemble } from '../assembly/assemble.js';
import type { Building } from '../build-step.js';
import { entrySymbolOf } from '../camkes/compile/address-space.js';
import type { InstanceBindings } from '../camkes/compile/bindings.js';
import type { Instance } from '../camkes/system.js';
import { isArchive, readArchive } from '../elf/read-archive.js';
import { objectFromElf } from '../elf/object-from-elf.js';
import { readElf } from '../elf/read.js';
import type { StartAllocations } from '../guest/start-allocations.js';
import type { Archive } from '../linker/archive.js';
import { withMembers } from '../linker/archive.js';
import type { ObjectFile, ObjectSymbol } from '../object-file.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { diagnosticAt } from '../text/source-line.js';
import { nearestName } from '../text/suggest.js';
import type { ComponentSources, SourceFile } from './find-sources.js';
import { arenaBytesOf, arenaProblems } from './guest-arena.js';
import type { GuestContext } from './guest-component.js';
import { compileGuest } from './guest-component.js';
import { heapObject } from './region-object.js';
import type { RuntimeLibrary } from './runtime-library.js';
import type { Handler, StubOptions } from './stubs/component-stubs.js';
import { componentStubs } from './stubs/component-stubs.js';
import type { ComponentLanguage } from './stubs/making.js';

export interface InstanceObjects {
  readonly objects: readonly ObjectFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What its own sources became, before anything is known of the other members of its group. */
export interface InstanceParts {
  readonly bindings: InstanceBindings;
  readonly language: ComponentLanguage;
  readonly own: readonly ObjectFile[];
  readonly archives: readonly Archive[];
  /** Functions that the sources define. */
  readonly defined: ReadonlySet<string>;
  /** Functions that they define or call. */
  readonly named: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
  /** What guest TypeScript takes of its arena when it starts. */
  readonly start: StartAllocations | undefined;
  /** Lines of its guest TypeScript that touch raw memory, by file. */
  readonly unsafeLines: ReadonlyMap<string, number>;
}

export interface InstanceContext extends GuestContext {
  readonly files: SourceFiles;
  readonly library: RuntimeLibrary;
  readonly sources: ComponentSources;
}

/** Of a component that allocates although its assembly says nothing of a heap. */
const defaultHeapBytes = 4096;

export function* instanceParts(
  bindings: InstanceBindings,
  context: Omit<InstanceContext, 'library'>,
): Building<InstanceParts> {
  const { files, sources } = context;
  const diagnostics: Diagnostic[] = [];
  const own: ObjectFile[] = [];
  const archives: Archive[] = [];
  const script = sources.files.find(({ kind }) => kind === 'typescript');
  const guest = script && (yield* compileGuest(bindings, script, context));
  if (guest !== undefined) diagnostics.push(...guest.diagnostics);
  if (guest?.object !== undefined) own.push(guest.object);
  for (const source of sources.files) {
    if (source.kind === 'typescript') continue;
    const read = readSource(source, files);
    diagnostics.push(...read.diagnostics);
    own.push(...read.objects);
    archives.push(...read.archives);
  }
  const objects = [...own, ...archives.flatMap(({ members }) => members)];
  return {
    bindings,
    language: script === undefined ? 'c' : 'guest',
    own,
    archives,
    defined: guest?.exported ?? definedIn(objects),
    named: new Set(objects.flatMap(({ symbols }) => symbols.map(({ name }) => name))),
    diagnostics,
    start: guest?.start,
    unsafeLines: guest?.unsafeLines ?? new Map(),
  };
}

/** `calleeOf` tells a member of a capsule about the others. */
export function instanceObjects(
  { bindings, language, own, archives, defined, ...parts }: InstanceParts,
  { library, sources, optimization }: Pick<InstanceContext, 'library' | 'sources' | 'optimization'>,
  calleeOf: StubOptions['calleeOf'],
): InstanceObjects {
  const { instance } = bindings;
  const isGuest = language === 'guest';
  const stubs = componentStubs(bindings, {
    language,
    defined,
    named: parts.named,
    optimization,
    ...(calleeOf === undefined ? {} : { calleeOf }),
  });
  const diagnostics = [...parts.diagnostics, ...stubs.diagnostics];
  const stubObject = library.assembleStubs(instance.name, stubs.text);
  const roots = stubs.handlers.map(({ symbol }) => symbol);
  const objects = withMembers(
    [library.start, ...own, stubObject],
    [...archives, library.rest],
    [...roots, ...lifecycleNames],
  );
  const isRead = diagnostics.every(({ severity }) => severity !== 'error');
  if (isRead)
    diagnostics.push(
      ...missingHandlers(stubs.handlers, objects, { sources, language, instance }),
      ...uncalledProgram(bindings, defined, { sources, language, instance }),
    );
  if (isGuest) diagnostics.push(...arenaProblems(bindings, parts.start));
  const heaps = heapsOf(bindings, objects, isGuest);
  const named = withEntry([...objects, ...heaps], entrySymbolOf(instance));
  return {
    objects: instance.addressSpace === instance.name ? named : withPrefix(named, instance.name),
    diagnostics,
  };
}

/** What C allocates with malloc, and the arena of guest TypeScript, which the setting is for where there is any. */
function heapsOf(
  bindings: InstanceBindings,
  objects: readonly ObjectFile[],
  isGuest: boolean,
): ObjectFile[] {
  const { instance, heapBytes } = bindings;
  const allocates = definedIn(objects).has('malloc');
  const wanted = heapBytes > 0 && !isGuest ? heapBytes : allocates ? defaultHeapBytes : 0;
  return [
    heapObject(instance.name, 'camkes', wanted),
    ...(isGuest ? [heapObject(instance.name, 'guest', arenaBytesOf(bindings))] : []),
  ];
}

/** What a component may define beside its handlers; members of its archives are looked at, too. */
const lifecycleNames = ['run', 'pre_init', 'post_init'];

export interface ReadSource {
  readonly objects: readonly ObjectFile[];
  readonly archives: readonly Archive[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The objects of a source that is no guest TypeScript. */
export function readSource(source: SourceFile, files: SourceFiles): ReadSource {
  const { path, kind } = source;
  const none = { objects: [], archives: [], diagnostics: [] };
  if (kind === 'assembly') {
    const { object, diagnostics } = assemble(path, files);
    return { ...none, objects: [object], diagnostics };
  }
  const bytes = files.readBytes(path);
  if (bytes === undefined) return none;
  if (isArchive(bytes)) {
    const archive = readArchive(path, bytes);
    return archive.ok
      ? { ...none, archives: [archive.value] }
      : { ...none, diagnostics: [archive.error] };
  }
  const elf = readElf(path, bytes);
  const object = elf.ok ? objectFromElf(elf.value) : elf;
  return object.ok
    ? { ...none, objects: [object.value] }
    : { ...none, diagnostics: [object.error] };
}

/** The capability distribution knows the first instruction of each thread by this name, which has spaces. */
function withEntry(objects: readonly ObjectFile[], name: string): ObjectFile[] {
  return objects.map((object) => {
    const start = object.symbols.find(
      (symbol) => symbol.name === '_camkes_start' && isDefined(symbol),
    );
    return start === undefined
      ? object
      : { ...object, symbols: [...object.symbols, { ...start, name }] };
  });
}

const isDefined = ({ binding, definition }: ObjectSymbol): boolean =>
  binding !== 'local' && definition.kind !== 'undefined';

const definedIn = (objects: readonly ObjectFile[]): Set<string> =>
  new Set(objects.flatMap(({ symbols }) => symbols.filter(isDefined).map(({ name }) => name)));

interface OwnSources {
  readonly sources: ComponentSources;
  readonly language: ComponentLanguage;
  readonly instance: Instance;
}

const namesOf = ({ files }: ComponentSources): string =>
  files.map(({ path }) => path.replace(/^.*[/\\]/, '')).join(', ');

function missingHandlers(
  handlers: readonly Handler[],
  objects: readonly ObjectFile[],
  { sources, language, instance: { component } }: OwnSources,
): Diagnostic[] {
  const defined = definedIn(objects);
  const isGuest = language === 'guest';
  const verb = isGuest ? 'export' : 'define';
  const end = isGuest ? '.' : ', and make it global.';
  const served = new Set(
    handlers.filter(({ symbol }) => defined.has(symbol)).map((handler) => handler.interface),
  );
  const told = new Set<string>();
  return handlers.flatMap((handler) => {
    const { symbol, prototype, place, declared, need } = handler;
    if (defined.has(symbol)) return [];
    if (need === 'one' && (served.has(handler.interface) || told.has(handler.interface))) return [];
    told.add(handler.interface);
    return [
      diagnosticAt(
        place,
        'error',
        'missing-handler',
        `The component \`${component.name}\` has no function \`${symbol}\` for its interface \`${handler.interface}\`: ${namesOf(sources)} does not ${verb} it. Add \`${prototype}\`${end}`,
        declared === undefined ? [] : [{ ...declared, message: 'The method is declared here.' }],
      ),
    ];
  });
}

/** A program of which nothing is called does nothing; `own` are functions of its sources. */
function uncalledProgram(
  { ends, singleThread }: InstanceBindings,
  own: ReadonlySet<string>,
  { sources, language, instance: { component } }: OwnSources,
): Diagnostic[] {
  const names = [...own];
  const interfaces = ends.map(({ end }) => `${end.interface.name}_`);
  const isCalled = (name: string): boolean =>
    [...lifecycleNames, 'loop'].includes(name) || interfaces.some((each) => name.startsWith(each));
  if (!component.isControl || singleThread !== undefined || names.some(isCalled)) return [];
  const isGuest = language === 'guest';
  // One with nearly this name is told at its line.
  if (isGuest && names.some((name) => nearestName(name, ['run']) !== undefined)) return [];
  const prototype = isGuest ? 'export function run(): void' : 'int run(void)';
  return [
    diagnosticAt(
      component.place,
      'warning',
      'missing-run',
      `\`${component.name}\` does nothing: its control thread calls \`run\`, and ${namesOf(sources)} has no such function, nor another one that is called. Add \`${prototype}\`.`,
    ),
  ];
}

/** The entry and the memory of the instance keep their names, which have the instance's in them already. */
function withPrefix(objects: readonly ObjectFile[], instance: string): ObjectFile[] {
  const own = definedIn(objects);
  const renamed = (name: string): string => `${instance}.${name}`;
  const isOwn = ({ name, binding }: ObjectSymbol): boolean =>
    binding !== 'local' && !name.includes(' ') && own.has(name);
  return objects.map((object) => ({
    ...object,
    symbols: object.symbols.map((symbol) =>
      isOwn(symbol) ? { ...symbol, name: renamed(symbol.name) } : symbol,
    ),
  }));
}
