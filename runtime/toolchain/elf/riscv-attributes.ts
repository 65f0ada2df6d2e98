/**
 * The .riscv.attributes section, which tells disassemblers which extensions the code may use. Without
 * it GNU objdump takes rv32gc for granted. RISC-V psABI, "Attributes".
 */
import { ByteWriter } from '../dwarf/byte-writer.js';
import type { NewSection } from './write-elf.js';
import { sectionType } from './elf-file.js';

const tagFile = 1;
const tagStackAlign = 4;
const tagArch = 5;

/** What the machine runs, with the versions of the ratified specifications. */
const architecture = 'rv32i2p1_m2p0_a2p1_c2p0_zicsr2p0_zifencei2p0';

export function attributesSection(): NewSection {
  const attributes = new ByteWriter()
    .uleb(tagStackAlign)
    .uleb(16)
    .uleb(tagArch)
    .string(architecture)
    .bytes();
  const file = new ByteWriter()
    .uleb(tagFile)
    .u32(attributes.length + 5)
    .raw(attributes)
    .bytes();
  const vendor = new ByteWriter().string('riscv').raw(file).bytes();
  const bytes = new ByteWriter()
    .u8(0x41)
    .u32(vendor.length + 4)
    .raw(vendor)
    .bytes();
  return {
    name: '.riscv.attributes',
    type: sectionType.riscvAttributes,
    flags: 0,
    address: 0,
    bytes,
    sizeBytes: bytes.length,
    alignmentBytes: 1,
  };
}
