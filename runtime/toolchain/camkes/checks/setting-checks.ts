/** Settings that the runtime reads, against the table: type, range, words, multiples of a page. */
import type { Diagnostic } from '../../text/diagnostic.js';
import { diagnosticAt } from '../../text/source-line.js';
import type { KnownSetting } from '../known-setting.js';
import { fitsType, knownConnectionSetting, knownSettingOf } from '../known-setting.js';
import type { SettingRow } from '../setting-table.js';
import type { CamkesSystem, Setting } from '../system.js';

export function checkSettings(system: CamkesSystem): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const { component, settings } of system.instances) {
    for (const setting of settings.values()) {
      const known = knownSettingOf(component, setting.attribute, system.dialect);
      if (known === undefined) continue;
      // What a component declares itself may mean something else to it.
      const isDeclared = component.attributes.some(({ name }) => name === setting.attribute);
      diagnostics.push(...checkSetting(setting, known, isDeclared));
    }
  }
  for (const { connector, settings } of system.connections) {
    for (const setting of settings.values()) {
      const known = knownConnectionSetting(setting.attribute);
      if (known?.row.connectors?.includes(connector.name) === true)
        diagnostics.push(...checkSetting(setting, known, false));
    }
  }
  return diagnostics;
}

function checkSetting(setting: Setting, { row }: KnownSetting, isDeclared: boolean): Diagnostic[] {
  const { value, place } = setting;
  const name = `\`${setting.instance}.${setting.attribute}\``;
  if (row.onlyFor !== undefined && !isDeclared)
    return [
      diagnosticAt(
        place,
        'information',
        'setting-without-effect',
        `${name} changes nothing: it is for ${row.onlyFor}.`,
      ),
    ];
  if (value.kind === 'unknown') return [];
  if (!fitsType(value, row))
    return isDeclared
      ? []
      : [
          diagnosticAt(
            place,
            'warning',
            'setting-type',
            `${name} is a ${value.kind}; expected ${row.types.join(' or ')}. ${row.sentence}`,
          ),
        ];
  if (value.kind === 'integer') return checkNumber(setting, name, value.value, row);
  if (value.kind === 'string' && row.words?.includes(value.value) === false)
    return [
      diagnosticAt(
        place,
        'warning',
        'setting-word',
        `${name} is "${value.value}"; expected ${listOf(row.words)}. ${row.sentence}`,
      ),
    ];
  return [];
}

function checkNumber(
  { place }: Setting,
  name: string,
  value: bigint,
  row: SettingRow,
): Diagnostic[] {
  const { minimum, maximum, multipleOf } = row;
  const isTooSmall = minimum !== undefined && value < minimum;
  const isTooLarge = maximum !== undefined && value > maximum;
  if (isTooSmall || isTooLarge)
    return [
      diagnosticAt(
        place,
        'error',
        'setting-out-of-range',
        `${name} is ${String(value)}; expected ${rangeOf(row)}. ${row.sentence}`,
      ),
    ];
  // Device memory is checked with its connection, which knows whether it is rounded.
  if (multipleOf === undefined || row.subject === 'hardware dataport' || value % multipleOf === 0n)
    return [];
  return [
    diagnosticAt(
      place,
      'warning',
      'setting-not-page-multiple',
      `${name} is ${String(value)}, which is no multiple of ${String(multipleOf)}, the size of a page. Write ${String((value / multipleOf + 1n) * multipleOf)}.`,
    ),
  ];
}

function rangeOf({ minimum, maximum }: SettingRow): string {
  if (maximum === undefined) return `at least ${String(minimum ?? 0n)}`;
  return `${String(minimum ?? 0n)} to ${String(maximum)}`;
}

const listOf = (words: readonly string[]): string =>
  words
    .map((word) => `"${word}"`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
