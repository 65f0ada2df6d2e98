/**
 * Faults: what a thread did, kept in two words of its TCB while it waits for its handler; and the message
 * that the handler receives. seL4 manual section 6.2; sel4-abi section 6; encodings sel4-inspect.
 */
import {
  faultLabel,
  unknownSyscallRegisters,
  userExceptionRegisters,
  type FaultName,
} from '../../abi/faults.js';
import { infoLabel, infoLength, messageInfo } from '../../abi/message-info.js';
import { contextRegisters, type SavedRegister } from '../../abi/user-context.js';
import { formatAddress, virtAddr } from '../../base/address.js';
import { describeFailure, type LookupFailure } from '../capabilities/lookup.js';
import type { FaultView } from '../events.js';
import { bufferOf, readMessage, writeMessage } from '../ipc/message.js';
import { hex } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { schedContext, tcb } from '../layout.js';
import {
  badgeRegister,
  faultType,
  infoRegister,
  readRegister,
  register,
  writeRegister,
} from '../objects/thread.js';
import { takeConsumed } from '../objects/sched-context.js';

export type Fault =
  | {
      readonly kind: 'CapFault';
      readonly address: number;
      readonly inReceivePhase: boolean;
      readonly failure: LookupFailure;
    }
  | { readonly kind: 'UnknownSyscall'; readonly number: number }
  | { readonly kind: 'UserException'; readonly cause: number; readonly code: number }
  | { readonly kind: 'Timeout'; readonly badge: number }
  | {
      readonly kind: 'VMFault';
      readonly address: number;
      readonly access: 1 | 5 | 7;
      /** A page allows it, and no device answers. Neither the TCB nor a handler's message can say so. */
      readonly isUnanswered?: boolean;
    };

/** Word 0: type [3:0] and small fields; word 1: the address or number. */
export function writeFault(k: KernelState, thread: number, fault: Fault): void {
  const type = faultLabel[fault.kind];
  let w0: number = type;
  let w1 = 0;
  switch (fault.kind) {
    case 'CapFault':
      w0 |= fault.inReceivePhase ? 0x8000_0000 : 0;
      w1 = fault.address;
      writeFailure(k, thread, fault.failure);
      break;
    case 'UnknownSyscall':
      w1 = fault.number;
      break;
    case 'UserException':
      w0 |= fault.code << 4;
      w1 = fault.cause;
      break;
    case 'Timeout':
      w1 = fault.badge;
      break;
    case 'VMFault':
      w0 |= (fault.access << 27) | (fault.access === 1 ? 1 << 19 : 0);
      w1 = fault.address;
      break;
  }
  k.write(thread + tcb.fault0, w0 >>> 0);
  k.write(thread + tcb.fault1, w1 >>> 0);
}

/** Word 0: type - 1 [1:0], bits left [7:2], bits found [13:8]; word 1: guard found. */
function writeFailure(k: KernelState, thread: number, failure: LookupFailure): void {
  const [bitsLeft = 0, second = 0, third = 0] = failure.words;
  const found = failure.type === 4 ? third : second;
  k.write(thread + tcb.lookupFailure0, (failure.type - 1) | (bitsLeft << 2) | (found << 8));
  k.write(thread + tcb.lookupFailure1, failure.type === 4 ? second : 0);
}

function decodeFailure([w0, w1]: WordPair): LookupFailure {
  const type = ((w0 & 3) + 1) as LookupFailure['type'];
  const bitsLeft = (w0 >>> 2) & 0x3f;
  const found = (w0 >>> 8) & 0x3f;
  if (type === 1) return { type, words: [] };
  if (type === 2) return { type, words: [bitsLeft] };
  if (type === 3) return { type, words: [bitsLeft, found] };
  return { type, words: [bitsLeft, w1, found] };
}

/** The fault that the thread waits with, or undefined. */
export function readFault(k: KernelState, thread: number): Fault | undefined {
  return decodeFault(
    [k.read(thread + tcb.fault0), k.read(thread + tcb.fault1)],
    [k.read(thread + tcb.lookupFailure0), k.read(thread + tcb.lookupFailure1)],
  );
}

type WordPair = readonly [number, number];

/** From the words in a TCB: the fault, and the lookup failure that a CapFault tells. */
export function decodeFault([w0, w1]: WordPair, failure: WordPair): Fault | undefined {
  switch (w0 & 0xf) {
    case faultLabel.CapFault:
      return {
        kind: 'CapFault',
        address: w1,
        inReceivePhase: w0 >>> 31 !== 0,
        failure: decodeFailure(failure),
      };
    case faultLabel.UnknownSyscall:
      return { kind: 'UnknownSyscall', number: w1 };
    case faultLabel.UserException:
      return { kind: 'UserException', cause: w1, code: w0 >>> 4 };
    case faultLabel.Timeout:
      return { kind: 'Timeout', badge: w1 };
    case faultLabel.VMFault:
      return { kind: 'VMFault', address: w1, access: (w0 >>> 27) as 1 | 5 | 7 };
    default:
      return undefined;
  }
}

