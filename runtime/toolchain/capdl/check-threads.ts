/**
 * Whether the addresses of threads are mapped in their address spaces: the first instruction, the stack and
 * the IPC buffer. An address space that says nothing, or that cannot be read, is not complained about.
 */
import { declaredAt, placed, typeOf, writtenAt, type LinkedObject } from './linked.js';
import { parameterOf, valueOf } from './object-parameters.js';
import type { PlacedProblem, PlacedSpan } from './problem.js';
import type { CapdlArchitecture } from './spec.js';
import { tcbSlots } from './tcb-slots.js';
import { newProblemTable, noCheck, type WholeCheck } from './whole-check.js';

/** A thread is looked at again when its slots, or those of a table on the way to its memory, are others. */
export function threadCheck(architecture: CapdlArchitecture | undefined): WholeCheck {
  if (architecture === undefined) return noCheck;
  const open = new Set<LinkedObject>();
  const problems = newProblemTable<LinkedObject>();
  /** Whose slots were looked at for a thread, and the way back. */
  const lookedAt = new Map<LinkedObject, ReadonlySet<LinkedObject>>();
  const watchers = new Map<LinkedObject, Set<LinkedObject>>();
  const forget = (thread: LinkedObject): void => {
    for (const each of lookedAt.get(thread) ?? []) {
      const threads = watchers.get(each);
      threads?.delete(thread);
      if (threads?.size === 0) watchers.delete(each);
    }
    lookedAt.delete(thread);
  };

  return {
    leave: ({ objects }) => {
      for (const object of objects ?? []) {
        if (typeOf(object) !== 'tcb') continue;
        open.delete(object);
        forget(object);
        problems.set(object, []);
      }
    },
    enter: ({ objects }) => {
      for (const object of objects ?? []) if (typeOf(object) === 'tcb') open.add(object);
    },
    *update({ slots }) {
      for (const object of slots) for (const thread of watchers.get(object) ?? []) open.add(thread);
      for (const thread of open) {
        forget(thread);
        const checking: Checking = { architecture, problems: [], lookedAt: new Set([thread]) };
        checkAddresses(thread, checking);
        problems.set(thread, checking.problems);
        lookedAt.set(thread, checking.lookedAt);
        for (const each of checking.lookedAt) {
          const threads = watchers.get(each);
          if (threads === undefined) watchers.set(each, new Set([thread]));
          else threads.add(thread);
        }
        yield;
      }
      open.clear();
    },
    problems: problems.all,
  };
}

interface Checking {
  readonly architecture: CapdlArchitecture;
  readonly problems: PlacedProblem[];
  readonly lookedAt: Set<LinkedObject>;
}

