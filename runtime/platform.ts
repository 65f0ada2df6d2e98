/**
 * The composition root: the one place that puts an image, a machine and a kernel together.
 * Everything above (debug adapter, command line) drives a system through this interface alone.
 */
import { physAddr, virtAddr, formatAddress, type PhysAddr, type VirtAddr } from './base/address.js';
import { alignUp } from './base/bits.js';
import { Emitter, type Event } from './base/event.js';
import { fail, ok, type Result } from './base/result.js';
import { symbolNamed } from './image/lookup.js';
import type { Segment, SystemImage } from './image/system-image.js';
import type { TypeTable } from './image/type-table.js';
import { createKernel } from './kernel/create-kernel.js';
import type { KernelEvent, KernelTraceEvent } from './kernel/events.js';
import type { BootedImage, Kernel } from './kernel/kernel.js';
import type { Board } from './machine/boards/board.js';
import type { DeviceEvent } from './machine/bus/observed-bus.js';
import { boardDeviceTree } from './machine/boards/device-tree.js';
import { nexusBoard } from './machine/boards/nexus.js';
import { virtBoard } from './machine/boards/virt.js';
import { createMachine } from './machine/create-machine.js';
import { loadKernel } from './machine/firmware/load-kernel.js';
import { createSbi } from './machine/firmware/sbi.js';
import type { Machine, MachineStop } from './machine/machine.js';
import type { ByteSink, SupervisorTrap } from './machine/ports.js';

export interface PlatformOptions {
  readonly board: 'nexus' | 'virt';
  /** RAM size instead of the board's own; a multiple of 4 KiB. */
  readonly memoryBytes?: number;
  /**
   * `builtin`: our kernel, the image is its root task. `none`: the image runs bare, in M-mode. A kernel image
   * of seL4 runs in S-mode, as itself, with the image as its root task; the platform stands in for firmware.
   */
  readonly kernel: 'builtin' | 'none' | KernelImage;
  /** Scheduling domains of the builtin kernel, 1 to 256; 1 where absent. */
  readonly domains?: number;
  /** What the board's serial flash holds at power-on, where it has one. */
  readonly flash?: Uint8Array;
  /** What the image loads into address spaces of their own; only debuggers look at it. */
  readonly programs?: readonly LoadedProgram[];
}

/** A program of a system that the image makes: names for what runs there. */
export interface LoadedProgram {
  readonly image: SystemImage;
  /** Its threads, by the names that the image gives to them. */
  readonly threads: readonly string[];
  /** The running system starts and ends it, as often as it likes, and may have another build of that name instead. */
  readonly isApplication?: boolean;
}

/** A kernel that is not ours; its debug information lets the views find what it keeps in memory. */
export interface KernelImage {
  readonly image: SystemImage;
  readonly types: TypeTable;
}

export interface Platform {
  readonly image: SystemImage;
  readonly machine: Machine;
  readonly options: PlatformOptions;
  /** What runs in address spaces of its own, as far as it is known; of two with one name the first one that is there counts. */
  readonly programs: readonly LoadedProgram[];
  /** A program that the running system has been given; it takes the place of what it was given under that name. */
  addProgram(program: LoadedProgram): void;
  /** Bytes that the guest wrote to its console, in order. */
  readonly onConsole: Event<number>;
  /** Kernel events as they happen, inside `run`; a listener may call `machine.requestStop()`. */
  readonly onKernelEvent: Event<KernelEvent>;
  /** Each step of the builtin kernel's work, likewise; costs nothing while nobody listens. */
  readonly onKernelTrace: Event<KernelTraceEvent>;
  /** Each access of the guest to a device, and what models of hardware say; costs little while nobody listens. */
  readonly onDeviceEvent: Event<DeviceEvent>;
  /** Traps that the builtin kernel takes, before it acts on them. */
  readonly onSupervisorTrap: Event<SupervisorTrap>;
  /** Runs at most so many instructions. Synchronous and bounded: callers slice to stay responsive. */
  run(maxInstructions: number): MachineStop;
  /** Back to the first instruction, with the same image; breakpoints stay. */
  reset(): void;
  /** Where the loader put an image address; undefined outside the image. */
  imageToPhysical(address: VirtAddr): PhysAddr | undefined;
  /** The image address that lies at this physical address: symbols and lines for any address space that maps it. */
  physicalToImage(address: PhysAddr): VirtAddr | undefined;
}

