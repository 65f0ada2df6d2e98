/**
 * Reads the numbers of a WebAssembly binary (core specification 5.2). Surprising choice: a read past the end gives
 * zero and marks the reader as broken, so that a decoder checks once a construct and not once a byte.
 */
export interface ByteReader {
  /** Of the next byte, in the whole module. */
  offset: number;
  /** The first byte that is not ours to read. */
  end: number;
  /** Something could not be read: the end came too early, or a number is too long. */
  isBroken: boolean;
  readonly bytes: Uint8Array;
}

export const readerOf = (bytes: Uint8Array, offset = 0, end = bytes.length): ByteReader => ({
  bytes,
  offset,
  end,
  isBroken: false,
});

export function readByte(reader: ByteReader): number {
  if (reader.offset >= reader.end) {
    reader.isBroken = true;
    return 0;
  }
  return reader.bytes[reader.offset++] ?? 0;
}

/** An unsigned LEB128 number of at most 32 bits. */
export function readUnsigned(reader: ByteReader): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = readByte(reader);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) {
      if (value > 0xffff_ffff) reader.isBroken = true;
      return value >>> 0;
    }
  }
  reader.isBroken = true;
  return 0;
}

/** A signed LEB128 number of at most 32 bits. */
export const readSigned = (reader: ByteReader): number =>
  Number(BigInt.asIntN(32, readLong(reader, 5)));

/** A signed LEB128 number of at most 64 bits, or as many bytes as are said. */
export function readLong(reader: ByteReader, longest = 10): bigint {
  let value = 0n;
  for (let index = 0; index < longest; index++) {
    const byte = readByte(reader);
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return BigInt.asIntN(Math.min(64, 7 * (index + 1)), value);
  }
  reader.isBroken = true;
  return 0n;
}

/** How many entries a vector has; never more than bytes are left, since each takes at least one. */
export function readCount(reader: ByteReader): number {
  const count = readUnsigned(reader);
  if (count <= reader.end - reader.offset) return count;
  reader.isBroken = true;
  return 0;
}

export function readBytes(reader: ByteReader, sizeBytes: number): Uint8Array {
  if (sizeBytes > reader.end - reader.offset) {
    reader.isBroken = true;
    return new Uint8Array(0);
  }
  reader.offset += sizeBytes;
  return reader.bytes.subarray(reader.offset - sizeBytes, reader.offset);
}

/** UTF-8, as core specification 5.2.4 has names; what is not becomes the replacement character. */
export const readName = (reader: ByteReader): string =>
  utf8.decode(readBytes(reader, readUnsigned(reader)));

// A byte order mark is a character of a name like any other.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
