/**
 * The program of one address space: the objects of its instances, linked. Its ELF file is what the frames of the
 * system are filled from, and where its symbols came to lie is what the capability distribution is finished with.
 */
import { virtAddr } from '../../base/address.js';
import type { SystemImage } from '../../image/system-image.js';
import type { Building } from '../build-step.js';
import { entrySymbolOf } from '../camkes/compile/address-space.js';
import type { Instance } from '../camkes/system.js';
import type { InstanceBindings, ProgramBindings } from '../camkes/compile/bindings.js';
import type { ComponentLayout, LayoutSymbol } from '../camkes/compile/component-layout.js';
import { fileNameOf } from '../camkes/compile/component-layout.js';
import type { ElfFile } from '../elf/elf-file.js';
import { sectionFlag, sectionType, segmentFlag } from '../elf/elf-file.js';
import { imageFromElf } from '../elf/image-from-elf.js';
import { readElf } from '../elf/read.js';
import { writeExecutable } from '../elf/write-executable.js';
import { link } from '../linker/link.js';
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { diagnosticAt } from '../text/source-line.js';
import type { ComponentSources } from './find-sources.js';
import { calleeOf, capsuleObject, inOrderOfLife } from './capsule-members.js';
import { fillFootprint, footprintRecord, heapStart, regionBytesOf } from './footprint-record.js';
import type { GuestCompilations } from './guest-compilations.js';
import type { GuestRoom } from './guest-data-base.js';
import { guestDataBase, guestRoom, measuredRoom } from './guest-data-base.js';
import type { InstanceParts } from './instance-objects.js';
import { instanceObjects, instanceParts } from './instance-objects.js';
import { regionObject, regionSymbols } from './region-object.js';
import type { RuntimeLibrary } from './runtime-library.js';
import { vmaObjects } from './vma-object.js';
import type { ThreadStack } from './thread-stacks.js';
import { threadStacks } from './thread-stacks.js';

/** The first address of text, as programs of CantripOS are linked. */
const textBase = 0x1_0000;

export interface Program {
  readonly key: string;
  readonly elf: Uint8Array;
  /** Its symbols, lines and variables; nothing runs it as it is. */
  readonly image: SystemImage;
  readonly layout: ComponentLayout;
  /** The names of its threads' TCBs. */
  readonly threads: readonly string[];
  /** Of all heaps in it that something uses. */
  readonly arenaBytes: number;
  /** What guest TypeScript takes of them when it starts, at least. */
  readonly startBytes: number;
  /** Of its data that begins as zeros; heaps, stacks and what is shared are no part of it. */
  readonly zeroBytes: number;
  /** Lines of its guest TypeScript that touch raw memory, by file. */
  readonly unsafeLines: ReadonlyMap<string, number>;
  /** What its threads need of their stacks; empty for a program that was linked already. */
  readonly stacks: readonly ThreadStack[];
}