/** Why an image cannot be put on a board: a sentence with the sizes. */
export interface PlatformError {
  readonly code: 'image-outside-ram' | 'image-too-large' | 'no-entry' | 'kernel-boot';
  readonly message: string;
}

export { norFlashBytes } from './machine/devices/nor-flash.js';

/** Every board with its own RAM size: what a build needs to know; the first is the default. */
export const boards: readonly Board[] = [nexusBoard(), virtBoard()];

/** Powers a board on with an image in it; the first instruction has not run. */
export function createPlatform(
  image: SystemImage,
  options: PlatformOptions,
): Result<Platform, PlatformError> {
  const board = boardOf(options);
  const refusal =
    options.kernel === 'none' ? whyNotBare(image, board) : whyNotRootTask(image, board);
  if (refusal !== undefined) return fail(refusal);

  const console = new Emitter<number>();
  const kernelEvents = new Emitter<KernelEvent>();
  const tellListeners = (event: KernelEvent): void => kernelEvents.fire(event);
  const kernelTrace = new Emitter<KernelTraceEvent>();
  const tellTracers = (event: KernelTraceEvent): void => kernelTrace.fire(event);
  const sink = { write: (byte: number): void => console.fire(byte) };
  const deviceEvents = new Emitter<DeviceEvent>();
  const tellOfDevices = (event: DeviceEvent): void => deviceEvents.fire(event);
  const machine = createMachine(board, {
    console: sink,
    ...(options.flash === undefined ? {} : { flash: options.flash }),
    deviceObserver: () => (deviceEvents.hasListeners ? tellOfDevices : undefined),
  });
  const kernel =
    options.kernel !== 'builtin'
      ? undefined
      : createKernel({
          board,
          settings: options.domains === undefined ? {} : { domains: options.domains },
          deviceTree: boardDeviceTree(board),
          memory: machine.memory,
          timer: machine.supervisorTimer,
          interrupts: machine.supervisorInterrupts,
          console: sink,
          observer: () => (kernelEvents.hasListeners ? tellListeners : undefined),
          tracer: () => (kernelTrace.hasListeners ? tellTracers : undefined),
          powerOff: (code) => machine.powerOff(code),
        });
  const supervisorTraps = new Emitter<SupervisorTrap>();
  if (kernel !== undefined)
    machine.attachSupervisor({
      trap: (hart, trap) => {
        if (supervisorTraps.hasListeners) supervisorTraps.fire(trap);
        return kernel.trap(hart, trap);
      },
    });
  if (typeof options.kernel === 'object') attachFirmware(machine, sink);
  const load = (): Result<Placement, PlatformError> => {
    if (kernel !== undefined) return bootRootTask(image, machine, kernel);
    return typeof options.kernel === 'object'
      ? loadUnderKernel(image, machine, options.kernel)
      : ok(loadBare(image, machine));
  };

  const placed = load();
  if (!placed.ok) return placed;
  const placement = placed.value;
  const programs = [...(options.programs ?? [])];
  const given = new Set<LoadedProgram>();
  return ok({
    image,
    machine,
    options,
    programs,
    addProgram: (program) => {
      const [name] = program.threads;
      const isSame = (each: LoadedProgram): boolean => given.has(each) && each.threads[0] === name;
      for (const old of programs.filter(isSame)) programs.splice(programs.indexOf(old), 1);
      programs.unshift(program);
      given.add(program);
    },
    onConsole: console.event,
    onKernelEvent: kernelEvents.event,
    onKernelTrace: kernelTrace.event,
    onDeviceEvent: deviceEvents.event,
    onSupervisorTrap: supervisorTraps.event,
    run: (maxInstructions) => machine.run(maxInstructions),
    reset: () => {
      machine.reset();
      // The same image fitted the same machine before, and nothing else decides.
      load();
    },
    imageToPhysical: (address) => placement.toPhysical(address),
    physicalToImage: (address) => placement.toImage(address),
  });
}

