/** Line tables of GCC and of Rust (LLVM), recorded with the rows that GNU readelf sees in them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readDebugLines } from '../../../../runtime/toolchain/dwarf/debug-lines.js';

interface Recorded {
  readonly title: string;
  readonly file: string;
  readonly sections: Readonly<Record<string, string>>;
  readonly rows: readonly (readonly [number, number | 'end'])[];
}

const recorded = JSON.parse(
  readFileSync('test/unit/toolchain/dwarf/foreign-lines.json', 'utf8'),
) as readonly Recorded[];

describe('the line table of another compiler', () => {
  for (const { title, file, sections, rows } of recorded) {
    const read = readDebugLines((name) => {
      const base64 = sections[name];
      return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
    });
    const all = read.sequences.flat();

    it(`has the rows that readelf sees: ${title}`, () => {
      assert.deepEqual(read.problems, []);
      assert.deepEqual(
        all.map(({ address, line, endSequence }) => [address, endSequence ? 'end' : line]),
        rows,
      );
    });

    it(`names its source with the folder it was compiled in: ${title}`, () => {
      const files = new Set(all.filter((row) => !row.endSequence).map((row) => row.file));
      assert.deepEqual([...files], [file]);
    });
  }
});
