/**
 * A kernel that is not ours, with two threads written into its memory by hand: a layout of its own, so that
 * nothing passes because ours happens to be the same. TCBs are larger, members are elsewhere, and the
 * kernel names things by pointers into its window of physical memory.
 */
import { physAddr } from '../../runtime/base/address.js';
import type { Platform } from '../../runtime/platform.js';
import { debugInfo, type DescribedStructure } from './debug-info.js';
import { bootTinyKernel, kernelPhysical, kernelVirtual } from './tiny-kernel.js';

const words = (name: string, sizeBytes: number): DescribedStructure => ({
  name,
  sizeBytes,
  members: [{ name: 'words', offset: 0 }],
});

export const tcbMembers = {
  tcbState: 408,
  tcbBoundNotification: 424,
  tcbFault: 428,
  tcbLookupFailure: 436,
  tcbDomain: 444,
  tcbMCP: 448,
  tcbPriority: 452,
  tcbSchedContext: 456,
  tcbYieldTo: 460,
  tcbIPCBuffer: 464,
  tcbSchedNext: 468,
  tcbSchedPrev: 472,
} as const;

const members = (offsets: Readonly<Record<string, number>>): DescribedStructure['members'] =>
  Object.entries(offsets).map(([name, offset]) => ({ name, offset }));

const structures: readonly DescribedStructure[] = [
  words('endpoint', 16),
  words('notification', 32),
  { name: 'asid_pool', sizeBytes: 64, members: [] },
  {
    name: 'cte',
    sizeBytes: 16,
    members: members({ cap: 0, cteMDBNode: 8 }),
  },
  { name: 'user_context', sizeBytes: 408, members: members({ registers: 0 }) },
  {
    name: 'arch_tcb',
    sizeBytes: 408,
    members: [{ name: 'tcbContext', offset: 0, structure: 'user_context' }],
  },
  {
    name: 'tcb',
    sizeBytes: 476,
    members: [{ name: 'tcbArch', offset: 0, structure: 'arch_tcb' }, ...members(tcbMembers)],
  },
  {
    name: 'debug_tcb',
    sizeBytes: 8,
    isTypedef: true,
    members: members({ tcbDebugNext: 0, tcbDebugPrev: 4, tcbName: 8 }),
  },
  {
    name: 'reply',
    sizeBytes: 16,
    members: members({ replyTCB: 0, replyPrev: 4, replyNext: 8 }),
  },
  {
    name: 'sched_context',
    sizeBytes: 56,
    members: members({
      scPeriod: 0,
      scConsumed: 8,
      scTcb: 20,
      scReply: 24,
      scNotification: 28,
      scBadge: 32,
      scRefillMax: 40,
      scRefillHead: 44,
      scRefillTail: 48,
      scSporadic: 52,
    }),
  },
  { name: 'refill', sizeBytes: 16, members: members({ rTime: 0, rAmount: 8 }) },
];
export const debug = debugInfo(structures);
/** A kernel that was not built for debugging keeps no names. */
export const releaseDebug = debugInfo(structures.filter(({ name }) => name !== 'debug_tcb'));
/** A kernel without MCS: no scheduling contexts, and a capability pointer for the fault handler. */
export const classicDebug = debugInfo(
  structures.flatMap((structure) => {
    if (structure.name === 'sched_context' || structure.name === 'reply') return [];
    if (structure.name !== 'tcb') return [structure];
    const moved: Readonly<Record<string, string>> = {
      tcbSchedContext: 'tcbTimeSlice',
      tcbYieldTo: 'tcbFaultHandler',
    };
    return [
      {
        ...structure,
        members: structure.members.map((member) => ({
          ...member,
          name: moved[member.name] ?? member.name,
        })),
      },
    ];
  }),
);

/** In the kernel's image, behind its code. */
export const globals = kernelVirtual + 0x1000;
export const symbols = [
  ['ksCurThread', globals, 4],
  ['ksIdleThread', globals + 4, 4],
  ['ksDebugTCBs', globals + 8, 4],
  ['ksCurSC', globals + 12, 4],
  ['intStateIRQTable', globals + 0x100, 8 * 4],
  ['intStateIRQNode', globals + 0x200, 8 * 16],
  ['riscvKSASIDTable', globals + 0x300, 4 * 4],
] as const;

/** Objects in RAM; the window of physical memory is the identity for this board. */
export const place = {
  alice: 0x8040_0000,
  bob: 0x8040_0400,
  idle: 0x8040_0800,
  cnode: 0x8041_0000,
  endpoint: 0x8042_0000,
  schedContext: 0x8042_0100,
  root: 0x8043_0000,
  pool: 0x8044_0000,
} as const;
/** The TCB itself is in the upper half of its object of 1 KiB. */
export const half = 0x200;

export function write(platform: Platform, address: number, ...values: readonly number[]): void {
  const base = address >= 0xff80_0000 ? kernelPhysical - kernelVirtual : 0;
  values.forEach((value, index) => {
    platform.machine.memory.write32(physAddr(address + base + 4 * index), value >>> 0);
  });
}

function writeThread(platform: Platform, at: number, name: string, next: number): void {
  const bytes = new TextEncoder().encode(`${name}\0`);
  platform.machine.memory.copyIn(physAddr(at + 5 * 16 + 8), bytes);
  write(platform, at + 5 * 16, next);
  // CNode of 16 slots with a guard of 28 bits; root page table of address space 1.
  write(platform, at, place.cnode | 10, (28 << 23) | (4 << 18));
  write(platform, at + 16, (1 << 24) | 3, (1 << 23) | ((place.root >>> 12) << 3));
  write(platform, at + half + tcbMembers.tcbPriority, 100);
  write(platform, at + half + tcbMembers.tcbMCP, 101);
}

/** Alice runs on 250 µs and calls; Bob waits to receive at an endpoint of which Alice has badge 9. */
export function written(types = debug, code = 'wfi'): Platform {
  const platform = bootTinyKernel({ code, symbols, debug: types });
  const [alice, bob, idle] = [place.alice + half, place.bob + half, place.idle + half];
  write(platform, globals, alice, idle, bob);
  writeThread(platform, place.alice, 'alice', 0);
  writeThread(platform, place.bob, 'bob', alice);
  write(platform, alice + 4, 0x7000_0000);
  write(platform, alice + tcbMembers.tcbState, 1);
  write(platform, alice + tcbMembers.tcbSchedContext, place.schedContext);
  write(platform, place.schedContext + 20, alice);
  write(platform, place.schedContext + 40, 2, 0, 0);
  // One refill of 2500 ticks of 100 ns.
  write(platform, place.schedContext + 56, 0, 0, 2500, 0);
  write(platform, bob + tcbMembers.tcbState, place.endpoint | 3);
  write(platform, place.endpoint, bob | 2, bob);
  write(platform, place.cnode + 16, (9 << 4) | 4, place.endpoint | 0b0101);
  write(platform, place.cnode + 32, alice | 12, 0);
  write(platform, globals + 0x300, place.pool);
  write(platform, place.pool + 4, place.root);
  // A megapage of user memory, and one of the kernel above.
  write(platform, place.root + 4, ((0x8080_0000 >>> 12) << 10) | 0b1_0111);
  write(platform, place.root + 4 * 512, ((0x8000_0000 >>> 12) << 10) | 0b0_1111);
  return platform;
}
