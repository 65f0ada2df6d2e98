/**
 * The settings that the runtime of CAmkES itself reads: one row a setting. A name with `<interface>` in it
 * stands for one name per interface of the component, and so on for the other words in angles. A component
 * may declare any further attribute; those are not here. The compiler, the checks, completion and hover
 * read this table through `known-setting.ts`.
 */
import type { Dialect } from './system.js';

/** What a setting of an instance is about, or `connection` where the setting belongs to a connection. */
export type SettingSubject =
  | 'instance'
  /** Also of hardware. */
  | 'any instance'
  /** Each interface of the component, as it may have a thread. */
  | 'interface'
  | 'dataport'
  | 'hardware dataport'
  /** A `uses` end: the client of a connection. */
  | 'client'
  /** A client, or an emitter whose badge can be chosen. */
  | 'badged'
  | 'server'
  | 'hardware event'
  /** I/O ports of x86. */
  | 'hardware procedure'
  /** An interface whose device the device tree describes: its settings are `device.dtb` in the component itself. */
  | 'tree device'
  | 'semaphore'
  | 'binary semaphore'
  /** `untyped12_pool`: the number is the size in bits. */
  | 'untyped size'
  | 'connection';

export type SettingType = 'integer' | 'boolean' | 'string' | 'list' | 'any';

export interface SettingRow {
  /** As in `<interface>_stack_size`. */
  readonly name: string;
  readonly subject: SettingSubject;
  /** Any of these is right. */
  readonly types: readonly SettingType[];
  /** Of a number, both inclusive. */
  readonly minimum?: bigint;
  readonly maximum?: bigint;
  /** A number that is no multiple of it is rounded up, or refused. */
  readonly multipleOf?: bigint;
  /** The only strings that are right. */
  readonly words?: readonly string[];
  /** Of a `connection` setting: the connectors that read it. */
  readonly connectors?: readonly string[];
  /** What holds when it is not set, for a reader; undefined where it has to be set or nothing happens. */
  readonly default?: string | Readonly<Record<Dialect, string>>;
  /** Undefined means both. */
  readonly dialect?: Dialect;
  /** Only kernels with scheduling contexts look at it. */
  readonly onlyMcs?: boolean;
  /** It is known, and nothing that is built here reads it: what it is for instead. */
  readonly onlyFor?: string;
  /** What it does, for hover and completion. */
  readonly sentence: string;
}

const maximumPriority = 255n;
const maximumDomain = 255n;
const maximumCount = 1n << 16n;
const maximumStackBytes = 1n << 28n;
const maximumBytes = 1n << 32n;
const pageBytes = 4096n;
/** On 64-bit kernels; of 32-bit ones only the lower 28 bits count. */
const maximumBadge = (1n << 64n) - 1n;

const integer = ['integer'] as const;
const flag = ['boolean', 'integer'] as const;
const priority = { types: integer, minimum: 0n, maximum: maximumPriority, default: '254' };
const affinity = { types: integer, minimum: 0n, maximum: 63n, default: '0' };
const domain = { types: integer, minimum: 0n, maximum: maximumDomain };
const stackSize = {
  types: integer,
  minimum: pageBytes,
  maximum: maximumStackBytes,
  multipleOf: pageBytes,
  default: { upstream: '16384', sparrow: '4096' },
};
const microseconds = {
  types: integer,
  minimum: 1n,
  maximum: (1n << 63n) - 1n,
  default: '10000',
  onlyMcs: true,
};
const schedData = {
  types: integer,
  minimum: 0n,
  maximum: (1n << 64n) - 1n,
  default: '0',
  onlyMcs: true,
};
const schedSizeBits = { types: integer, minimum: 7n, maximum: 20n, default: '8', onlyMcs: true };
const pool = { types: integer, minimum: 0n, maximum: maximumCount, default: '0' };

