import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { openSource } from '../../runtime/toolchain/text/edited-source.js';
import { plainSourceText, type SourceText } from '../../runtime/toolchain/text/source-text.js';
import { changeBetween } from '../../runtime/toolchain/text/text-change.js';

const pieces = fc.constantFrom(
  'a',
  'bc',
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  '# ',
  '# 7 "f.c"',
  '"',
  '1',
  ' ',
);
const text = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));

const placesOf = (source: SourceText): unknown => ({
  spans: Array.from(source.text, (_, start) => source.placeOf({ start, end: start + 2 })),
  offsets: [0, 1, 2, 6].flatMap((line) =>
    [0, 1, 3].map((character) => source.offsetOf('a.cdl', { line, character })),
  ),
});

describe('a source that is edited', () => {
  it('has the places that it has when it is opened', () => {
    const edit = fc.record({ at: fc.nat(40), removed: fc.nat(4), inserted: text });
    fc.assert(
      fc.property(text, fc.array(edit, { minLength: 1, maxLength: 4 }), (start, edits) => {
        let file = openSource('a.cdl', start);
        placesOf(file.source);
        for (const { at, removed, inserted } of edits) {
          const before = file.source.text;
          const from = Math.min(at, before.length);
          const after = before.slice(0, from) + inserted + before.slice(from + removed);
          file = file.edited(after, changeBetween(before, after));
          const fresh = plainSourceText('a.cdl', after, { lineMarkers: true });
          assert.deepEqual(placesOf(file.source), placesOf(fresh), JSON.stringify(after));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the change between two texts', () => {
  it('is all that differs, and no more than what was edited', () => {
    const long = fc.tuple(text, fc.constantFrom(0, 65_536, 70_000), text);
    fc.assert(
      fc.property(long, fc.nat(), fc.nat(3), text, ([front, length, end], at, removed, added) => {
        const before = `${front}${'x'.repeat(length)}${end}`;
        const from = before.length === 0 ? 0 : at % before.length;
        const after = before.slice(0, from) + added + before.slice(from + removed);
        const { start, oldEnd, newEnd } = changeBetween(before, after);
        assert.equal(
          before.slice(0, start) + after.slice(start, newEnd) + before.slice(oldEnd),
          after,
        );
        assert.ok(oldEnd - start <= removed && newEnd - start <= added.length);
      }),
      { numRuns: 300 },
    );
  });
});
