/**
 * What turns strings and arrays of guest TypeScript into those of C and back, as part of the module `camkes`. Between
 * processes a string is never one of C: its stubs write it into the message and read it from there by two of these
 * functions. Members of a capsule call each other as C does, whatever they are written in.
 *
 * A text of ASCII is taken two characters at a time; any other is what `String.UTF8` makes of it. Every byte that comes is
 * read once, since a client may change memory that it shares at any time.
 */
import type { EndBinding, InstanceBindings } from '../camkes/compile/bindings.js';

export type GuestKind = 'process' | 'capsule';

export const conversionsOf = (kind: GuestKind): string =>
  conversions + (kind === 'process' ? ofMessages : ofCalls);

/** What the stubs of a process call, exported by its entry. */
export const textFunctions = { put: 'camkes_put_text', take: 'camkes_take_text' } as const;

/** Those that an instance needs. */
export const stubFunctions = ({ ends }: InstanceBindings, kind: GuestKind): readonly string[] =>
  kind === 'process' && ends.some(hasTexts) ? Object.values(textFunctions) : [];

const hasTexts = ({ end: { interface: declared } }: EndBinding): boolean =>
  (declared.procedure?.methods ?? []).some(
    ({ returns, parameters }) =>
      returns === 'string' || parameters.some(({ type, isArray }) => type === 'string' && !isArray),
  );

const conversions = `
@external("env", "strlen") declare function c_strlen(text: usize): usize;
@external("env", "free") declare function c_free(block: usize): void;
/** Of so many characters, each of one byte. */
function textOfAscii(start: usize, count: usize): string {
  let made = __new(count << 1, idof<string>());
  let to = made;
  let at = start;
  let end = start + count;
  while (at + 1 < end) {
    store<u32>(to, <u32>load<u8>(at) | (<u32>load<u8>(at, 1) << 16));
    at += 2;
    to += 4;
  }
  if (at < end) store<u16>(to, load<u8>(at));
  return changetype<string>(made);
}
export function fromC(text: usize): string {
  if (text == 0) return "";
  let bits: u32 = 0;
  let end = text;
  for (let byte = <u32>load<u8>(end); byte != 0; byte = load<u8>(++end)) bits |= byte;
  return bits < 0x80 ? textOfAscii(text, end - text) : String.UTF8.decodeUnsafe(text, end - text, false);
}
function isAscii(from: usize, end: usize): bool {
  let bits: u32 = 0;
  while (from + 2 < end) {
    bits |= load<u32>(from);
    from += 4;
  }
  if (from < end) bits |= load<u16>(from);
  return (bits & 0xff80ff80) == 0;
}
export function toC(text: string): usize {
  let from = changetype<usize>(text);
  let length = <usize>text.length;
  let end = from + (length << 1);
  if (!isAscii(from, end)) return changetype<usize>(String.UTF8.encode(text, true));
  let made = __new(length + 1, idof<ArrayBuffer>());
  let to = made;
  while (from + 2 < end) {
    let pair = load<u32>(from);
    store<u16>(to, pair | (pair >> 8));
    from += 4;
    to += 2;
  }
  if (from < end) store<u8>(to, load<u8>(from));
  return made;
}
export function stringsToC(strings: string[]): usize {
  let made = new StaticArray<usize>(strings.length);
  for (let i = 0; i < strings.length; i++) made[i] = toC(strings[i]);
  return changetype<usize>(made);
}
export function stringsFromC(start: usize, count: usize): string[] {
  let made = new Array<string>(<i32>count);
  for (let i: usize = 0; i < count; i++) made[<i32>i] = fromC(load<usize>(start + 4 * i));
  return made;
}
export function takeStrings(start: usize, count: usize): string[] {
  let taken = stringsFromC(start, count);
  for (let i: usize = 0; i < count; i++) c_free(load<usize>(start + 4 * i));
  c_free(start);
  return taken;
}
export function arrayFromC<T>(start: usize, count: usize): T[] {
  return changetype<T[]>(__newArray(<i32>count, alignof<T>(), idof<T[]>(), start));
}
`;

/** A string that goes to a stub, one that came from a caller, and one that a stub gives for good; an array, likewise. */
const ofMessages = `
export function textToStub(text: string): usize { return changetype<usize>(text); }
export function textFromCaller(text: usize): string { return changetype<string>(text); }
export function textFromStub(text: usize): string { return changetype<string>(text); }
export function arrayFromStub<T>(start: usize, count: usize): T[] { return arrayFromC<T>(start, count); }
@external("env", "camkes_message_too_large") declare function messageTooLarge(): void;
/** Appends a text and its final zero to a message whose room ends at \`end\`; gives the place behind. */
export function ${textFunctions.put}(text: string, at: usize, end: usize): usize {
  let from = changetype<usize>(text);
  let length = <usize>text.length;
  if (length >= end - at) return putWideText(text, at, end);
  let last = from + (length << 1);
  let to = at;
  while (from + 2 < last) {
    let pair = load<u32>(from);
    // Neither beyond ASCII nor zero, which would end it.
    if (((pair | (pair - 0x00010001)) & 0xff80ff80) != 0) return putWideText(text, at, end);
    store<u8>(to, pair);
    store<u8>(to, pair >> 16, 1);
    from += 4;
    to += 2;
  }
  if (from < last) {
    let unit = <u32>load<u16>(from);
    if (unit - 1 >= 0x7f) return putWideText(text, at, end);
    store<u8>(to, unit);
    to += 1;
  }
  store<u8>(to, 0);
  return to + 1;
}
function putWideText(text: string, at: usize, end: usize): usize {
  if (<usize>String.UTF8.byteLength(text, true) > end - at) messageTooLarge();
  return at + String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, at, true);
}
/** The text of so many bytes, the last of which is its final zero; all bits of them are in \`bits\`. */
export function ${textFunctions.take}(start: usize, bytes: usize, bits: u32): string {
  if (bytes < 2) return "";
  return bits < 0x80
    ? textOfAscii(start, bytes - 1)
    : String.UTF8.decodeUnsafe(start, bytes - 1, false);
}
`;

const ofCalls = `
export function textToStub(text: string): usize { return toC(text); }
export function textFromCaller(text: usize): string { return fromC(text); }
export function textFromStub(text: usize): string {
  let taken = fromC(text);
  c_free(text);
  return taken;
}
export function arrayFromStub<T>(start: usize, count: usize): T[] {
  let taken = arrayFromC<T>(start, count);
  c_free(start);
  return taken;
}
`;
