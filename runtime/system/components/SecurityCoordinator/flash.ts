// What the stores of keys and of packages are kept in, whatever chip it is (`spi-flash.ts`), and the numbers in it.
/** Banks of flash; the key store has two of them. Programming only clears bits; erasing sets all bits of a bank. */
export abstract class Flash {
  abstract get bankBytes(): u32;
  abstract read(bank: u32, offset: u32, into: Uint8Array): void;
  abstract program(bank: u32, offset: u32, bytes: Uint8Array): void;
  abstract erase(bank: u32): void;
}

/** Little-endian. */
export function word(bytes: Uint8Array, at: i32): u32 {
  return (
    (<u32>bytes[at]) |
    ((<u32>bytes[at + 1]) << 8) |
    ((<u32>bytes[at + 2]) << 16) |
    ((<u32>bytes[at + 3]) << 24)
  );
}

export function setWord(bytes: Uint8Array, at: i32, value: u32): void {
  for (let index = 0; index < 4; index++) bytes[at + index] = <u8>(value >> (8 * index));
}
