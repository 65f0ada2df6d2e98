/** A small program as ELF files, made by our own assembler and linker. */
import { virtAddr } from '../../../../runtime/base/address.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import { writeExecutable } from '../../../../runtime/toolchain/elf/write-executable.js';
import { writeObject } from '../../../../runtime/toolchain/elf/write-object.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import type { LinkResult } from '../../../../runtime/toolchain/linker/link.js';
import type { ObjectFile } from '../../../../runtime/toolchain/object-file.js';

const source = `
  .equ LIMIT, 10
  .globl _start
  .type _start, @function
_start:
  la a0, greeting
  li a1, LIMIT
loop:
  addi a1, a1, -1
  bnez a1, loop
  call helper
  .size _start, . - _start
helper:
  ret
  .section .rodata
greeting:
  .asciz "hello"
  .data
counter:
  .word _start
  .bss
buffer:
  .zero 100
`;

export function sampleAssembled(): ObjectFile {
  const files = {
    readText: (path: string): string | undefined => (path === 'sample.S' ? source : undefined),
    readBytes: (): undefined => undefined,
  };
  return assemble('sample.S', files).object;
}

export const sampleLinked = (): LinkResult =>
  link([sampleAssembled()], { entry: '_start', textBase: virtAddr(0x10000) });

export const sampleExecutable = (): Uint8Array => writeExecutable(sampleLinked().linked);
export const sampleObject = (): Uint8Array => writeObject(sampleAssembled());
