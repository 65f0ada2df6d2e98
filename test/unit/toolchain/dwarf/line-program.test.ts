/** The DWARF line tables: what we write reads back, what others write is understood, garbage is survived. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { virtAddr } from '../../../../runtime/base/address.js';
import type { LineRow } from '../../../../runtime/image/system-image.js';
import { ByteWriter } from '../../../../runtime/toolchain/dwarf/byte-writer.js';
import { ByteCursor } from '../../../../runtime/toolchain/dwarf/byte-cursor.js';
import { endRow, readLineTables } from '../../../../runtime/toolchain/dwarf/line-program.js';
import { writeLineTable } from '../../../../runtime/toolchain/dwarf/write-line-table.js';

const row = (address: number, line: number, rest: Partial<LineRow> = {}): LineRow => ({
  address: virtAddr(address),
  file: 'a.S',
  line,
  column: 0,
  isStatement: true,
  endSequence: false,
  ...rest,
});

const sequences = fc
  .array(
    fc.record({
      step: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 100_000 })),
      line: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.nat({ max: 1_000_000 })),
      column: fc.nat({ max: 200 }),
      file: fc.constantFrom('a.S', 'b.S', 'dir/c.inc', '/abs/d.S'),
      isStatement: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((steps) => {
    let address = 0x10000;
    const rows = steps.map(({ step, ...rest }) => row((address += step), rest.line, rest));
    return [...rows, endRow(address + 2)];
  });

describe('a line table', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(sequences, (rows) => {
        const { bytes } = writeLineTable([rows], '.');
        assert.deepEqual(readLineTables({ line: bytes }), { sequences: [rows], problems: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('joins relative names with the compilation directory and leaves absolute ones', () => {
    const rows = [row(0, 1), row(4, 2, { file: '/abs/d.S' }), endRow(8)];
    const { bytes } = writeLineTable([rows], '/project');
    const [read] = readLineTables({ line: bytes }).sequences;
    assert.deepEqual(
      read?.map(({ file }) => file),
      ['/project/a.S', '/abs/d.S', ''],
    );
  });

  it('advances by what opcode 255 would at DW_LNS_const_add_pc', () => {
    const operandCounts = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
    // Instructions of one byte, statements, lines from -5, 11 of them, special opcodes from 13; no folder, one file.
    const names = [1, 1, 0xfb, 11, 13, ...operandCounts, 0, 0x61, 0, 0, 0, 0, 0];
    // Address 0x100, a row, DW_LNS_const_add_pc, a row, the end of the sequence.
    const program = [0, 5, 2, 0, 1, 0, 0, 1, 8, 1, 0, 1, 1];
    const unit = [3, 0, names.length, 0, 0, 0, ...names, ...program];
    const { sequences, problems } = readLineTables({
      line: Uint8Array.of(unit.length, 0, 0, 0, ...unit),
    });
    assert.deepEqual(problems, []);
    // (255 - 13) / 11 = 22
    assert.deepEqual(
      sequences[0]?.map(({ address }) => address),
      [0x100, 0x100 + 22, 0x100 + 22],
    );
  });

  it('never throws and always ends on damaged bytes', () => {
    const original = writeLineTable([[row(0, 1), row(4, 9), endRow(8)]], '.').bytes;
    const damage = fc.array(fc.record({ at: fc.nat(), value: fc.nat({ max: 255 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(damage, fc.nat({ max: original.length }), (changes, size) => {
        const bytes = original.slice();
        for (const { at, value } of changes) bytes[at % bytes.length] = value;
        readLineTables({ line: bytes.subarray(0, size) });
        readLineTables({ line: bytes });
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the other units when one of them is damaged', () => {
    const good = writeLineTable([[row(0x100, 7), endRow(0x104)]], '.').bytes;
    const bad = good.slice();
    bad.set([9], 4); // version 9
    const tables = readLineTables({ line: Buffer.concat([bad, good]) });
    assert.equal(tables.sequences.length, 1);
    assert.match(tables.problems[0]?.message ?? '', /DWARF version 9/);
  });
});

describe('a version 2 table, as older compilers write it', () => {
  /** One file in directory 1, then `program`. */
  function table(program: (writer: ByteWriter) => void): Uint8Array {
    const writer = new ByteWriter();
    writer.u32(0).u16(2).u32(0);
    const start = writer.length;
    writer.u8(2).u8(1).u8(0xfb).u8(14).u8(10); // 2-byte instructions, is_stmt, base -5, range 14
    for (const count of [0, 1, 1, 1, 1, 0, 0, 0, 1]) writer.u8(count);
    writer.string('src').u8(0);
    writer.string('main.c').uleb(1).uleb(0).uleb(0).u8(0);
    writer.patchU32(6, writer.length - start);
    program(writer);
    writer.patchU32(0, writer.length - 4);
    return writer.bytes();
  }

  it('counts addresses in its instruction length and files from one', () => {
    const line = table((writer) => {
      writer.u8(0).uleb(5).u8(2).u32(0x8000);
      writer.u8(1); // copy
      writer.u8(8); // const_add_pc: (255 - 10) / 14 = 17 operations
      writer.u8(10 + 5 + 1); // special: no address, line + 1
      writer.u8(9).u16(6); // fixed_advance_pc counts bytes
      writer.u8(0).uleb(1).u8(1);
    });
    assert.deepEqual(readLineTables({ line }), {
      sequences: [
        [
          row(0x8000, 1, { file: 'src/main.c' }),
          row(0x8022, 2, { file: 'src/main.c' }),
          endRow(0x8028),
        ],
      ],
      problems: [],
    });
  });

  it('takes the compilation directory of its unit', () => {
    const line = table((writer) => {
      writer.u8(1).u8(0).uleb(1).u8(1);
    });
    const compilationDirectories = new Map([[0, '/home/me']]);
    const [sequence] = readLineTables({ line, compilationDirectories }).sequences;
    assert.equal(sequence?.[0]?.file, '/home/me/src/main.c');
  });

  it('drops a sequence that nothing ends and says so', () => {
    const { sequences, problems } = readLineTables({ line: table((writer) => writer.u8(1)) });
    assert.deepEqual(sequences, []);
    assert.match(problems[0]?.message ?? '', /without DW_LNE_end_sequence/);
  });
});

describe('LEB128 numbers', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), fc.integer(), (unsigned, signed) => {
        const cursor = new ByteCursor(new ByteWriter().uleb(unsigned).sleb(signed).bytes());
        assert.equal(cursor.uleb(), unsigned);
        assert.equal(cursor.sleb(), signed);
        assert.ok(cursor.atEnd && !cursor.overrun);
      }),
      { numRuns: 500 },
    );
  });
});
