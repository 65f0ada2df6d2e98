/**
 * What the assembler's directives do, for hovers and completion. GNU as manual, chapter 7, and its
 * RISC-V section; only directives that our assembler takes are here, and a test assembles each.
 */
export interface Directive {
  readonly name: string;
  readonly syntax: string;
  readonly doc: string;
  /** Statements that use it, from which the test makes a program. */
  readonly example: string;
}

export const directives: readonly Directive[] = (
  [
    ['.text', '', 'Goes on in the section for code.', '.text'],
    ['.data', '', 'Goes on in the section for data that may be written.', '.data'],
    [
      '.bss',
      '',
      'Goes on in the section for data that starts as zero and takes no room in the file.',
      '.bss',
    ],
    [
      '.section',
      'name, "flags", @type',
      'Goes on in the named section. Flags: `a` allocated, `w` writable, `x` executable.',
      '.section .rodata, "a", @progbits',
    ],
    [
      '.pushsection',
      'name',
      'Goes on in the named section until `.popsection`.',
      '.pushsection .data\n.popsection',
    ],
    [
      '.popsection',
      '',
      'Returns to the section before `.pushsection`.',
      '.pushsection .data\n.popsection',
    ],
    ['.previous', '', 'Returns to the section before this one.', '.data\n.previous'],
    ['.globl', 'symbol', 'Makes the symbol visible to the linker.', '.globl here\nhere:'],
    ['.global', 'symbol', 'Makes the symbol visible to the linker.', '.global here\nhere:'],
    ['.local', 'symbol', 'Keeps the symbol in this file.', '.local here\nhere:'],
    [
      '.weak',
      'symbol',
      'Makes the symbol visible, and gives way to another definition.',
      '.weak here\nhere:',
    ],
    [
      '.type',
      'symbol, @function',
      'Says whether the symbol is a function or an object.',
      '.type here, @function\nhere:',
    ],
    [
      '.size',
      'symbol, expression',
      'Says how many bytes the symbol covers.',
      'here: nop\n.size here, . - here',
    ],
    [
      '.equ',
      'symbol, expression',
      'Gives the symbol a value. It may be given another one later.',
      '.equ answer, 42',
    ],
    [
      '.set',
      'symbol, expression',
      'Gives the symbol a value. It may be given another one later.',
      '.set answer, 42',
    ],
    [
      '.equiv',
      'symbol, expression',
      'Gives the symbol a value; an error if it has one already.',
      '.equiv answer, 42',
    ],
    [
      '.comm',
      'symbol, size, alignment',
      'Declares a zeroed block that the linker merges by name.',
      '.comm block, 16, 4',
    ],
    ['.byte', 'expression, …', 'Puts 8-bit numbers.', '.byte 1, 2'],
    ['.half', 'expression, …', 'Puts 16-bit numbers.', '.half 1, 2'],
    ['.short', 'expression, …', 'Puts 16-bit numbers.', '.short 1'],
    ['.word', 'expression, …', 'Puts 32-bit numbers or addresses.', '.word 1, 2'],
    ['.long', 'expression, …', 'Puts 32-bit numbers or addresses.', '.long 1'],
    ['.quad', 'expression, …', 'Puts 64-bit numbers.', '.quad 1'],
    ['.dword', 'expression, …', 'Puts 64-bit numbers.', '.dword 1'],
    ['.ascii', '"text", …', 'Puts the bytes of the text, without an end.', '.ascii "text"'],
    ['.asciz', '"text", …', 'Puts the bytes of the text and a zero byte.', '.asciz "text"'],
    ['.string', '"text", …', 'Puts the bytes of the text and a zero byte.', '.string "text"'],
    ['.zero', 'size', 'Puts zero bytes.', '.zero 4'],
    ['.skip', 'size, fill', 'Puts bytes of the same value; zero when none is given.', '.skip 4'],
    ['.space', 'size, fill', 'Puts bytes of the same value; zero when none is given.', '.space 4'],
    ['.fill', 'count, size, value', 'Puts a value a number of times.', '.fill 2, 4, 1'],
    ['.align', 'bits', 'Advances to a multiple of 2 to the power of the operand.', '.align 2'],
    ['.p2align', 'bits', 'Advances to a multiple of 2 to the power of the operand.', '.p2align 2'],
    ['.balign', 'bytes', 'Advances to a multiple of the operand.', '.balign 4'],
    ['.org', 'offset', 'Advances to an offset in the section.', '.org 16'],
    ['.include', '"file"', 'Goes on with the text of another file, then comes back.', ''],
    ['.incbin', '"file"', 'Puts the bytes of a file.', ''],
    [
      '.macro',
      'name parameters',
      'Begins a macro, which ends with `.endm`. `\\name` is a parameter.',
      '.macro twice instruction\n\\instruction\n\\instruction\n.endm\ntwice nop',
    ],
    ['.endm', '', 'Ends a macro.', '.macro nothing\n.endm'],
    ['.rept', 'count', 'Repeats the statements up to `.endr`.', '.rept 2\nnop\n.endr'],
    [
      '.irp',
      'name, value, …',
      'Repeats the statements up to `.endr`, once for each value.',
      '.irp register, a0, a1\nmv \\register, zero\n.endr',
    ],
    ['.endr', '', 'Ends `.rept`, `.irp` or `.irpc`.', '.rept 2\nnop\n.endr'],
    [
      '.if',
      'expression',
      'Takes the statements up to `.else` or `.endif` if the expression is not zero.',
      '.if 1\nnop\n.endif',
    ],
    [
      '.ifdef',
      'symbol',
      'Takes the statements if the symbol is defined.',
      '.ifdef answer\nnop\n.endif',
    ],
    [
      '.ifndef',
      'symbol',
      'Takes the statements if the symbol is not defined.',
      '.ifndef answer\nnop\n.endif',
    ],
    [
      '.else',
      '',
      'Takes the statements if those before were not taken.',
      '.if 0\n.else\nnop\n.endif',
    ],
    ['.endif', '', 'Ends `.if`.', '.if 1\n.endif'],
    [
      '.option',
      'name',
      'Changes how instructions are assembled: `rvc` and `norvc` allow and forbid compressed ones; `push` and `pop` keep and restore.',
      '.option push\n.option norvc\n.option pop',
    ],
    [
      '.attribute',
      'tag, value',
      'Notes a fact about the file, such as the architecture.',
      '.attribute arch, "rv32imac"',
    ],
    ['.file', '"name"', 'Names the source in the debug information.', '.file "name.S"'],
    ['.ident', '"text"', 'Leaves a note on what made the file.', '.ident "text"'],
  ] as const
).map(([name, syntax, doc, example]) => ({ name, syntax, doc, example }));

export function directiveNamed(name: string): Directive | undefined {
  return directives.find((directive) => directive.name === name);
}