/** How image addresses and physical addresses correspond after loading. */
interface Placement {
  toPhysical(address: VirtAddr): PhysAddr | undefined;
  toImage(address: PhysAddr): VirtAddr | undefined;
}

function boardOf(options: PlatformOptions): Board {
  return options.board === 'nexus'
    ? nexusBoard(options.memoryBytes)
    : virtBoard(options.memoryBytes);
}

/**
 * A bare image is loaded by segment at its physical addresses and starts in M-mode at its entry, with the hart's
 * number in a0 and the address of the device tree in a1, as firmware is started on QEMU.
 */
function loadBare(image: SystemImage, machine: Machine): Placement {
  const deviceTree = loadDeviceTree(image, machine);
  for (const segment of image.segments) {
    machine.memory.copyIn(segment.physicalAddress, segment.bytes);
    const rest = segment.memorySizeBytes - segment.bytes.length;
    const end = physAddr(segment.physicalAddress + segment.bytes.length);
    if (rest > 0) machine.memory.fill(end, rest, 0);
  }
  const entry = segmentToPhysical(image.segments, image.entry);
  for (const hart of machine.harts) {
    hart.pc = virtAddr(entry ?? image.entry);
    hart.x[argumentRegister] = hart.id;
    hart.x[argumentRegister + 1] = deviceTree;
  }
  const toHost = symbolNamed(image, 'tohost');
  const fromHost = symbolNamed(image, 'fromhost');
  const physical = toHost && segmentToPhysical(image.segments, toHost.address);
  if (physical !== undefined) {
    const from = fromHost && segmentToPhysical(image.segments, fromHost.address);
    machine.attachHtif(physical, from);
  }
  return {
    toPhysical: (address) => segmentToPhysical(image.segments, address),
    toImage: (address) => {
      const segment = image.segments.find((candidate) =>
        covers(candidate.physicalAddress, candidate.memorySizeBytes, address),
      );
      return segment && virtAddr(segment.virtualAddress + (address - segment.physicalAddress));
    },
  };
}

/** a0. */
const argumentRegister = 10;
const pageBits = 12;

/** Puts the device tree on the last pages of RAM and says where; 0 when the image needs them itself. */
function loadDeviceTree(image: SystemImage, machine: Machine): number {
  const { ram } = machine.board;
  const bytes = boardDeviceTree(machine.board);
  const address = ram.base + ram.sizeBytes - alignUp(bytes.length, pageBits);
  const isFree = image.segments.every(
    ({ physicalAddress, memorySizeBytes }) => physicalAddress + memorySizeBytes <= address,
  );
  if (!isFree) return 0;
  machine.memory.copyIn(physAddr(address), bytes);
  return address;
}

function bootRootTask(
  image: SystemImage,
  machine: Machine,
  kernel: Kernel,
): Result<Placement, PlatformError> {
  const hart = machine.harts[0];
  if (hart === undefined) return fail({ code: 'kernel-boot', message: 'The board has no hart.' });
  const booted = kernel.boot(image, hart);
  if (!booted.ok) return fail({ code: 'kernel-boot', message: booted.error });
  return ok(contiguous(booted.value));
}

/** mip.SSIP. */
const mip = 0x344;
const supervisorSoftware = 2;

