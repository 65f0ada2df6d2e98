/**
 * The layout of a real seL4 kernel by its debug information and symbols. Members are found by their names in
 * seL4's sources; what seL4 packs into words by its bit-field generator has no members, and so is
 * written here by word, as in sel4-abi section 10 and sel4-inspect. Undefined where a member is missing
 * without which nothing can be shown: the image has no debug information, or is another kernel.
 */
import { symbolNamed } from '../image/lookup.js';
import { offsetOfMember, type TypeTable } from '../image/type-table.js';
import type { KernelImage } from '../platform.js';
import { classicCapabilities, mcsCapabilities } from './capability-layout.js';
import type { KernelLayout } from './kernel-layout.js';

const wordBytes = 4;

export function imageLayout(
  { image, types }: KernelImage,
  word: (pointer: number) => number,
): KernelLayout | undefined {
  const symbol = (name: string): number | undefined => symbolNamed(image, name)?.address;
  const symbolBytes = (name: string): number => symbolNamed(image, name)?.sizeBytes ?? 0;
  const tcb = tcbFields(types);
  const currentThread = symbol('ksCurThread');
  const idleThread = symbol('ksIdleThread');
  const irqStates = symbol('intStateIRQTable');
  const irqSlots = symbol('intStateIRQNode');
  const asidTable = symbol('riscvKSASIDTable');
  const tcbBytes = sizeOf(types, 'tcb');
  const slotBytes = sizeOf(types, 'cte');
  if (
    tcb === undefined ||
    currentThread === undefined ||
    idleThread === undefined ||
    irqStates === undefined ||
    irqSlots === undefined ||
    asidTable === undefined ||
    tcbBytes === undefined ||
    slotBytes === undefined
  ) {
    return undefined;
  }
  // The structure is in the upper half of its object, which is the smallest that has room for it.
  const tcbBits = Math.ceil(Math.log2(tcbBytes)) + 1;
  const slotBits = Math.log2(slotBytes);
  const hasContexts = sizeOf(types, 'sched_context') !== undefined;
  const currentSchedContext = symbol('ksCurSC');
  const allThreads = symbol('ksDebugTCBs');
  const node = offsetOfMember(types, 'cte', 'cteMDBNode') ?? 8;
  const capability = offsetOfMember(types, 'cte', 'cap') ?? 0;
  const tcbSlots = hasContexts ? mcsSlots : classicSlots;
  const debug = debugFields(types, tcbSlots.length * slotBytes, 2 ** (tcbBits - 1));
  return {
    capabilities: hasContexts ? mcsCapabilities : classicCapabilities,
    slotBits,
    slot: {
      w0: capability,
      w1: capability + wordBytes,
      previous: node,
      next: node + wordBytes,
    },
    tcbBits,
    tcbSlots,
    tcb,
    ...(debug === undefined || allThreads === undefined ? {} : { debug }),
    endpoint: { tail: 0, head: wordBytes },
    notificationBits: Math.ceil(Math.log2(sizeOf(types, 'notification') ?? 16)),
    notification: {
      tail: 0,
      head: wordBytes,
      badge: 2 * wordBytes,
      boundThread: 3 * wordBytes,
      ...(hasContexts ? { schedContext: 4 * wordBytes } : {}),
    },
    ...mcsFields(types),
    asids: {
      pools: symbolBytes('riscvKSASIDTable') / wordBytes,
      perPool: (sizeOf(types, 'asid_pool') ?? 0) / wordBytes,
    },
    globals: {
      currentThread,
      irqStates,
      irqSlots,
      asidTable,
      ...(currentSchedContext === undefined ? {} : { currentSchedContext }),
      ...(allThreads === undefined ? {} : { allThreads }),
    },
    idleThread: word(idleThread),
    highestInterrupt: symbolBytes('intStateIRQTable') / wordBytes - 1,
  };
}

