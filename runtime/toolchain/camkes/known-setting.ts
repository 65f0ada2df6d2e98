/**
 * Looks settings up in their table: what an attribute of an instance means to the runtime, and all that an instance, an
 * interface or a connection may have.
 */
import { settingTable, type SettingRow } from './setting-table.js';
import type { ComponentType, Dialect, InterfaceDeclaration } from './system.js';
import type { Value } from './value.js';

/** A row together with the interface, semaphore or number that the name was filled in with. */
export interface KnownSetting {
  readonly name: string;
  readonly row: SettingRow;
  readonly about: string | undefined;
}

/** All settings that an instance of this component understands, in the order of the table. */
export function settingsOfComponent(component: ComponentType, dialect: Dialect): KnownSetting[] {
  const known: KnownSetting[] = [];
  for (const row of rowsOf(dialect))
    for (const about of subjectsOf(row, component))
      known.push({ name: filledIn(row.name, about), row, about });
  return known;
}

export function settingsOfConnector(connector: string): KnownSetting[] {
  return settingTable
    .filter((row) => row.subject === 'connection' && row.connectors?.includes(connector))
    .map((row) => ({ name: row.name, row, about: undefined }));
}

/** What a setting of an instance of this component means to the runtime; undefined for one of the component's own. */
export function knownSettingOf(
  component: ComponentType,
  attribute: string,
  dialect: Dialect,
): KnownSetting | undefined {
  for (const row of rowsOf(dialect)) {
    const about = aboutOf(row, attribute);
    if (about === undefined || !isSubject(row, about, component)) continue;
    return { name: attribute, row, about: about === '' ? undefined : about };
  }
  return undefined;
}

/** Whether some setting is named after a thing of this name: `csr_paddr` after `csr`. */
export const isNamedAfter = (attribute: string, name: string): boolean =>
  settingTable.some((row) => aboutOf(row, attribute) === name && name !== '');

/** Of an interface of the component that sets it: `timer.dtb`. */
export function knownInterfaceSetting(attribute: string): KnownSetting | undefined {
  const row = settingTable.find(
    ({ subject, name }) => subject === 'tree device' && name === attribute,
  );
  return row === undefined ? undefined : { name: attribute, row, about: undefined };
}

export const settingsOfInterface = (): KnownSetting[] =>
  settingTable
    .filter(({ subject }) => subject === 'tree device')
    .map((row) => ({ name: row.name, row, about: undefined }));

export function knownConnectionSetting(attribute: string): KnownSetting | undefined {
  const row = settingTable.find(
    ({ subject, name }) => subject === 'connection' && name === attribute,
  );
  return row === undefined ? undefined : { name: attribute, row, about: undefined };
}

export const defaultOf = (row: SettingRow, dialect: Dialect): string | undefined =>
  typeof row.default === 'object' ? row.default[dialect] : row.default;

/** A value's type in the table's words; a boolean is an integer by the time that it is a value. */
export function fitsType(value: Value, row: SettingRow): boolean {
  switch (value.kind) {
    case 'unknown':
      return true;
    case 'integer':
      return row.types.some((type) => type === 'integer' || type === 'boolean' || type === 'any');
    case 'float':
    case 'dictionary':
      return row.types.includes('any');
    case 'string':
    case 'list':
      return row.types.includes('any') || row.types.includes(value.kind);
  }
}

function* rowsOf(dialect: Dialect): Iterable<SettingRow> {
  for (const row of settingTable)
    if (row.subject !== 'connection' && (row.dialect ?? dialect) === dialect) yield row;
}

const filledIn = (name: string, about: string | undefined): string =>
  about === undefined ? name : name.replace(/<\w+>/, about);

/** The part of the attribute that stands for the word in angles; empty when the row has none. */
function aboutOf(row: SettingRow, attribute: string): string | undefined {
  const from = row.name.indexOf('<');
  if (from < 0) return row.name === attribute ? '' : undefined;
  const prefix = row.name.slice(0, from);
  const suffix = row.name.slice(row.name.indexOf('>') + 1);
  const isLongEnough = attribute.length > prefix.length + suffix.length;
  return isLongEnough && attribute.startsWith(prefix) && attribute.endsWith(suffix)
    ? attribute.slice(prefix.length, attribute.length - suffix.length)
    : undefined;
}

const isSubject = (row: SettingRow, about: string, component: ComponentType): boolean =>
  row.subject === 'untyped size'
    ? /^\d{1,2}$/.test(about)
    : subjectsOf(row, component).includes(about === '' ? undefined : about);

/** The sizes that completion offers. */
const untypedSizes = ['12', '14', '16', '18', '20'];

function subjectsOf(row: SettingRow, component: ComponentType): (string | undefined)[] {
  const interfaces = (isRight: (declared: InterfaceDeclaration) => boolean): string[] =>
    component.interfaces.filter(isRight).map(({ name }) => name);
  switch (row.subject) {
    case 'connection':
    case 'tree device':
      return [];
    case 'any instance':
      return [undefined];
    case 'instance':
      return component.isHardware ? [] : [undefined];
    case 'untyped size':
      return component.isHardware ? [] : untypedSizes;
    case 'interface':
      return component.isHardware ? [] : interfaces(() => true);
    case 'dataport':
      return component.isHardware ? [] : interfaces(({ kind }) => kind === 'dataport');
    case 'hardware dataport':
      return component.isHardware ? interfaces(({ kind }) => kind === 'dataport') : [];
    case 'hardware event':
      return component.isHardware ? interfaces(({ kind }) => kind === 'emits') : [];
    case 'hardware procedure':
      return component.isHardware ? interfaces(({ kind }) => kind === 'provides') : [];
    case 'client':
      return component.isHardware ? [] : interfaces(({ kind }) => kind === 'uses');
    case 'badged':
      return component.isHardware
        ? []
        : interfaces(({ kind }) => kind === 'uses' || kind === 'emits');
    case 'server':
      return component.isHardware ? [] : interfaces(({ kind }) => kind === 'provides');
    case 'semaphore':
      return component.semaphores.map(({ name }) => name);
    case 'binary semaphore':
      return component.binarySemaphores.map(({ name }) => name);
  }
}