function attachFirmware(machine: Machine, console: ByteSink): void {
  machine.attachFirmware(
    createSbi({
      console,
      timer: machine.supervisorTimer,
      harts: machine.board.harts,
      setSoftwareInterrupt: (id, level) => {
        const hart = machine.harts[id];
        const pending = hart?.readCsr(mip) ?? 0;
        hart?.writeCsr(mip, level ? pending | supervisorSoftware : pending & ~supervisorSoftware);
      },
      powerOff: (code) => {
        machine.powerOff(code);
      },
    }),
  );
}

/** A real kernel gets the image as its root task, as its own loader would put it. */
function loadUnderKernel(
  image: SystemImage,
  machine: Machine,
  kernel: KernelImage,
): Result<Placement, PlatformError> {
  const loaded = loadKernel(machine, kernel.image, image, boardDeviceTree(machine.board));
  if (!loaded.ok) return fail({ code: 'kernel-boot', message: loaded.error });
  return ok(contiguous(loaded.value));
}

function contiguous(booted: Omit<BootedImage, 'rootThread'>): Placement {
  return {
    toPhysical: (address) =>
      covers(booted.virtualBase, booted.sizeBytes, address)
        ? physAddr(booted.physicalBase + (address - booted.virtualBase))
        : undefined,
    toImage: (address) =>
      covers(booted.physicalBase, booted.sizeBytes, address)
        ? virtAddr(booted.virtualBase + (address - booted.physicalBase))
        : undefined,
  };
}

function segmentToPhysical(segments: readonly Segment[], address: VirtAddr): PhysAddr | undefined {
  const segment = segments.find((candidate) =>
    covers(candidate.virtualAddress, candidate.memorySizeBytes, address),
  );
  return segment && physAddr(segment.physicalAddress + (address - segment.virtualAddress));
}

function covers(base: number, sizeBytes: number, address: number): boolean {
  return address >= base && address - base < sizeBytes;
}

function whyNotBare(image: SystemImage, board: Board): PlatformError | undefined {
  const { base, sizeBytes } = board.ram;
  const outside = image.segments.find(
    ({ physicalAddress, memorySizeBytes }) =>
      physicalAddress < base || physicalAddress + memorySizeBytes > base + sizeBytes,
  );
  if (outside !== undefined) {
    const { physicalAddress, memorySizeBytes } = outside;
    const inRam = physicalAddress >= base && physicalAddress < base + sizeBytes;
    return {
      code: inRam ? 'image-too-large' : 'image-outside-ram',
      message:
        `${image.name} has a segment of ${memorySizeBytes} bytes at ${formatAddress(physicalAddress)}, but the RAM ` +
        `of board ${board.name} is ${sizeBytes} bytes at ${formatAddress(base)}. ` +
        (inRam
          ? `${physicalAddress + memorySizeBytes - base - sizeBytes} bytes do not fit; give the board more memory with --memory.`
          : 'Link the program for that address.'),
    };
  }
  if (image.segments.some((segment) => isIn(segment, image.entry))) return undefined;
  return noEntry(image);
}

function whyNotRootTask(image: SystemImage, board: Board): PlatformError | undefined {
  const size = image.segments.reduce((sum, segment) => sum + segment.memorySizeBytes, 0);
  if (size > board.ram.sizeBytes) {
    return {
      code: 'image-too-large',
      message:
        `${image.name} needs ${size} bytes of memory, but the RAM of board ${board.name} has ${board.ram.sizeBytes}, ${size - board.ram.sizeBytes} too few. ` +
        'Give the board more memory with --memory, or make the program smaller.',
    };
  }
  if (image.segments.some((segment) => segment.executable && isIn(segment, image.entry))) {
    return undefined;
  }
  return noEntry(image);
}

function noEntry(image: SystemImage): PlatformError {
  return {
    code: 'no-entry',
    message: `The entry point ${formatAddress(image.entry)} of ${image.name} lies in none of its segments. Define _start in an executable section.`,
  };
}

const isIn = (segment: Segment, address: VirtAddr): boolean =>
  covers(segment.virtualAddress, segment.memorySizeBytes, address);
