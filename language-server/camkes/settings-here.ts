/**
 * What can be set where: the attributes that a component declares, the settings that the runtime reads,
 * and those of connections. For hovers and completion of a configuration.
 */
import type {
  CamkesSystem,
  ComponentType,
  Instance,
} from '../../runtime/toolchain/camkes/system.js';
import type { KnownSetting } from '../../runtime/toolchain/camkes/known-setting.js';
import {
  defaultOf,
  knownConnectionSetting,
  knownSettingOf,
} from '../../runtime/toolchain/camkes/known-setting.js';
import type { CamkesView } from './view.js';

/** The component of an instance by its name in some configuration, which may be inside of another. */
export function componentOf(
  system: CamkesSystem | undefined,
  name: string,
): ComponentType | undefined {
  return instanceNamed(system, name)?.component;
}

export function instanceNamed(
  system: CamkesSystem | undefined,
  name: string,
): Instance | undefined {
  const instances = system?.instances ?? [];
  return (
    instances.find((instance) => instance.name === name) ??
    instances.find((instance) => instance.name.endsWith(`.${name}`))
  );
}

export function knownSetting(
  { analysis }: CamkesView,
  name: string,
  attribute: string,
): KnownSetting | undefined {
  const component = componentOf(analysis.system, name);
  return component === undefined
    ? knownConnectionSetting(attribute)
    : knownSettingOf(component, attribute, analysis.dialect);
}

export function describeSetting({ row }: KnownSetting, { analysis }: CamkesView): string {
  const facts = [row.types.join(' or ')];
  const { minimum, maximum } = row;
  if (minimum !== undefined && maximum !== undefined) facts.push(`${minimum} to ${maximum}`);
  if (row.multipleOf !== undefined) facts.push(`a multiple of ${row.multipleOf}`);
  if (row.words !== undefined) facts.push(row.words.map((word) => `"${word}"`).join(', '));
  const byDefault = defaultOf(row, analysis.dialect);
  if (byDefault !== undefined) facts.push(`default ${byDefault}`);
  return `${row.sentence}\n\n*${facts.join(' · ')}*`;
}