/** Puts the sender's fault into the receiver's message. */
export function transferFault(
  k: KernelState,
  sender: number,
  receiver: number,
  badge: number,
): void {
  const buffer = bufferOf(k, receiver, 'receive');
  const fault = readFault(k, sender);
  const words = fault === undefined ? [] : faultWords(k, sender, fault);
  let length = 0;
  while (length < words.length && writeMessage(k, receiver, buffer, length, words[length] ?? 0)) {
    length += 1;
  }
  k.write(receiver + infoRegister, messageInfo(faultType(k, sender), 0, 0, length));
  k.write(receiver + badgeRegister, badge);
}

function faultWords(k: KernelState, thread: number, fault: Fault): readonly number[] {
  const ip = k.read(thread + register.faultIp);
  const saved = (names: readonly SavedRegister[]): number[] =>
    names.map((name) => readRegister(k, thread, name));
  switch (fault.kind) {
    case 'CapFault':
      return [
        ip,
        fault.address,
        fault.inReceivePhase ? 1 : 0,
        fault.failure.type,
        ...fault.failure.words,
      ];
    case 'UnknownSyscall':
      return [...saved(unknownSyscallRegisters), fault.number];
    case 'UserException':
      return [...saved(userExceptionRegisters), fault.cause, fault.code];
    case 'Timeout': {
      const sc = k.read(thread + tcb.schedContext);
      if (sc === 0) return [fault.badge];
      const consumed = takeConsumed(k, sc);
      return [fault.badge, consumed % 2 ** 32, Math.floor(consumed / 2 ** 32)];
    }
    case 'VMFault':
      return [ip, fault.address, fault.access === 1 ? 1 : 0, fault.access];
  }
}

const timeoutRegisters: readonly SavedRegister[] = contextRegisters.map((name) =>
  name === 'pc' ? 'FaultIP' : name,
);

/** Applies the handler's answer to the faulter's registers. Whether the thread goes on. */
export function applyFaultReply(k: KernelState, faulter: number, handler: number): boolean {
  const info = k.read(handler + infoRegister);
  const type = faultType(k, faulter);
  const names = replyRegisters(type);
  if (names === undefined) return true;
  const buffer = bufferOf(k, handler, 'send');
  const length = Math.min(infoLength(info), names.length);
  for (let index = 0; index < length; index += 1) {
    if (index >= 4 && buffer === 0) break;
    const name = names[index];
    if (name !== undefined) {
      writeRegister(k, faulter, name, readMessage(k, handler, buffer, index));
    }
  }
  return infoLabel(info) === 0;
}

/** Undefined for a fault whose reply has no content: the thread just repeats what it did. */
function replyRegisters(type: number): readonly SavedRegister[] | undefined {
  switch (type) {
    case faultLabel.UnknownSyscall:
      return unknownSyscallRegisters;
    case faultLabel.UserException:
      return userExceptionRegisters;
    case faultLabel.Timeout:
      return timeoutRegisters;
    default:
      return undefined;
  }
}

const exceptionNames: Readonly<Record<number, string>> = {
  0: 'instruction address misaligned',
  2: 'illegal instruction',
  3: 'breakpoint',
  4: 'load address misaligned',
  6: 'store address misaligned',
};

/** The fault of a thread in a debugger's words. */
export const viewFault = (k: KernelState, thread: number, fault: Fault): FaultView =>
  describeFault(fault, k.read(thread + register.faultIp));

/** `faultIp` is where the thread did it. */
export function describeFault(fault: Fault, faultIp: number): FaultView {
  const pc = virtAddr(faultIp);
  const at = `at ${formatAddress(pc)}`;
  const view = (kind: FaultName, description: string, address?: number): FaultView => ({
    kind,
    pc,
    description,
    ...(address === undefined ? {} : { address: virtAddr(address) }),
  });
  switch (fault.kind) {
    case 'CapFault': {
      const phase = fault.inReceivePhase ? 'receives from' : 'invokes';
      return view(
        'CapFault',
        `Capability fault ${at}: the thread ${phase} capability ${hex(fault.address)}, where ${describeFailure(fault.failure)}`,
        fault.address,
      );
    }
    case 'UnknownSyscall':
      return view(
        'UnknownSyscall',
        `Unknown system call ${at}: a7 is ${String(fault.number | 0)}, which is no system call`,
      );
    case 'UserException':
      return view(
        'UserException',
        `Exception ${at}: ${exceptionNames[fault.cause] ?? `cause ${String(fault.cause)}`}`,
      );
    case 'Timeout':
      return view('Timeout', `Timeout ${at}: the budget of the scheduling context is used up`);
    case 'VMFault': {
      const access = fault.access === 1 ? 'fetch' : fault.access === 5 ? 'load' : 'store';
      const way = `${access} ${access === 'store' ? 'to' : 'from'}`;
      const why =
        fault.isUnanswered === true ? 'where no device answers' : 'which no page maps or allows';
      const told = view(
        'VMFault',
        `VM fault ${at}: ${way} ${formatAddress(fault.address)}, ${why}`,
        fault.address,
      );
      return { ...told, access };
    }
  }
}

/** Badge that a timeout fault of the thread's scheduling context carries. */
export const timeoutBadge = (k: KernelState, sc: number): number => k.read(sc + schedContext.badge);
