/**
 * From an assembly and the sources of its components to the programs of its address spaces. Whatever is wrong with
 * one of them is told at its source, and the others are built all the same. A program without any source is left
 * out: the threads that it is for are made, and wait.
 */
import type { BuildCache } from '../build-cache.js';
import type { Building, CompilationRequest } from '../build-step.js';
import type { ProgramBindings } from '../camkes/compile/bindings.js';
import type { ComponentType } from '../camkes/system.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { diagnosticAt } from '../text/source-line.js';
import type { ComponentSources, SourceSettings } from './find-sources.js';
import { findSources } from './find-sources.js';
import type { GuestCompilations } from './guest-compilations.js';
import { guestCompilations } from './guest-compilations.js';
import { prepareGuest } from './guest-component.js';
import { guestDataBase } from './guest-data-base.js';
import type { Program } from './program.js';
import { buildProgram } from './program.js';
import { runtimeLibrary } from './runtime-library.js';

export interface ComponentOptions {
  readonly settings: SourceSettings | undefined;
  readonly compilationDirectory?: string;
  /** True where absent. */
  readonly hasDebugCalls?: boolean;
  readonly optimization?: 'debug' | 'release';
  readonly cache?: BuildCache;
  readonly executable?: 'wanted' | 'unwanted';
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
  }: ComponentOptions,
): Building<BuiltComponents> {
  const types = new Map<string, ComponentType>();
  for (const { instances } of programs)
    for (const { instance } of instances) types.set(instance.component.name, instance.component);
  const sources = new Map<string, ComponentSources>();
  for (const [name, component] of types) sources.set(name, findSources(component, files, settings));
  const diagnostics = [...sources.values()].flatMap((found) => [...found.diagnostics]);
  diagnostics.push(...unknownComponents(settings, types));
  const sourcesOf = (name: string): ComponentSources =>
    sources.get(name) ?? { files: [], diagnostics: [] };
  // A tree whose sources are in languages that are not compiled here boots to be looked at.
  const hasSources = [...sources.values()].some((found) => found.files.length > 0);
  const built: Program[] = [];
  const told = new Set<ComponentType>();
  const compilations = guestCompilations(files, cache);
  yield* announce(programs, sourcesOf, compilations, optimization);
  const library = runtimeLibrary({ hasDebugCalls }, cache);
  for (const bindings of programs) {
    const without = bindings.instances.filter(
      ({ instance }) => sourcesOf(instance.component.name).files.length === 0,
    );
    const isWrong = bindings.instances.some(({ instance }) =>
      hasErrors(sourcesOf(instance.component.name)),
    );
    if (isWrong) continue;
    if (without.length > 0) {
      for (const { instance } of without) {
        const { component } = instance;
        const isTold = sourcesOf(component.name).diagnostics.length > 0;
        // An empty list of sources is what its author wants.
        const isWanted = settings?.components.has(component.name) === true;
        if (!isTold && !isWanted && !told.has(component))
          diagnostics.push(withoutSource(component, hasSources ? 'error' : 'warning'));
        told.add(instance.component);
      }
      continue;
    }
    const result = yield* buildProgram(bindings, {
      files,
      library,
      sourcesOf,
      compilations,
      optimization,
      executable,
      ...(compilationDirectory === undefined ? {} : { compilationDirectory }),
    });
    diagnostics.push(...result.diagnostics);
    if (result.program !== undefined) built.push(result.program);
  }
  return { programs: built, diagnostics: withoutRepeats(diagnostics) };
}

/** Tells what will have to be compiled before anything else is done, so that another thread can begin with it. */
function* announce(
  programs: readonly ProgramBindings[],
  sourcesOf: (component: string) => ComponentSources,
  compilations: GuestCompilations,
  optimization: 'debug' | 'release',
): Building<void> {
  const requests = new Set<CompilationRequest>();
  for (const program of programs) {
    const { instances, capsule } = program;
    const ofProgram = instances.map(({ instance }) => sourcesOf(instance.component.name));
    if (ofProgram.some((sources) => sources.files.length === 0 || hasErrors(sources))) continue;
    for (const [index, bindings] of instances.entries()) {
      const source = ofProgram[index]?.files.find(({ kind }) => kind === 'typescript');
      if (source === undefined) continue;
      const memoryBase = guestDataBase(program, index);
      const context = { optimization, memoryBase, isMember: capsule !== undefined };
      const { unit } = prepareGuest(bindings, source.path, context, compilations);
      if (compilations.find(unit) === undefined) requests.add(compilations.request(unit));
    }
  }
  if (requests.size > 0) yield { kind: 'announce', requests: [...requests] };
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
