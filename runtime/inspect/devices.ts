/**
 * The devices of the board and what their registers hold, by the tables that the devices themselves are made
 * from. Reading is `peek`: no FIFO is popped and no interrupt is claimed. What can only be written is there without a
 * value. An array of registers is one row.
 */
import { virtAddr } from '../base/address.js';
import type { DeviceRegion } from '../machine/boards/board.js';
import { deviceRegisters } from '../machine/boards/device-registers.js';
import { viewRegisters } from '../machine/devices/register-view.js';
import type { Platform } from '../platform.js';
import type { RegisterAccess, RegisterField } from '../registers/register-table.js';
import { readNumber } from './memory.js';

export interface DeviceView {
  /** As in `board.devices`. */
  readonly name: string;
  /** Physical. */
  readonly address: number;
  readonly sizeBytes: number;
  /** Sources of the interrupt controller, lowest first. */
  readonly interrupts: readonly number[];
  /** Bytes of one register; absent for memory, which has none. */
  readonly widthBytes?: 1 | 4;
  /** In the order of the manual; of two banks those that answer now. */
  readonly registers: readonly (DeviceRegister | DeviceRegisterArray)[];
}

export interface DeviceRegister {
  readonly kind: 'register';
  /** `PRIO[5]` for an element of an array. */
  readonly name: string;
  /** Physical. */
  readonly address: number;
  readonly access: RegisterAccess;
  /** Absent where the register can only be written. */
  readonly value?: number;
  /** What it reads as after power-on. */
  readonly reset: number;
  readonly doc: string;
  /** Empty where the whole register is one value. */
  readonly fields: readonly DeviceField[];
}

/** Without a value in a register that can only be written. */
export type DeviceField = RegisterField & { readonly value?: number };

export interface DeviceRegisterArray {
  readonly kind: 'array';
  readonly name: string;
  /** Of its first element. */
  readonly address: number;
  readonly doc: string;
  readonly elements: readonly DeviceRegister[];
}

/** Every device of the board, in the order of addresses. */
export const viewDevices = (platform: Platform): DeviceView[] =>
  platform.machine.board.devices.map((region) => viewRegion(platform, region));

export function viewDevice(platform: Platform, name: string): DeviceView | undefined {
  const region = platform.machine.board.devices.find((candidate) => candidate.name === name);
  return region && viewRegion(platform, region);
}

/** In place of a value that there is not. */
export const writeOnly = '(write-only)';

/** `0x0000003c`; `0x3c` for a register of a byte. */
export const formatRegister = (value: number | undefined, widthBytes: number): string =>
  value === undefined ? writeOnly : `0x${(value >>> 0).toString(16).padStart(2 * widthBytes, '0')}`;

export const formatField = ({ value }: DeviceField): string =>
  value === undefined ? writeOnly : `${value}`;

function viewRegion(platform: Platform, region: DeviceRegion): DeviceView {
  const { name, base, sizeBytes, interrupts } = region;
  const table = deviceRegisters(platform.machine.board, name);
  const device = { name, address: base, sizeBytes, interrupts };
  if (table === undefined) return { ...device, registers: [] };
  const found = viewRegisters(table, (offset, size) =>
    readNumber(platform, { kind: 'physical' }, virtAddr(base + offset), size),
  );
  const registers: (DeviceRegister | DeviceRegisterArray)[] = [];
  const arrays = new Map<string, DeviceRegister[]>();
  for (const { array, offset, ...rest } of found) {
    const register: DeviceRegister = { kind: 'register', ...rest, address: base + offset };
    const elements = array === undefined ? undefined : arrays.get(array);
    if (array === undefined) registers.push(register);
    else if (elements !== undefined) elements.push(register);
    else {
      const { address, doc } = register;
      const first = [register];
      arrays.set(array, first);
      registers.push({ kind: 'array', name: array, address, doc, elements: first });
    }
  }
  return { ...device, widthBytes: table.widthBytes, registers };
}
