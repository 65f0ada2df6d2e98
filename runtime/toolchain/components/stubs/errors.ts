/**
 * What goes wrong in calls and messages, for a component that registers a handler for it, as CAmkES has them. The stubs of
 * all others are as if there were none of this: a message that is too large is a fault, one that is not understood gets an
 * empty answer, and an answer that is too short has zeros.
 *
 * s0 is the place in the message and s1 its end. Of a message that is written s0 goes on past the end, without a write, so
 * that it tells how much room would be needed.
 */
import type { MemoryBinding } from '../../camkes/compile/bindings.js';
import type { Place } from '../../text/source-line.js';
import type { StubText } from './stub-text.js';
import { beginFunction, endFunction, newLabel, write, writeWord } from './stub-text.js';

/** The numbers of `camkes_error_type_t`. */
const errorTypes = {
  bufferLengthExceeded: 1,
  invalidMethodIndex: 2,
  malformedPayload: 3,
  allocationFailure: 5,
} as const;

export interface ErrorPlace {
  readonly interface: string;
  /** For those who read of it. */
  readonly what: string;
  readonly memory: Pick<MemoryBinding, 'symbol'> | 'caller' | undefined;
}

export const handlesErrors = (named: ReadonlySet<string>): boolean =>
  [...named].some((name) => /._register_error_handler$/.test(name));

/** The function by which a handler of the interface is registered. */
export function writeErrorHandler(text: StubText, name: string): void {
  if (text.errorPlaces === undefined) return;
  writeWord(text, '.data', handlerOf(name), '0');
  beginFunction(text, `${name}_register_error_handler`);
  write(text, `la t0, ${handlerOf(name)}`, 'lw t1, 0(t0)', 'sw a0, 0(t0)', 'mv a0, t1', 'ret');
  endFunction(text, `${name}_register_error_handler`);
}

const handlerOf = (name: string): string => `camkes_error_handler.${name}`;

/** Goes to `discard` with a message that has no room, if the handler says so; else cuts it. */
export function writeRoomCheck(text: StubText, place: ErrorPlace, discard: string): void {
  if (text.errorPlaces === undefined) return;
  const [fits, cut] = [newLabel(text), newLabel(text)];
  write(text, `bgeu s1, s0, ${fits}`, ...bounds(place));
  throwError(
    text,
    place,
    errorTypes.bufferLengthExceeded,
    `${place.what} has no room for all of it`,
  );
  goIfZero(text, discard);
  write(text, `bgtz a0, ${cut}`, 'call camkes_message_too_large', `${cut}:`, 'mv s0, s1');
  write(text, `${fits}:`);
}

/** Goes to `discard` with a message that was not as long as it has to be, if the handler says so. */
export function writeLengthCheck(text: StubText, place: ErrorPlace, discard: string): void {
  if (text.errorPlaces === undefined) return;
  const right = newLabel(text);
  // How long a message in shared memory is, nobody says.
  if (place.memory === undefined)
    write(text, 'addi t0, s0, 3', 'andi t0, t0, -4', `beq t0, s1, ${right}`);
  else write(text, `bgeu s1, s0, ${right}`);
  write(text, ...bounds(place));
  throwError(
    text,
    place,
    errorTypes.malformedPayload,
    `${place.what} is not as long as it has to be`,
  );
  goIfZero(text, discard);
  write(text, `${right}:`);
}

/** Where a server goes on with a call that it does not serve. */
export interface Unserved {
  /** Its answer is empty. */
  readonly bad: string;
  /** A handler said that it is to be discarded: as in CAmkES, it gets no answer. */
  readonly discard: string;
}

/** The same at a server, which does without a message that is too short also where nobody was asked. */
export function writeRequestCheck(
  text: StubText,
  place: ErrorPlace,
  { bad, discard }: Unserved,
): void {
  if (text.errorPlaces === undefined) {
    write(text, `bltu s1, s0, ${bad}`);
    return;
  }
  const goesOn = newLabel(text);
  writeLengthCheck(text, place, discard);
  // a0 is 1 where a handler wants it so; without an error it is whatever it was.
  write(text, `bgeu s1, s0, ${goesOn}`, `bgtz a0, ${goesOn}`, `j ${bad}`, `${goesOn}:`);
}

/** Of a message that has not even the number of a method nothing can be made, also if the handler wants it so. */
export function writeNumberCheck(
  text: StubText,
  place: ErrorPlace,
  { bad, discard }: Unserved,
): void {
  if (text.errorPlaces === undefined) {
    write(text, `bltu s1, s0, ${bad}`);
    return;
  }
  const right = newLabel(text);
  write(text, `bgeu s1, s0, ${right}`, ...bounds(place));
  throwError(text, place, errorTypes.malformedPayload, `${place.what} has no number of a method`);
  goIfZero(text, discard);
  write(text, `j ${bad}`, `${right}:`);
}

/** `number` is where the number of the method is, which is none of `count`. */
export function writeMethodError(
  text: StubText,
  place: ErrorPlace,
  number: string,
  { count, discard }: { readonly count: number; readonly discard: string },
): void {
  if (text.errorPlaces === undefined) return;
  write(text, `mv a5, ${number}`, 'li a1, 0', 'li a2, 0', `li a3, ${String(count - 1)}`);
  write(text, 'li a4, 0', 'li a6, 0');
  throwError(
    text,
    place,
    errorTypes.invalidMethodIndex,
    `${place.what} is for a method that there is not`,
  );
  goIfZero(text, discard);
}

/** Goes to `discard` where a0 is 0 for want of memory, if the handler says so. */
export function writeMemoryCheck(text: StubText, place: ErrorPlace, discard: string): void {
  if (text.errorPlaces === undefined) return;
  const found = newLabel(text);
  write(text, `bnez a0, ${found}`, 'li a1, 0');
  throwError(text, place, errorTypes.allocationFailure, `there is no memory for ${place.what}`);
  goIfZero(text, discard);
  write(text, 'li a0, 0', `${found}:`);
}

/** How many bytes there are, and which of them would be next. */
const bounds = ({ memory }: ErrorPlace): string[] => [
  ...(memory === undefined
    ? ['lw t0, Thread_ipcBuffer(tp)', 'addi t0, t0, IPCBuffer_words']
    : [memory === 'caller' ? 'mv t0, s5' : `la t0, ${memory.symbol}`]),
  'sub a1, s1, t0',
  'sub a2, s0, t0',
];

function goIfZero(text: StubText, label: string): void {
  const other = newLabel(text);
  write(text, `bnez a0, ${other}`, `j ${label}`, `${other}:`);
}

function throwError(text: StubText, place: ErrorPlace, type: number, description: string): void {
  const { file, range } = text.errorPlaces?.get(place.interface) ?? nowhere;
  const strings = [place.interface, file, description].map((value) => ({
    value,
    label: newLabel(text),
  }));
  const [name, source, said] = strings.map(({ label }) => label);
  const record = newLabel(text);
  write(text, '.pushsection .rodata', '.balign 4', `${record}:`);
  write(text, `.word ${String(type)}, ${name ?? '0'}, ${source ?? '0'}`);
  write(
    text,
    `.word ${String(range.start.line + 1)}, ${said ?? '0'}, ${handlerOf(place.interface)}`,
  );
  for (const { label, value } of strings)
    write(text, `${label}:`, `.asciz ${JSON.stringify(value)}`);
  write(text, '.popsection', `la a0, ${record}`, 'call camkes_throw');
}

const nowhere: Place = {
  file: '',
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
};
