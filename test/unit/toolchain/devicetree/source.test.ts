/** Device tree source: what it says, how its parts are merged, and what is said about mistakes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linesOf, readSource, treeOf } from '../../../support/device-tree-fixture.js';

const messagesOf = (text: string): string[] =>
  readSource(text).diagnostics.map(
    ({ range: { start }, message }) => `${start.line + 1}:${start.character + 1} ${message}`,
  );

describe('the values of properties', () => {
  it('cells are four bytes each, in any base, with expressions in parentheses', () => {
    assert.deepEqual(linesOf(treeOf("/ { a = <0x10 8 (1 << 4 | 2) 'A' (3 > 2 ? 7 : 9)>; };")), [
      '/ a = 10 8 12 41 7',
    ]);
  });

  it('strings end with a zero, and several are one value', () => {
    assert.deepEqual(linesOf(treeOf('/ { compatible = "ns16550a", "uart"; };')), [
      '/ compatible = ["ns16550a","uart"]',
    ]);
  });

  it('escapes in strings are those of C', () => {
    const [property] = treeOf('/ { a = "\\x41\\102\\t"; };').root.properties.values();
    assert.deepEqual([...(property?.value ?? [])], [0x41, 0x42, 9, 0]);
  });

  it('bytes, and cells of other widths', () => {
    const { root } = treeOf('/ { a = [0aff 01]; b = /bits/ 8 <1 2>; c = /bits/ 64 <1>; };');
    assert.deepEqual(
      [...root.properties.values()].map(({ value }) => [...value]),
      [
        [10, 255, 1],
        [1, 2],
        [0, 0, 0, 0, 0, 0, 0, 1],
      ],
    );
  });

  it('a reference is a handle between < and >, and a path outside', () => {
    const text = '/ { a = <&x>; b = &x; c = <&{/n}>; x: n { }; };';
    assert.deepEqual(linesOf(treeOf(text)), [
      '/ a = 1',
      '/ b = ["/n"]',
      '/ c = 1',
      '/n phandle = 1',
    ]);
  });

  it('a handle that is written is kept, and others go around it', () => {
    const text = '/ { a = <&y>; x: m { phandle = <1>; }; y: n { }; };';
    assert.deepEqual(linesOf(treeOf(text)), ['/ a = 2', '/m phandle = 1', '/n phandle = 2']);
  });

  it('a file may be the value', () => {
    assert.deepEqual(linesOf(treeOf('/ { a = /incbin/("b.bin"); };', { 'b.bin': 'xyz' })), [
      '/ a = [120 121 122]',
    ]);
  });
});

describe('merging', () => {
  it('a node that is opened again gets more, and its properties change', () => {
    const text =
      '/ { u: uart { status = "disabled"; }; };\n&u { status = "okay"; clock; };\n/ { uart { n { }; }; };';
    assert.deepEqual(linesOf(treeOf(text)), [
      '/',
      '/uart status = ["okay"]',
      '/uart clock',
      '/uart/n',
    ]);
  });

  it('nodes and properties can be deleted', () => {
    const text =
      '/ { a { }; l: b { }; c { p; q; }; };\n/ { /delete-node/ a; c { /delete-property/ p; }; };\n/delete-node/ &l;';
    assert.deepEqual(linesOf(treeOf(text)), ['/', '/c q']);
  });

  it('what is deleted and comes again stands where it stood', () => {
    const text = '/ { a { }; b { }; };\n/ { /delete-node/ a; };\n/ { a { p; }; };';
    assert.deepEqual(linesOf(treeOf(text)), ['/', '/a p', '/b']);
  });

  it('`#include` and `/include/` put in other files, and macros hold', () => {
    const tree = treeOf('#include <irq.h>\n/include/ "soc.dtsi"\n&soc { irq = <UART_IRQ>; };', {
      'include/irq.h': '#define UART_IRQ 10\n',
      'soc.dtsi': '/ { soc: soc { #address-cells = <1>;\n#size-cells = <0>; }; };',
    });
    assert.deepEqual(linesOf(tree), [
      '/',
      '/soc #address-cells = 1',
      '/soc #size-cells = 0',
      '/soc irq = a',
    ]);
  });

  it('a node and a property know where they are written', () => {
    const tree = treeOf('/ {\n  uart@10 {\n    reg = <1>;\n  };\n};');
    const node = tree.byPath.get('/uart@10');
    assert.deepEqual(node?.place?.range.start, { line: 1, character: 2 });
    assert.deepEqual(node.properties.get('reg')?.place?.range.start, { line: 2, character: 4 });
  });
});

describe('the size of the flattened tree', () => {
  it('is that which dtc writes', () => {
    assert.equal(treeOf('/ { };').sizeBytes, 72);
    // A name that another one ends with is not written twice: `cells` lies in `#a-cells`.
    assert.equal(
      treeOf('/memreserve/ 0 0x1000; / { #a-cells = <1>; cells = <2>; n { }; };').sizeBytes,
      141,
    );
  });
});

describe('mistakes in a device tree', () => {
  it('says what was expected, and goes on', () => {
    assert.deepEqual(messagesOf('/ { a = ; b = <1>\n c; };'), [
      '1:9 `;` was found where a value: `"text"`, `<1 2>`, `[0a 0b]` or `&label` was expected.',
      '2:2 `c` was found where `;` was expected.',
    ]);
  });

  it('a label that is not there, with what may be meant', () => {
    assert.deepEqual(messagesOf('/ { uart0: u { }; a = <&uart1>; };'), [
      '1:24 There is no label `uart1`. Did you mean `uart0`?',
    ]);
  });

  it('a number that does not fit', () => {
    assert.deepEqual(messagesOf('/ { a = <0x1ffffffff>; };'), [
      '1:10 This comes to 8589934591, which does not fit into 32 bits.',
    ]);
  });

  it('one label for two nodes', () => {
    assert.deepEqual(messagesOf('/ { l: a { }; l: b { }; };'), [
      '1:15 The label `l` names `/a` already; give one of the two another name.',
    ]);
  });

  it('braces without end, and too many of them', () => {
    assert.deepEqual(messagesOf('/ { a {'), [
      '1:5 The node `a` has no closing `};`.',
      '1:1 The node `/` has no closing `};`.',
    ]);
    const deep = `/ {${' n {'.repeat(10_000)}${' };'.repeat(10_000)} };`;
    assert.match(messagesOf(deep)[0] ?? '', /nested more than 64 deep/);
  });

  it('a file that includes itself', () => {
    const { diagnostics } = readSource('/include/ "a.dts"');
    assert.equal(diagnostics[0]?.code, 'include-recursion');
  });

  it('a file that includes itself in both ways', () => {
    const { diagnostics } = readSource(
      `${'#include "a.dts"\n'.repeat(2)}${'/include/ "a.dts"\n'.repeat(8)}`,
    );
    const places = diagnostics.map(({ range }) => range.start.line);
    assert.deepEqual(places.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
