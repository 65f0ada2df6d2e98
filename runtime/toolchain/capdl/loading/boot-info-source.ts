/**
 * What the kernel tells a root task at boot, as guest TypeScript over the memory where it stands: made from the
 * tables of the ABI. The root server imports it as `boot-info`; components cannot, since it gives memory a type by its address.
 */
import {
  bootInfo,
  bootInfoBytes,
  bootInfoFields,
  extraBootInfo,
  initialSlots,
  maxBootUntypeds,
  untypedDescription,
} from '../../../abi/boot-info.js';
import { labelNumber, labelTable, type AbiVersion } from '../../../abi/labels.js';

/** The version for which guest programs are compiled. */
const version: AbiVersion = 16;
/** BootInfo has a page; what has no field in it begins on the next one. */
const bootInfoPageBytes = 4096;

export function bootInfoSource(): string {
  const fields = bootInfoFields
    .filter(({ offset }) => offset < bootInfo.untypedList)
    .flatMap(({ name, offset, words, doc }) =>
      words === 1
        ? [field(name, offset, doc)]
        : [field(`${name}Start`, offset, doc), field(`${name}End`, offset + 4, doc)],
    );
  const slots = initialSlots.map(({ name, slot, doc }) => `  /** ${doc} */\n  ${name} = ${slot},`);
  return `// Made from the tables of the ABI.
import { CNode, KernelError } from "sel4";
import { invoke, passCapability } from "sel4/capability";
import { setWord } from "sel4/message";
${[
  ['BOOT_INFO_BYTES', bootInfoBytes],
  ['MAX_UNTYPEDS', maxBootUntypeds],
]
  .map(([name, value]) => `@inline export const ${name}: u32 = ${value};`)
  .join('\n')}
export enum InitialSlot {
${slots.join('\n')}
}
@unmanaged export class BootInfo {
${fields.join('')}
  untyped(index: u32): UntypedDescription {
    return changetype<UntypedDescription>(
      changetype<usize>(this) + ${bootInfo.untypedList} + ${untypedDescription.bytes} * index,
    );
  }

  /** The piece of the further boot information with this identifier. */
  piece(id: u32): ExtraBootInfo | null {
    let at = changetype<usize>(this) + ${bootInfoPageBytes};
    let end = at + this.extraLen;
    while (at < end) {
      let piece = changetype<ExtraBootInfo>(at);
      if (piece.length == 0) return null;
      if (piece.id == id) return piece;
      at += piece.length;
    }
    return null;
  }
}
@unmanaged export class ExtraBootInfo {
${field('id', extraBootInfo.id, 'What it is.')}${field('length', extraBootInfo.length, 'Its bytes, with these two words.')}}
@unmanaged export class UntypedDescription {
${field('physicalAddress', untypedDescription.physicalAddress, 'Where it begins.')}${field('sizeBits', untypedDescription.sizeBits, 'log2 of its bytes.', 'u8')}${field('isDevice', untypedDescription.isDevice, 'No RAM.', 'bool')}${field('isTainted', untypedDescription.isTainted, 'The root task itself lies in it.', 'bool')}}
/**
 * An untyped, and how much of it is free. Those of the root server lie side by side in memory that its start
 * provides, since an object for each would cost more time than everything else that it does.
 */
@unmanaged export class UntypedMemory {
  slot: u32;
  /** The address at which the next object goes, before alignment, and the bytes from there on. */
  free: u32;
  left: u32;
  sizeBits: u8;
  isDevice: bool;
  isTainted: bool;

  get base(): u32 {
    return this.free + this.left - ((<u32>1) << this.sizeBits);
  }

  get next(): UntypedMemory {
    return changetype<UntypedMemory>(changetype<usize>(this) + ((offsetof<UntypedMemory>() + 3) & ~3));
  }

  /** Untyped_Retype into a CNode itself, from a slot on. */
  retype(cnode: CNode, type: u32, sizeBits: u32, slot: u32, count: u32): KernelError {
    passCapability(0, cnode);
    setWord(4, slot);
    setWord(5, count);
    return <KernelError>invoke(this.slot, ${labelNumber(labelTable(version), 'UntypedRetype') ?? 0}, 1, 6, type, sizeBits, 0, 0);
  }

  /** Bytes that lie idle before an object of this size. */
  gap(bytes: u32): u32 {
    return (0 - this.free) & (bytes - 1);
  }

  take(bytes: u32): void {
    this.free += bytes;
    this.left -= bytes;
  }
}
@external("address", "untyped_memory") declare function firstUntypedMemory(): usize;
@external("address", "untyped_memory_end") declare function endOfUntypedMemory(): usize;
export function untypedMemory(): UntypedMemory {
  return changetype<UntypedMemory>(firstUntypedMemory());
}
/** Whether there is room for none at this place. */
export function isEndOfUntypedMemory(place: UntypedMemory): bool {
  return changetype<usize>(place) >= endOfUntypedMemory();
}
export function bootInfoAt(address: usize): BootInfo {
  return changetype<BootInfo>(address);
}
/** Copies bytes within the memory of the program. */
export function copyBytes(to: usize, from: usize, bytes: u32): void {
  memory.copy(to, from, bytes);
}
/** Copies a piece of what the kernel told. */
export function copyBootInfo(to: usize, info: BootInfo, offset: u32, bytes: u32): void {
  memory.copy(to, changetype<usize>(info) + offset, bytes);
}
export function copyPiece(to: usize, piece: ExtraBootInfo, offset: u32, bytes: u32): void {
  memory.copy(to, changetype<usize>(piece) + offset, bytes);
}
`;
}

const field = (name: string, offset: number, doc: string, type: 'u32' | 'u8' | 'bool' = 'u32') => `
  /** ${doc} */
  get ${name}(): ${type} {
    return load<${type}>(changetype<usize>(this), ${offset});
  }
  set ${name}(value: ${type}) {
    store<${type}>(changetype<usize>(this), value, ${offset});
  }
`;