function checkAddresses(thread: LinkedObject, checking: Checking): void {
  const { node, at } = thread.declaration;
  if (node === undefined || node.parameters.length === 0) return;
  const space = thread.slots?.get(tcbSlots.vspace)?.object;
  const buffer = thread.slots?.get(tcbSlots.ipc_buffer_slot);
  const addressOf = (
    word: string,
  ): { readonly value: bigint; readonly span: PlacedSpan } | undefined => {
    const parameter = parameterOf(node, word);
    const value = valueOf(parameter?.value);
    if (parameter === undefined || value === undefined || value === 0n) return undefined;
    return { value, span: placed(at, parameter) };
  };
  const addr = addressOf('addr');
  const add = (
    span: PlacedSpan,
    code: string,
    message: string,
    related: PlacedSpan | undefined,
  ): void => {
    checking.problems.push({
      ...span,
      severity: 'warning',
      code,
      message,
      ...(related === undefined
        ? {}
        : { related: [{ ...related, message: `\`${thread.name}\` is declared here.` }] }),
    });
  };
  if (addr !== undefined && buffer === undefined) {
    add(
      addr.span,
      'no-ipc-buffer',
      `\`${thread.name}\` has the address of an IPC buffer and no frame in \`ipc_buffer_slot\`.`,
      undefined,
    );
  }
  if (space !== undefined) checking.lookedAt.add(space);
  if (space?.slots === undefined || space.slots.size === 0) return;
  const frameAt = (address: bigint): LinkedObject | 'none' | 'unknown' =>
    lookUp(space, address, checking);
  if (addr !== undefined && buffer?.object !== undefined) {
    const frame = frameAt(addr.value);
    if (frame === 'none') {
      add(
        addr.span,
        'unmapped-ipc-buffer',
        `Nothing is mapped at 0x${addr.value.toString(16)} of \`${space.name}\`, where the IPC buffer should be.`,
        undefined,
      );
    } else if (frame !== 'unknown' && frame !== buffer.object) {
      add(
        writtenAt(buffer),
        'other-ipc-buffer',
        `The IPC buffer is \`${buffer.object.name}\`, but \`${frame.name}\` is mapped at its address 0x${addr.value.toString(16)}.`,
        declaredAt(thread),
      );
    }
  }
  const ip = addressOf('ip');
  if (ip !== undefined && frameAt(ip.value) === 'none') {
    add(
      ip.span,
      'unmapped-address',
      `Nothing is mapped at 0x${ip.value.toString(16)} of \`${space.name}\`, where the thread begins.`,
      undefined,
    );
  }
  const sp = addressOf('sp');
  // A stack begins at its end: the first word that is written lies before that.
  if (sp !== undefined && frameAt(sp.value - 1n) === 'none' && frameAt(sp.value) === 'none') {
    add(
      sp.span,
      'unmapped-address',
      `Nothing is mapped before 0x${sp.value.toString(16)} of \`${space.name}\`, where the stack begins.`,
      undefined,
    );
  }
}

/** log2 of what an entry of each level maps, from the root; architectures with several ways have them all. */
const levels: Readonly<Record<CapdlArchitecture, readonly (readonly number[])[]>> = {
  ia32: [
    [22, 12],
    [21, 12],
  ],
  arm11: [
    [20, 12],
    [21, 12],
  ],
  x86_64: [[39, 30, 21, 12]],
  aarch64: [
    [39, 30, 21, 12],
    [30, 21, 12],
  ],
  riscv: [
    [22, 12],
    [30, 21, 12],
  ],
};

/** `unknown` where two ways of reading the tables find different frames. */
function lookUp(
  root: LinkedObject,
  address: bigint,
  { architecture, lookedAt }: Checking,
): LinkedObject | 'none' | 'unknown' {
  const frames = new Set<LinkedObject>();
  for (const shifts of levels[architecture]) {
    const frame = walk(root, address, shifts, lookedAt);
    if (frame !== undefined) frames.add(frame);
  }
  const [frame] = frames;
  if (frame === undefined) return 'none';
  return frames.size === 1 ? frame : 'unknown';
}

function walk(
  root: LinkedObject,
  address: bigint,
  shifts: readonly number[],
  lookedAt: Set<LinkedObject>,
): LinkedObject | undefined {
  let table = root;
  let rest = address;
  for (const shift of shifts) {
    lookedAt.add(table);
    const slot = Number(rest >> BigInt(shift));
    rest &= (1n << BigInt(shift)) - 1n;
    const entry = table.slots?.get(slot)?.object ?? largeFrame(table, slot, shift);
    if (entry === undefined || typeOf(entry) === 'frame') return entry;
    table = entry;
  }
  return undefined;
}

/** A frame that is larger than an entry fills several, and is often written at the first alone. */
function largeFrame(table: LinkedObject, slot: number, shift: number): LinkedObject | undefined {
  for (const bits of [16, 24, 25]) {
    const count = 2 ** (bits - shift);
    if (count <= 1 || count > 16) continue;
    const frame = table.slots?.get(slot - (slot % count))?.object;
    if (frame?.declaration.sizeBits === bits) return frame;
  }
  return undefined;
}
