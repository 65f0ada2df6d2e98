import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode } from '../../../runtime/isa/decode.js';
import { encode } from '../../../runtime/isa/encode.js';
import type { Extension } from '../../../runtime/isa/instruction.js';
import { printInstruction } from '../../../runtime/isa/print.js';
import { instructions } from '../../../runtime/isa/table.js';
import { readVectors, runVector, vectorAddress } from '../../support/isa-vectors.js';
import type { Vector } from '../../support/isa-vectors.js';
import { machineTarget, naiveTarget } from '../../support/vector-targets.js';

const extensions: readonly Extension[] = ['I', 'M', 'A', 'C', 'Zicsr', 'Zifencei', 'Privileged'];
const vectorsByExtension = new Map(extensions.map((name) => [name, readVectors(name)]));

const rowOf = ({ word }: Vector): string => decode(word)?.row.name ?? 'none';

describe('instruction vectors', () => {
  it('cover every row of the table, in the file of its extension', () => {
    for (const extension of extensions) {
      const covered = new Set(vectorsByExtension.get(extension)?.map(rowOf));
      const rows = instructions.filter((row) => row.extension === extension);
      const missing = rows.filter(({ name }) => !covered.has(name)).map(({ name }) => name);
      assert.deepEqual(missing, [], extension);
    }
  });

  for (const [extension, vectors] of vectorsByExtension) {
    it(`of ${extension} print as their text and encode to their word`, () => {
      for (const { word, text } of vectors) {
        const decoded = decode(word) ?? assert.fail(`${text} does not decode`);
        const printed = printInstruction(decoded, vectorAddress, undefined, { aliases: false });
        assert.equal(printed, text);
        assert.deepEqual(encode(decoded.row, decoded), { ok: true, value: word }, text);
      }
    });

    it(`of ${extension} have their effect on the naive executor`, () => {
      const target = naiveTarget();
      for (const vector of vectors) runVector(vector, target);
    });

    it(`of ${extension} have their effect on the machine`, () => {
      const target = machineTarget();
      for (const vector of vectors) runVector(vector, target);
    });
  }
});
