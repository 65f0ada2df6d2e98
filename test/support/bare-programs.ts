/** Small programs for the command line's tests, by the names of their files; all but `loop.S` run bare on board virt. */

/** The UART is at 0x10000000, the test device at 0x100000. */
export const bare = ['--board', 'virt', '--kernel', 'none'];

const speak = `.globl _start
_start: li s0, 0x10000000
  la s1, text
1: lbu a0, (s1)
  beqz a0, 2f
  sb a0, (s0)
  addi s1, s1, 1
  j 1b
2: li t0, 0x100000
  li t1, VERDICT
  sw t1, (t0)
3: j 3b
  .section .rodata
text: .asciz "one two\\n"
`;

/** Echoes the NS16550's input until an x. */
const echo = `.globl _start
_start: li s0, 0x10000000
1: lbu t0, 5(s0)
  andi t0, t0, 1
  beqz t0, 1b
  lbu a0, (s0)
  sb a0, (s0)
  li t1, 'x'
  bne a0, t1, 1b
  li t0, 0x100000
  li t1, 0x5555
  sw t1, (t0)
2: j 2b
`;

export const barePrograms: Readonly<Record<string, string>> = {
  'speak.S': speak,
  'good.S': '.equ VERDICT, 0x5555\n.include "speak.S"\n',
  'bad.S': '.equ VERDICT, 0x33333\n.include "speak.S"\n',
  'echo.S': echo,
  'loop.S': '.globl _start\n_start: j _start\n',
};
