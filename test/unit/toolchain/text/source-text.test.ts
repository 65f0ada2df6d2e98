import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plainSourceText } from '../../../../runtime/toolchain/text/source-text.js';

const rangeOf = (text: string, part: string): string => {
  const source = plainSourceText('a.cdl', text);
  const start = source.text.indexOf(part);
  const { file, range } = source.placeOf({ start, end: start + part.length });
  return `${file} ${range.start.line}:${range.start.character}-${range.end.line}:${range.end.character}`;
};

describe('the text of a plain file', () => {
  it('counts lines that end with a line feed, a carriage return or both', () => {
    assert.equal(rangeOf('a\nb\r\nc\rd', 'd'), 'a.cdl 3:0-3:1');
    assert.equal(rangeOf('one\ntwo three\n', 'three'), 'a.cdl 1:4-1:9');
  });

  it('ends a range that takes in a line end at the line end', () => {
    assert.equal(rangeOf('ab\r\ncd', 'b\r'), 'a.cdl 0:1-0:2');
    assert.equal(rangeOf('ab\r\ncd', 'b\r\nc'), 'a.cdl 0:1-1:1');
  });

  it('places the end of the text behind its last character', () => {
    const source = plainSourceText('a.cdl', 'ab');
    const { range } = source.placeOf({ start: 2, end: 2 });
    assert.deepEqual(range, { start: { line: 0, character: 2 }, end: { line: 0, character: 2 } });
  });

  it('gives the offset of a position, and none outside of the text', () => {
    const source = plainSourceText('a.cdl', 'ab\r\ncd');
    assert.equal(source.offsetOf('a.cdl', { line: 1, character: 1 }), 5);
    assert.equal(source.offsetOf('a.cdl', { line: 0, character: 2 }), 2);
    assert.equal(source.offsetOf('a.cdl', { line: 0, character: 3 }), undefined);
    assert.equal(source.offsetOf('a.cdl', { line: 2, character: 0 }), undefined);
    assert.equal(source.offsetOf('b.cdl', { line: 0, character: 0 }), undefined);
  });

  it('follows line markers where it is asked to', () => {
    const text = 'a\n# 7 "b.cdl"\nc';
    const marked = plainSourceText('a.cdl', text, { lineMarkers: true });
    const start = marked.text.indexOf('c');
    assert.deepEqual(marked.placeOf({ start, end: start + 1 }), {
      file: 'b.cdl',
      range: { start: { line: 6, character: 0 }, end: { line: 6, character: 1 } },
    });
  });
});
