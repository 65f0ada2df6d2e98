/**
 * Installs an application bundle as a person would who sits at the terminal of CantripOS: types `install -z` at the prompt,
 * sends the file by ZMODEM, and reads what the shell says of it. Whoever runs it hands over each byte of the console, and
 * types what is to be typed.
 */
import { createZmodemSender } from './zmodem-sender.js';

export interface BundleUpload {
  /** A byte that the console printed. */
  hear(byte: number): void;
  /** What is to be typed now. */
  take(): Uint8Array;
  /** Whether there is something to type. */
  readonly isWaiting: boolean;
  /** What the shell said at the end. */
  readonly outcome: UploadOutcome | undefined;
}

export interface UploadOutcome {
  readonly isInstalled: boolean;
  /** The line of the shell, or a sentence of ours where it says nothing. */
  readonly message: string;
}

export interface UploadOptions {
  /** The name that the receiver is told. */
  readonly name: string;
  readonly file: Uint8Array;
  /** `now`: the shell is at its prompt. `prompt`: it has yet to come there. */
  readonly begins: 'now' | 'prompt';
}

const prompt = 'CANTRIP> ';
/** Takes back what stands in the line already. */
const line = '\x05\x15install -z\r';
const started = 'Starting zmodem upload';
const good = /^Bundle ".*" installed$/;
const bad = /^(?:upload failed|Bundle install failed|unknown command|invalid arguments): /;
const longestLine = 512;

export function createBundleUpload({ name, file, begins }: UploadOptions): BundleUpload {
  const sender = createZmodemSender(name, file);
  let state: 'before' | 'asked' | 'sending' = 'before';
  let outcome: UploadOutcome | undefined;
  let text = '';
  let typed: number[] = [];

  const ask = (): void => {
    state = 'asked';
    typed.push(...new TextEncoder().encode(line));
  };

  const lineEnded = (ended: string): void => {
    if (state === 'asked' && ended.startsWith(started)) state = 'sending';
    const isGood = good.test(ended);
    if (state !== 'before' && (isGood || bad.test(ended)))
      outcome = { isInstalled: isGood, message: ended };
  };

  if (begins === 'now') ask();
  return {
    get isWaiting() {
      return typed.length > 0;
    },
    get outcome() {
      return outcome;
    },
    hear(byte) {
      if (outcome !== undefined) return;
      if (state === 'sending') typed.push(...sender.receive(Uint8Array.of(byte)));
      if (byte === 0x0a) {
        lineEnded(text.replaceAll('\r', ''));
        text = '';
      } else if (text.length < longestLine) text += String.fromCharCode(byte);
      if (state === 'before' && text.endsWith(prompt)) ask();
    },
    take() {
      const bytes = Uint8Array.from(typed);
      typed = [];
      return bytes;
    },
  };
}
