/**
 * Puts a board together and runs it. The run loop owns virtual time: each hart has its own, all of them
 * advance to the next boundary (an event, or the end of a quantum) before any goes past it. Which hart
 * runs next follows from those times alone, so a run that is cut into pieces is the same run.
 */
import type { PhysAddr } from '../base/address.js';
import { physAddr } from '../base/address.js';
import type { Board } from './boards/board.js';
import { createBoardDevices } from './boards/board-devices.js';
import type { StatefulPart } from './boards/board-devices.js';
import { createBus } from './bus/bus.js';
import { observeBus } from './bus/observed-bus.js';
import type { DeviceEvent } from './bus/observed-bus.js';
import { createEventQueue } from './clock.js';
import { createHart } from './cpu/hart.js';
import type { HartLines, HartStop, MachineHart } from './cpu/hart.js';
import { createHtif } from './devices/htif.js';
import type { Htif } from './devices/htif.js';
import type { Machine, MachineStop } from './machine.js';
import { createLinearMemory } from './memory/linear-memory.js';
import type { ByteSink, IrqLine } from './ports.js';
import { loadSnapshot, saveSnapshot } from './snapshot.js';

export interface MachinePorts {
  /** What the board's console UART sends. */
  readonly console: ByteSink;
  /** What the board's serial flash was delivered with, where it has one; empty where absent. */
  readonly flash?: Uint8Array;
  /** Who hears of what devices do, asked at each access; nobody where absent. */
  readonly deviceObserver?: () => ((event: DeviceEvent) => void) | undefined;
}

/** Harts of one board take turns after so many cycles. */
const quantumCycles = 1000;
/** A hart's budget is below 2^31. */
const longestSlice = 0x4000_0000;
/** Events of devices have the ranks that the board gave them, then HTIF, then whoever is outside. */
const rank = { htif: 100, outside: 101 } as const;

