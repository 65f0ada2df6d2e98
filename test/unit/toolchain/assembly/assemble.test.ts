import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assembleText, hexOf, problems, short } from './source-fixture.js';

describe('assembling', () => {
  it('gives every instruction the line that the user wrote', () => {
    const { object } = assembleText('.macro two\nnop\nnop\n.endm\n\n  nop\n  two\n');
    assert.deepEqual(
      object.sections[0]?.lines.map(({ offset, line, column }) => [offset, line, column]),
      [
        [0, 6, 3],
        [2, 7, 3],
        [4, 7, 3],
      ],
    );
  });

  it('takes the lines of another language from .loc', () => {
    const { object } = assembleText('.file 1 "/src" "a.c"\nnop\n.loc 1 7 3 is_stmt 1\nnop\nnop');
    assert.deepEqual(
      object.sections[0]?.lines.map(({ file, line, column }) => [file, line, column]),
      [
        ['main.S', 2, 1],
        ['/src/a.c', 7, 3],
        ['/src/a.c', 7, 3],
      ],
    );
  });

  it('gives symbols their binding, kind, size and place', () => {
    const { object } = assembleText(
      '.globl f\n.type f, @function\nf: ret\n.size f, . - f\n.weak w\nw: nop\nlocal: nop\n.Lhidden: nop\n.comm shared, 8, 4\ncall other\n.equ five, 5\n',
    );
    const symbols = object.symbols.map(({ name, binding, kind, definition, sizeBytes, place }) => [
      name,
      binding,
      kind,
      definition.kind,
      sizeBytes,
      place?.range.start.line,
    ]);
    assert.deepEqual(symbols, [
      ['f', 'global', 'function', 'section', 2, 2],
      ['w', 'weak', 'none', 'section', 0, 5],
      ['local', 'local', 'none', 'section', 0, 6],
      ['shared', 'global', 'object', 'common', 8, 8],
      ['other', 'global', 'none', 'undefined', 0, 9],
      ['five', 'local', 'none', 'absolute', 0, 10],
    ]);
  });

  it('leaves a jump to a weak or foreign symbol to the linker', () => {
    const { object } = assembleText('.weak w\nw: j w\nj elsewhere\nhere: j here');
    const relocations = object.sections[0]?.relocations ?? [];
    assert.deepEqual(
      relocations.map(({ offset, type, symbol }) => [offset, type, object.symbols[symbol]?.name]),
      [
        [0, 'R_RISCV_JAL', 'w'],
        [4, 'R_RISCV_JAL', 'elsewhere'],
      ],
    );
  });

  it('pairs the parts of a distance to the counter', () => {
    const { object } = assembleText('nop\nla a0, there');
    const relocations = object.sections[0]?.relocations ?? [];
    const [high, low] = relocations;
    assert.deepEqual([high?.type, low?.type], ['R_RISCV_PCREL_HI20', 'R_RISCV_PCREL_LO12_I']);
    assert.deepEqual(object.symbols[low?.symbol ?? -1]?.definition, {
      kind: 'section',
      section: 0,
      offset: 2,
    });
  });

  it('reads a section of zeros without bytes', () => {
    const { object } = assembleText('.bss\n.space 100\nbuffer: .zero 28');
    const bss = object.sections.find(({ name }) => name === '.bss');
    assert.deepEqual([bss?.kind, bss?.sizeBytes, bss?.bytes.length], ['nobits', 128, 0]);
  });

  it('includes files relative to the including one, and bytes', () => {
    const assembled = assembleText('.include "lib/a.s"\n.incbin "raw.bin", 1, 2', {
      files: { 'lib/a.s': '.include "b.s"', 'lib/b.s': '.half 0x1122', 'raw.bin': 'ABCD' },
    });
    assert.deepEqual(assembled.diagnostics, []);
    assert.equal(hexOf(assembled), '22114243');
    assert.deepEqual(assembled.files, ['main.S', 'lib/a.s', 'lib/b.s', 'raw.bin']);
  });

  it('turns extensions off and on, and takes them from an attribute', () => {
    const source =
      'nop\n.option push\n.option norvc\nnop\n.option pop\nnop\n.attribute arch, "rv32i"\nnop';
    assert.equal(hexOf(assembleText(source)).slice(0, 24), '010013000000010013000000');
  });

  it('stores a distance whose parts lie further down', () => {
    assert.equal(
      hexOf(assembleText('.data\n.uleb128 b - a\na: .zero 200\nb:'), '.data').slice(0, 4),
      'c801',
    );
  });

  it('keeps the same bytes when run twice', () => {
    const source = 'start: beqz a0, end\n.zero 300\nend: j start\n.word end - start';
    assert.equal(hexOf(assembleText(source)), hexOf(assembleText(source)));
  });
});

