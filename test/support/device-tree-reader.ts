/** Reads a flattened device tree back, strictly: every word of it must be as the specification (0.4, chapter 5) has it. */
import assert from 'node:assert/strict';

export interface ReadNode {
  readonly properties: Readonly<Record<string, Uint8Array>>;
  readonly children: Readonly<Record<string, ReadNode>>;
}

export function readDeviceTree(bytes: Uint8Array): ReadNode {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const cell = (at: number): number => view.getUint32(at, false);
  assert.equal(cell(0), 0xd00d_feed);
  assert.equal(cell(4), bytes.length);
  const [structure, strings, reservations] = [cell(8), cell(12), cell(16)];
  assert.deepEqual([cell(20), cell(24), cell(28)], [17, 16, 0]);
  assert.equal(reservations % 8, 0);
  assert.deepEqual([...bytes.subarray(reservations, reservations + 16)], Array(16).fill(0));
  assert.deepEqual([strings + cell(32), structure + cell(36)], [bytes.length, strings]);

  let at = structure;
  const text = (from: number): string => {
    const end = bytes.indexOf(0, from);
    return String.fromCharCode(...bytes.subarray(from, end));
  };
  const align = (): void => {
    while (at % 4 !== 0) {
      assert.equal(bytes[at], 0);
      at += 1;
    }
  };
  const node = (): { name: string; node: ReadNode } => {
    assert.equal(cell(at), 1);
    const name = text(at + 4);
    at += 4 + name.length + 1;
    align();
    const properties: Record<string, Uint8Array> = {};
    while (cell(at) === 3) {
      const length = cell(at + 4);
      const property = text(strings + cell(at + 8));
      properties[property] = bytes.slice(at + 12, at + 12 + length);
      at += 12 + length;
      align();
    }
    const children: Record<string, ReadNode> = {};
    while (cell(at) === 1) {
      const child = node();
      children[child.name] = child.node;
    }
    assert.equal(cell(at), 2);
    at += 4;
    return { name, node: { properties, children } };
  };
  const root = node();
  assert.equal(root.name, '');
  assert.equal(cell(at), 9);
  assert.equal(at + 4, strings);
  return root.node;
}

export function nodeAt(root: ReadNode, path: string): ReadNode {
  return path
    .split('/')
    .filter((name) => name !== '')
    .reduce((node, name) => {
      const child = node.children[name];
      assert.ok(child !== undefined, `${path} has no node ${name}`);
      return child;
    }, root);
}

export function cells(node: ReadNode, property: string): readonly number[] {
  const bytes = node.properties[property];
  assert.ok(bytes !== undefined, `no property ${property}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, false));
}

export function texts(node: ReadNode, property: string): readonly string[] {
  const bytes = node.properties[property];
  assert.ok(bytes !== undefined, `no property ${property}`);
  assert.equal(bytes.at(-1), 0);
  return String.fromCharCode(...bytes.subarray(0, -1)).split('\0');
}
