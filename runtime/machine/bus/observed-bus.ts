/** A bus that tells of each access to a device, and of nothing that a debugger looks at. */
import type { Board } from '../boards/board.js';
import type { AccessSize, Bus } from './bus.js';

export type DeviceEvent =
  | {
      readonly kind: 'read' | 'write';
      /** A name of `board.devices`; undefined where nothing answers. */
      readonly device: string | undefined;
      readonly address: number;
      readonly size: AccessSize;
      /** Undefined for a bus error at a read. */
      readonly value: number | undefined;
      readonly isBusError: boolean;
    }
  /** A model of hardware that is not there says what it did. */
  | { readonly kind: 'told'; readonly device: string; readonly sentence: string };

/** `observer` is asked at each access, so that listening may begin and end at any time. */
export function observeBus(
  bus: Bus,
  board: Board,
  observer: () => ((event: DeviceEvent) => void) | undefined,
): Bus {
  const deviceAt = (address: number): string | undefined =>
    board.devices.find(({ base, sizeBytes }) => address >= base && address - base < sizeBytes)
      ?.name;
  return {
    read(address, size) {
      const value = bus.read(address, size);
      const place = address >>> 0;
      observer()?.({
        kind: 'read',
        device: deviceAt(place),
        address: place,
        size,
        value,
        isBusError: value === undefined,
      });
      return value;
    },
    write(address, size, value) {
      const isTaken = bus.write(address, size, value);
      const place = address >>> 0;
      observer()?.({
        kind: 'write',
        device: deviceAt(place),
        address: place,
        size,
        value: value >>> 0,
        isBusError: !isTaken,
      });
      return isTaken;
    },
    peek: (address, size) => bus.peek(address, size),
  };
}
