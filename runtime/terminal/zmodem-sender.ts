/**
 * The sending end of ZMODEM, for one file: what the other end says goes in, what is to be sent comes out. It waits for an
 * answer behind each subpacket, of as many bytes as the receiver's buffer has, so that no line is too slow for it. It has no
 * clock: whoever runs it says when it has waited too long.
 */
import { crc32 } from '../toolchain/bundle/crc32.js';

export interface ZmodemSender {
  /** What is to be sent after these bytes came. */
  receive(bytes: Uint8Array): Uint8Array;
  readonly state: SenderState;
  /** Bytes that the receiver has. */
  readonly position: number;
}

/** `refused`: the receiver does not want the file, or has cancelled. */
export type SenderState = 'waiting' | 'sending' | 'finishing' | 'sent' | 'refused';

const kinds = {
  requestInit: 0,
  receiverInit: 1,
  acknowledge: 3,
  file: 4,
  skip: 5,
  notAcknowledged: 6,
  abort: 7,
  finish: 8,
  position: 9,
  data: 10,
  endOfFile: 11,
  fileError: 12,
  cancelled: 16,
} as const;

const escape = 0x18;
const lastAnswered = 0x6b;
const pad = 0x2a;
const binary32 = 0x43;
const longestSubpacket = 1024;
const header = new RegExp(`\\*${String.fromCharCode(escape)}B([0-9a-fA-F]{14})`);
const cancel = '\x18\x18\x18\x18\x18';

export function createZmodemSender(name: string, file: Uint8Array): ZmodemSender {
  let state: SenderState = 'waiting';
  let position = 0;
  let bufferBytes = longestSubpacket;
  let heard = '';

  /** From a place of the file on. */
  const data = (from: number): number[] => {
    position = Math.min(from, file.length);
    const part = file.subarray(position, position + bufferBytes);
    if (part.length === 0) return binaryHeader(kinds.endOfFile, position);
    state = 'sending';
    return [...binaryHeader(kinds.data, position), ...subpacket(part, lastAnswered)];
  };

  const answer = (kind: number, value: number): number[] => {
    switch (kind) {
      case kinds.receiverInit: {
        if (state === 'sending' && position >= file.length) {
          state = 'finishing';
          return hexadecimalHeader(kinds.finish, 0);
        }
        if (state === 'finishing') return hexadecimalHeader(kinds.finish, 0);
        const wanted = value & 0xffff;
        bufferBytes = Math.min(wanted === 0 ? longestSubpacket : wanted, longestSubpacket);
        const told = `${name}\0${String(file.length)} 0 100644 0 1 ${String(file.length)}\0`;
        return [
          ...binaryHeader(kinds.file, 0),
          ...subpacket(new TextEncoder().encode(told), lastAnswered),
        ];
      }
      case kinds.position:
        state = 'sending';
        return data(value);
      case kinds.acknowledge:
        return state === 'sending' && value > position ? data(value) : [];
      case kinds.notAcknowledged:
        return state === 'sending' ? data(position) : [];
      case kinds.finish:
        state = 'sent';
        return codesOf('OO');
      case kinds.skip:
      case kinds.abort:
      case kinds.fileError:
      case kinds.cancelled:
        state = 'refused';
        return [];
      default:
        return [];
    }
  };

  const isOver = (): boolean => state === 'sent' || state === 'refused';

  return {
    get state() {
      return state;
    },
    get position() {
      return position;
    },
    receive(bytes) {
      const toSend: number[] = [];
      for (const byte of bytes) heard += String.fromCharCode(byte);
      while (!isOver()) {
        const found = header.exec(heard);
        const cancelled = heard.indexOf(cancel);
        if (cancelled >= 0 && (found === null || cancelled < found.index)) {
          state = 'refused';
          break;
        }
        if (found === null) break;
        heard = heard.slice(found.index + found[0].length);
        const digits = bytesOf(found[1] ?? '');
        const [kind = 0, ...number] = digits.slice(0, 5);
        const value = number.reduceRight((sum, byte) => sum * 256 + byte, 0);
        if (crc16(digits) === 0) toSend.push(...answer(kind, value));
      }
      heard = heard.slice(-2 * longestSubpacket);
      return Uint8Array.from(toSend);
    },
  };
}

// ---- frames

const codesOf = (text: string): number[] =>
  Array.from(text, (character) => character.charCodeAt(0));

function binaryHeader(kind: number, value: number): number[] {
  const bytes = Uint8Array.of(kind, ...lowFirst(value));
  return [pad, escape, binary32, ...escaped([...bytes, ...lowFirst(crc32(bytes))])];
}

function hexadecimalHeader(kind: number, value: number): number[] {
  const bytes = [kind, ...lowFirst(value)];
  const sum = crc16(bytes);
  const digits = [...bytes, sum >> 8, sum & 0xff].map((byte) => byte.toString(16).padStart(2, '0'));
  return codesOf(`**\x18B${digits.join('')}\r\n`);
}

function subpacket(data: Uint8Array, ending: number): number[] {
  const sum = crc32(Uint8Array.of(...data, ending));
  return [...escaped(data), escape, ending, ...escaped(lowFirst(sum))];
}

/** What a line may take for its own: flow control, the escape of some modems, and the end of a line. */
const taken: ReadonlySet<number> = new Set([0x0d, 0x10, 0x11, 0x13, escape]);

function escaped(bytes: Iterable<number>): number[] {
  const line: number[] = [];
  for (const byte of bytes) {
    if (taken.has(byte & 0x7f)) line.push(escape, byte ^ 0x40);
    else line.push(byte);
  }
  return line;
}

const lowFirst = (value: number): number[] =>
  [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

function bytesOf(digits: string): number[] {
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

function crc16(bytes: Iterable<number>): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      sum = (sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1) & 0xffff;
  }
  return sum;
}
