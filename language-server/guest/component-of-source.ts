/**
 * Which component a file of guest TypeScript is the source of, in the assembly that the project names; where it names
 * none, in the nearest one of its folder. Several instances have the same source: the first one speaks for all.
 */
import { componentSettings } from '../../runtime/toolchain/components/capsules.js';
import type { InstanceBindings } from '../../runtime/toolchain/camkes/compile/bindings.js';
import { findSources } from '../../runtime/toolchain/components/find-sources.js';
import type { Project } from '../../runtime/toolchain/settings/project.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import type { CamkesProgram, Systems } from '../camkes/systems.js';
import type { RecordedFiles } from '../remembered.js';

export interface GuestSource {
  readonly path: string;
  /** Of the first instance. */
  readonly bindings: InstanceBindings;
  /** Of a capsule, where handlers are called directly, too. */
  readonly isMember: boolean;
}

export function componentOfSource(
  file: string,
  systems: Systems,
  files: RecordedFiles,
): GuestSource | undefined {
  const root = assemblyOf(file, systems, systems.projectFor(files, file));
  if (root === undefined) return undefined;
  for (const source of guestSources(systems.programFor(files, root), systems, files))
    if (source.path === file) return source;
  return undefined;
}

/** The file with the assembly that speaks for a file of the project. */
export function assemblyOf(
  file: string,
  systems: Systems,
  { assemblies, folder }: Project,
): string | undefined {
  return (
    assemblies[0] ?? systems.assembliesNear(file).find((root) => root.startsWith(`${folder}/`))
  );
}

/** The sources in guest TypeScript of a system, one a component. */
export function* guestSources(
  program: CamkesProgram,
  systems: Systems,
  files: SourceFiles,
): Iterable<GuestSource> {
  const settings = componentSettings(program.project);
  const seen = new Set<string>();
  for (const { instances, capsule } of systems.compiled.of(program)?.programs ?? []) {
    for (const bindings of instances) {
      const { component } = bindings.instance;
      if (seen.has(component.name)) continue;
      seen.add(component.name);
      const sources = findSources(component, files, settings).files;
      const source = sources.find(({ kind }) => kind === 'typescript');
      if (source !== undefined)
        yield { path: source.path, bindings, isMember: capsule !== undefined };
    }
  }
}
