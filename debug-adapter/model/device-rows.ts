/**
 * The devices of the board as rows of the Variables view: in each its registers, in those their fields. Nothing is
 * read before a row is unfolded, and what is read is peeked. To set one is a store, as the program would make it.
 * A row is named by `$`, so that Watch shows the device in every frame, whatever the program names so.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress } from '../../runtime/base/address.js';
import { registerName, type NamedDevice } from '../../runtime/inspect/device-names.js';
import {
  formatField,
  formatRegister,
  viewDevice,
  viewDevices,
  type DeviceField,
  type DeviceRegister,
  type DeviceRegisterArray,
  type DeviceView,
} from '../../runtime/inspect/devices.js';
import type { Debuggee } from './debuggee.js';
import type { DeviceContainer } from './variables.js';

export function deviceRows(
  debuggee: Debuggee,
  container: DeviceContainer,
): DebugProtocol.Variable[] {
  if (container.device === undefined)
    return viewDevices(debuggee.platform).map((device) => deviceRow(debuggee, device));
  const device = viewDevice(debuggee.platform, container.device);
  if (device === undefined) return [];
  if (container.register === undefined)
    return device.registers.map((row) => registerRow(debuggee, device, row));
  const found = registerOf(device, container.register);
  if (found?.kind === 'array')
    return found.elements.map((element) => registerRow(debuggee, device, element));
  return found === undefined ? [] : found.fields.map((field) => fieldRow(device, found, field));
}

/** What an expression names, as the row of the view. */
export function namedDeviceRow(
  debuggee: Debuggee,
  of: NamedDevice,
): DebugProtocol.Variable | undefined {
  const device = viewDevice(debuggee.platform, of.region.name);
  if (device === undefined) return undefined;
  if (of.kind === 'device') return deviceRow(debuggee, device);
  const register = of.kind === 'array' ? of.row.name : registerName(of);
  const found = registerOf(device, register);
  if (found === undefined) return undefined;
  if (of.kind !== 'field') return registerRow(debuggee, device, found);
  if (found.kind === 'array') return undefined;
  const field = found.fields.find(({ name }) => name === of.field.name);
  return field && { ...fieldRow(device, found, field), memoryReference: physical(found.address) };
}

/** The expression of a row in a container. */
export function deviceExpression({ device, register }: DeviceContainer, row: string): string {
  if (device === undefined) return `$${row}`;
  // Rows of an array are its elements, whose names are whole.
  const isInside = register !== undefined && !row.startsWith(`${register}[`);
  return isInside ? `$${device}.${register}.${row}` : `$${device}.${row}`;
}

/** What completes the start of an expression: devices, then registers of one, then fields. */
export function deviceCompletions(debuggee: Debuggee, start: string): string[] {
  const sign = start.startsWith('$') ? '$' : '';
  const [name = '', register, field] = start.slice(sign.length).split('.');
  if (register === undefined)
    return debuggee.platform.machine.board.devices.map((device) => `${sign}${device.name}`);
  const device = viewDevice(debuggee.platform, name);
  if (device === undefined) return [];
  if (field === undefined) return device.registers.map((row) => `${sign}${name}.${row.name}`);
  const found = registerOf(device, register);
  const fields = found?.kind === 'register' ? found.fields : [];
  return fields.map((each) => `${sign}${name}.${register}.${each.name}`);
}

/** Whether its rows are elements by number. */
export function isArray(debuggee: Debuggee, { device, register }: DeviceContainer): boolean {
  if (device === undefined || register === undefined) return false;
  const view = viewDevice(debuggee.platform, device);
  return view !== undefined && registerOf(view, register)?.kind === 'array';
}

function registerOf(
  { registers }: DeviceView,
  name: string | undefined,
): DeviceRegister | DeviceRegisterArray | undefined {
  const rows = registers.flatMap((row) => (row.kind === 'array' ? [row, ...row.elements] : [row]));
  return rows.find((row) => row.name === name);
}

function deviceRow({ variables }: Debuggee, device: DeviceView): DebugProtocol.Variable {
  const { name, address, sizeBytes, interrupts, registers } = device;
  const count = registers.length;
  const what = count === 0 ? 'memory' : `${count} ${count === 1 ? 'register' : 'registers'}`;
  return {
    name,
    value: `${formatAddress(address)}-${formatAddress(address + sizeBytes - 1)}, ${what}`,
    type:
      interrupts.length === 0
        ? 'A device without an interrupt of its own.'
        : `Interrupt${interrupts.length === 1 ? '' : 's'} ${interrupts.join(', ')}.`,
    ...readOnly,
    evaluateName: `$${name}`,
    memoryReference: physical(address),
    ...(count === 0
      ? { variablesReference: 0 }
      : {
          variablesReference: variables.containerHandle({ kind: 'devices', device: name }),
          namedVariables: count,
        }),
  };
}

function registerRow(
  { variables }: Debuggee,
  device: DeviceView,
  row: DeviceRegister | DeviceRegisterArray,
): DebugProtocol.Variable {
  const common = {
    name: row.name,
    evaluateName: `$${device.name}.${row.name}`,
    memoryReference: physical(row.address),
  };
  const inside = { kind: 'devices', device: device.name, register: row.name } as const;
  if (row.kind === 'array') {
    const count = row.elements.length;
    return {
      ...common,
      value: `${count} registers from ${formatAddress(row.address)}`,
      type: row.doc,
      ...readOnly,
      variablesReference: variables.containerHandle(inside),
      indexedVariables: count,
    };
  }
  const { access, value, doc, fields } = row;
  const [only] = fields;
  const isOneField = only !== undefined && fields.length === 1;
  return {
    ...common,
    value: formatRegister(value, device.widthBytes ?? 4),
    type: isOneField ? `${doc} ${bitsOf(only)}. ${only.doc}` : doc,
    ...(access === 'ro' ? readOnly : {}),
    ...(fields.length < 2
      ? { variablesReference: 0 }
      : { variablesReference: variables.containerHandle(inside), namedVariables: fields.length }),
  };
}

function fieldRow(
  device: DeviceView,
  { name, access, fields }: DeviceRegister,
  field: DeviceField,
): DebugProtocol.Variable {
  // Nothing tells what the bits beside it are to be where they cannot be read back.
  const canBeSet = access === 'rw' || access === 'w1c' || (access !== 'ro' && fields.length === 1);
  return {
    name: field.name,
    value: formatField(field),
    type: `${bitsOf(field)}. ${field.doc}`,
    ...(canBeSet ? {} : readOnly),
    evaluateName: `$${device.name}.${name}.${field.name}`,
    variablesReference: 0,
  };
}

const bitsOf = ({ high, low }: DeviceField): string =>
  `Bit${high === low ? ` ${high}` : `s ${high}:${low}`}`;

/** As `references.ts` reads it. */
const physical = (address: number): string => `phys:${formatAddress(address)}`;

const readOnly = { presentationHint: { attributes: ['readOnly'] } };
