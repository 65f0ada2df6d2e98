// Records what GNU ld makes of the linker scripts below into script-vectors.json, which script.test.ts
// compares our linker with. Run it by hand where the GNU tools are installed:
//   node test/unit/toolchain/linker/record-script-vectors.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const program = [
  `.globl _start, helper
_start: call helper
 la a0, table
 la a1, __bss_start
 la a2, __bss_end
 ret
.section .text.unlikely,"ax"
cold: ret
.section .rodata.b,"a"
table: .word helper, cold
.section .rodata.a,"a"
 .byte 1, 2, 3
.data
 .word 7
.section .sdata,"aw"
 .word 8
.bss
 .zero 20
.comm shared, 8, 4
.section .isr_vector,"a"
 .word _start
`,
  `.globl helper
helper: addi a0, a0, 1
 ret
.section .rodata.c,"a"
.p2align 4
 .word 3
.data
 .word 9
.bss
.p2align 3
 .zero 3
`,
];

const vectors = {
  'sections one after the other': `
ENTRY(_start)
SECTIONS {
  . = 0x80000000;
  .text : { *(.isr_vector) *(.text .text.*) }
  .rodata : { *(.rodata .rodata.*) }
  . = ALIGN(4096);
  .data : { *(.data) *(.sdata) }
  .bss : { __bss_start = .; *(.bss .bss.*) *(COMMON) __bss_end = .; }
  _end = .;
}`,
  'regions of memory, loaded from flash': `
MEMORY { FLASH (rx) : ORIGIN = 0x20000000, LENGTH = 64K
         RAM (rwx) : org = 0x30000000, len = 16K }
ENTRY(_start)
SECTIONS {
  .vectors : { KEEP(*(.isr_vector)) . = ALIGN(16); } > FLASH
  .text : ALIGN(8) { *(SORT_BY_NAME(.text*)) _etext = .; } > FLASH
  .rodata : { *(SORT_BY_ALIGNMENT(.rodata.*)) } > FLASH
  .data : { _data = .; *(.data .sdata) . = ALIGN(8); _edata = .; } > RAM AT > FLASH
  _sidata = LOADADDR(.data);
  .bss (NOLOAD) : { __bss_start = .; *(.bss*) *(COMMON) . = ALIGN(4); __bss_end = .; } > RAM
  _stack = ORIGIN(RAM) + LENGTH(RAM);
  _size = SIZEOF(.text) + SIZEOF(.rodata);
}`,
  'numbers, operators and functions': `
base = 0x1000 * 4;
SECTIONS {
  . = base;
  .text : { *(.text*) *(.isr_vector) }
  a = (1 << 4) | 0x3 & ~1;
  b = a > 10 ? MAX(a, 100) : MIN(a, 1);
  c = 2M + 3K - 010;
  d = ALIGN(0x123, 0x100);
  e = DEFINED(_start) && !DEFINED(nothing);
  f = 7 / 2 * 3 % 4;
  g = ADDR(.text) == base;
  h = -1;
  . += 0x20;
  .data ALIGN(0x40) : { *(.data) *(.rodata*) *(.sdata) }
  PROVIDE(__bss_start = .);
  PROVIDE(helper = 0);
  PROVIDE(nobody_needs_this = 5);
  .bss : { *(.bss) *(COMMON) }
  __bss_end = .;
}`,
  'data, fill and places in a section': `
SECTIONS {
  .text 0x4000 : { *(.text) . = 0x40; *(.text.*) BYTE(1) SHORT(0x1234) LONG(0xdeadbeef) . = ALIGN(8); QUAD(5) } =0x11223344
  .rodata : SUBALIGN(32) { FILL(0xaabbccdd) *(.rodata.a) *(.rodata.*) *(.isr_vector) }
  .data 0x6000 : AT(0x9000) { *(.data) *(.sdata) }
  .bss : { __bss_start = .; *(.bss) *(COMMON) __bss_end = .; }
}`,
  'files by name, exclusion and what is discarded': `
SECTIONS {
  . = 0x10000;
  .first : { *1.o(.text) }
  .text : { *(EXCLUDE_FILE(*1.o) .text) *(.text.*) *(.isr_vector) }
  .data : { EXCLUDE_FILE(*0.o) *(.data) }
  .more : { 0.o(.data .sdata) *(.rodata.[a-b] .rodata.?) }
  .bss : { __bss_start = .; *(.bss COMMON) __bss_end = .; }
}`,
};

const folder = mkdtempSync(path.join(tmpdir(), 'script-vectors-'));
const tool = (name, ...argv) =>
  execFileSync(`riscv64-unknown-elf-${name}`, argv, { cwd: folder, encoding: 'utf8' });
const objects = program.map((source, index) => {
  writeFileSync(path.join(folder, `${index}.s`), source);
  tool('as', '-march=rv32imac_zicsr', '-mabi=ilp32', '-o', `${index}.o`, `${index}.s`);
  return `${index}.o`;
});
const recorded = Object.entries(vectors).map(([title, script]) => {
  writeFileSync(path.join(folder, 'script.ld'), script);
  tool('ld', '-m', 'elf32lriscv', '--relax', '-T', 'script.ld', '-o', 'linked', ...objects);
  return { title, script, sections: sectionsOf(), symbols: symbolsOf() };
});
const output = path.join(import.meta.dirname, 'script-vectors.json');
const content = {
  objects: objects.map((file) => readFileSync(path.join(folder, file)).toString('base64')),
  vectors: recorded,
};
rmSync(folder, { recursive: true });
writeFileSync(output, `${JSON.stringify(content, undefined, 1)}\n`);
console.log(`Recorded ${recorded.length} scripts in ${output}.`);

/** Name: address, load address, and the bytes or the size of what is zero. */
function sectionsOf() {
  const sections = {};
  for (const line of tool('objdump', '-h', 'linked').split('\n')) {
    const row = /^\s*\d+ (\S+)\s+([0-9a-f]{8})\s+([0-9a-f]{8})\s+([0-9a-f]{8})/.exec(line);
    if (row === null || row[1].startsWith('.riscv') || row[1] === '.comment') continue;
    const [, name, size, address, load] = row;
    if (parseInt(size, 16) === 0) continue;
    let bytes = '';
    try {
      tool('objcopy', '-O', 'binary', '-j', name, 'linked', 'bytes');
      bytes = readFileSync(path.join(folder, 'bytes')).toString('base64');
    } catch {
      // Nothing of it is in the file.
    }
    sections[name] = {
      address: parseInt(address, 16),
      load: parseInt(load, 16),
      size: parseInt(size, 16),
      bytes,
    };
  }
  return sections;
}

function symbolsOf() {
  const symbols = {};
  for (const line of tool('nm', 'linked').split('\n')) {
    const row = /^([0-9a-f]{8}) ([A-Z]) (\S+)$/.exec(line);
    if (row !== null && !row[3].startsWith('.L')) symbols[row[3]] = parseInt(row[1], 16);
  }
  return symbols;
}
