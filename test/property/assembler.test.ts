/** Properties of the assembler: total on any text, and the inverse of the printer on every instruction. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { decode } from '../../runtime/isa/decode.js';
import { encode } from '../../runtime/isa/encode.js';
import { printInstruction } from '../../runtime/isa/print.js';
import { instructions } from '../../runtime/isa/table.js';
import { assembleText, hexOf } from '../unit/toolchain/assembly/source-fixture.js';

const folder = path.join('test', 'golden', 'assembly');
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.S'))
  .map((name) => readFileSync(path.join(folder, name), 'utf8'));

/** Whatever the text, there is an object, a bounded list of diagnostics, and every place is in some line. */
function checkTotal(text: string): void {
  const { object, diagnostics, statements, symbols } = assembleText(text);
  assert.ok(object.sections.length >= 3);
  assert.ok(diagnostics.length <= 501);
  assert.ok(statements.length >= 0 && symbols.length >= 0);
  for (const { range, message } of diagnostics) {
    assert.ok(range.start.line >= 0 && range.start.character >= 0);
    assert.ok(range.end.line >= range.start.line);
    assert.ok(message.length > 0);
  }
}

const fragments = [
  '.macro m a',
  '.endm',
  '.rept 3',
  '.endr',
  '.if 1',
  '.else',
  '.endif',
  '#if 1',
  '#endif',
  '#define A A B',
  '#define F(x) x F',
  'F(',
  ')',
  'm 1',
  '.irp r, a0, a1',
  'add \\r, a0, a1',
  'li a0, 5',
  'j 1f',
  '1:',
  '.word 1, a-b',
  'a: b:',
  '.align 2',
  '.section .x, "aw"',
  '.popsection',
  '.set a, a + 1',
  'lw a0, %lo(a)(a1)',
  '"',
  "'",
  '/*',
  '*/',
  '\\',
  '.ascii "x',
  '.space a-b',
  '.org 5',
  '.uleb128 b-a',
  '.exitm',
  '.insn r 1,2',
  '.option pop',
  '#include "main.S"',
  '%',
  '((',
  ';',
  '\n',
];

describe('the assembler', () => {
  it('is total on arbitrary text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300, unit: 'grapheme-composite' }), checkTotal), {
      numRuns: 300,
      seed: 1,
    });
  });

  it('is total on lines made of its own words', () => {
    const line = fc.array(fc.constantFrom(...fragments), { maxLength: 4 });
    const text = fc.array(line, { maxLength: 12 });
    fc.assert(
      fc.property(text, (lines) => {
        checkTotal(lines.map((words) => words.join(' ')).join('\n'));
      }),
      { numRuns: 400, seed: 2 },
    );
  });

  it('is total on real sources with a piece cut out or put in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat({ max: 200 }),
        fc.constantFrom('', ...fragments),
        (source, at, length, inserted) => {
          const start = Math.floor(at * source.length);
          checkTotal(source.slice(0, start) + inserted + source.slice(start + length));
        },
      ),
      { numRuns: 100, seed: 3 },
    );
  });

  it('makes the same word again of every instruction that is printed', () => {
    const operands = fc.record({
      rd: fc.nat({ max: 31 }),
      rs1: fc.nat({ max: 31 }),
      rs2: fc.nat({ max: 31 }),
      imm: fc.oneof(fc.integer({ min: -2048, max: 2047 }), fc.integer()),
      csr: fc.nat({ max: 0xfff }),
      ordering: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...instructions), operands, (row, values) => {
        // A fence has more fields than its spelling: the reserved ones are zero.
        const isFence = row.format === 'fence';
        const spelled = isFence ? { imm: row.syntax === '' ? 0 : values.imm & 0xff } : values;
        const encoded = encode(row, spelled);
        if (!encoded.ok) return;
        const decoded = decode(encoded.value);
        assert.ok(decoded);
        // A target is printed as an address; from 0x10000000 every target stays positive. Without compression
        // a wide instruction stays wide.
        const pc = 0x10000000;
        const text = printInstruction(decoded, pc, undefined, { aliases: false });
        // A fence that orders nothing has no spelling.
        if (text.includes('unknown')) return;
        const source =
          /\b0x?[\da-f]+$/.test(text) && row.syntax.includes('target')
            ? text.replace(/(?:0x)?([\da-f]+)$/, (_, digits: string) => `. + (0x${digits} - ${pc})`)
            : text;
        const option = row.lengthBytes === 2 ? 'rvc' : 'norvc';
        const assembled = assembleText(`.option ${option}\n${source}\n`);
        assert.deepEqual(assembled.diagnostics, [], source);
        const bytes = Buffer.from(hexOf(assembled), 'hex');
        const word = row.lengthBytes === 2 ? bytes.readUInt16LE(0) : bytes.readUInt32LE(0);
        assert.equal(word.toString(16), encoded.value.toString(16), source);
      }),
      { numRuns: 3000, seed: 4 },
    );
  });
});
