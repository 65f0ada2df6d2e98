// Records what GNU as and ld make of the sources below into ld-vectors.json, which link.test.ts compares
// our linker with. Run it by hand where the GNU tools are installed:
//   node test/unit/toolchain/linker/record-ld-vectors.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const vectors = {
  'calls and jumps between objects': [
    '.globl _start\n_start: call there\n j there\n jal t0, there\n beqz a0, near\n nop\nnear: ret\n tail there\n',
    '.globl there\nthere: nop\n beqz a0, there\n bnez a0, there\n ret\n',
  ],
  'addresses relative to pc': [
    '.globl _start\n_start: la a0, value\n lw a1, value\n sw a1, value+4, t0\n la a2, _start\n.data\n.globl value\nvalue: .word 1, 2\n',
  ],
  'absolute addresses': [
    '.globl _start\n_start: lui a0, %hi(value+0x900)\n addi a0, a0, %lo(value+0x900)\n lui a0, %hi(value)\n addi a0, a0, %lo(value)\n lw a1, %lo(value)(a0)\n sw a1, %lo(value+4)(a0)\n lui a2, %hi(far)\n addi a2, a2, %lo(far)\n.data\n.zero 4\nvalue: .word 1, 2\n.globl far\n.equ far, 0x12345fff\n',
  ],
  'words that hold addresses and differences': [
    '.globl _start\n_start: nop\n beqz a0, end\n nop\nend: ret\n.data\n.word _start, end+4, end-_start\n.half end-_start\n.byte end-_start\n.byte 0x55\n.word other, other-12\n',
    '.globl other\n.data\n.zero 3\n.balign 4\nother: .word other\n',
  ],
  'compressed branches': [
    '.option norelax\n.globl _start\n_start: c.beqz a0, ahead\n c.j ahead\n c.nop\n c.bnez a1, _start\nahead: c.jal back\n.text\nback: c.jr ra\n',
  ],
  'padding that the linker cuts': [
    '.globl _start\n_start: c.nop\n.p2align 3\n call a\na: c.nop\n c.nop\n c.nop\n.p2align 4\nb: c.nop\n c.nop\n.p2align 2\n j a\n beqz a0, b\n.data\n.word a, b, b-a\n',
  ],
  'weak and common symbols': [
    '.globl _start\n_start: lui a0, %hi(nobody)\n addi a0, a0, %lo(nobody)\n lui a1, %hi(shared)\n addi a1, a1, %lo(shared)\n call maybe\n.weak nobody\n.weak maybe\nmaybe: li a0, 1\n ret\n.comm shared, 8, 4\n',
    '.globl maybe\nmaybe: li a0, 2\n ret\n.comm shared, 64, 16\n.data\n.word shared\n',
  ],
  'sections and names that the linker defines': [
    '.globl _start\n_start: la a0, __bss_start\n la a1, _end\n la a2, __global_pointer$\n la a3, constant\n la a4, zeroes\n.section .rodata.str\nconstant: .word zeroes\n.section .sdata,"aw"\n.word constant\n.bss\nzeroes: .zero 20\n',
  ],
  'far calls that are near': [
    '.globl _start\n_start: call near\n tail near\n call far\n call other\n jump near, t1\n jump other, t0\nnear: ret\n.zero 3000\nfar: ret\n',
    '.globl other\n.p2align 4\nother: call _start\n tail _start\n beqz a0, other\n ret\n',
  ],
  'small data that gp reaches': [
    '.globl _start\n_start:\n.option push\n.option norelax\n la gp, __global_pointer$\n.option pop\n la a0, small\n lw a1, small\n sw a1, small+4, t0\n lui a2, %hi(small)\n lw a3, %lo(small)(a2)\n sw a3, %lo(small)(a2)\n la a4, big\n lui a5, %hi(bigger)\n addi a5, a5, %lo(bigger)\n ret\n.section .sdata,"aw"\nsmall: .word 1, 2\n.bss\nbig: .zero 6000\nbigger: .zero 4\n',
  ],
  'numbers and addresses near zero': [
    '.globl _start\n_start: lui a0, %hi(little)\n addi a0, a0, %lo(little)\n lui a1, %hi(page)\n lw a1, %lo(page)(a1)\n lui sp, %hi(page)\n addi sp, sp, %lo(page)\n ret\n.globl little\n.equ little, 0x7f0\n.globl page\n.equ page, 0x12340\n',
  ],
  'alignment after calls that got short': [
    '.globl _start\n_start: call a\n.p2align 4\na: call b\n call b\n.p2align 3\nb: beqz a0, _start\n bnez a0, c\n ret\n.p2align 5\nc: ret\n.data\n.word a, b, c, c-a, b-_start\n',
  ],
};

const script = `ENTRY(_start)
SECTIONS {
  . = 0x10000;
  .text : { *(.text .text.*) }
  . = ALIGN(4096);
  .rodata : { *(.rodata .rodata.* .srodata .srodata.*) }
  . = ALIGN(4096);
  .data : { *(.data .data.*) }
  PROVIDE(__global_pointer$ = ADDR(.sdata) + 0x800);
  .sdata : { *(.sdata .sdata.*) }
  PROVIDE(__bss_start = .);
  .bss : { *(.sbss .sbss.*) *(.bss .bss.*) *(COMMON) }
  PROVIDE(_end = .);
}
`;

const folder = mkdtempSync(path.join(tmpdir(), 'ld-vectors-'));
const tool = (name, ...argv) =>
  execFileSync(`riscv64-unknown-elf-${name}`, argv, { cwd: folder, encoding: 'utf8' });
writeFileSync(path.join(folder, 'script.ld'), script);
const recorded = Object.entries(vectors).map(([title, sources]) => {
  const objects = sources.map((source, index) => {
    writeFileSync(path.join(folder, `${index}.s`), source);
    tool('as', '-march=rv32imac_zicsr', '-mabi=ilp32', '-o', `${index}.o`, `${index}.s`);
    return `${index}.o`;
  });
  return {
    title,
    sources,
    objects: objects.map((file) => readFileSync(path.join(folder, file)).toString('base64')),
    sections: linkedBytes(objects, '--no-relax'),
    relaxed: linkedBytes(objects, '--relax'),
  };
});
rmSync(folder, { recursive: true });
const output = path.join(import.meta.dirname, 'ld-vectors.json');
writeFileSync(output, `${JSON.stringify(recorded, undefined, 1)}\n`);
console.log(`Recorded ${recorded.length} vectors in ${output}.`);

function linkedBytes(objects, relaxation) {
  tool('ld', '-m', 'elf32lriscv', relaxation, '-T', 'script.ld', '-o', 'linked', ...objects);
  const sections = {};
  for (const name of ['.text', '.rodata', '.data', '.sdata']) {
    try {
      tool('objcopy', '-O', 'binary', '-j', name, 'linked', 'bytes');
    } catch {
      continue;
    }
    const bytes = readFileSync(path.join(folder, 'bytes'));
    if (bytes.length > 0) sections[name] = bytes.toString('base64');
  }
  return sections;
}
