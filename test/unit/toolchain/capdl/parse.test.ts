import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  parseCapdl,
  parseText,
  syntaxProblems,
} from '../../../../runtime/toolchain/capdl/parse.js';
import type { BlockNode } from '../../../../runtime/toolchain/capdl/tree.js';
import { plainSourceText } from '../../../../runtime/toolchain/text/source-text.js';

const nodesOf = (text: string): BlockNode[] =>
  parseText(text).blocks.map(({ block }) => block.node);

const kindsOf = (text: string): string[] => nodesOf(text).map(({ kind }) => kind);

/** The one problem of the text, with the stretch that it is about in `⟦…⟧`. */
function problemsIn(text: string): string[] {
  return syntaxProblems(parseText(text), text).map(
    ({ start, end, code }) =>
      `${code} ${text.slice(0, start)}⟦${text.slice(start, end)}⟧${text.slice(end)}`,
  );
}

/** The text has one problem, where it is marked. */
function assertProblem(code: string, marked: string): void {
  const text = marked.replace(/[⟦⟧]/g, '');
  assert.deepEqual(problemsIn(text), [`${code} ${marked}`]);
}

const inObjects = (body: string): string => `arch riscv objects { ${body} }`;
const inCaps = (body: string): string => `arch riscv caps { ${body} }`;

