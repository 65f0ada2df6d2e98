// CRC-16 of XMODEM: polynomial 0x1021, the highest bit first, zero before and nothing after.
const POLYNOMIAL: u32 = 0x1021;

/** `before` is the sum of what stands before the byte; 0 for nothing. */
export function crc16(byte: u8, before: u32): u32 {
  let sum = before ^ ((<u32>byte) << 8);
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x8000 ? (sum << 1) ^ POLYNOMIAL : sum << 1;
  return sum & 0xffff;
}
