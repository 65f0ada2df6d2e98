import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assembleText, problems } from './source-fixture.js';

const messages = (text: string): readonly string[] =>
  assembleText(text).diagnostics.map(({ message }) => message);

describe('a diagnostic of the assembler', () => {
  it('marks an unknown instruction and suggests the nearest one', () => {
    assert.deepEqual(problems('nop\n  adi a0, a0, 1'), ['2:3-6 unknown-instruction']);
    assert.match(messages('adi a0, a0, 1')[0] ?? '', /did you mean `addi`\?$/);
  });

  it('marks the register that does not exist', () => {
    assert.deepEqual(problems('add a0, a9, a1'), ['1:9-11 unknown-register']);
    assert.deepEqual(problems('lw a0, 4(x32)'), ['1:10-13 unknown-register']);
  });

  it('marks the operand that is out of range and says the range', () => {
    assert.deepEqual(problems('addi a0, a1, 2048'), ['1:14-18 operand-out-of-range']);
    assert.match(messages('addi a0, a1, 2048')[0] ?? '', /from -2048 to 2047/);
    assert.deepEqual(problems('slli a0, a1, 32'), ['1:14-16 operand-out-of-range']);
    assert.deepEqual(problems('lui a0, 0x100000'), ['1:9-17 operand-out-of-range']);
    assert.deepEqual(problems('csrwi mie, 32'), ['1:12-14 operand-out-of-range']);
    assert.deepEqual(problems('lw a0, -2049(sp)'), ['1:8-17 operand-out-of-range']);
    assert.deepEqual(problems('c.lw t0, 0(a0)'), ['1:6-8 operand-out-of-range']);
  });

  it('says how many operands an instruction takes', () => {
    assert.deepEqual(problems('add a0, a1'), ['1:1-4 operand-count']);
    assert.deepEqual(problems('ret a0'), ['1:5-7 operand-count']);
    assert.match(
      messages('add a0, a1')[0] ?? '',
      /takes 3 operands, but 2 were found: `add rd, rs1, rs2`/,
    );
  });

  it('says which shape of operand was expected', () => {
    assert.deepEqual(problems('lw a0, a1'), ['1:8-10 operand-shape']);
    assert.deepEqual(problems('beq a0, 4, 0'), ['1:9-10 operand-shape']);
  });

  it('marks a local label that is missing, but leaves other names to the linker', () => {
    assert.deepEqual(problems('j 1f\n1: j 2b\nj .Lnone\ncall elsewhere'), [
      '2:6-8 undefined-symbol',
      '3:3-9 undefined-symbol',
    ]);
    assert.deepEqual(problems('j 1f'), ['1:3-5 undefined-symbol']);
  });

  it('shows the first definition beside a second one', () => {
    const [diagnostic] = assembleText('here: nop\nhere: nop').diagnostics;
    assert.equal(diagnostic?.code, 'duplicate-symbol');
    assert.deepEqual(diagnostic.related, [
      {
        file: 'main.S',
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } },
        message: '`here` is first defined here.',
      },
    ]);
  });

  it('marks an unknown directive, CSR, modifier and option', () => {
    assert.deepEqual(problems('.wrod 1'), ['1:1-6 unknown-directive']);
    assert.deepEqual(problems('csrr a0, mstats'), ['1:10-16 unknown-csr']);
    assert.deepEqual(problems('addi a0, a0, %low(x)'), ['1:15-18 unknown-modifier']);
    assert.deepEqual(problems('lui a0, %lo(x)'), ['1:9-15 wrong-modifier']);
    assert.deepEqual(problems('auipc a0, %got_pcrel_hi(x)'), ['1:12-24 unsupported-relocation']);
    assert.deepEqual(problems('.option rcv'), ['1:9-12 unknown-option']);
  });

  it('finds conditions, macros and repetitions that are not closed or not open', () => {
    assert.deepEqual(problems('.if 1\nnop'), ['1:1-4 unbalanced-conditional']);
    assert.deepEqual(problems('.endif'), ['1:1-7 unbalanced-conditional']);
    assert.deepEqual(problems('.else'), ['1:1-6 unbalanced-conditional']);
    assert.deepEqual(problems('.macro m\nnop'), ['1:1-7 unbalanced-macro']);
    assert.deepEqual(problems('.endm'), ['1:1-6 unbalanced-macro']);
    assert.deepEqual(problems('.rept 2\nnop'), ['1:1-6 unbalanced-repeat']);
    assert.deepEqual(problems('#if 1'), ['1:1-4 unbalanced-conditional']);
    assert.deepEqual(problems('#endif'), ['1:1-7 unbalanced-conditional']);
  });

  it('ends a macro that uses itself for ever', () => {
    assert.deepEqual(problems('.macro m\nm\nm\n.endm\nm\nbogus'), [
      '5:1-2 macro-recursion',
      '6:1-6 unknown-instruction',
    ]);
    assert.deepEqual(problems('.macro m\nm\n.endm\nm'), ['4:1-2 macro-recursion']);
  });

  it('shows an error inside a macro at the use, with its place in the body', () => {
    const [diagnostic] = assembleText(
      '.macro bad to\n  addi \\to, \\to, 9999\n.endm\n\n  bad a0',
    ).diagnostics;
    assert.deepEqual(diagnostic?.range, {
      start: { line: 4, character: 2 },
      end: { line: 4, character: 8 },
    });
    assert.deepEqual(diagnostic.related?.[0]?.range, {
      start: { line: 1, character: 17 },
      end: { line: 1, character: 21 },
    });
  });

  it('shows an error in an argument of a macro at the argument', () => {
    assert.deepEqual(problems('.macro two a b\nadd \\a, \\a, \\b\n.endm\ntwo a0, q7'), [
      '4:9-11 unknown-register',
    ]);
  });

  it('marks a string without an end, a number that is none, a comment without an end', () => {
    assert.deepEqual(problems('.ascii "abc'), ['1:8-12 string-unterminated']);
    assert.deepEqual(problems('.word 12z'), ['1:7-10 bad-number']);
    assert.deepEqual(problems('.word 0x10000000000000000'), ['1:7-26 number-too-large']);
    assert.deepEqual(problems('nop /* open'), ['1:5-7 comment-unterminated']);
  });

  it('refuses an instruction of an extension that is off', () => {
    assert.deepEqual(problems('mul a0, a1, a2', { march: 'rv32i' }), ['1:1-4 extension-off']);
    assert.deepEqual(problems('.option norvc\nc.nop'), ['2:1-6 extension-off']);
  });

  it('refuses an immediate that is not known where it stands', () => {
    assert.deepEqual(problems('addi a0, a0, later\n.equ later, 4'), ['1:14-19 not-constant']);
    assert.deepEqual(problems('nop\nhere: li a0, here'), ['2:14-18 not-constant']);
  });

  it('refuses a gap or a repetition without bounds', () => {
    assert.deepEqual(
      problems('.data\n.space 0x7fffffff'),
      ['2:8-18 output-too-large'].map((one) => one.replace('2:8-18', '2:18-18')),
    );
    assert.deepEqual(problems('.rept 100000000\n.endr'), ['1:7-16 operand-out-of-range']);
  });

  it('names a file that is not there', () => {
    assert.deepEqual(problems('#include "none.h"\n.include "none.s"'), [
      '1:10-18 include-missing',
      '2:10-18 include-missing',
    ]);
  });

  it('stops when a file includes itself', () => {
    const { diagnostics } = assembleText('#include "main.S"\n.include "main.S"');
    assert.ok(diagnostics.some(({ code }) => code === 'include-recursion'));
  });

  it('passes on what the source itself says', () => {
    assert.deepEqual(problems('.error "no"\n.warning "well"\n#error broken\n#warning odd'), [
      '3:1-14 error-directive',
      '4:1-13 warning-directive',
      '1:1-12 error-directive',
      '2:1-16 warning-directive',
    ]);
  });
});
