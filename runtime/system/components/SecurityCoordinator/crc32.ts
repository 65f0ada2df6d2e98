// CRC-32 as in Ethernet and ZIP: polynomial 0x04c11db7, reflected, all ones before and after.
import { sumBytes, sumTable } from 'sel4/bytes';

const POLYNOMIAL: u32 = 0xedb88320;
/** Made when it is needed first: most programs that could sum up never do. */
let table: StaticArray<u32> | null = null;

/** Of the bytes from `start` to `end`. `before` is the sum of what stands before them; 0 for nothing. */
export function crc32(bytes: Uint8Array, start: i32, end: i32, before: u32 = 0): u32 {
  let made = table;
  if (!made) table = made = sumTable(POLYNOMIAL);
  return ~sumBytes(made, bytes, start, end, ~before);
}
