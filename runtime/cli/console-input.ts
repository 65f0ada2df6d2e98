/**
 * Where the guest's console input comes from: nowhere, given bytes, or the process's stdin. On a terminal
 * stdin is raw, every key goes to the guest, Ctrl-A b sends a break, and Ctrl-A x leaves (Ctrl-A Ctrl-A sends one
 * Ctrl-A).
 */
import type { BundleUpload } from '../terminal/bundle-upload.js';

export interface ConsoleInput {
  /** What arrived since the last call. */
  take(): Uint8Array;
  /** Whether a break was asked for since the last call. */
  takeBreak(): boolean;
  /** There is something to take. */
  readonly isWaiting: boolean;
  /** The user asked to leave. */
  readonly hasLeft: boolean;
  /** Resolves to false when there will never be more, else when there is more or the user left. */
  more(): Promise<boolean>;
  close(): void;
}

export function fixedInput(bytes: Uint8Array): ConsoleInput {
  let rest = bytes;
  return {
    get isWaiting() {
      return rest.length > 0;
    },
    hasLeft: false,
    takeBreak: () => false,
    take: () => {
      const taken = rest;
      rest = new Uint8Array(0);
      return taken;
    },
    more: () => Promise.resolve(rest.length > 0),
    close: () => undefined,
  };
}

/** What an upload has to type comes first; the rest of the input waits until it is over. */
export function inputBehind(upload: BundleUpload, input: ConsoleInput): ConsoleInput {
  const isOver = (): boolean => upload.outcome !== undefined;
  return {
    get isWaiting() {
      return isOver() ? input.isWaiting : upload.isWaiting;
    },
    get hasLeft() {
      return input.hasLeft;
    },
    takeBreak: () => input.takeBreak(),
    take: () => (isOver() ? input.take() : upload.take()),
    // A guest that waits, and has not asked for the bundle, would wait for ever.
    more: () => (isOver() ? input.more() : Promise.resolve(upload.isWaiting)),
    close: () => {
      input.close();
    },
  };
}

const escapeByte = 1; // Ctrl-A

export function stdinInput(): ConsoleInput {
  const { stdin } = process;
  const isTerminal = stdin.isTTY;
  let pending: number[] = [];
  let hasEnded = false;
  let hasLeft = false;
  let hasBreak = false;
  let isEscaped = false;
  let wake: (() => void) | undefined;
  const arrive = (chunk: Uint8Array): void => {
    for (const byte of chunk) {
      if (isTerminal && isEscaped) {
        isEscaped = false;
        if (byte === escapeByte) pending.push(byte);
        else if (byte === 0x62) hasBreak = true;
        else if (byte === 0x78) hasLeft = true;
      } else if (isTerminal && byte === escapeByte) isEscaped = true;
      else pending.push(byte);
    }
    wake?.();
  };
  const end = (): void => {
    hasEnded = true;
    wake?.();
  };
  if (isTerminal) stdin.setRawMode(true);
  stdin.on('data', arrive).on('end', end).on('error', end).on('close', end);
  return {
    get isWaiting() {
      return pending.length > 0 || hasBreak;
    },
    takeBreak: () => {
      const asked = hasBreak;
      hasBreak = false;
      return asked;
    },
    get hasLeft() {
      return hasLeft;
    },
    take: () => {
      const taken = Uint8Array.from(pending);
      pending = [];
      return taken;
    },
    more: async () => {
      while (pending.length === 0 && !hasBreak && !hasEnded && !hasLeft)
        await new Promise<void>((resolve) => (wake = resolve));
      return pending.length > 0 || hasBreak || hasLeft;
    },
    close: () => {
      if (isTerminal) stdin.setRawMode(false);
      stdin.off('data', arrive).off('end', end).off('error', end).off('close', end);
      // An open pipe would keep the process alive.
      stdin.destroy();
    },
  };
}
