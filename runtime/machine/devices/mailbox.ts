/**
 * The mailbox between the SMC core and the security core: a FIFO of words in each direction. The other end of the
 * two FIFOs is a plain object, for whoever stands on the other side.
 */
import type { Device } from '../bus/device.js';
import { bits } from '../../base/bits.js';
import type { IrqLine } from '../ports.js';
import { mailboxRegisters } from '../../registers/mailbox.regs.js';
import { createRegisterFile } from './register-file.js';

export interface MailboxPorts {
  /** wtirq, rtirq, eirq. */
  readonly interrupts: readonly IrqLine[];
  /** The SMC wrote or took a word, or emptied a FIFO. */
  readonly changed: () => void;
}

/** The security core's end. */
export interface MailboxEnd {
  /** The oldest word from the SMC; undefined when there is none. */
  take(): number | undefined;
  /** False when the FIFO to the SMC is full: the word is not in it. */
  give(word: number): boolean;
  /** Whether a word from the SMC waits. */
  readonly hasWord: boolean;
}

export interface Mailbox extends Device {
  readonly end: MailboxEnd;
}

export const mailboxDepth = 8;
const cause = { written: 1, received: 2, error: 4 } as const;
const error = { read: 1, write: 2 } as const;

export function createMailbox(ports: MailboxPorts): Mailbox {
  let outgoing: number[] = [];
  let incoming: number[] = [];

  const outgoingIsHigh = (): boolean => outgoing.length > bits(registers.get('WIRQT'), 2, 0);
  const incomingIsHigh = (): boolean => incoming.length > bits(registers.get('RIRQT'), 2, 0);
  /** Causes that last set their bits again. */
  const update = (): void => {
    const lasting =
      (outgoingIsHigh() ? cause.written : 0) |
      (incomingIsHigh() ? cause.received : 0) |
      (registers.get('ERROR') !== 0 ? cause.error : 0);
    registers.set('INTR_STATE', registers.get('INTR_STATE') | lasting);
    const active = registers.get('INTR_STATE') & registers.get('INTR_ENABLE');
    ports.interrupts.forEach((line, index) => {
      line.set(((active >>> index) & 1) === 1);
    });
  };
  const fail = (which: number): void => {
    registers.set('ERROR', registers.get('ERROR') | which);
  };

  const takeErrors = (): number => {
    const errors = registers.get('ERROR');
    registers.set('ERROR', 0);
    update();
    return errors;
  };

  const registers = createRegisterFile(mailboxRegisters, {
    onRead: {
      STATUS: () =>
        Number(incoming.length === 0) |
        (Number(outgoing.length >= mailboxDepth) << 1) |
        (Number(outgoingIsHigh()) << 2) |
        (Number(incomingIsHigh()) << 3),
      MBOXR: () => {
        const word = incoming.shift();
        if (word === undefined) fail(error.read);
        update();
        ports.changed();
        return word ?? 0;
      },
      ERROR: takeErrors,
    },
    peek: { MBOXR: () => incoming[0] ?? 0, ERROR: (): number => registers.get('ERROR') },
    onWrite: {
      INTR_STATE: update,
      INTR_ENABLE: update,
      INTR_TEST: (written) => {
        registers.set('INTR_STATE', registers.get('INTR_STATE') | written);
        update();
      },
      MBOXW: (word) => {
        if (outgoing.length >= mailboxDepth) fail(error.write);
        else outgoing.push(word);
        update();
        ports.changed();
      },
      WIRQT: update,
      RIRQT: update,
      CTRL: (written) => {
        if ((written & 1) !== 0) outgoing = [];
        if ((written & 2) !== 0) incoming = [];
        update();
        ports.changed();
      },
    },
  });

  return {
    end: {
      take() {
        const word = outgoing.shift();
        update();
        return word;
      },
      give(word) {
        if (incoming.length >= mailboxDepth) return false;
        incoming.push(word >>> 0);
        update();
        return true;
      },
      get hasWord() {
        return outgoing.length > 0;
      },
    },
    read: registers.read,
    write: registers.write,
    peek: registers.peek,
    reset() {
      registers.reset();
      outgoing = [];
      incoming = [];
      update();
    },
    save: () => ({
      registers: registers.save(),
      outgoing: [...outgoing],
      incoming: [...incoming],
    }),
    load(state) {
      registers.load(state['registers']);
      outgoing = [...(state['outgoing'] as readonly number[])];
      incoming = [...(state['incoming'] as readonly number[])];
      update();
    },
  };
}
