/**
 * How a board's devices are built and wired: the half of a board that is not plain data. Ranks order
 * events of the same cycle; here they follow the order of construction.
 */
import { invariant } from '../../base/invariant.js';
import type { BusRegion } from '../bus/bus.js';
import type { Device, DeviceState } from '../bus/device.js';
import { createAclint } from '../devices/aclint.js';
import { createFirmwareTimer } from '../devices/firmware-timer.js';
import { createGoldfishRtc } from '../devices/goldfish-rtc.js';
import { createNs16550 } from '../devices/ns16550.js';
import { createPlic, plicContexts } from '../devices/plic.js';
import { createRvPlic } from '../devices/rv-plic.js';
import { createRvTimer } from '../devices/rv-timer.js';
import { createSerialInput } from '../devices/serial-input.js';
import { createSifiveTest } from '../devices/sifive-test.js';
import { createUart } from '../devices/uart.js';
import type { ByteSink, Clock, IrqLine, SupervisorInterrupts, SupervisorTimer } from '../ports.js';
import type { Board, DeviceRegion } from './board.js';

export interface BoardPorts {
  readonly console: ByteSink;
  /** The wires into hart 0, by their mip bit. */
  readonly lines: Readonly<Record<'msip' | 'mtip' | 'meip' | 'stip' | 'seip', IrqLine>>;
  readonly clock: (rank: number) => Clock;
  /** 0 is success. */
  readonly powerOff: (code: number) => void;
  readonly resetBoard: () => void;
}

/** What has state but no registers, too: a wire with bytes on it, a firmware timer. */
export interface StatefulPart {
  reset(): void;
  save(): DeviceState;
  load(state: DeviceState): void;
}

export interface BoardDevices {
  readonly regions: readonly BusRegion[];
  /** By name, in the order in which `reset` and `load` must take them. */
  readonly parts: ReadonlyMap<string, StatefulPart>;
  /** Bytes that come in at the console UART. */
  receive(bytes: Uint8Array): void;
  /** What the time CSR reads. */
  ticks(): number;
  readonly supervisorTimer: SupervisorTimer;
  readonly supervisorInterrupts: SupervisorInterrupts;
}

export function createBoardDevices(board: Board, ports: BoardPorts): BoardDevices {
  switch (board.name) {
    case 'nexus':
      return createNexusDevices(board, ports);
    case 'virt':
      return createVirtDevices(board, ports);
  }
}

function createNexusDevices(board: Board, ports: BoardPorts): BoardDevices {
  const cyclesPerClock = board.cyclesPerSecond / board.timeTicksPerSecond;
  const { at, lineOf, placed } = placement(board);
  const plic = createRvPlic({ external: ports.lines.seip, software: ports.lines.msip });
  const timer = (clock: Clock, interrupt: IrqLine) =>
    createRvTimer({ clock, interrupt, cyclesPerClock, clocksPerSecond: board.timeTicksPerSecond });
  const kernelTimer = timer(ports.clock(0), ports.lines.stip);
  const userTimer = timer(ports.clock(1), lineOf(plic.sources.line, 'user_timer', 0));
  const input = createSerialInput();
  const uart = createUart({
    clock: ports.clock(2),
    output: ports.console,
    input,
    interrupts: at('uart').interrupts.map((source) => plic.sources.line(source)),
    cyclesPerClock,
  });
  return {
    regions: placed({ uart, rv_timer: kernelTimer, user_timer: userTimer, plic }),
    parts: new Map<string, StatefulPart>([
      ['plic', plic],
      ['rv_timer', kernelTimer],
      ['user_timer', userTimer],
      ['uart_input', input],
      ['uart', uart],
    ]),
    receive(bytes) {
      input.push(bytes);
      uart.inputArrived();
    },
    ticks: () => kernelTimer.supervisorTimer.now(),
    supervisorTimer: kernelTimer.supervisorTimer,
    supervisorInterrupts: plic.sources.supervisorInterrupts(0),
  };
}

function createVirtDevices(board: Board, ports: BoardPorts): BoardDevices {
  const cyclesPerTick = board.cyclesPerSecond / board.timeTicksPerSecond;
  const { lineOf, placed } = placement(board);
  const plic = createPlic({
    machineExternal: ports.lines.meip,
    supervisorExternal: ports.lines.seip,
  });
  const aclint = createAclint({
    clock: ports.clock(0),
    software: ports.lines.msip,
    timer: ports.lines.mtip,
    cyclesPerTick,
  });
  const firmwareTimer = createFirmwareTimer({
    clock: ports.clock(1),
    interrupt: ports.lines.stip,
    cyclesPerTick,
    ticksPerSecond: board.timeTicksPerSecond,
  });
  const input = createSerialInput();
  const uart = createNs16550({
    output: ports.console,
    input,
    interrupt: lineOf(plic.sources.line, 'uart', 0),
  });
  const test = createSifiveTest(ports);
  const rtc = createGoldfishRtc({
    clock: ports.clock(2),
    interrupt: lineOf(plic.sources.line, 'rtc', 0),
    cyclesPerSecond: board.cyclesPerSecond,
    epochSeconds: board.epochSeconds,
  });
  return {
    regions: placed({ test, rtc, aclint, plic, uart }),
    parts: new Map<string, StatefulPart>([
      ['aclint', aclint],
      ['firmware_timer', firmwareTimer],
      ['uart_input', input],
      ['uart', uart],
      ['rtc', rtc],
      // Last: devices drive their lines anew as they load, and this controller takes that for requests.
      ['plic', plic],
    ]),
    receive(bytes) {
      input.push(bytes);
      uart.inputArrived();
    },
    ticks: () => aclint.ticks(),
    supervisorTimer: firmwareTimer.supervisorTimer,
    supervisorInterrupts: plic.sources.supervisorInterrupts(plicContexts.supervisor),
  };
}

/** Puts devices at the places that the board's data gives them. */
function placement(board: Board) {
  const at = (name: string): DeviceRegion => {
    const region = board.devices.find((device) => device.name === name);
    invariant(region !== undefined, 'BOARD-1', () => `${board.name} has no device ${name}`);
    return region;
  };
  const lineOf = (line: (source: number) => IrqLine, name: string, index: number): IrqLine => {
    const source = at(name).interrupts[index];
    invariant(source !== undefined, 'BOARD-2', () => `${name} has no interrupt ${index}`);
    return line(source);
  };
  const placed = (devices: Readonly<Record<string, Device>>): BusRegion[] =>
    Object.entries(devices).map(([name, device]) => {
      const { base, sizeBytes } = at(name);
      return { base, sizeBytes, device };
    });
  return { at, lineOf, placed };
}
