/**
 * Which component a file of guest TypeScript is the source of, in the assembly that the project names; where it names
 * none, in the nearest one of its folder. Several instances have the same source: the first one speaks for all.
 */
import { componentSettings } from '../../runtime/toolchain/components/capsules.js';
import type { InstanceBindings } from '../../runtime/toolchain/camkes/compile/bindings.js';
import { findSources } from '../../runtime/toolchain/components/find-sources.js';
import type { Systems } from '../camkes/systems.js';
import type { RecordedFiles } from '../remembered.js';

export interface ComponentOfSource {
  readonly bindings: InstanceBindings;
  /** Of a capsule, where handlers are called directly, too. */
  readonly isMember: boolean;
}

export function componentOfSource(
  file: string,
  systems: Systems,
  files: RecordedFiles,
): ComponentOfSource | undefined {
  const project = systems.projectFor(files, file);
  const isNear = (root: string): boolean => root.startsWith(`${project.folder}/`);
  const [root] =
    project.assemblies.length > 0
      ? project.assemblies
      : systems.assembliesNear(file).filter(isNear);
  if (root === undefined) return undefined;
  const program = systems.programFor(files, root);
  const settings = componentSettings(project);
  const seen = new Set<string>();
  for (const { instances, capsule } of systems.compiled.of(program)?.programs ?? []) {
    for (const bindings of instances) {
      const { component } = bindings.instance;
      if (seen.has(component.name)) continue;
      seen.add(component.name);
      const sources = findSources(component, files, settings).files;
      if (sources.some(({ path, kind }) => kind === 'typescript' && path === file))
        return { bindings, isMember: capsule !== undefined };
    }
  }
  return undefined;
}
