/**
 * The frame of a function: from the stack pointer up the arguments of calls, values without a register, locals of a
 * debug build, and the registers that the caller expects to find again, right below the canonical frame address.
 */
import { calleeSaved, returnAddress } from './calling-convention.js';
import type { FramePart, MachineFunction, Register } from './machine-code.js';

export interface Frame {
  readonly sizeBytes: number;
  /** Of each saved register, by bytes from the frame address; negative. */
  readonly saved: readonly { readonly register: Register; readonly offset: number }[];
  /** Bytes from the stack pointer to the first byte of a part. */
  readonly starts: Readonly<Record<FramePart, number>>;
}

export function frameOf(
  machine: MachineFunction,
  used: ReadonlySet<Register>,
  spareSlots: number,
): Frame {
  const kept = calleeSaved.filter((register) => used.has(register));
  const registers = machine.hasCalls ? [returnAddress, ...kept] : kept;
  const slotBytes = 4 * (machine.slots + spareSlots);
  const outgoing = Math.ceil(machine.outgoingBytes / 8) * 8;
  const content = outgoing + slotBytes + machine.homeBytes + 4 * registers.length;
  const sizeBytes = Math.ceil(content / 16) * 16;
  return {
    sizeBytes,
    saved: registers.map((register, index) => ({ register, offset: -4 * (index + 1) })),
    starts: {
      outgoing: 0,
      slot: outgoing,
      home: outgoing + slotBytes,
      incoming: sizeBytes,
    },
  };
}

/** The largest that loads and stores reach all of. */
export const nearFrameBytes = 2032;
