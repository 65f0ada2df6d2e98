// CRC-32 as in Ethernet and ZIP: polynomial 0x04c11db7, reflected, all ones before and after.
const POLYNOMIAL: u32 = 0xedb88320;

/** Of the bytes from `start` to `end`. `before` is the sum of what stands before them; 0 for nothing. */
export function crc32(bytes: Uint8Array, start: i32, end: i32, before: u32 = 0): u32 {
  let sum = ~before;
  for (let at = start; at < end; at++) {
    sum ^= bytes[at];
    for (let bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ (POLYNOMIAL & (0 - (sum & 1)));
  }
  return ~sum;
}