describe('the statements for an editor', () => {
  it('know each token, the instruction and the bytes', () => {
    const { statements } = assembleText('start: addi a0, a0, 1 # more\n');
    const [statement] = statements;
    assert.deepEqual(
      statement?.tokens.map(({ text, kind, range }) => [text, kind, range.start.character]),
      [
        ['start', 'label', 0],
        [':', 'punctuation', 5],
        ['addi', 'mnemonic', 7],
        ['a0', 'register', 12],
        [',', 'punctuation', 14],
        ['a0', 'register', 16],
        [',', 'punctuation', 18],
        ['1', 'number', 20],
      ],
    );
    assert.deepEqual(
      statement.rows.map(({ name }) => name),
      ['c.addi'],
    );
    assert.equal(statement.output?.section, '.text');
    assert.equal(Buffer.from(statement.output.bytes).toString('hex'), '0505');
  });

  it('tell the text of a macro from its use', () => {
    const { statements } = assembleText('.macro m\nnop\n.endm\nm\n');
    assert.deepEqual(
      statements.map(({ origin, range }) => [origin, range.start.line]),
      [
        ['body', 1],
        ['assembled', 0],
        ['assembled', 3],
        ['expanded', 3],
      ],
    );
  });

  it('list every symbol with its definition and its uses', () => {
    const { symbols } = assembleText('.globl f\nf: j 1f\n1: j f\n');
    const lines = symbols.map(({ name, definition, uses }) => [
      name,
      definition?.range.start.line,
      uses.map(({ range }) => range.start.line),
    ]);
    assert.deepEqual(lines[0], ['f', 1, [0, 2]]);
    assert.deepEqual(lines[1]?.slice(1), [2, [1]]);
  });
});

describe('a line marker', () => {
  it('gives the lines after it their file and number', () => {
    const text = '# 12 "foo.c"\n nop\n adi\n# 30 "bar.h" 1 3\n adi\n  # 5 "x"\n adi\n';
    const { diagnostics, object } = assembleText(text, { preprocess: false });
    assert.deepEqual(diagnostics.map(short), [
      'foo.c:13:2-5 unknown-instruction',
      'bar.h:30:2-5 unknown-instruction',
      'bar.h:32:2-5 unknown-instruction',
    ]);
    assert.deepEqual(
      object.sections[0]?.lines.map(({ file, line }) => `${file}:${line}`),
      ['foo.c:12'],
    );
  });
});

describe('.org', () => {
  it('moves to a label plus a number, or to a number, of its section', () => {
    const { object, diagnostics } = assembleText('.word 1\na: .word 2\n.org a + 8\n.word 3\n');
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      [...(object.sections[0]?.bytes ?? [])].map((byte, index) => (byte === 0 ? -1 : index)),
      [0, -1, -1, -1, 4, -1, -1, -1, -1, -1, -1, -1, 12, -1, -1, -1],
    );
  });

  it('cannot move backwards to a label, nor to another section', () => {
    assert.deepEqual(problems('a: .word 1\n.org a + 2\n'), ['2:6-11 org-backwards']);
    assert.deepEqual(problems('.org d\n.data\nd: .word 1\n'), ['1:6-7 not-computable']);
  });
});

describe('%pcrel_lo', () => {
  it('of a label that this file lacks is left to the linker', () => {
    const { diagnostics, object } = assembleText('lw a0, %pcrel_lo(x)(a0)\n');
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      object.sections[0]?.relocations.map(({ type, symbol }) => [
        type,
        object.symbols[symbol]?.name,
      ]),
      [['R_RISCV_PCREL_LO12_I', 'x']],
    );
  });
});

describe('a branch', () => {
  const sizeOf = (text: string, gap: number): number =>
    (assembleText(text).object.sections[0]?.sizeBytes ?? 0) - gap;

  it('is as short as its distance allows, at both ends of each reach', () => {
    const cases = [
      { branch: 'beqz a0', forward: 254 - 2, backward: 256, bytes: 2 },
      { branch: 'beqz a0', forward: 256 - 2, backward: 258, bytes: 4 },
      { branch: 'beqz a0', forward: 4094 - 4, backward: 4096, bytes: 4 },
      { branch: 'beqz a0', forward: 4096 - 4, backward: 4098, bytes: 6 },
      { branch: 'beq a0, a1', forward: 4094 - 4, backward: 4096, bytes: 4 },
      { branch: 'beq a0, a1', forward: 4096 - 4, backward: 4098, bytes: 8 },
      { branch: 'j', forward: 2046 - 2, backward: 2048, bytes: 2 },
      { branch: 'j', forward: 2048 - 2, backward: 2050, bytes: 4 },
    ];
    for (const { branch, forward, backward, bytes } of cases) {
      const to = branch === 'j' ? 'j x' : `${branch}, x`;
      assert.equal(sizeOf(`${to}\n.zero ${forward}\nx:\n`, forward), bytes, `${to} forward`);
      assert.equal(sizeOf(`x: .zero ${backward}\n${to}\n`, backward), bytes, `${to} backward`);
    }
  });
});