export function createMachine(board: Board, ports: MachinePorts): Machine {
  const memory = createLinearMemory(board);
  /** Cycles since reset, for each hart; while a hart runs, its time at the start of the slice. */
  const times = Array.from({ length: board.harts }, () => 0);
  let running: MachineHart | undefined;
  let isInRun = false;
  let stopRequested = false;
  /** A guest asked for a reset; it happens when the instruction that asked has retired. */
  let resetRequested = false;
  let exitCode: number | undefined;
  let htif: Htif | undefined;

  const now = (): number =>
    running === undefined ? Math.min(...times) : (times[running.id] ?? 0) + running.elapsedCycles;
  const cutShort = (): void => {
    running?.requestStop();
  };
  memory.watches.onHit = cutShort;
  const events = createEventQueue(now, (cycle) => {
    // The slice that runs was cut for the events that were known at its start.
    if (cycle < sliceEnd) cutShort();
  });
  let sliceEnd = 0;

  const powerOff = (code: number): void => {
    exitCode = code;
    cutShort();
  };
  const devices = createBoardDevices(board, {
    console: ports.console,
    lines: linesOf(() => harts[0]),
    clock: (deviceRank) => events.clock(deviceRank),
    powerOff,
    resetBoard() {
      resetRequested = true;
      cutShort();
    },
    memory,
    coreMemory: memory.coreMemory,
    ...(ports.flash === undefined ? {} : { flash: ports.flash }),
    told: (device, sentence) => ports.deviceObserver?.()?.({ kind: 'told', device, sentence }),
  });
  const { deviceObserver } = ports;
  const wires = createBus(devices.regions);
  const bus = deviceObserver === undefined ? wires : observeBus(wires, board, deviceObserver);
  const harts = times.map((_time, id) =>
    createHart({
      id,
      memory,
      bus,
      clock: { now, ticks: () => devices.ticks() },
      resetAddress: board.ram.base,
    }),
  );

  /** What is neither in linear memory nor in a device. */
  const ownPart: StatefulPart = {
    reset() {
      times.fill(0);
      exitCode = undefined;
    },
    save: () => ({ times: [...times], exitCode: exitCode ?? null }),
    load(state) {
      (state['times'] as readonly number[]).forEach((time, id) => {
        times[id] = time;
      });
      exitCode = (state['exitCode'] as number | null) ?? undefined;
    },
  };
  /** Time comes first, since devices schedule in it. */
  const parts = (): ReadonlyMap<string, StatefulPart> =>
    new Map<string, StatefulPart>([
      ['machine', ownPart],
      ...devices.parts,
      ...(htif === undefined ? [] : [['htif', htif] as const]),
    ]);

  const resetKeepingMemory = (): void => {
    events.clear();
    for (const hart of harts) hart.reset();
    for (const part of parts().values()) part.reset();
  };

  /** Runs one hart until `boundary`, or for `budget` steps. */
  const runSlice = (
    hart: MachineHart,
    boundary: number,
    budget: number,
    first: 'skipBreakpoint' | 'stopAtBreakpoint',
  ): HartStop => {
    const start = times[hart.id] ?? 0;
    sliceEnd = boundary;
    running = hart;
    const stop = hart.run(Math.min(boundary - start, budget, longestSlice), first);
    running = undefined;
    times[hart.id] = start + hart.elapsedCycles;
    return stop;
  };

  const steps = (): number => harts.reduce((sum, hart) => sum + hart.steps, 0);

  const runUntilStop = (maxInstructions: number): MachineStop => {
    const firstStep = steps();
    /** Harts that wait since the last boundary with an event; only an event or another hart wakes them. */
    const waiting = new Set<MachineHart>();
    /** Harts that have run in this call: a breakpoint at their pc is no longer "the first instruction". */
    const started = new Set<MachineHart>();
    for (;;) {
      if (resetRequested) {
        resetRequested = false;
        resetKeepingMemory();
        waiting.clear();
      }
      if (exitCode !== undefined) return { kind: 'poweredOff', code: exitCode };
      if (memory.watches.hasHits) return { kind: 'watch', hits: memory.watches.takeHits() };
      if (stopRequested) return { kind: 'requested' };

      const earliest = Math.min(...times);
      if (events.nextCycle() <= earliest) {
        events.runDue(earliest);
        waiting.clear();
        continue;
      }
      if (waiting.size === harts.length) {
        const next = events.nextCycle();
        if (next === Infinity) return { kind: 'idle' };
        times.fill(next);
        continue;
      }
      const remaining = maxInstructions - (steps() - firstStep);
      if (remaining <= 0) return { kind: 'limit' };

      const quantumEnd =
        harts.length === 1 ? Infinity : (Math.floor(earliest / quantumCycles) + 1) * quantumCycles;
      const boundary = Math.min(events.nextCycle(), quantumEnd);
      const hart = harts.find(({ id }) => (times[id] ?? 0) < boundary);
      if (hart === undefined) continue;

      const stepsBefore = hart.steps;
      const first = started.has(hart) ? 'stopAtBreakpoint' : 'skipBreakpoint';
      const stop = runSlice(hart, boundary, remaining, first);
      if (hart.steps !== stepsBefore) started.add(hart);
      if (stop !== 'wait') waiting.clear();
      switch (stop) {
        case 'budget':
        case 'requested':
          break;
        case 'breakpoint':
          return { kind: 'breakpoint', hart: hart.id, address: fetchAddress(hart) };
        case 'lockedUp':
          return { kind: 'lockedUp', hart: hart.id };
        case 'wait':
          waiting.add(hart);
          if (boundary !== Infinity && waiting.size < harts.length) times[hart.id] = boundary;
          break;
      }
    }
  };

  const fetchAddress = (hart: MachineHart): PhysAddr => {
    const translated = hart.translate(hart.pc, 'fetch');
    return translated.ok ? translated.value : physAddr(hart.pc);
  };
  const machine: Machine = {
    board,
    harts,
    memory,
    clock: events.clock(rank.outside),
    supervisorTimer: devices.supervisorTimer,
    supervisorInterrupts: devices.supervisorInterrupts,
    get instructions() {
      return harts.reduce((sum, hart) => sum + hart.instructions, 0);
    },
    get cycles() {
      return now();
    },
    breakpoints: memory.breakpoints,
    watches: memory.watches,
    attachSupervisor(supervisor) {
      for (const hart of harts) hart.attachSupervisor(supervisor);
    },
    attachFirmware(firmware) {
      for (const hart of harts) hart.attachFirmware(firmware);
    },
    attachHtif(tohost, fromhost) {
      const attached = createHtif(
        { memory, clock: events.clock(rank.htif), console: ports.console, powerOff },
        tohost,
        fromhost,
      );
      htif = attached;
      memory.unwatchAll();
      memory.watchStores(tohost, (address) => {
        attached.stored(address);
      });
    },
    powerOff,
    run(maxInstructions) {
      isInRun = true;
      stopRequested = false;
      memory.watches.arm();
      const stop = runUntilStop(maxInstructions);
      isInRun = false;
      memory.watches.disarm();
      return stop;
    },
    requestStop() {
      if (!isInRun) return;
      stopRequested = true;
      cutShort();
    },
    inspectByte: (address) =>
      memory.contains(address, 1) ? memory.read8(address) : inspectDevice(address),
    storeToDevice(address, size, value) {
      // As for a hart, what is due at this time has happened before.
      events.runDue(now());
      return wires.write(address, size, value);
    },
    receive(bytes) {
      devices.receive(bytes);
    },
    disturbConsole(disturbance) {
      devices.disturb(disturbance);
    },
    ...(devices.flash === undefined ? {} : { flash: devices.flash }),
    ...(devices.surroundings === undefined ? {} : { surroundings: devices.surroundings }),
    reset() {
      memory.state.fill(0);
      memory.stateReplaced();
      resetKeepingMemory();
    },
    save: () => saveSnapshot(memory.state, parts()),
    load(snapshot) {
      events.clear();
      loadSnapshot(snapshot, memory.state, parts(), () => {
        memory.stateReplaced();
        for (const hart of harts) hart.stateReplaced();
      });
    },
  };
  // A device register is a word: a byte of it is what the word's peek has at its place.
  const inspectDevice = (address: number): number | undefined => {
    // By the byte first: a word of a device with registers of a byte is its first register and zeros.
    const byte = bus.peek(address, 1);
    if (byte !== undefined) return byte;
    const word = bus.peek(physAddr((address & ~3) >>> 0), 4);
    return word === undefined ? undefined : (word >>> (8 * (address & 3))) & 0xff;
  };
  resetKeepingMemory();
  return machine;
}

/** Wires into a hart that may be built later than the device that drives them. */
function linesOf(hart: () => MachineHart | undefined): HartLines {
  const line = (name: keyof HartLines): IrqLine => ({
    set(level) {
      hart()?.lines[name].set(level);
    },
  });
  return {
    msip: line('msip'),
    mtip: line('mtip'),
    meip: line('meip'),
    ssip: line('ssip'),
    stip: line('stip'),
    seip: line('seip'),
  };
}