export const settingTable: readonly SettingRow[] = [
  // Threads. `_x` is the control thread, `<interface>_x` that of an interface, and `x` all that have no own.
  {
    name: '_stack_size',
    subject: 'instance',
    ...stackSize,
    sentence: 'Bytes of the stack of the control thread. A guard page is added below and above it.',
  },
  {
    name: '<interface>_stack_size',
    subject: 'interface',
    ...stackSize,
    sentence:
      'Bytes of the stack of the thread that serves this interface. A guard page is added below and above it.',
  },
  {
    name: 'priority',
    subject: 'instance',
    ...priority,
    sentence:
      'Priority of all threads of the instance that have none of their own; 255 is the highest.',
  },
  {
    name: '_priority',
    subject: 'instance',
    ...priority,
    sentence: 'Priority of the control thread; 255 is the highest.',
  },
  {
    name: '<interface>_priority',
    subject: 'interface',
    ...priority,
    sentence: 'Priority of the thread that serves this interface; 255 is the highest.',
  },
  {
    name: 'max_priority',
    subject: 'instance',
    ...priority,
    sentence:
      'The highest priority that threads of the instance may give to any thread (maximum controlled priority).',
  },
  {
    name: '_max_priority',
    subject: 'instance',
    ...priority,
    sentence: 'The highest priority that the control thread may give to any thread.',
  },
  {
    name: '<interface>_max_priority',
    subject: 'interface',
    ...priority,
    sentence: 'The highest priority that the thread of this interface may give to any thread.',
  },
  {
    name: 'affinity',
    subject: 'instance',
    ...affinity,
    sentence: 'The core that all threads of the instance run on, unless they have their own.',
  },
  {
    name: '_affinity',
    subject: 'instance',
    ...affinity,
    sentence: 'The core that the control thread runs on.',
  },
  {
    name: '<interface>_affinity',
    subject: 'interface',
    ...affinity,
    sentence: 'The core that the thread of this interface runs on.',
  },
  {
    name: '_domain',
    subject: 'instance',
    ...domain,
    sentence: 'The scheduling domain of the control thread.',
  },
  {
    name: '<interface>_domain',
    subject: 'interface',
    ...domain,
    sentence: 'The scheduling domain of the thread that serves this interface.',
  },
  {
    name: 'period',
    subject: 'instance',
    ...microseconds,
    sentence: 'Period in microseconds of the scheduling contexts of all threads of the instance.',
  },
  {
    name: '_period',
    subject: 'instance',
    ...microseconds,
    sentence: "Period in microseconds of the control thread's scheduling context.",
  },
  {
    name: '<interface>_period',
    subject: 'interface',
    ...microseconds,
    sentence: "Period in microseconds of the scheduling context of this interface's thread.",
  },
  {
    name: 'budget',
    subject: 'instance',
    ...microseconds,
    sentence:
      'Budget in microseconds per period of the scheduling contexts of all threads of the instance.',
  },
  {
    name: '_budget',
    subject: 'instance',
    ...microseconds,
    sentence: "Budget in microseconds per period of the control thread's scheduling context.",
  },
  {
    name: '<interface>_budget',
    subject: 'interface',
    ...microseconds,
    sentence:
      "Budget in microseconds per period of the scheduling context of this interface's thread.",
  },
  {
    name: 'data',
    subject: 'instance',
    ...schedData,
    sentence: 'The word that a timeout fault of a thread of the instance carries.',
  },
  {
    name: '_data',
    subject: 'instance',
    ...schedData,
    sentence: 'The word that a timeout fault of the control thread carries.',
  },
  {
    name: '<interface>_data',
    subject: 'interface',
    ...schedData,
    sentence: "The word that a timeout fault of this interface's thread carries.",
  },
  {
    name: 'size_bits',
    subject: 'instance',
    ...schedSizeBits,
    sentence:
      'Binary logarithm of the size of the scheduling contexts of the instance; more room holds more refills.',
  },
  {
    name: '_size_bits',
    subject: 'instance',
    ...schedSizeBits,
    sentence: "Binary logarithm of the size of the control thread's scheduling context.",
  },
  {
    name: '<interface>_size_bits',
    subject: 'interface',
    ...schedSizeBits,
    sentence: "Binary logarithm of the size of the scheduling context of this interface's thread.",
  },
  {
    name: '<interface>_passive',
    subject: 'server',
    types: flag,
    default: 'false',
    onlyMcs: true,
    sentence:
      'Whether the thread of this interface has no scheduling context of its own and runs on that of its caller.',
  },
  {
    name: '<interface>_has_thread',
    subject: 'interface',
    types: flag,
    default: 'true',
    dialect: 'sparrow',
    sentence:
      'Whether this interface gets a thread of its own. Without one, the control thread has to serve it.',
  },

  // Capability space and objects that the instance gets for itself.
  {
    name: 'cnode_size_bits',
    subject: 'instance',
    types: ['integer', 'string'],
    minimum: 1n,
    maximum: 28n,
    default: 'as many as the capabilities need',
    sentence:
      'Binary logarithm of the number of slots of the CNode of the address space. It must hold all capabilities.',
  },
  {
    name: 'cnode_headroom',
    subject: 'instance',
    types: ['integer', 'string'],
    minimum: 0n,
    maximum: maximumCount,
    default: '0',
    dialect: 'sparrow',
    sentence:
      'Free slots that the CNode of the address space shall have above the last capability.',
  },
  {
    name: 'heap_size',
    subject: 'instance',
    types: integer,
    minimum: 0n,
    maximum: maximumBytes,
    default: { upstream: '1048576', sparrow: '0' },
    sentence: 'Bytes of the static heap of the instance.',
  },
  {
    name: 'allocation_after_init',
    subject: 'instance',
    types: ['string'],
    words: ['allowed', 'forbidden'],
    sentence:
      'Of an instance in guest TypeScript: with "forbidden", as a driver is by default, what it does after its init functions may take no memory, and the compiler tells where it would. A driver handles interrupts or has registers of a device; `allocationAfterInit` in cantrip.json says what others are.',
  },
  {
    name: 'dma_pool',
    subject: 'instance',
    types: integer,
    minimum: 0n,
    maximum: maximumBytes,
    multipleOf: pageBytes,
    default: '0',
    sentence:
      'Bytes of memory for DMA. Its frames are mapped, and their capabilities are in the CNode.',
  },
  {
    name: 'dma_pool_cached',
    subject: 'instance',
    types: flag,
    default: 'false',
    sentence: 'Whether the DMA pool is mapped cached.',
  },
  {
    name: 'dma_pool_paddr',
    subject: 'instance',
    types: integer,
    minimum: 0n,
    maximum: (1n << 64n) - 1n,
    multipleOf: pageBytes,
    default: 'any',
    sentence: 'The physical address that the DMA pool begins at.',
  },
  {
    name: 'tcb_pool',
    subject: 'instance',
    ...pool,
    sentence: 'How many spare TCBs the instance gets.',
  },
  {
    name: 'tcb_pool_domains',
    subject: 'instance',
    types: ['list'],
    sentence: 'The scheduling domain of each TCB of `tcb_pool`.',
  },
  {
    name: 'ep_pool',
    subject: 'instance',
    ...pool,
    sentence: 'How many spare endpoints the instance gets.',
  },
  {
    name: 'notification_pool',
    subject: 'instance',
    ...pool,
    sentence: 'How many spare notifications the instance gets.',
  },
  {
    name: 'untyped<bits>_pool',
    subject: 'untyped size',
    ...pool,
    sentence:
      'How many untyped objects of this size (log2 of its bytes, 4 to 28) the instance gets.',
  },
  {
    name: 'simple',
    subject: 'instance',
    types: flag,
    default: 'false',
    sentence:
      'Whether the instance gets what a dynamic system needs: its own CNode and VSpace, and the `simple_*` objects.',
  },
  {
    name: 'simple_untyped<bits>_pool',
    subject: 'untyped size',
    ...pool,
    sentence: 'How many untyped objects of this size a `simple` instance gets.',
  },
  {
    name: 'simple_extra_bootinfo',
    subject: 'instance',
    types: ['list'],
    sentence: 'Parts of the BootInfo that the loader copies into frames of a `simple` instance.',
  },
  {
    name: 'irqs',
    subject: 'instance',
    types: ['list'],
    sentence: 'Interrupts that a `simple` instance gets the handlers of.',
  },
  {
    name: 'mmios',
    subject: 'instance',
    types: ['list'],
    sentence:
      'Device memory that a `simple` instance gets: strings `"address:size:log2 of the frame size"`.',
  },
  {
    name: 'untyped_mmios',
    subject: 'instance',
    types: ['list'],
    sentence: 'Device untypeds that a `simple` instance gets: strings `"address:size in bits"`.',
  },
  {
    name: 'ioports',
    subject: 'instance',
    types: ['string'],
    sentence: 'I/O ports of x86 that a `simple` instance gets: `"first:last,…"`.',
  },
  {
    name: 'iospaces',
    subject: 'instance',
    types: ['string'],
    sentence:
      'Devices of x86 whose I/O space a `simple` instance gets: `"domain:bus:device:function,…"`.',
  },
  {
    name: 'smmu',
    subject: 'instance',
    types: ['list'],
    sentence: 'Arm I/O spaces that a `simple` instance gets.',
  },
  {
    name: 'allowed_smc_functions',
    subject: 'instance',
    types: ['list'],
    dialect: 'upstream',
    sentence: 'Arm secure monitor functions that the instance may call.',
  },
  {
    name: 'asid_pool',
    subject: 'instance',
    types: flag,
    default: 'false',
    sentence: 'Whether the instance gets an ASID pool, to make address spaces of its own.',
  },
  {
    name: 'sched_ctrl',
    subject: 'instance',
    types: flag,
    minimum: 0n,
    maximum: 63n,
    onlyMcs: true,
    sentence:
      'The core whose SchedControl capability the instance gets, to give out CPU time. Sparrow always gives that of core 0.',
  },
  {
    name: 'domain_ctrl',
    subject: 'instance',
    types: flag,
    default: 'false',
    dialect: 'sparrow',
    sentence:
      'Whether the instance gets the DomainSet capability, to move threads between domains.',
  },
  {
    name: 'untyped_memory',
    subject: 'instance',
    types: flag,
    default: 'false',
    dialect: 'sparrow',
    sentence:
      'Whether the root server hands all memory that is left to this instance, with the BootInfo page.',
  },
  {
    name: 'cantripos',
    subject: 'instance',
    types: flag,
    default: 'false',
    dialect: 'sparrow',
    sentence:
      'Whether the instance is a CantripOS component (Rust), which has capabilities to itself.',
  },
  {
    name: 'global_endpoint_base',
    subject: 'instance',
    types: integer,
    minimum: 0n,
    maximum: maximumBadge,
    default: '1',
    sentence: "Bits that all badges of the instance's own notification have.",
  },
  {
    name: 'global_endpoint_mask',
    subject: 'instance',
    types: integer,
    minimum: 0n,
    maximum: maximumBadge,
    default: 'all bits that are not in global_endpoint_base',
    sentence: "Bits that may tell signals apart in the badges of the instance's own notification.",
  },
  {
    name: 'global_rpc_endpoint_base',
    subject: 'instance',
    types: integer,
    minimum: 0n,
    maximum: maximumBadge,
    default: '0',
    sentence: "Bits that all badges of the instance's own endpoint have.",
  },
  {
    name: 'global_rpc_endpoint_mask',
    subject: 'instance',
    types: integer,
    minimum: 0n,
    maximum: maximumBadge,
    default: 'all bits but the lowest',
    sentence: "Bits that may tell clients apart in the badges of the instance's own endpoint.",
  },

  // What is about the build, a proof or a debugger, and makes no object.
  {
    name: 'integrity_label',
    subject: 'any instance',
    types: ['string'],
    onlyFor: 'the proof of integrity of another tool',
    sentence: 'The label of the instance in the proof of integrity.',
  },
  {
    name: 'environment',
    subject: 'instance',
    types: ['string'],
    words: ['c', 'C', 'cakeml', 'CakeML'],
    default: 'c',
    onlyFor: 'the build of the reference tools; here the kind of source tells the language',
    sentence: 'The language that the instance is written in.',
  },
  {
    name: 'debug',
    subject: 'instance',
    types: ['boolean', 'integer', 'string'],
    default: 'false',
    onlyFor: 'the debugger of the reference tools; here any component can be debugged',
    sentence: 'Whether the instance can be debugged with GDB.',
  },
  {
    name: 'single_threaded',
    subject: 'instance',
    types: flag,
    default: 'false',
    sentence: 'Whether the control thread alone serves all interfaces of the instance.',
  },
  {
    name: 'rump_config',
    subject: 'instance',
    types: ['any'],
    onlyFor: 'components that run a rump kernel',
    sentence: 'The configuration of a rump kernel that the instance runs.',
  },
  {
    name: 'dtb',
    subject: 'instance',
    types: ['any'],
    sentence: 'A query of the device tree; the loader then copies the tree into the instance.',
  },
  {
    name: 'dtb',
    subject: 'tree device',
    types: ['any'],
    sentence:
      'A query of the device tree for the device that this interface drives: `dtb({"path": "/soc/…"})`.',
  },
  {
    name: 'generate_interrupts',
    subject: 'tree device',
    types: flag,
    default: 'false',
    sentence: 'Whether the device that `dtb` names also gives its interrupts.',
  },
  {
    name: 'hardware_cached',
    subject: 'tree device',
    types: flag,
    default: 'false',
    sentence: 'Whether the registers of the device that `dtb` names are mapped cached.',
  },
  {
    name: 'fdt_bind_driver_paths',
    subject: 'instance',
    types: ['list'],
    onlyFor: 'a library of drivers that is not here',
    sentence: 'Paths of device tree nodes whose drivers a seL4InitHardware connection starts.',
  },

  // Hardware.
  {
    name: '<interface>_paddr',
    subject: 'hardware dataport',
    types: integer,
    minimum: 0n,
    maximum: (1n << 64n) - 1n,
    multipleOf: pageBytes,
    sentence: 'The physical address of the device memory behind this dataport.',
  },
  {
    name: '<interface>_file',
    subject: 'hardware dataport',
    types: ['string'],
    sentence:
      'A file beside the assembly. The dataport is then memory of `_size` bytes that holds it at the start, and no device.',
  },
  {
    name: '<interface>_size',
    subject: 'hardware dataport',
    types: integer,
    minimum: 1n,
    maximum: 1n << 40n,
    multipleOf: pageBytes,
    sentence: 'Bytes of the device memory behind this dataport.',
  },
  {
    name: '<interface>_hardware_cached',
    subject: 'hardware dataport',
    types: flag,
    default: 'false',
    sentence: 'Whether the device memory is mapped cached.',
  },
  {
    name: '<interface>_irq_number',
    subject: 'hardware event',
    types: integer,
    minimum: 0n,
    maximum: 4095n,
    sentence: 'The interrupt that this event stands for.',
  },
  {
    name: '<interface>_spi_number',
    subject: 'hardware event',
    types: integer,
    minimum: 0n,
    maximum: 4095n,
    sentence: 'With 0, the interrupt is a shared one of an Arm GIC: 32 is added to its number.',
  },
  {
    name: '<interface>_irq_type',
    subject: 'hardware event',
    types: ['string'],
    words: ['simple', 'arm', 'ioapic', 'isa', 'pci', 'msi'],
    default: 'simple',
    sentence: 'The kind of interrupt controller; it says which other settings tell the interrupt.',
  },
  {
    name: '<interface>_irq_trigger',
    subject: 'hardware event',
    types: ['string'],
    words: ['level', 'edge'],
    default: 'level',
    sentence: 'How an Arm interrupt is triggered.',
  },
  {
    name: '<interface>_irq_target',
    subject: 'hardware event',
    types: integer,
    minimum: 0n,
    maximum: 63n,
    default: '0',
    sentence: 'The core that an Arm interrupt goes to.',
  },
  ...(['level', 'polarity', 'ioapic', 'ioapic_pin', 'vector'] as const).map((what): SettingRow => ({
    name: `<interface>_irq_${what}`,
    subject: 'hardware event',
    types: integer,
    minimum: 0n,
    maximum: 255n,
    sentence: `Of an interrupt through an x86 I/O APIC: its ${what.replace('_', ' ')}.`,
  })),
  ...(['handle', 'pci_bus', 'pci_dev', 'pci_fun'] as const).map((what): SettingRow => ({
    name: `<interface>_irq_${what}`,
    subject: 'hardware event',
    types: integer,
    minimum: 0n,
    maximum: 1n << 32n,
    sentence: `Of a message-signalled interrupt (MSI): its ${what.replace('_', ' ')}.`,
  })),

  // Interfaces.
  {
    name: '<interface>_attributes',
    subject: 'badged',
    types: ['integer', 'string'],
    minimum: 0n,
    maximum: maximumBadge,
    default: 'the next free number from 1',
    sentence: 'The badge of the capability that this end holds: how the other end tells it apart.',
  },
  {
    name: '<interface>_attributes',
    subject: 'hardware event',
    types: ['integer', 'string'],
    sentence: 'The interrupt of a seL4IOAPICHardwareInterrupt, as a string.',
  },
  {
    name: '<interface>_attributes',
    subject: 'hardware procedure',
    types: ['string'],
    sentence: 'The I/O ports of a seL4HardwareIOPort, the first and the last: `"0x3f8:0x3ff"`.',
  },
  {
    name: '<interface>_access',
    subject: 'dataport',
    types: ['string'],
    default: 'RWX',
    sentence: 'What this end may do with the shared memory: letters of RWXP in this order.',
  },
  {
    name: '<interface>_cached',
    subject: 'dataport',
    types: flag,
    default: 'true',
    sentence: 'Whether this end maps the shared DMA memory cached.',
  },
  {
    name: '<interface>_shmem_size',
    subject: 'client',
    types: integer,
    minimum: pageBytes,
    maximum: maximumBytes,
    multipleOf: pageBytes,
    default: '4096',
    sentence: 'Bytes of the memory that this client shares with the server for its messages.',
  },
  {
    name: '<interface>_topology',
    subject: 'server',
    types: ['list'],
    sentence:
      'Which ends of a seL4VirtQueues connection belong together: `[{"drv": "a.queue", "dev": "b.queue"}]`.',
  },
  {
    name: '<interface>_pins',
    subject: 'client',
    types: ['any'],
    sentence: 'The pins that this client of a GPIO server may use: `gpio({"pins": […]})`.',
  },
  {
    name: '<interface>_global_endpoint',
    subject: 'interface',
    types: ['string'],
    sentence:
      'The name of the notification that the instance is signalled through; it cannot be chosen.',
  },
  {
    name: '<semaphore>_value',
    subject: 'semaphore',
    types: integer,
    minimum: 0n,
    maximum: (1n << 31n) - 1n,
    default: '1',
    sentence: 'What the semaphore counts at the start.',
  },
  {
    name: '<semaphore>_value',
    subject: 'binary semaphore',
    types: integer,
    minimum: 0n,
    maximum: 1n,
    default: '0',
    sentence: 'Whether the binary semaphore is free (1) or taken (0) at the start.',
  },

  // Connections.
  {
    name: 'size',
    subject: 'connection',
    types: ['integer', 'string'],
    minimum: pageBytes,
    maximum: maximumBytes,
    multipleOf: pageBytes,
    connectors: [
      'seL4SharedData',
      'cantripSharedData',
      'seL4DMASharedData',
      'seL4SharedDataWithCaps',
    ],
    default: '4096',
    sentence: 'Bytes of the shared memory, where the type of the dataport does not tell them.',
  },
  {
    name: 'buffer',
    subject: 'connection',
    types: ['string'],
    connectors: [
      'seL4RPCCall',
      'seL4RPCCallNoType',
      'seL4RPC',
      'cantripRPCCall',
      'cantripRPCCallSignal',
    ],
    sentence:
      'The name of a dataport connection between the same two instances, whose memory carries the messages of calls with methods: they may be as long as it. What the components write there themselves is overwritten.',
  },
  {
    name: 'paddr',
    subject: 'connection',
    types: integer,
    minimum: 0n,
    maximum: (1n << 64n) - 1n,
    multipleOf: pageBytes,
    connectors: ['seL4DMASharedData'],
    default: 'any',
    sentence: 'The physical address that the shared DMA memory begins at.',
  },
  {
    name: 'controller',
    subject: 'connection',
    types: ['string'],
    connectors: ['seL4DMASharedData'],
    onlyFor: 'the library of DMA of the reference tools; here all ends are alike',
    sentence: 'The end, as `instance.interface`, that may allocate from the shared DMA memory.',
  },
];
