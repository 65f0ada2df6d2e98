/**
 * Which line an interrupt of a hardware component is, by its settings: `<interface>_irq_type` and what that type needs.
 * What an architecture does not have is a diagnostic, and no interrupt.
 */
import type { CapdlArchitecture } from '../../capdl/spec.js';
import type { Place } from '../../text/source-line.js';
import type { ConnectionEndpoint } from '../system.js';
import type { EndScope } from './context.js';
import { report, settingsOf } from './context.js';
import { highestInterrupt, type InterruptLine } from './irq.js';
import { hasSetting, integerSetting, textSetting } from './setting-values.js';

export interface PlacedLine {
  readonly line: InterruptLine;
  /** Of the setting that gives its number. */
  readonly place: Place;
}

type Read = (source: Source) => PlacedLine | undefined;

interface Source {
  readonly scope: EndScope;
  readonly end: ConnectionEndpoint;
}

export function interruptLineOf(scope: EndScope, end: ConnectionEndpoint): PlacedLine | undefined {
  const { context } = scope;
  const owner = end.instance.name;
  const setting = `${end.interface.name}_irq_type`;
  const type = textSetting(context, owner, setting) ?? 'simple';
  const kind = kinds.get(type);
  if (kind !== undefined && (kind.on?.includes(context.architecture.capdl) ?? true))
    return kind.read({ scope, end });
  const here = [...kinds].filter(([, { on }]) => on?.includes(context.architecture.capdl) ?? true);
  const names = here.map(([name]) => `"${name}"`).join(', ');
  report(
    context,
    settingsOf(context, owner).get(setting)?.place ?? end.place,
    'error',
    kind === undefined ? 'setting-type' : 'not-supported',
    `\`${owner}.${setting}\` is "${type}"; interrupts of ${context.architecture.name} are of the type ${names}. The interrupt is left out.`,
  );
  return undefined;
}

/** A shared peripheral interrupt of Arm counts from 32. */
const readSimple: Read = (source) => {
  const found = numberOf(source, 'irq_number', 'the number of the interrupt');
  if (found === undefined) return undefined;
  const { context } = source.scope;
  const shared = `${source.end.interface.name}_spi_number`;
  const isShared = integerSetting(context, source.end.instance.name, shared) === 0n;
  const number = found.value + (isShared ? 32 : 0);
  return { line: { number, type: 'irq', parameters: new Map() }, place: found.place };
};

const readArm: Read = (source) => {
  const { scope, end } = source;
  const owner = end.instance.name;
  const setting = `${end.interface.name}_irq_trigger`;
  const trigger = textSetting(scope.context, owner, setting) ?? 'level';
  if (trigger !== 'level' && trigger !== 'edge') {
    report(
      scope.context,
      settingsOf(scope.context, owner).get(setting)?.place ?? end.place,
      'error',
      'setting-type',
      `\`${owner}.${setting}\` is "${trigger}"; expected "level" or "edge". The interrupt is left out.`,
    );
    return undefined;
  }
  const found = numberOf(source, 'irq_number', 'the number of the interrupt');
  if (found === undefined) return undefined;
  const target = integerSetting(scope.context, owner, `${end.interface.name}_irq_target`) ?? 0n;
  const parameters = new Map([
    ['trigger', trigger],
    ['target', String(target)],
  ]);
  return { line: { number: found.value, type: 'arm_irq', parameters }, place: found.place };
};

const readIoapic: Read = (source) => {
  const found = allOf(source, [
    ['irq_level', 'whether the interrupt is level-triggered'],
    ['irq_polarity', 'its polarity'],
  ]);
  return found && ioapicLine(source, found[0]?.value ?? 0, found[1]?.value ?? 0);
};

function ioapicLine(source: Source, level: number, polarity: number): PlacedLine | undefined {
  const found = allOf(source, [
    ['irq_ioapic', 'the number of the I/O APIC'],
    ['irq_ioapic_pin', 'the pin of the I/O APIC'],
    ['irq_vector', 'the vector of the interrupt'],
  ]);
  const [ioapic, pin, vector] = found ?? [];
  if (ioapic === undefined || pin === undefined || vector === undefined) return undefined;
  const parameters = new Map([
    ['ioapic_num', String(ioapic.value)],
    ['ioapic_pin', String(pin.value)],
    ['ioapic_level', String(level)],
    ['ioapic_polarity', String(polarity)],
  ]);
  return { line: { number: vector.value, type: 'ioapic_irq', parameters }, place: vector.place };
}

const readMsi: Read = (source) => {
  const parts = allOf(source, [
    ['irq_handle', 'the handle of the message'],
    ['irq_pci_bus', 'the bus of the PCI device'],
    ['irq_pci_dev', 'the number of the PCI device'],
    ['irq_pci_fun', 'the function of the PCI device'],
    ['irq_vector', 'the vector of the interrupt'],
  ]);
  const vector = parts?.at(-1);
  if (parts === undefined || vector === undefined) return undefined;
  const words = ['msi_handle', 'msi_pci_bus', 'msi_pci_dev', 'msi_pci_fun'];
  const parameters = new Map(words.map((word, index) => [word, String(parts[index]?.value ?? 0)]));
  return { line: { number: vector.value, type: 'msi_irq', parameters }, place: vector.place };
};

interface Kind {
  readonly read: Read;
  /** Undefined for all architectures. */
  readonly on?: readonly CapdlArchitecture[];
}

const x86: readonly CapdlArchitecture[] = ['ia32', 'x86_64'];

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['simple', { read: readSimple }],
  ['arm', { read: readArm, on: ['arm11', 'aarch64'] }],
  ['ioapic', { read: readIoapic, on: x86 }],
  // An interrupt of ISA is edge-triggered and active high, one of PCI level-triggered and active low.
  ['isa', { read: (source) => ioapicLine(source, 0, 0), on: x86 }],
  ['pci', { read: (source) => ioapicLine(source, 1, 1), on: x86 }],
  ['msi', { read: readMsi, on: x86 }],
]);

interface PlacedNumber {
  readonly value: number;
  readonly place: Place;
}

/** All of them or none; each that is missing is said. */
function allOf(
  source: Source,
  wanted: readonly (readonly [setting: string, what: string])[],
): PlacedNumber[] | undefined {
  const found = wanted.map(([setting, what]) => numberOf(source, setting, what));
  const known = found.filter((each) => each !== undefined);
  return known.length === wanted.length ? known : undefined;
}

function numberOf({ scope, end }: Source, suffix: string, what: string): PlacedNumber | undefined {
  const { context, connection } = scope;
  const owner = end.instance.name;
  const name = `${end.interface.name}_${suffix}`;
  const value = integerSetting(context, owner, name);
  const place = settingsOf(context, owner).get(name)?.place ?? end.place;
  if (value === undefined) {
    if (!hasSetting(context, owner, name))
      report(
        context,
        connection.place,
        'error',
        'missing-setting',
        `\`${owner}.${name}\` is not set; it is ${what} that \`${connection.name}\` needs. Add \`${owner}.${name} = …;\` to the configuration.`,
        [{ ...end.place, message: `The end that needs it.` }],
      );
    return undefined;
  }
  if (value >= 0n && value <= BigInt(highestInterrupt)) return { value: Number(value), place };
  report(
    context,
    place,
    'error',
    'setting-out-of-range',
    `\`${owner}.${name}\` is ${String(value)}; expected 0 to ${String(highestInterrupt)}. The interrupt is left out.`,
  );
  return undefined;
}
