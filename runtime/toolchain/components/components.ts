/**
 * From an assembly and the sources of its components to the programs of its address spaces. Whatever is wrong with
 * one of them is told at its source, and the others are built all the same; members of a group of which one is wrong are
 * looked at, and not linked. A program without any source is left out: the threads that it is for are made, and wait.
 */
import type { BuildCache } from '../build-cache.js';
import type { Building, CompilationRequest } from '../build-step.js';
import type { InstanceBindings, ProgramBindings } from '../camkes/compile/bindings.js';
import type { ComponentType, Instance } from '../camkes/system.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { diagnosticAt } from '../text/source-line.js';
import type { ComponentSources, SourceSettings } from './find-sources.js';
import { findSources } from './find-sources.js';
import type { GuestCompilations } from './guest-compilations.js';
import { guestCompilations } from './guest-compilations.js';
import { prepareGuest } from './guest-component.js';
import { guestDataBase, guestRoom } from './guest-data-base.js';
import type { Program, ProgramContext, ProgramResult } from './program.js';
import { buildProgram, problemsOfMembers } from './program.js';
import { runtimeLibrary } from './runtime-library.js';

export interface ComponentOptions {
  readonly settings: SourceSettings | undefined;
  readonly compilationDirectory?: string;
  /** True where absent. */
  readonly hasDebugCalls?: boolean;
  readonly optimization?: 'debug' | 'release';
  readonly cache?: BuildCache;
  readonly executable?: 'wanted' | 'unwanted';
  /** Of an assembly with mistakes: the instances that none of them concerns. The others are left out. */
  readonly understood?: ReadonlySet<Instance>;
}

export interface BuiltComponents {
  readonly programs: readonly Program[];
  readonly diagnostics: readonly Diagnostic[];
}

export function* buildComponents(
  programs: readonly ProgramBindings[],
  files: SourceFiles,
  {
    settings,
    compilationDirectory,
    hasDebugCalls = true,
    optimization = 'debug',
    cache,
    executable = 'wanted',
    understood,
  }: ComponentOptions,
): Building<BuiltComponents> {
  const types = new Map<string, ComponentType>();
  for (const { instances } of programs)
    for (const { instance } of instances) types.set(instance.component.name, instance.component);
  const sources = new Map<string, ComponentSources>();
  for (const [name, component] of types) sources.set(name, findSources(component, files, settings));
  const diagnostics = [...sources.values()].flatMap((found) => [...found.diagnostics]);
  // Of a component that is named there the instance may be what was not understood.
  if (understood === undefined) diagnostics.push(...unknownComponents(settings, types));
  const sourcesOf = (name: string): ComponentSources =>
    sources.get(name) ?? { files: [], diagnostics: [] };
  const isSound: SoundInstance = ({ instance }) => {
    const found = sourcesOf(instance.component.name);
    return found.files.length > 0 && !hasErrors(found) && understood?.has(instance) !== false;
  };
  // A tree whose sources are in languages that are not compiled here boots to be looked at.
  const hasSources = [...sources.values()].some((found) => found.files.length > 0);
  // With mistakes in the assembly it does not boot, so nothing is said of threads that would wait.
  const tellsWaiting = hasSources || understood === undefined;
  const built: Program[] = [];
  const told = new Set<ComponentType>();
  const compilations = guestCompilations(files, cache);
  const waiting = yield* announce(programs, isSound, sourcesOf, compilations, optimization);
  const context: ProgramContext = {
    files,
    library: runtimeLibrary({ hasDebugCalls }, cache),
    sourcesOf,
    compilations,
    optimization,
    executable,
    ...(compilationDirectory === undefined ? {} : { compilationDirectory }),
  };
  // While the others are compiled elsewhere.
  const early = new Map<ProgramBindings, ProgramResult>();
  if (waiting.size > 0)
    for (const bindings of programs)
      if (!waiting.has(bindings) && bindings.instances.every(isSound))
        early.set(bindings, yield* buildProgram(bindings, context));
  for (const bindings of programs) {
    for (const { instance } of bindings.instances) {
      const { component } = instance;
      const found = sourcesOf(component.name);
      if (found.files.length > 0) continue;
      const isTold = found.diagnostics.length > 0;
      // An empty list of sources is what its author wants.
      const isWanted = settings?.components.has(component.name) === true;
      if (tellsWaiting && !isTold && !isWanted && !told.has(component))
        diagnostics.push(withoutSource(component, hasSources ? 'error' : 'warning'));
      told.add(component);
    }
    if (!bindings.instances.every(isSound)) {
      diagnostics.push(...(yield* problemsOfMembers(bindings, isSound, context)));
      continue;
    }
    const result = early.get(bindings) ?? (yield* buildProgram(bindings, context));
    diagnostics.push(...result.diagnostics);
    if (result.program !== undefined) built.push(result.program);
  }
  return { programs: built, diagnostics: withoutRepeats(diagnostics) };
}

