/**
 * One function `run(5)` of guest TypeScript on a machine, without a kernel's help: linked with an entry that begins its
 * module and gives it a heap and a stack. `end` is where it stays afterwards; `mark` comes back at once.
 */
import assert from 'node:assert/strict';
import { virtAddr } from '../../runtime/base/address.js';
import type { SystemImage } from '../../runtime/image/system-image.js';
import { boards, createPlatform, type Platform } from '../../runtime/platform.js';
import { assemble } from '../../runtime/toolchain/assembly/assemble.js';
import { compileModule } from '../../runtime/toolchain/guest/riscv/compile-module.js';
import { link } from '../../runtime/toolchain/linker/link.js';
import { compileGuest, type GuestOptions } from './guest-program.js';

const start = `
    .globl _start, mark
_start:
    la sp, top
    call __guest_start
    li a0, 5
    call run
end:
    j end
mark:
    ret
    .globl __guest_heap_start, __guest_heap_end
    .bss
    .balign 16
__guest_heap_start:
    .space 262144
__guest_heap_end:
    .space 4096
top:
`;

export function guestPlatform(
  source: string,
  options: Omit<GuestOptions, 'memoryBase'> = {},
): { readonly platform: Platform; readonly image: SystemImage } {
  const { module, diagnostics } = compileGuest(source, { memoryBase: 0x10_0000, ...options });
  assert.deepEqual(diagnostics, []);
  assert.ok(module !== undefined);
  const assembled = assemble('start.S', { readText: () => start, readBytes: () => undefined });
  const { image } = link([assembled.object, compileModule(module).object], {
    textBase: virtAddr(0x1_0000),
  });
  const made = createPlatform(image, { board: boards[0]?.name ?? 'nexus', kernel: 'builtin' });
  assert.ok(made.ok);
  return { platform: made.value, image };
}
