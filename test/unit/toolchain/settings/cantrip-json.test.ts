import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { readCantripJson } from '../../../../runtime/toolchain/settings/cantrip-json.js';
import { readJson } from '../../../../runtime/toolchain/settings/json-text.js';
import { parseSize } from '../../../../runtime/toolchain/settings/size.js';

/** Each diagnostic as `line:character-character code`. */
function problems(text: string): string[] {
  return readCantripJson('cantrip.json', text).diagnostics.map(
    ({ range: { start, end }, code }) =>
      `${start.line}:${start.character}-${end.character} ${code}`,
  );
}

describe('cantrip.json', () => {
  it('gives every setting', () => {
    const { settings, diagnostics } = readCantripJson(
      'cantrip.json',
      '{ "program": "a.S", "board": "virt", "kernel": "none", "memory": "8M", "textBase": "0x80000000" }',
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      {
        ...settings,
        program: settings.program?.path,
        boardRange: settings.boardRange?.start.character,
      },
      {
        program: 'a.S',
        board: 'virt',
        boardRange: 29,
        kernel: 'none',
        memoryBytes: 8 * 1024 * 1024,
        textBase: 0x8000_0000,
      },
    );
  });

  it('say how guest TypeScript is compiled', () => {
    const read = (text: string) => readCantripJson('cantrip.json', text).settings;
    const { allocationAfterInit, optimization } = read(
      '{ "allocationAfterInit": "forbidden", "optimization": "release" }',
    );
    assert.deepEqual([allocationAfterInit, optimization], ['forbidden', 'release']);
    const wrong = '{ "program": "a.S", "allocationAfterInit": true, "optimization": "O2" }';
    assert.equal(problems(wrong).length, 2);
  });

  it('says whether there are fault handlers by true or false', () => {
    const read = (text: string) => readCantripJson('cantrip.json', text).settings.faultHandlers;
    assert.equal(read('{ "faultHandlers": true }'), true);
    assert.deepEqual(problems('{ "program": "a.S", "faultHandlers": "yes" }'), [
      '0:37-42 bad-setting',
    ]);
  });

  it('reports a wrong value at its own characters and keeps the others', () => {
    const text = '{\n  "program": "a.S",\n  "board": "nexsus",\n  "memory": "4Q"\n}';
    assert.deepEqual(problems(text), ['2:11-19 bad-setting', '3:12-16 bad-setting']);
    assert.equal(readCantripJson('cantrip.json', text).settings.program?.path, 'a.S');
  });

  it('reports an unknown setting at its name', () => {
    assert.deepEqual(problems('{ "program": "a.S", "bord": "virt" }'), ['0:20-26 unknown-setting']);
  });

  it('does not take names that every object has for settings', () => {
    assert.deepEqual(problems('{ "program": "a.S", "constructor": 1 }'), [
      '0:20-33 unknown-setting',
    ]);
  });

  it('reports what is not JSON where it stands', () => {
    assert.deepEqual(problems('{ "program": "a.S" "board": "virt" }'), ['0:19-20 json-syntax']);
    assert.deepEqual(problems('{ "program": "a.S'), ['0:17-17 json-syntax']);
    assert.deepEqual(problems(''), ['0:0-0 json-syntax']);
    assert.deepEqual(problems('[]'), ['0:0-2 bad-setting']);
  });

  it('asks for the program', () => {
    assert.deepEqual(problems('{}'), ['0:0-0 missing-setting']);
  });
});

describe('the JSON reader', () => {
  type Plain = string | number | boolean | null | Plain[] | { [name: string]: Plain };
  const plain = (text: string): Plain | undefined => {
    const result = readJson(text);
    if (!result.ok) return undefined;
    const strip = (value: typeof result.value): Plain => {
      if (value.kind === 'object')
        return Object.fromEntries(
          value.members.map((member) => [member.name, strip(member.value)]),
        );
      if (value.kind === 'array') return value.items.map(strip);
      return value.kind === 'null' ? null : value.value;
    };
    return strip(result.value);
  };

  it('reads what JSON.parse reads, to the same value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        const expected: unknown = JSON.parse(text);
        // A member called __proto__ is lost on the way through a plain object.
        if (!text.includes('__proto__')) assert.deepEqual(plain(text), expected);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses what JSON.parse refuses, and never throws', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), fc.string(), (text, at, inserted) => {
        const cut = at % (text.length + 1);
        const changed = text.slice(0, cut) + inserted + text.slice(cut + 1);
        let isJson = true;
        try {
          JSON.parse(changed);
        } catch {
          isJson = false;
        }
        assert.equal(readJson(changed).ok, isJson);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses deep nesting instead of running out of stack', () => {
    assert.equal(readJson('['.repeat(100_000)).ok, false);
  });
});

describe('a memory size', () => {
  it('has a unit or is in bytes, and is a whole number of pages', () => {
    assert.equal(parseSize('4M'), 4 * 1024 * 1024);
    assert.equal(parseSize('512 KiB'), 512 * 1024);
    assert.equal(parseSize('0x1000'), 4096);
    for (const wrong of ['', '0', '4095', '4G', '-4M', '4X', 'M'])
      assert.equal(parseSize(wrong), undefined, wrong);
  });
});