/** Whether an instance has sources, and nothing that it is built from is wrong. */
type SoundInstance = (bindings: InstanceBindings) => boolean;

/**
 * Tells what will have to be compiled before anything else is done, so that another thread can begin with it. Gives the
 * programs that need any of that.
 */
function* announce(
  programs: readonly ProgramBindings[],
  isSound: SoundInstance,
  sourcesOf: (component: string) => ComponentSources,
  compilations: GuestCompilations,
  optimization: 'debug' | 'release',
): Building<ReadonlySet<ProgramBindings>> {
  const requests = new Set<CompilationRequest>();
  const waiting = new Set<ProgramBindings>();
  for (const program of programs) {
    const { instances, capsule } = program;
    const room = guestRoom(program);
    for (const [index, bindings] of instances.entries()) {
      if (!isSound(bindings)) continue;
      const { files } = sourcesOf(bindings.instance.component.name);
      const source = files.find(({ kind }) => kind === 'typescript');
      if (source === undefined) continue;
      const memoryBase = guestDataBase(room, index);
      const context = { optimization, memoryBase, isMember: capsule !== undefined };
      const { unit } = prepareGuest(bindings, source.path, context, compilations);
      if (compilations.find(unit) !== undefined) continue;
      requests.add(compilations.request(unit));
      waiting.add(program);
    }
  }
  if (requests.size > 0) yield { kind: 'announce', requests: [...requests] };
  return waiting;
}

const hasErrors = ({ diagnostics }: ComponentSources): boolean =>
  diagnostics.some(({ severity }) => severity === 'error');

/** A component with parts inside has no code of its own as a rule. */
function withoutSource(
  { name, place, isComposite }: ComponentType,
  severity: 'error' | 'warning',
): Diagnostic {
  return diagnosticAt(
    place,
    isComposite ? 'information' : severity,
    'component-without-source',
    `The component \`${name}\` has no source: its threads are made, and wait. Write ${name}.ts or ${name}.S beside this file, or name its sources under "components" in cantrip.json: an empty list lets it wait.`,
  );
}

/** Instances of one type have one source, whose mistakes are told once. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic) => {
    const key = JSON.stringify([
      diagnostic.file,
      diagnostic.range,
      diagnostic.code,
      diagnostic.message,
    ]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function unknownComponents(
  settings: SourceSettings | undefined,
  types: ReadonlyMap<string, ComponentType>,
): Diagnostic[] {
  return [...(settings?.components ?? [])].flatMap(([name, { paths }]) => {
    const [first] = paths;
    if (types.has(name) || first === undefined || settings === undefined) return [];
    return [
      {
        file: settings.file,
        range: first.range,
        severity: 'warning',
        code: 'unknown-component',
        message: `The assembly has no instance of a component \`${name}\`; it has ${[...types.keys()].join(', ')}.`,
      },
    ];
  });
}
