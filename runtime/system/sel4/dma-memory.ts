// A piece of the pool of memory that devices read and write themselves: `dmaPool.alloc(bytes)` of module `camkes`. The
// device is told its address, `paddr`; the component reads and writes it by offset, within its bounds. It is not of the
// program's memory, so it stays where it is until it is given back with `free`, and nothing may be done with it then.
import { copyBytes } from "./message";

@external("env", "camkes_dma_alloc")
declare function poolAlloc(bytes: u32, align: u32, isCached: u32): usize;
@external("env", "camkes_dma_free")
declare function poolFree(address: usize, bytes: u32): void;
@external("env", "camkes_dma_get_paddr")
declare function poolPaddr(address: usize): u32;
@external("riscv", "fence")
declare function riscvFence(): void;

/** Null where the pool has no such piece. `align` is of the address in the component, a power of two, or 0. */
export function allocateDma(bytes: u32, align: u32, isCached: u32): DmaMemory | null {
  let address = poolAlloc(bytes, align, isCached);
  return address == 0 ? null : new DmaMemory(address, bytes, poolPaddr(address));
}

export class DmaMemory {
  constructor(
    private address: usize,
    private sizeBytes: u32,
    private physical: u32,
  ) {}

  get size(): u32 {
    return this.sizeBytes;
  }

  /** Where a device finds it. The whole piece lies there, one byte behind the other. */
  get paddr(): u32 {
    this.placeOf(0, 0);
    return this.physical;
  }

  get<T>(offset: u32): T {
    return load<T>(this.placeOf(offset, sizeof<T>()));
  }

  set<T>(offset: u32, value: T): void {
    store<T>(this.placeOf(offset, sizeof<T>()), value);
  }

  read(offset: u32, into: Uint8Array): void {
    let count = <u32>into.length;
    copyBytes(into.dataStart, this.placeOf(offset, count), count);
  }

  write(offset: u32, from: Uint8Array): void {
    let count = <u32>from.length;
    copyBytes(this.placeOf(offset, count), from.dataStart, count);
  }

  /** What was written before is there for the device before anything that follows. */
  fence(): void {
    riscvFence();
  }

  /** Gives it back to the pool. */
  free(): void {
    poolFree(this.placeOf(0, 0), this.sizeBytes);
    this.address = 0;
  }

  private placeOf(offset: u32, bytes: u32): usize {
    assert(this.address != 0, "this memory was given back to the pool");
    assert(offset <= this.sizeBytes && bytes <= this.sizeBytes - offset, "outside of the memory");
    return this.address + offset;
  }
}
