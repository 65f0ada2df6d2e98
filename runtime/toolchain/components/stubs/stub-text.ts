/** Assembly text of stubs while it is written: one line a call. Shared by all that write stubs. */
import type { Place } from '../../text/source-line.js';

export interface StubText {
  readonly lines: string[];
  nextLabel: number;
  /** Before the names of functions that the component defines. */
  readonly handlerPrefix: string;
  /** Whether its threads take turns, see turns.S. */
  readonly takesTurns: boolean;
  /** Of a capsule: its functions in guest TypeScript open an event of their own when they are called. */
  readonly isMember: boolean;
  /** Where each interface is declared, of a component that handles errors: `errors.ts`. */
  readonly errorPlaces: ReadonlyMap<string, Place> | undefined;
}

export const newStubText = (
  options: Omit<StubText, 'lines' | 'nextLabel'> = {
    handlerPrefix: '',
    takesTurns: false,
    isMember: false,
    errorPlaces: undefined,
  },
): StubText => ({ lines: [], nextLabel: 0, ...options });

/** Whether it is for a component in guest TypeScript. */
export const isGuestText = ({ handlerPrefix }: Pick<StubText, 'handlerPrefix'>): boolean =>
  handlerPrefix !== '';

/** Whether its strings are those of guest TypeScript, which its messages are written from and read into at once. */
export const hasGuestTexts = (text: StubText): boolean => isGuestText(text) && !text.isMember;

/** The calls that surround a function of the component. */
export const beginsEvent = ({ takesTurns }: StubText): string[] =>
  takesTurns ? ['call camkes_begin_event'] : [];
export const endsEvent = ({ takesTurns }: StubText): string[] =>
  takesTurns ? ['call camkes_end_event'] : [];

/** The same around one that members of a capsule call, too: a second event in the first would never be the only one. */
export const beginsCall = (text: StubText): string[] =>
  text.isMember && isGuestText(text) ? ['call camkes_enter'] : beginsEvent(text);
export const endsCall = (text: StubText): string[] =>
  text.isMember && isGuestText(text) ? ['call camkes_leave'] : endsEvent(text);

/** A call that may wait in the kernel: nobody else has to wait for that. */
export const waitingCall = ({ takesTurns }: StubText, target: string): string[] =>
  takesTurns ? ['call camkes_leave', `call ${target}`, 'call camkes_enter'] : [`call ${target}`];

export function write(text: StubText, ...lines: readonly string[]): void {
  for (const line of lines)
    text.lines.push(
      line.endsWith(':') || line.startsWith('.') || line === '' ? line : `    ${line}`,
    );
}

/** A label that no name of a component can be. */
export function newLabel(text: StubText): string {
  text.nextLabel += 1;
  return `.Lstub${String(text.nextLabel)}`;
}

/** A global function that begins here. */
export function beginFunction(text: StubText, name: string): void {
  // In a section of its own, so that a program has only those that it uses.
  write(
    text,
    '',
    `.section .text.${name}, "ax", @progbits`,
    `.globl ${name}`,
    `.type ${name}, @function`,
    `${name}:`,
  );
}

export function endFunction(text: StubText, name: string): void {
  write(text, `.size ${name}, . - ${name}`);
}

/** A function whose result is always the same. */
export function writeConstantFunction(text: StubText, name: string, value: number | bigint): void {
  beginFunction(text, name);
  write(text, `li a0, ${String(value)}`, 'ret');
  endFunction(text, name);
}

/** `pairs` of a value and what is given for it; `otherwise` for all others. */
export function writeSelection(
  text: StubText,
  name: string,
  pairs: Iterable<readonly [value: number | bigint, lines: readonly string[]]>,
  otherwise: readonly string[],
): void {
  beginFunction(text, name);
  for (const [value, lines] of pairs) {
    const other = newLabel(text);
    write(text, `li t0, ${String(value)}`, `bne a0, t0, ${other}`, ...lines, 'ret', `${other}:`);
  }
  write(text, ...otherwise, 'ret');
  endFunction(text, name);
}

/** A word of data under a global name. */
export function writeWord(text: StubText, section: string, name: string, value: string): void {
  write(text, '', section, '.balign 4', `.globl ${name}`, `.type ${name}, @object`, `${name}:`);
  write(text, `.word ${value}`, `.size ${name}, . - ${name}`);
}

/** `addi` with an offset that may be larger than an immediate is. */
export function writeAddress(text: StubText, register: string, offset: number): void {
  if (offset < 2048) write(text, `addi ${register}, sp, ${String(offset)}`);
  else write(text, `li ${register}, ${String(offset)}`, `add ${register}, sp, ${register}`);
}

export const loadOf = (sizeBytes: number, isSigned: boolean): string =>
  sizeBytes === 1 ? (isSigned ? 'lb' : 'lbu') : sizeBytes === 2 ? (isSigned ? 'lh' : 'lhu') : 'lw';

/** A function that gives a record to another one, with its own arguments behind it. */
export function writeForward(text: StubText, name: string, record: string, target: string): void {
  beginFunction(text, name);
  write(text, 'mv a2, a1', 'mv a1, a0', `la a0, ${record}`);
  if (text.takesTurns && waiting.has(target))
    write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', ...waitingCall(text, target), 'lw ra, 12(sp)');
  write(
    text,
    ...(text.takesTurns && waiting.has(target) ? ['addi sp, sp, 16', 'ret'] : [`tail ${target}`]),
  );
  endFunction(text, name);
}

/** Functions of the runtime that may wait in the kernel. */
const waiting: ReadonlySet<string> = new Set([
  'camkes_lock',
  'camkes_mutex_lock',
  'camkes_semaphore_wait',
  'camkes_event_wait',
]);

export const signalled = (slot: number): string[] => [
  `li a0, ${String(slot)}`,
  'li a1, 0',
  'li a7, seL4_SysSend',
  'ecall',
];
