/**
 * The memory of another core, as harts reach it over the bus: bytes of the machine's linear memory, with nothing in them
 * that a snapshot does not have anyhow. Any aligned access is taken; behind the end is a bus error.
 */
import type { Device } from '../bus/device.js';

export function createCoreMemory(bytes: Uint8Array): Device {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isInside = (offset: number, size: number): boolean =>
    offset % size === 0 && offset + size <= bytes.length;
  const read: Device['read'] = (offset, size) => {
    if (!isInside(offset, size)) return undefined;
    if (size === 4) return view.getUint32(offset, true);
    return size === 2 ? view.getUint16(offset, true) : view.getUint8(offset);
  };
  return {
    read,
    write(offset, size, value) {
      if (!isInside(offset, size)) return false;
      if (size === 4) view.setUint32(offset, value, true);
      else if (size === 2) view.setUint16(offset, value, true);
      else view.setUint8(offset, value);
      return true;
    },
    peek: read,
    // As RAM it keeps what it has; power-on clears all of linear memory.
    reset: () => undefined,
    save: () => ({}),
    load: () => undefined,
  };
}
