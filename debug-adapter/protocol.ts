/**
 * What the adapter says beyond the Debug Adapter Protocol: the launch arguments of design section 6,
 * and custom requests and events. Plain JSON types only, capability views as `runtime/inspect` makes
 * them, so that the extension, which may import types from here and nothing else, and other clients
 * share one contract. Names start with `cantrip/`; `protocolVersion` is in the `initialize` response
 * and grows when a shape changes.
 */
import type {
  CapabilityView,
  CSpaceView as CSpace,
  SlotReference,
  SlotView as Slot,
} from '../runtime/inspect/capabilities.js';

export type { CapabilityView, CSpace, Slot, SlotReference };

export const protocolVersion = 1;

/** `type: "cantrip"` launch configurations. */
export interface LaunchArguments {
  /** An absolute path: an assembly source, an ELF file, or a folder with cantrip.json. */
  readonly program: string;
  /** Default: what cantrip.json says, else `nexus`. */
  readonly board?: 'nexus' | 'virt';
  /**
   * `builtin`, `none`, or the absolute path of a seL4 kernel ELF of which the program is the root task.
   * Default: `none` for an ELF file whose segments lie in the board's RAM, else `builtin`.
   */
  readonly kernel?: string;
  /** RAM in bytes instead of the board's own; a multiple of 4096. */
  readonly memory?: number;
  /** Scheduling domains of the builtin kernel, 1 to 256; 1 where absent. */
  readonly domains?: number;
  /** Of guest TypeScript: `debug`, where absent, keeps every local readable. */
  readonly optimization?: 'debug' | 'release';
  readonly stopOnEntry?: boolean;
  /** Text for the console UART, as if typed right after power-on. */
  readonly input?: string;
  /** Boot and run, but never stop: set by "Run Without Debugging". */
  readonly noDebug?: boolean;
  /**
   * Where console text goes: `event` sends `cantrip/console` events, `output` sends DAP output events
   * of category stdout. Default: `output`, which every client understands.
   */
  readonly console?: 'event' | 'output';
  /** What is printed to the debug console while the program runs. `refusal`: what the kernel refuses, and why. */
  readonly trace?: readonly 'refusal'[];
}

/** Every custom request with its arguments and response body. */
export interface CustomRequests {
  /** Every CSpace of the machine; the slots of one CNode come with `cantrip/slots`. */
  'cantrip/capabilities': { arguments: undefined; body: { cspaces: CSpace[] } };
  /** The filled slots of one CNode, in slot order, from `start`, at most `count` of them. */
  'cantrip/slots': {
    arguments: { cnode: number; path?: string; start?: number; count?: number };
    body: { slots: Slot[]; total: number };
  };
  /** Bytes for the console UART, as a terminal sends them. */
  'cantrip/consoleInput': { arguments: { text: string }; body: undefined };
  /**
   * Installs an application bundle of the host through the shell of CantripOS, which is at its prompt. The answer comes
   * at once, `cantrip/installed` when the shell has said what came of it.
   */
  'cantrip/installBundle': { arguments: { path: string }; body: undefined };
  /** The machine at a glance, for a status view. */
  'cantrip/machine': { arguments: undefined; body: MachineSummary };
}

/** Every custom event with its body. */
export interface CustomEvents {
  /** Console output in order; `data` is base64, because a guest may write any byte. */
  'cantrip/console': { data: string };
  /** What came of `cantrip/installBundle`, in a line for a person. */
  'cantrip/installed': { isInstalled: boolean; message: string };
  /** The machine stopped, or its capabilities may have changed otherwise: views should ask again. */
  'cantrip/stateChanged': { running: boolean; reason: string };
}

export interface MachineSummary {
  readonly board: string;
  readonly kernel: 'builtin' | 'none' | 'image';
  readonly running: boolean;
  /** `running`, `stopped`, `waiting for input`, `powered off`. */
  readonly state: string;
  readonly instructions: number;
  readonly cycles: number;
}
