/** What the guest does to devices, in words: the register by the name that its manual gives it. */
import { formatAddress } from '../base/address.js';
import { deviceRegisters } from '../machine/boards/device-registers.js';
import type { DeviceEvent } from '../machine/bus/observed-bus.js';
import { registerOffset } from '../registers/register-table.js';
import type { Platform } from '../platform.js';

export function describeDeviceEvent({ machine }: Platform, event: DeviceEvent): string {
  if (event.kind === 'told') return `${event.device}: ${event.sentence}`;
  const { kind, device, address, size, value, isBusError } = event;
  const place =
    device === undefined
      ? `${formatAddress(address)}, where no device is`
      : `${device}.${registerName(machine.board, device, address)}`;
  const bytes = size === 4 ? '' : ` (${size === 1 ? '1 byte' : `${size} bytes`})`;
  if (isBusError) return `${kind} ${place}${bytes}: bus error`;
  return `${kind} ${place}${bytes}: ${formatAddress(value ?? 0)}`;
}

/** `uart.INTR_STATE`; undefined where no device is. */
export function placeOfDevice({ board }: Platform['machine'], address: number): string | undefined {
  const device = board.devices.find(
    ({ base, sizeBytes }) => address >= base && address - base < sizeBytes,
  )?.name;
  return device === undefined ? undefined : `${device}.${registerName(board, device, address)}`;
}

/** `INTR_STATE`, `PRIO[3]`; the offset where the device has no register there. */
function registerName(
  board: Platform['machine']['board'],
  device: string,
  address: number,
): string {
  const base = board.devices.find(({ name }) => name === device)?.base ?? 0;
  const table = deviceRegisters(board, device);
  const offset = address - base;
  for (const row of table?.rows ?? []) {
    if (table === undefined) break;
    const index = Math.floor((offset - row.offset) / (row.stride ?? table.widthBytes));
    if (index < 0 || index >= (row.count ?? 1)) continue;
    const start = registerOffset(table, row, index);
    if (offset < start || offset >= start + table.widthBytes) continue;
    return row.count === undefined ? row.name : `${row.name}[${index}]`;
  }
  return `0x${offset.toString(16)}`;
}
