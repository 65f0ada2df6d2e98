/** A value type of WebAssembly as one byte. Core specification 5.3.1. */
import type { ByteReader } from './byte-reader.js';
import { readByte } from './byte-reader.js';
import type { ValueType } from './module.js';

/** Undefined for what is no number. */
export function readValueType(reader: ByteReader): ValueType | 'floating' | undefined {
  switch (readByte(reader)) {
    case 0x7f:
      return 'i32';
    case 0x7e:
      return 'i64';
    case 0x7d:
    case 0x7c:
      return 'floating';
    default:
      return undefined;
  }
}