describe('the capDL parser', () => {
  it('reads every section and every kind of entry', () => {
    const text = `-- a comment /* that does not nest
      arch x86_64
      objects {
        ut_a/ut_b/t = tcb (addr: 0x1000, init: [1, 2], resume: True)
        u = ut (12 bits, paddr: 0x80000000) { e = ep, other[2, 4..7, 9.., ..1, 3..1] n[] }
        f[8] = frame (4k, paddr: 4096, fill: [{0 8 CDL_FrameFill_FileData "a/b" 64}, {8 8 X Y 0}])
        p = io_ports (ports: [0x60..0x64])  d = io_device (domainID: 3, 0:31.2)
      } caps {
        t { cspace: c (guard: 0, guard_size: 27); vspace: v (asid: (1, 0x2)) 4: f[0] (R W) }
        c { 1: name = e (RWGP, badge: 7) - child_of (c, 2); 2: <name> (masked: R) f[] }
        top = (t, cspace)
      } irq maps { 33: irq_a; irq_b } cdt { (c, 1) { (c, 2); top } }
      domains { schedule: [(0, 10), (1, 5)] domain_set_start: no_start index_shift: 2 }`;
    assert.deepEqual(problemsIn(text), []);
    assert.deepEqual(kindsOf(text), [
      'architecture',
      'sectionStart',
      ...Array<string>(5).fill('object'),
      'sectionEnd',
      'sectionStart',
      'container',
      'container',
      'capabilityName',
      'sectionEnd',
      'sectionStart',
      'interrupt',
      'interrupt',
      'sectionEnd',
      'sectionStart',
      'derivation',
      'sectionEnd',
      'sectionStart',
      'domainItem',
      'domainItem',
      'domainItem',
      'sectionEnd',
      'skipped',
    ]);
  });

  it('takes `-`, `.` and `@` as letters of a name', () => {
    const [, , object] = nodesOf(inObjects('untyped@0xf000@12-a.b = ut (12 bits)'));
    assert.ok(object?.kind === 'object');
    assert.equal(object.name.name, 'untyped@0xf000@12-a.b');
  });

  it('reads a number with a leading zero as decimal, and hexadecimal and octal ones by their letters', () => {
    const [, , container] = nodesOf(inCaps('c { 017: a 0x1F: b 0o17: d }'));
    assert.ok(container?.kind === 'container');
    assert.deepEqual(
      container.capabilities.map(({ slot }) => slot?.value),
      [17, 31, 15],
    );
  });

  it('lets comments nest', () => {
    assert.deepEqual(kindsOf('arch /* a /* b */ } */ riscv'), ['architecture', 'skipped']);
    assertProblem('unclosed-comment', 'arch riscv ⟦/*⟧ a /* b */');
  });

  const fillsIn = (list: string): string[][] => {
    const [, , frame] = nodesOf(inObjects(`f = frame (4k, fill: [${list}])`));
    assert.ok(frame?.kind === 'object');
    const value = frame.parameters[1]?.value;
    assert.ok(value?.kind === 'fills');
    return value.items.map(({ words }) => words.map(({ text }) => text));
  };

  it('keeps the words of a fill as they are', () => {
    assert.deepEqual(fillsIn('{0 4 A "x/y-z.elf" 0x10}'), [['0', '4', 'A', '"x/y-z.elf"', '0x10']]);
  });

  it('has comments between the words of a fill, whatever stands in them, and none in a word', () => {
    assert.deepEqual(fillsIn('{0--1 4 -- A }\n B /* } */ x}, {2}'), [
      ['0--1', '4', 'B', 'x'],
      ['2'],
    ]);
  });

  it('notes a dump by its first line', () => {
    assert.ok(parseText('-- Dump\narch arm11').isDump);
    assert.ok(!parseText('-- Dumped\narch arm11').isDump);
  });

  it('follows line markers', () => {
    const source = plainSourceText('a.cdl', 'arch riscv\n# 40 "b.cdl"\n}', { lineMarkers: true });
    const [diagnostic] = parseCapdl(source).diagnostics;
    assert.equal(diagnostic?.file, 'b.cdl');
    assert.equal(diagnostic.range.start.line, 39);
  });

  it('says what is wrong once, and where', () => {
    assertProblem('extra-brace', 'arch riscv ⟦}⟧');
    assertProblem('unclosed-section', 'arch riscv objects { a = ep⟦⟧ caps { }');
    assertProblem('unclosed-section', 'arch riscv objects { a = ep⟦⟧');
    assertProblem('unclosed-brace', 'arch riscv caps { ⟦c⟧ { 1: a d { 2: b } }');
    assertProblem('unclosed-brace', 'arch riscv caps { ⟦c⟧ { 1: a n = (c, 1) }');
    assertProblem('spaced-keyword', 'arch riscv ⟦irq  maps⟧ { }');
    assertProblem('spaced-keyword', inCaps('c { 1: a ⟦-  child_of⟧ (c, 2) }'));
    assertProblem('extra-semicolon', inCaps('c { 1: a;⟦;⟧ 2: b }'));
    assertProblem('misplaced-declaration', inObjects('⟦c⟧ { 1: a }'));
    assertProblem('unknown-unit', inObjects('f = frame (4⟦K⟧)'));
    assertProblem('declaration-outside-section', 'arch riscv ⟦a⟧ = ep }');
    assertProblem('capability-outside-container', inCaps('⟦1⟧: a 2: b }'));
    assertProblem('unknown-character', 'arch riscv\n⟦#⟧include "a"\nobjects { }');
    assertProblem('unknown-section', 'arch riscv ⟦object⟧ { a = ep }');
    assertProblem('unknown-section', 'arch riscv ⟦irq_maps⟧ { 1: a }');
    assertProblem('unknown-domain-item', 'arch riscv domains { ⟦start⟧: 1 }');
    assertProblem('syntax', inObjects('a ⟦:⟧ ep b = ep'));
    assertProblem('syntax', inObjects('a ⟦ep⟧ b = ep'));
    assertProblem('syntax', inObjects('a = ep⟦,⟧ b = ep'));
    assertProblem('syntax', inObjects('a = ut (12⟦)⟧ b = ep'));
    assertProblem('syntax', inCaps('c { 1: a (badge ⟦7⟧) 2: b }'));
  });

  it('goes on behind a fault', () => {
    assert.deepEqual(kindsOf(inObjects('\n1 2 3\nb = ep')).slice(2), [
      'skipped',
      'object',
      'sectionEnd',
      'skipped',
    ]);
    const [, , container] = nodesOf(inCaps('c { 1: a (\n2: b\n3: (x)\n4: d }'));
    assert.ok(container?.kind === 'container');
    assert.deepEqual(
      container.capabilities.map(({ slot }) => slot?.value),
      [1, 2, 4],
    );
  });

  it('reads ten thousand braces within one another with few problems', () => {
    const open = '{'.repeat(10_000);
    const close = '}'.repeat(10_000);
    const texts = [
      `arch riscv ${open}${close}`,
      inObjects(`a = ut ${open}${close}`),
      inObjects(`${'u = ut { '.repeat(10_000)}${close}`),
      inCaps(`c ${open}${close}`),
      `arch riscv cdt { ${'(a, 1) { '.repeat(10_000)}${close} }`,
      `arch riscv objects { ${'u = ut { '.repeat(10_000)}`,
      '/*'.repeat(10_000),
    ];
    for (const text of texts) assert.ok(syntaxProblems(parseText(text), text).length <= 200);
  });
});