export interface ProgramResult {
  /** Undefined when there are errors, and when no instance has a source. */
  readonly program: Program | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ProgramContext {
  readonly files: SourceFiles;
  readonly library: RuntimeLibrary;
  readonly sourcesOf: (component: string) => ComponentSources;
  readonly compilations: GuestCompilations;
  readonly optimization: 'debug' | 'release';
  /** `unwanted`: the file is only loaded from, so it needs no variables. */
  readonly executable: 'wanted' | 'unwanted';
  /** What relative paths in debug information are relative to. */
  readonly compilationDirectory?: string;
}

/** A second time only where the data of guest TypeScript had too little room; a third for code that grew by that. */
const mostAttempts = 3;

export function* buildProgram(
  bindings: ProgramBindings,
  context: ProgramContext,
): Building<ProgramResult> {
  const whole = wholeProgram(bindings, context);
  if (whole !== undefined) return whole;
  let room = guestRoom(bindings);
  for (let attempt = 1; ; attempt += 1) {
    const { needs, ...result } = yield* buildIn(room, bindings, context);
    if (needs === undefined || attempt === mostAttempts) return result;
    room = needs;
    for (const instance of bindings.instances) context.compilations.prepared.delete(instance);
  }
}

/** `needs` is what would be enough, where the room is not. */
function* buildIn(
  room: GuestRoom,
  bindings: ProgramBindings,
  context: ProgramContext,
): Building<ProgramResult & { readonly needs?: GuestRoom }> {
  const diagnostics: Diagnostic[] = [];
  const { capsule } = bindings;
  const isMember = capsule !== undefined;
  const sourcesOf = ({ component }: Instance) => context.sourcesOf(component.name);
  const unsafeLines = new Map<string, number>();
  const parts: InstanceParts[] = [];
  for (const [index, instance] of bindings.instances.entries()) {
    const sources = sourcesOf(instance.instance);
    const memoryBase = guestDataBase(room, index);
    const made = yield* instanceParts(instance, { ...context, sources, memoryBase, isMember });
    // Instances share the libraries, and each has generated text of its own.
    for (const [file, count] of made.unsafeLines)
      unsafeLines.set(
        file,
        file.startsWith('generated:/') ? (unsafeLines.get(file) ?? 0) + count : count,
      );
    parts.push(made);
  }
  const members = isMember ? inOrderOfLife(parts) : parts;
  const objects = members.flatMap((member, position) => {
    const made = instanceObjects(
      member,
      { ...context, sources: sourcesOf(member.bindings.instance) },
      isMember ? (server) => calleeOf(members, position, server) : undefined,
    );
    diagnostics.push(...made.diagnostics);
    return made.objects;
  });
  if (isMember) objects.push(capsuleObject(members, capsule));
  objects.push(...vmaObjects(bindings, objects));
  if (hasErrors(diagnostics)) return { program: undefined, diagnostics };
  yield { kind: 'link', program: bindings.key };
  const entries = bindings.instances.map(({ instance }) => entrySymbolOf(instance));
  const {
    linked,
    parts: placed,
    diagnostics: problems,
  } = link([...objects, regionObject(bindings), footprintRecord()], {
    name: bindings.key,
    entry: entries[0] ?? '',
    textBase: virtAddr(textBase),
    unusedSections: 'drop',
    roots: [...entries, ...regionSymbols(bindings)],
  });
  diagnostics.push(...problems);
  if (hasErrors(diagnostics)) {
    const isTooSmall = problems.some(({ code }) => code === 'section-overlap');
    const needs = isTooSmall ? measuredRoom(room, bindings.instances.length, placed) : undefined;
    return { program: undefined, diagnostics, ...(needs === undefined ? {} : { needs }) };
  }
  const { compilationDirectory, executable } = context;
  const filled = fillFootprint(linked, bindings);
  const { debug, ...loaded } = filled;
  const bytes = writeExecutable(
    executable === 'wanted' ? filled : loaded,
    compilationDirectory === undefined ? {} : { compilationDirectory },
  );
  const read = readElf(fileNameOf(bindings.key), bytes);
  const program = read.ok ? programOf(bindings, bytes, read.value, unsafeLines) : undefined;
  // The file has lines and no variables; those are what the compilers said.
  if (program === undefined) return { program, diagnostics };
  const image = debug === undefined ? program.image : { ...program.image, debug };
  const { stacks, diagnostics: problemsOfStacks } = threadStacks(bindings, image);
  diagnostics.push(...problemsOfStacks);
  const startBytes = parts.reduce((sum, { start }) => sum + (start?.bytes ?? 0), 0);
  return { program: { ...program, image, startBytes, stacks }, diagnostics };
}

/** What is wrong with those members of a program that can be looked at, where it is not linked for want of the others. */
export function* problemsOfMembers(
  bindings: ProgramBindings,
  isSound: (instance: InstanceBindings) => boolean,
  context: ProgramContext,
): Building<readonly Diagnostic[]> {
  const whole = wholeProgram(bindings, context);
  if (whole !== undefined) return whole.diagnostics;
  const diagnostics: Diagnostic[] = [];
  const isMember = bindings.capsule !== undefined;
  const room = guestRoom(bindings);
  for (const [index, instance] of bindings.instances.entries()) {
    if (!isSound(instance)) continue;
    const sources = context.sourcesOf(instance.instance.component.name);
    const memoryBase = guestDataBase(room, index);
    const own = { ...context, sources, memoryBase, isMember };
    const parts = yield* instanceParts(instance, own);
    const calleeOf = isMember ? () => undefined : undefined;
    diagnostics.push(...instanceObjects(parts, own, calleeOf).diagnostics);
  }
  return diagnostics;
}

const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === 'error');

