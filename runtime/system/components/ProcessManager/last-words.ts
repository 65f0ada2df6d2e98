// What an application in guest TypeScript says when it stops itself: it executes an instruction that is none, and which one
// says why. An abort has the message in a0, the file in a1, line and column in a2 and a3; memory that is full, in a0 the
// bytes that were asked for. Nothing of it is to be trusted: what does not look like that says nothing, and every text
// has an end.

/** Memory of an application. */
export abstract class Memory {
  /** False where nothing is there. */
  abstract read(address: u32, into: Uint8Array): bool;
}

/** The number of the class of strings. */
const STRING: u32 = 2;
const LONGEST_MESSAGE: i32 = 100;
const LONGEST_FILE: i32 = 60;
/** What is never set in the instruction, and where it says why: the compiler's `trap-kinds.ts`. */
const OTHERS: u32 = 0xffe3;
const REASON_SHIFT: u32 = 2;
const OUT_OF_MEMORY: i32 = 7;
/** By that number; the first has a message of its own. */
const reasons: string[] = [
  'it stopped itself',
  'it came to a place that it says it never comes to',
  'division by zero',
  'a result does not fit its integer type',
  'a call through a number that stands for no such function',
  'a call of a function that is null',
  'the index of an element is outside of its array',
  'out of memory',
];

let header: Uint8Array = new Uint8Array(8);
let halfword: Uint8Array = new Uint8Array(2);

/** `registers` are those of the thread, from pc on in the order of the kernel; empty where there is nothing to say. */
export function lastWords(memory: Memory, registers: StaticArray<u32>, firstArgument: i32): string {
  if (!memory.read(registers[0], halfword)) return '';
  let instruction = (<u32>halfword[0]) | ((<u32>halfword[1]) << 8);
  if ((instruction & OTHERS) != 0) return '';
  let reason = <i32>(instruction >> REASON_SHIFT);
  if (reason == OUT_OF_MEMORY)
    return reasons[reason] + ': ' + registers[firstArgument].toString() + ' bytes are asked for';
  if (reason > 0) return reasons[reason];
  let message = textAt(memory, registers[firstArgument], LONGEST_MESSAGE);
  let file = textAt(memory, registers[firstArgument + 1], LONGEST_FILE);
  if (file.length == 0) return reasons[reason];
  let line = registers[firstArgument + 2].toString();
  let place = file + ':' + line + ':' + registers[firstArgument + 3].toString();
  return (message.length > 0 ? message : 'abort') + ' (' + place + ')';
}

/** A string: its class and its bytes stand before it. Empty where there is none. */
function textAt(memory: Memory, address: u32, longest: i32): string {
  if (address < 16 || (address & 3) != 0 || !memory.read(address - 8, header)) return '';
  if (((<u32>header[0]) | ((<u32>header[1]) << 8)) != STRING) return '';
  let bytes =
    (<u32>header[4]) |
    ((<u32>header[5]) << 8) |
    ((<u32>header[6]) << 16) |
    ((<u32>header[7]) << 24);
  let count = min<u32>(bytes >> 1, <u32>longest);
  let text = '';
  for (let at: u32 = 0; at < count; at++) {
    if (!memory.read(address + 2 * at, halfword)) return '';
    let unit = (<i32>halfword[0]) | ((<i32>halfword[1]) << 8);
    text += unit >= 0x20 && unit < 0x7f ? String.fromCharCode(unit) : '?';
  }
  return bytes >> 1 > count ? text + '..' : text;
}
