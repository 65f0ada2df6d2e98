// Bytes of a bundle or an archive, wherever they lie.
export abstract class ImageBytes {
  abstract get size(): u32;
  /** Fills `into` with the bytes from `offset` on, which lie within the size. */
  abstract read(offset: u32, into: Uint8Array): void;
}
