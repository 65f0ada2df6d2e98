/** Bodies that are read when they are looked into: what is in them then, and where they end before. */
import assert from 'node:assert/strict';
import { newOptions, newProgram, parse } from 'assemblyscript';
import type { Program } from 'assemblyscript';
import { libraryFiles } from 'assemblyscript/asc';
import { describe, it } from 'node:test';
import {
  closingBrace,
  readBodiesLate,
} from '../../../../../runtime/toolchain/guest/assemblyscript/late-bodies.js';

function read(text: string, isLate: boolean): Program {
  const program = newProgram(newOptions());
  if (isLate) readBodiesLate(program.parser, () => true);
  parse(program, text, '~lib/a.ts', false);
  return program;
}

/** What a tree says, without the ways up from a node. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      key === 'source' ? undefined : typeof each === 'bigint' ? String(each) : each,
    ),
  );

describe('a body that is read late', () => {
  it('is what it would have been, in each file of the standard library', () => {
    for (const name of ['array', 'map', 'string', 'util/number', 'util/sort']) {
      const text = libraryFiles[name] ?? assert.fail();
      const [late, early] = [read(text, true), read(text, false)].map(({ sources }) =>
        plain(sources[0]?.statements),
      );
      assert.deepEqual(late, early, name);
    }
  });

  it('is not read before', () => {
    const text = 'export function f(): void { let a = ; }';
    const diagnosticsOf = (program: Program): number => program.parser.diagnostics.length;
    const late = read(text, true);
    assert.equal(diagnosticsOf(late), 0);
    JSON.stringify(plain(late.sources[0]?.statements));
    assert.ok(diagnosticsOf(late) > 0);
    assert.ok(diagnosticsOf(read(text, false)) > 0);
  });
});

describe('the end of a block', () => {
  const texts: readonly (readonly [title: string, text: string])[] = [
    ['after blocks in it', '{ if (a) { b; } else { c; } }'],
    ['behind braces in texts', "{ a = \"}\"; b = '\\'}'; c = `}${d}`; }"],
    ['behind braces in comments', '{ // }\n /* } */ }'],
    ['behind a quotation mark in a comment', "{ // it's\n }"],
    ['behind a division', '{ a = b / c; }'],
  ];
  for (const [title, text] of texts)
    it(title, () => assert.equal(closingBrace(`${text} {}`, 1), text.length - 1));

  it('is nowhere where nothing closes it', () => {
    assert.equal(closingBrace('{ { }', 1), undefined);
  });
});
