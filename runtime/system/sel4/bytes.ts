// Bytes a word at a time: what moves, compares or sums up much of them is four times as fast. Within the bounds of the
// array; a place that is no multiple of four is read and written byte by byte.

/** Little-endian. */
export function wordAt(bytes: Uint8Array, at: i32): u32 {
  assert(at >= 0 && at <= bytes.length - 4, "A word lies within the bytes.");
  let place = bytes.dataStart + at;
  if ((place & 3) == 0) return load<u32>(place);
  return (
    (<u32>load<u8>(place)) |
    ((<u32>load<u8>(place, 1)) << 8) |
    ((<u32>load<u8>(place, 2)) << 16) |
    ((<u32>load<u8>(place, 3)) << 24)
  );
}

export function setWordAt(bytes: Uint8Array, at: i32, value: u32): void {
  assert(at >= 0 && at <= bytes.length - 4, "A word lies within the bytes.");
  let place = bytes.dataStart + at;
  if ((place & 3) == 0) {
    store<u32>(place, value);
    return;
  }
  store<u8>(place, <u8>value);
  store<u8>(place, <u8>(value >> 8), 1);
  store<u8>(place, <u8>(value >> 16), 2);
  store<u8>(place, <u8>(value >> 24), 3);
}

/** Whether both have the same bytes, as many as the first one has. */
export function areEqual(bytes: Uint8Array, others: Uint8Array): bool {
  let count = bytes.length;
  if (others.length < count) return false;
  let one = bytes.dataStart;
  let other = others.dataStart;
  let end = one + count;
  if (((one | other) & 3) == 0) {
    while (one + 4 <= end) {
      if (load<u32>(one) != load<u32>(other)) return false;
      one += 4;
      other += 4;
    }
  }
  while (one < end) {
    if (load<u8>(one) != load<u8>(other)) return false;
    one++;
    other++;
  }
  return true;
}

/** Where the last byte is that is not `value`; -1 where none is. */
export function lastOtherThan(bytes: Uint8Array, value: u8): i32 {
  let start = bytes.dataStart;
  let at = start + bytes.length;
  let word = 0x0101_0101 * <u32>value;
  while (at > start) {
    if ((at & 3) == 0 && at - start >= 4 && load<u32>(at - 4) == word) at -= 4;
    else if (load<u8>(at - 1) != value) return <i32>(at - start) - 1;
    else at--;
  }
  return -1;
}

/** The table of `sumBytes` for a reflected polynomial: what a byte in each of four places does to the sum. */
export function sumTable(polynomial: u32): StaticArray<u32> {
  let table = new StaticArray<u32>(1024);
  for (let byte = 0; byte < 256; byte++) {
    let sum = <u32>byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ (polynomial & (0 - (sum & 1)));
    table[byte] = sum;
  }
  for (let index = 256; index < 1024; index++) {
    let before = table[index - 256];
    table[index] = (before >> 8) ^ table[before & 0xff];
  }
  return table;
}

/** A cyclic sum of the bytes from `start` to `end` upon that of those before them, without what is done at either end. */
export function sumBytes(
  table: StaticArray<u32>,
  bytes: Uint8Array,
  start: i32,
  end: i32,
  before: u32,
): u32 {
  assert(table.length == 1024, "The table is that of sumTable.");
  assert(start >= 0 && start <= end && end <= bytes.length, "What is summed up is within the bytes.");
  let sum = before;
  let at = bytes.dataStart + start;
  let last = bytes.dataStart + end;
  while (at < last && (at & 3) != 0) sum = plusByte(table, sum, load<u8>(at++));
  while (at + 4 <= last) {
    sum ^= load<u32>(at);
    sum =
      unchecked(table[768 + (sum & 0xff)]) ^
      unchecked(table[512 + ((sum >> 8) & 0xff)]) ^
      unchecked(table[256 + ((sum >> 16) & 0xff)]) ^
      unchecked(table[sum >> 24]);
    at += 4;
  }
  while (at < last) sum = plusByte(table, sum, load<u8>(at++));
  return sum;
}

// @ts-ignore: decorator
@inline
function plusByte(table: StaticArray<u32>, sum: u32, byte: u8): u32 {
  return (sum >> 8) ^ unchecked(table[(sum ^ byte) & 0xff]);
}
