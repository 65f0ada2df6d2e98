/**
 * How a board's devices are built and wired: the half of a board that is not plain data. Ranks order
 * events of the same cycle; here they follow the order of construction.
 */
import { invariant } from '../../base/invariant.js';
import type { BusRegion } from '../bus/bus.js';
import type { Device, DeviceState } from '../bus/device.js';
import { createAccelerometer } from '../devices/accelerometer.js';
import { createAclint } from '../devices/aclint.js';
import { createCoreMemory } from '../devices/core-memory.js';
import { createFirmwareTimer } from '../devices/firmware-timer.js';
import { createGoldfishRtc } from '../devices/goldfish-rtc.js';
import { createGpio } from '../devices/gpio.js';
import { createI2c } from '../devices/i2c.js';
import { createMailbox } from '../devices/mailbox.js';
import { createMlTop } from '../devices/ml-top.js';
import { createNorFlash } from '../devices/nor-flash.js';
import type { NorFlash } from '../devices/nor-flash.js';
import { createNs16550 } from '../devices/ns16550.js';
import { createPlic, plicContexts } from '../devices/plic.js';
import { createRvPlic } from '../devices/rv-plic.js';
import { createRvTimer } from '../devices/rv-timer.js';
import { createSecurityCoreModel } from '../devices/security-core-model.js';
import { createSerialInput } from '../devices/serial-input.js';
import type { Disturbance } from '../devices/serial-input.js';
import { createSifiveTest } from '../devices/sifive-test.js';
import { createSpiHost } from '../devices/spi-host.js';
import { createSurroundings } from '../devices/surroundings.js';
import type { Surroundings } from '../devices/surroundings.js';
import { tarFiles } from '../devices/tar-files.js';
import { createThermometer } from '../devices/thermometer.js';
import { createUart } from '../devices/uart.js';
import type {
  ByteSink,
  Clock,
  IrqLine,
  PhysicalMemory,
  SupervisorInterrupts,
  SupervisorTimer,
} from '../ports.js';
import type { Board, DeviceRegion } from './board.js';

export interface BoardPorts {
  readonly console: ByteSink;
  /** The wires into hart 0, by their mip bit. */
  readonly lines: Readonly<Record<'msip' | 'mtip' | 'meip' | 'stip' | 'seip', IrqLine>>;
  readonly clock: (rank: number) => Clock;
  /** 0 is success. */
  readonly powerOff: (code: number) => void;
  readonly resetBoard: () => void;
  /** For what stands in for other cores, and reads and writes pages of RAM as they do. */
  readonly memory: PhysicalMemory;
  /** The bytes of the board's `coreMemory`. */
  readonly coreMemory: Uint8Array;
  /** What the serial flash was delivered with; empty where absent. */
  readonly flash?: Uint8Array;
  /** A sentence of what a model does in place of hardware. */
  readonly told: (device: string, sentence: string) => void;
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
  /** A character that comes in wrong at the console UART. */
  disturb(disturbance: Disturbance): void;
  /** The serial flash, where the board has one. */
  readonly flash?: NorFlash;
  /** What the board's sensors feel, where it has some. */
  readonly surroundings?: Surroundings;
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
  const linesOf = (name: string): IrqLine[] =>
    at(name).interrupts.map((source) => plic.sources.line(source));
  const gpio = createGpio({ clock: ports.clock(3), interrupts: linesOf('gpio'), cyclesPerClock });
  const surroundings = createSurroundings(ports.clock(4), board.cyclesPerSecond);
  const thermometer = createThermometer(surroundings);
  const accelerometer = createAccelerometer(surroundings);
  const i2c = createI2c({
    clock: ports.clock(5),
    interrupts: linesOf('i2c'),
    cyclesPerClock,
    targets: [thermometer, accelerometer],
  });
  const delivered = ports.flash ?? new Uint8Array();
  const flash = createNorFlash({
    clock: ports.clock(6),
    cyclesPerSecond: board.cyclesPerSecond,
    delivered,
  });
  const spiHost = createSpiHost({
    clock: ports.clock(7),
    errorInterrupt: lineOf(plic.sources.line, 'spi_host', 0),
    eventInterrupt: lineOf(plic.sources.line, 'spi_host', 1),
    cyclesPerClock,
    peripheral: flash,
  });
  const mailbox = createMailbox({
    interrupts: linesOf('mailbox'),
    changed: () => {
      securityCore.mailboxChanged();
    },
  });
  const securityCore = createSecurityCoreModel({
    clock: ports.clock(8),
    memory: ports.memory,
    end: mailbox.end,
    files: tarFiles(delivered),
    told: (sentence) => {
      ports.told('mailbox', sentence);
    },
  });
  const mlTop = createMlTop({
    interrupts: linesOf('ml_top'),
    told: (sentence) => {
      ports.told('ml_top', sentence);
    },
  });
  return {
    regions: placed({
      uart,
      rv_timer: kernelTimer,
      user_timer: userTimer,
      gpio,
      i2c,
      spi_host: spiHost,
      mailbox,
      ml_memory: createCoreMemory(ports.coreMemory),
      ml_top: mlTop,
      plic,
    }),
    parts: new Map<string, StatefulPart>([
      ['plic', plic],
      ['rv_timer', kernelTimer],
      ['user_timer', userTimer],
      ['uart_input', input],
      ['uart', uart],
      ['gpio', gpio],
      ['surroundings', surroundings],
      ['thermometer', thermometer],
      ['accelerometer', accelerometer],
      ['i2c', i2c],
      ['flash', flash],
      ['spi_host', spiHost],
      ['mailbox', mailbox],
      ['security_core', securityCore],
      ['ml_top', mlTop],
    ]),
    flash,
    surroundings,
    receive(bytes) {
      input.push(bytes);
      uart.inputArrived();
    },
    disturb(disturbance) {
      input.disturb(disturbance, 0);
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
    disturb(disturbance) {
      input.disturb(disturbance, 0);
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
