// Headers of ZMODEM: a kind of frame, and a number of four bytes whose meaning depends on it. What we send is in hexadecimal
// digits, which every line lets through.
import { crc16 } from './crc16';

export enum FrameKind {
  RequestInit,
  ReceiverInit,
  SenderInit,
  Acknowledge,
  File,
  Skip,
  NotAcknowledged,
  Abort,
  Finish,
  /** Of the receiver: go on from this place of the file. */
  Position,
  /** Of the sender: from this place of the file on. */
  Data,
  EndOfFile,
  FileError,
  FileCrc,
  Challenge,
  Complete,
  Cancelled,
  FreeBytes,
  Command,
  StandardError,
}

export const PAD: u8 = 0x2a;
/** Also CAN, Ctrl-X: five of them end a transfer. */
export const ESCAPE: u8 = 0x18;
export const BINARY_16: u8 = 0x41;
export const HEXADECIMAL: u8 = 0x42;
export const BINARY_32: u8 = 0x43;

/** Ends both sides, and takes back from a screen what it may have printed. */
export const CANCEL: string = '\x18\x18\x18\x18\x18\x18\x18\x18\x08\x08\x08\x08\x08\x08\x08\x08';

/** As it goes over the line. */
export function hexadecimalHeader(kind: FrameKind, value: u32): string {
  let text = '**\x18B';
  let sum: u32 = 0;
  for (let at = 0; at < 5; at++) {
    let byte: u8 = at == 0 ? <u8>kind : <u8>(value >> ((at - 1) << 3));
    sum = crc16(byte, sum);
    text += twoDigits(byte);
  }
  text += twoDigits(<u8>(sum >> 8)) + twoDigits(<u8>sum) + '\r\n';
  // A terminal that was told to stop may go on; behind these two nobody listens for it.
  return kind == FrameKind.Finish || kind == FrameKind.Acknowledge ? text : text + '\x11';
}

/** -1 for what is no digit. */
export function hexadecimalDigit(byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return byte >= 0x41 && byte <= 0x46 ? byte - 0x37 : -1;
}

function twoDigits(byte: u8): string {
  return (<u32>byte).toString(16).padStart(2, '0');
}
