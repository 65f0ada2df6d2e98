/** Device trees in any shape: source with pieces cut out and put in, bytes that are changed, patterns that are noise. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { flattenDeviceTree } from '../../runtime/machine/boards/flattened-device-tree.js';
import { findNodes } from '../../runtime/toolchain/camkes/device-query.js';
import type { Value } from '../../runtime/toolchain/camkes/value.js';
import { registersOf } from '../../runtime/toolchain/devicetree/bus.js';
import type { DeviceTree } from '../../runtime/toolchain/devicetree/device-tree.js';
import { readFlattenedTree } from '../../runtime/toolchain/devicetree/flattened.js';
import { interruptsOf } from '../../runtime/toolchain/devicetree/interrupts.js';
import { compilePattern } from '../../runtime/toolchain/devicetree/path-pattern.js';
import { readSource } from '../support/device-tree-fixture.js';

const sample = `/dts-v1/;
#define IRQ(n) (n + 32)
/memreserve/ 0x0 0x1000;
/ { #address-cells = <2>; #size-cells = <1>; interrupt-parent = <&gic>;
  gic: gic@10 { reg = <0 0x10 0x1000>; #interrupt-cells = <3>; phandle = <7>; };
  soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x40000000 0x1000>;
    uart0: serial@100 { reg = <0x100 4>; interrupts = <0 IRQ(4) 4>; compatible = "a", "b\\x20"; clocks = <&{/soc}>; };
  };
};
&uart0 { status = "okay"; mac = [00 11 22]; wide = /bits/ 64 <1 'a' (1 << 40)>; path = &gic; };
/ { /delete-node/ gic@10; };
`;

const edit = fc.record({
  at: fc.nat(sample.length),
  removed: fc.nat(40),
  inserted: fc.constantFrom(
    '',
    '{',
    '}',
    '<',
    '>',
    '(',
    '"',
    ';',
    '&',
    '&{',
    '/*',
    '=',
    '-',
    '1',
    ' x: ',
    '#include "a.dts"\n',
    '\n#if 1\n',
    '/include/ "a.dts"\n',
    '(-'.repeat(200),
    '[',
  ),
});

function useAll(tree: DeviceTree | undefined): void {
  for (const node of tree?.nodes ?? []) {
    registersOf(node);
    if (tree !== undefined) interruptsOf(tree, node);
  }
}

describe('a device tree', () => {
  it('of edited source gives a tree and diagnostics, never an error', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        let text = sample;
        for (const { at, removed, inserted } of edits)
          text = text.slice(0, at) + inserted + text.slice(at + removed);
        const { tree, diagnostics } = readSource(text);
        useAll(tree);
        assert.ok(diagnostics.length < 1_000);
      }),
      { numRuns: 500 },
    );
  });

  it('of changed bytes does, too', () => {
    const bytes = flattenDeviceTree({
      properties: { '#address-cells': 1, '#size-cells': 1 },
      children: {
        a: {
          properties: { reg: [1, 2], ranges: true, s: 'text' },
          children: { b: { properties: { reg: [3, 4], interrupts: 5 } } },
        },
      },
    });
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(bytes.length), (changes, length) => {
        const copy = bytes.slice(0, Math.max(length, bytes.length - 20));
        for (const [at, value] of changes) copy[at] = value;
        useAll(readFlattenedTree('a.dtb', copy).tree);
      }),
      { numRuns: 1_000 },
    );
  });

  it('may be asked with any value', () => {
    const { tree } = readSource(sample);
    assert.ok(tree);
    const word = fc.constantFrom(
      'path',
      'aliases',
      'chosen',
      'properties',
      'reg[0]',
      'compatible[*]',
      '/soc',
      '(',
      'x',
    );
    const { value } = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        word.map((text): Value => ({ kind: 'string', value: text })),
        fc
          .bigInt({ min: -1n, max: 300n })
          .map((number): Value => ({ kind: 'integer', value: number })),
        fc.constant<Value>({ kind: 'unknown' }),
        fc.array(tie('value'), { maxLength: 3 }).map((items): Value => ({ kind: 'list', items })),
        fc.array(fc.tuple(word, tie('value')), { maxLength: 3 }).map((entries): Value => ({
          kind: 'dictionary',
          entries: entries.map(([key, of]) => [{ kind: 'string', value: key }, of] as const),
        })),
      ),
    }));
    fc.assert(
      fc.property(value, (asked) => {
        const { nodes, problems } = findNodes(tree, asked);
        assert.ok(nodes.every((node) => tree.nodes.includes(node)));
        assert.ok(problems.every(({ message }) => message.length > 0));
      }),
      { numRuns: 1_000 },
    );
  });

  it('may be asked with any pattern', () => {
    const part = fc.constantFrom(
      'a',
      '/',
      '(',
      ')',
      '[',
      ']',
      '{2}',
      '{',
      '}',
      '*',
      '+',
      '?',
      '|',
      '\\',
      '^',
      '$',
      '.',
      '-',
      'd',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const compiled = compilePattern(parts.join(''));
        if (compiled.ok) compiled.pattern.matches('/aa/dd/a-d/{2}');
        else assert.ok(compiled.message.length > 0);
      }),
      { numRuns: 2_000 },
    );
  });
});
