/**
 * Which groups of an assembly are capsules: those whose components all have sources here, so that their calls of each
 * other can be compiled to direct ones.
 */
import { appendTo } from '../camkes/multi-map.js';
import type { CamkesSystem, Instance } from '../camkes/system.js';
import type { Project } from '../settings/project.js';
import type { SourceFiles } from '../text/source-files.js';
import { findSources, type SourceSettings } from './find-sources.js';

export function capsulesOf(
  system: CamkesSystem | undefined,
  project: Project,
  files: SourceFiles,
): Set<string> {
  const members = new Map<string, Instance[]>();
  for (const instance of system?.instances ?? [])
    if (!instance.component.isHardware) appendTo(members, instance.addressSpace, instance);
  const settings = componentSettings(project);
  const groups = [...members].filter(
    ([, instances]) =>
      instances.length > 1 &&
      instances.every(({ component }) => findSources(component, files, settings).files.length > 0),
  );
  return new Set(groups.map(([key]) => key));
}

/** Where the sources of components are, as a project says. */
export function componentSettings({ files, settings }: Project): SourceSettings | undefined {
  const file = files.find((path) => /(^|\/)cantrip\.json$/.test(path));
  const { components } = settings;
  return file === undefined || components === undefined ? undefined : { file, components };
}
