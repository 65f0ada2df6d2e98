// Messages as postcard encodes them: varints, zigzag, and byte strings with their length before them.
const buffer = new StaticArray<u8>(1024);
let position = 0;

function writeVarint(value: u32): void {
  let rest = value;
  while (rest >= 0x80) {
    unchecked((buffer[position++] = (rest | 0x80) as u8));
    rest >>= 7;
  }
  unchecked((buffer[position++] = rest as u8));
}

function writeLong(value: u64): void {
  let rest = value;
  while (rest >= 0x80) {
    unchecked((buffer[position++] = (rest | 0x80) as u8));
    rest >>= 7;
  }
  unchecked((buffer[position++] = rest as u8));
}

function writeSigned(value: i32): void {
  writeVarint(((value << 1) ^ (value >> 31)) as u32);
}

function readVarint(): u32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  let byte: u32;
  do {
    byte = unchecked(buffer[position++]) as u32;
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte >= 0x80);
  return value;
}

function readLong(): u64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  let byte: u64;
  do {
    byte = unchecked(buffer[position++]) as u64;
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte >= 0x80);
  return value;
}

function readSigned(): i32 {
  const value = readVarint();
  return ((value >> 1) as i32) ^ -((value & 1) as i32);
}

function encode(kind: u32, number: i32, time: u64, size: u32): void {
  writeVarint(kind);
  writeSigned(number);
  writeLong(time);
  writeVarint(size);
  for (let index: u32 = 0; index < size; index++)
    unchecked((buffer[position++] = (index + kind) as u8));
}

function decode(): u32 {
  let sum = readVarint();
  sum = sum * 31 + (readSigned() as u32);
  const time = readLong();
  sum = sum * 31 + (time as u32) + ((time >> 32) as u32);
  const size = readVarint();
  for (let index: u32 = 0; index < size; index++)
    sum = sum * 31 + (unchecked(buffer[position++]) as u32);
  return sum;
}

export function run(rounds: i32): i32 {
  let sum: u32 = 0;
  for (let round = 0; round < rounds; round++) {
    position = 0;
    for (let index = 0; index < 16; index++)
      encode(
        index as u32,
        index * 1000 - 8000,
        ((index as u64) << 36) + (round as u64),
        (index & 7) as u32,
      );
    position = 0;
    for (let index = 0; index < 16; index++) sum = (sum << 1) ^ (sum >> 31) ^ decode();
  }
  return sum as i32;
}
