/**
 * Saving and restoring a machine: a copy of the linear memory's state part, and the record of each part
 * that has state outside of it. Events are not saved: whoever scheduled them schedules again in `load`.
 */
import { invariant } from '../base/invariant.js';
import type { StatefulPart } from './boards/board-devices.js';
import type { DeviceState } from './bus/device.js';
import type { Snapshot } from './machine.js';

export function saveSnapshot(
  state: Uint8Array,
  parts: ReadonlyMap<string, StatefulPart>,
): Snapshot {
  const devices: Record<string, unknown> = {};
  for (const [name, part] of parts) devices[name] = part.save();
  return { memory: state.slice(), devices };
}

/**
 * The machine must be of the same board and size. `memoryReplaced` tells the harts before the parts drive
 * their lines; `parts` take their records in the map's order.
 */
export function loadSnapshot(
  snapshot: Snapshot,
  state: Uint8Array,
  parts: ReadonlyMap<string, StatefulPart>,
  memoryReplaced: () => void,
): void {
  invariant(
    snapshot.memory.length === state.length,
    'SNAP-1',
    () => `a snapshot of ${snapshot.memory.length} bytes for a machine of ${state.length}`,
  );
  state.set(snapshot.memory);
  memoryReplaced();
  for (const [name, part] of parts) {
    const record = snapshot.devices[name];
    invariant(record !== undefined, 'SNAP-2', () => `the snapshot has no record of ${name}`);
    part.load(record as DeviceState);
  }
}
