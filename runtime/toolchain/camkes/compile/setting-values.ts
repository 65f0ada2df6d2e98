/**
 * Reads settings as numbers, flags and words. A value that is not known here (a macro of a header that was not
 * found, a query of the device tree) and one of the wrong type are each said once, and count as not set.
 */
import { knownSettingOf } from '../known-setting.js';
import type { Instance, Setting } from '../system.js';
import type { CompileContext } from './context.js';
import { report, settingsOf } from './context.js';

export const hasSetting = (context: CompileContext, owner: string, name: string): boolean =>
  settingsOf(context, owner).has(name);

export function integerSetting(
  context: CompileContext,
  owner: string,
  name: string,
): bigint | undefined {
  const setting = settingsOf(context, owner).get(name);
  if (setting === undefined || isUnknown(context, setting)) return undefined;
  if (setting.value.kind === 'integer') return setting.value.value;
  complain(context, setting, 'a whole number');
  return undefined;
}

/** A number of an instance's setting that the table knows; one out of its range is said, and counts as not set. */
export function rangedSetting(
  context: CompileContext,
  instance: Instance,
  name: string,
): bigint | undefined {
  const value = integerSetting(context, instance.name, name);
  if (value === undefined) return undefined;
  const row = knownSettingOf(instance.component, name, context.system.dialect)?.row;
  const { minimum = value, maximum = value } = row ?? {};
  if (value >= minimum && value <= maximum) return value;
  const setting = settingsOf(context, instance.name).get(name);
  if (setting !== undefined && !context.reported.has(setting)) {
    context.reported.add(setting);
    report(
      context,
      setting.place,
      'error',
      'setting-out-of-range',
      `\`${instance.name}.${name}\` is ${String(value)}; expected ${String(minimum)} to ${String(maximum)}. It counts as not set.`,
    );
  }
  return undefined;
}

/** A number, or one that is written in a string, as older assemblies do. */
export function integerOrTextSetting(
  context: CompileContext,
  owner: string,
  name: string,
): bigint | undefined {
  const setting = settingsOf(context, owner).get(name);
  if (setting === undefined || isUnknown(context, setting)) return undefined;
  if (setting.value.kind === 'integer') return setting.value.value;
  const text = setting.value.kind === 'string' ? setting.value.value.replaceAll('"', '') : '';
  if (/^(?:0[xX][0-9a-fA-F]{1,16}|\d{1,20})$/.test(text)) return BigInt(text);
  complain(context, setting, 'a whole number');
  return undefined;
}

/** A number of things to make, within what is reasonable. */
export function countSetting(
  context: CompileContext,
  owner: string,
  name: string,
  maximum: number,
): number {
  const value = integerSetting(context, owner, name) ?? 0n;
  const setting = settingsOf(context, owner).get(name);
  if (setting !== undefined && (value < 0n || value > BigInt(maximum))) {
    report(
      context,
      setting.place,
      'error',
      'setting-out-of-range',
      `\`${owner}.${name}\` is ${String(value)}; expected 0 to ${String(maximum)}. None is made.`,
    );
    return 0;
  }
  return Number(value);
}

/** Anything but 0, an empty string or an empty list is true. */
export function flagSetting(
  context: CompileContext,
  owner: string,
  name: string,
  { whenUnset = false }: { whenUnset?: boolean } = {},
): boolean {
  const setting = settingsOf(context, owner).get(name);
  if (setting === undefined || isUnknown(context, setting)) return whenUnset;
  const { value } = setting;
  switch (value.kind) {
    case 'integer':
      return value.value !== 0n;
    case 'float':
      return value.value !== 0;
    case 'string':
      return value.value !== '';
    case 'list':
      return value.items.length > 0;
    case 'dictionary':
      return value.entries.length > 0;
    case 'unknown':
      return whenUnset;
  }
}

export function textSetting(
  context: CompileContext,
  owner: string,
  name: string,
): string | undefined {
  const setting = settingsOf(context, owner).get(name);
  if (setting === undefined || isUnknown(context, setting)) return undefined;
  if (setting.value.kind === 'string') return setting.value.value;
  complain(context, setting, 'a string');
  return undefined;
}

/** The items of a list that are whole numbers, or strings. */
export function listSetting(
  context: CompileContext,
  owner: string,
  name: string,
): readonly (bigint | string)[] {
  const setting = settingsOf(context, owner).get(name);
  if (setting === undefined || isUnknown(context, setting)) return [];
  if (setting.value.kind !== 'list') {
    complain(context, setting, 'a list');
    return [];
  }
  return setting.value.items.flatMap((item) =>
    item.kind === 'integer' || item.kind === 'string' ? [item.value] : [],
  );
}

/** Whether its value is known; that it is not is said once. */
export const isKnownSetting = (context: CompileContext, setting: Setting): boolean =>
  !isUnknown(context, setting);

function isUnknown(context: CompileContext, setting: Setting): boolean {
  if (setting.value.kind !== 'unknown') return false;
  if (!context.reported.has(setting)) {
    context.reported.add(setting);
    report(
      context,
      setting.place,
      'error',
      'unknown-value',
      `The value of \`${setting.instance}.${setting.attribute}\` is not known: it needs a header or a device tree that was not found. The system is compiled without it.`,
    );
  }
  return true;
}

function complain(context: CompileContext, setting: Setting, expected: string): void {
  if (context.reported.has(setting)) return;
  context.reported.add(setting);
  report(
    context,
    setting.place,
    'error',
    'setting-type',
    `\`${setting.instance}.${setting.attribute}\` is a ${setting.value.kind}; expected ${expected}.`,
  );
}
