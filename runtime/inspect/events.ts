/** What an observer of a platform is told, for those above who see machine and kernel only from here. */
export type { FaultView, KernelEvent } from '../kernel/events.js';
export type { MachineStop, WatchHit } from '../machine/machine.js';
