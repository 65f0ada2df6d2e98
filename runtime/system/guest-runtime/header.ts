// The header before every object, under the names that AssemblyScript's compiler and library ask for. It has
// 16 bytes, so that a small object costs little; the library's own has 20. Words, from the lowest address on:
//   mmInfo  size of the block with its header, a multiple of 8; bit 0: the block is free
//   gcInfo  0, or that a collection has seen the object; in a free block: the next one of its list
//   rtId    the class; gcInfo2 is its unused half; in a free block: the one before in its list
//   rtSize  bytes of the object: of a string, an array buffer

@unmanaged export class BLOCK {
  mmInfo: usize;
  gcInfo: u32;
  rtId: u16;
  gcInfo2: u16;
  rtSize: u32;
}

@unmanaged export class OBJECT extends BLOCK {}

// @ts-ignore: decorator
@inline export const TOTAL_OVERHEAD: usize = offsetof<OBJECT>();
// @ts-ignore: decorator
@inline export const BLOCK_MAXSIZE: usize = (1 << 30) - TOTAL_OVERHEAD;
