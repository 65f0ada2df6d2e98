/**
 * What the adapter says beyond the Debug Adapter Protocol: the launch arguments of design section 6,
 * and custom requests and events. Plain JSON types only, so that the extension, which may import
 * types from here and nothing else, and other clients share one contract. Names start with `cantrip/`;
 * `protocolVersion` is in the `initialize` response and grows when a shape changes.
 */
export const protocolVersion = 1;

/** `type: "cantrip"` launch configurations. */
export interface LaunchArguments {
  /** An absolute path: an assembly source, an ELF file, or a folder with cantrip.json. */
  readonly program: string;
  /** Default: what cantrip.json says, else `nexus`. */
  readonly board?: 'nexus' | 'virt';
  /** Default: `none` for an ELF file whose segments lie in the board's RAM, else `builtin`. */
  readonly kernel?: 'builtin' | 'none';
  /** RAM in bytes instead of the board's own; a multiple of 4096. */
  readonly memory?: number;
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
  /** The machine at a glance, for a status view. */
  'cantrip/machine': { arguments: undefined; body: MachineSummary };
}

/** Every custom event with its body. */
export interface CustomEvents {
  /** Console output in order; `data` is base64, because a guest may write any byte. */
  'cantrip/console': { data: string };
  /** The machine stopped, or its capabilities may have changed otherwise: views should ask again. */
  'cantrip/stateChanged': { running: boolean; reason: string };
}

/** A root CNode with the threads whose capability space it is. */
export interface CSpace {
  /** Physical address of the root CNode: the argument of `cantrip/slots`. */
  readonly cnode: number;
  /** Such as `rootserver`, or `worker, worker 2` when threads share it. */
  readonly label: string;
  readonly threads: readonly { readonly id: number; readonly name: string }[];
  /** log2 of the number of slots of the root CNode. */
  readonly sizeBits: number;
  readonly guard: { readonly value: number; readonly sizeBits: number };
  /** Filled slots of the root CNode. */
  readonly filled: number;
}

export interface Slot {
  /** Index in its CNode. */
  readonly index: number;
  /** The capability pointer with which a thread of this CSpace names it; depth 32. */
  readonly cptr?: number;
  /** Such as `0x003` or `0x010/0x2` in a nested CNode. */
  readonly path: string;
  readonly capability: CapabilityView;
}

/** A capability in the words of the seL4 manual. Absent members do not apply to its type. */
export interface CapabilityView {
  /** `Untyped`, `CNode`, `TCB`, `Endpoint`, `Notification`, `Reply`, `Frame`, `PageTable`, … */
  readonly type: string;
  /** One line: `Endpoint 0x10034000, RWG-, badge 7`. */
  readonly label: string;
  /** Physical address of the object. */
  readonly object?: number;
  readonly sizeBytes?: number;
  /** Of `RWGP`, a dash for each right that is missing: `RW--`. P is grant-reply. */
  readonly rights?: string;
  readonly badge?: number;
  readonly guard?: { readonly value: number; readonly sizeBits: number };
  /** `mapped at 0x00400000 in address space 3`, or `not mapped`. */
  readonly mapping?: string;
  /** More facts, each a name and a value: `free` `12 KiB of 16 KiB`, `thread` `worker`. */
  readonly details: readonly { readonly name: string; readonly value: string }[];
  /** The capability it was derived from, and those derived from it directly. */
  readonly parent?: SlotReference;
  readonly children: readonly SlotReference[];
  /** All direct children, when `children` is cut short. */
  readonly childCount: number;
  /** Set for a CNode: its slots come with `cantrip/slots`. */
  readonly cnode?: number;
}

export interface SlotReference {
  /** Such as `rootserver 0x012`, or `TCB 0x10032000 CSpace root`. */
  readonly place: string;
  /** As in `CapabilityView.label`. */
  readonly label: string;
}

export interface MachineSummary {
  readonly board: string;
  readonly kernel: 'builtin' | 'none';
  readonly running: boolean;
  /** `running`, `stopped`, `waiting for input`, `powered off`. */
  readonly state: string;
  readonly instructions: number;
  readonly cycles: number;
}