const mcsSlots: KernelLayout['tcbSlots'] = [
  'cspace',
  'vspace',
  'ipcBuffer',
  'faultHandler',
  'timeoutHandler',
];
const classicSlots: KernelLayout['tcbSlots'] = ['cspace', 'vspace', 'reply', 'caller', 'ipcBuffer'];

const sizeOf = ({ structures }: TypeTable, name: string): number | undefined =>
  structures.get(name)?.sizeBytes;

/** The offsets of members by our names; undefined when one of them is missing. */
function offsets<Name extends string>(
  types: TypeTable,
  structure: string,
  members: Readonly<Record<Name, string>>,
): Record<Name, number> | undefined {
  const found = Object.entries<string>(members).flatMap(([name, path]) => {
    const offset = offsetOfMember(types, structure, path);
    return offset === undefined ? [] : [[name, offset] as const];
  });
  return found.length === Object.keys(members).length
    ? (Object.fromEntries(found) as Record<Name, number>)
    : undefined;
}

function tcbFields(types: TypeTable): KernelLayout['tcb'] | undefined {
  const fields = offsets(types, 'tcb', {
    registers: 'tcbArch.tcbContext.registers',
    state: 'tcbState',
    boundNotification: 'tcbBoundNotification',
    fault0: 'tcbFault',
    lookupFailure0: 'tcbLookupFailure',
    domain: 'tcbDomain',
    mcp: 'tcbMCP',
    priority: 'tcbPriority',
    ipcBuffer: 'tcbIPCBuffer',
    next: 'tcbSchedNext',
  });
  if (fields === undefined) return undefined;
  const optional = {
    schedContext: offsetOfMember(types, 'tcb', 'tcbSchedContext'),
    yieldTo: offsetOfMember(types, 'tcb', 'tcbYieldTo'),
    timeSlice: offsetOfMember(types, 'tcb', 'tcbTimeSlice'),
    faultHandler: offsetOfMember(types, 'tcb', 'tcbFaultHandler'),
  };
  return {
    ...fields,
    // The state is three words: blocking object and state, reply object and queue bits, sender.
    reply: fields.state + wordBytes,
    ipc: fields.state + 2 * wordBytes,
    fault1: fields.fault0 + wordBytes,
    lookupFailure1: fields.lookupFailure0 + wordBytes,
    queueNext: offsetOfMember(types, 'tcb', 'tcbEPNext') ?? fields.next,
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, offset]) => offset !== undefined),
    ) as Partial<Record<keyof typeof optional, number>>),
  };
}

/** After the slots of the object; the name reaches to its middle, where the TCB itself begins. */
function debugFields(
  types: TypeTable,
  base: number,
  middle: number,
): KernelLayout['debug'] | undefined {
  const fields = offsets(types, 'debug_tcb', { next: 'tcbDebugNext', name: 'tcbName' });
  return (
    fields && {
      next: base + fields.next,
      name: base + fields.name,
      nameBytes: middle - base - fields.name,
    }
  );
}

function mcsFields(
  types: TypeTable,
): Pick<KernelLayout, 'reply' | 'schedContext' | 'refill'> | undefined {
  const reply = offsets(types, 'reply', {
    thread: 'replyTCB',
    previous: 'replyPrev',
    next: 'replyNext',
  });
  const context = offsets(types, 'sched_context', {
    period: 'scPeriod',
    consumed: 'scConsumed',
    thread: 'scTcb',
    reply: 'scReply',
    notification: 'scNotification',
    badge: 'scBadge',
    refillMax: 'scRefillMax',
    refillHead: 'scRefillHead',
    refillTail: 'scRefillTail',
    sporadic: 'scSporadic',
  });
  const refill = offsets(types, 'refill', { time: 'rTime', amount: 'rAmount' });
  const refills = sizeOf(types, 'sched_context');
  const bytes = sizeOf(types, 'refill');
  if (reply === undefined || context === undefined || refill === undefined) return undefined;
  if (refills === undefined || bytes === undefined) return undefined;
  return { reply, schedContext: { ...context, refills }, refill: { ...refill, bytes } };
}