/** A source that is linked already, as the build of a real CAmkES system makes it. */
function wholeProgram(
  bindings: ProgramBindings,
  { files, sourcesOf }: ProgramContext,
): ProgramResult | undefined {
  for (const { instance } of bindings.instances) {
    const sources = sourcesOf(instance.component.name).files;
    for (const { path, kind, named } of sources) {
      const bytes = kind === 'object' ? files.readBytes(path) : undefined;
      const elf = bytes && readElf(path, bytes);
      if (bytes === undefined || elf?.ok !== true || elf.value.kind !== 'executable') continue;
      const problem =
        sources.length > 1 || bindings.instances.length > 1
          ? 'a program that is linked already has to be the only source of its address space'
          : undefined;
      const place = named ?? { file: path, range: noRange };
      const program = programOf(bindings, bytes, elf.value, new Map());
      if (problem === undefined && program !== undefined) return { program, diagnostics: [] };
      const diagnostic = diagnosticAt(
        place,
        'error',
        'component-source',
        `${path} is an executable: ${problem ?? 'its symbols or segments cannot be read'}.`,
      );
      return { program: undefined, diagnostics: [diagnostic] };
    }
  }
  return undefined;
}

function programOf(
  bindings: ProgramBindings,
  elf: Uint8Array,
  file: ElfFile,
  unsafeLines: ReadonlyMap<string, number>,
): Program | undefined {
  const image = imageFromElf(file);
  if (!image.ok) return undefined;
  const symbols = new Map<string, LayoutSymbol>();
  for (const { name, value, sizeBytes } of file.symbols)
    if (name !== '') symbols.set(name, { address: value, sizeBytes });
  const layout: ComponentLayout = {
    file: fileNameOf(bindings.key),
    symbols,
    segments: file.segments
      .filter(({ memorySizeBytes }) => memorySizeBytes > 0)
      .map((segment) => ({
        address: segment.virtualAddress,
        memoryBytes: segment.memorySizeBytes,
        fileBytes: segment.bytes.length,
        fileOffset: segment.offset,
        isReadable: (segment.flags & segmentFlag.readable) !== 0,
        isWritable: (segment.flags & segmentFlag.writable) !== 0,
        isExecutable: (segment.flags & segmentFlag.executable) !== 0,
      })),
  };
  const arenaBytes = file.symbols
    .filter(({ name }) => heapStart.test(name))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const threads = bindings.instances.flatMap(({ instance, threads: own }) =>
    own.map(({ name }) => `${instance.name}_${name}_tcb`),
  );
  return {
    key: bindings.key,
    elf,
    image: { ...image.value, name: bindings.key },
    layout,
    threads,
    arenaBytes,
    startBytes: 0,
    zeroBytes: Math.max(0, zeroBytesIn(file) - arenaBytes - regionBytesOf(bindings)),
    unsafeLines,
    stacks: [],
  };
}

const zeroBytesIn = ({ sections }: ElfFile): number =>
  sections
    .filter(
      ({ type, flags }) => type === sectionType.nobits && (flags & sectionFlag.allocated) !== 0,
    )
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
