/**
 * A device tree as plain data, whether it was read from source or from its flattened form. Surprising choice: the
 * value of a property is bytes in both, as the form that a kernel gets has no types; what they mean, its reader
 * knows. Devicetree specification 0.4, chapter 2.
 */
import type { Place } from '../text/source-line.js';

export interface DeviceTree {
  readonly root: DeviceNode;
  /** All of them, the root first, each before what is in it. */
  readonly nodes: readonly DeviceNode[];
  readonly byPath: ReadonlyMap<string, DeviceNode>;
  readonly byLabel: ReadonlyMap<string, DeviceNode>;
  /** Of the whole tree in its flattened form. */
  readonly sizeBytes: number;
}

export interface DeviceNode {
  /** With its unit address: `serial@10000000`; empty for the root. */
  readonly name: string;
  /** `/soc/serial@10000000`; `/` for the root. */
  readonly path: string;
  readonly parent: DeviceNode | undefined;
  readonly children: readonly DeviceNode[];
  readonly properties: ReadonlyMap<string, DeviceProperty>;
  readonly labels: readonly string[];
  /** Its name in the source; undefined for a flattened tree. */
  readonly place: Place | undefined;
}

export interface DeviceProperty {
  readonly name: string;
  readonly value: Uint8Array;
  /** Its name in the source. */
  readonly place: Place | undefined;
}

/** What the readers make: a node whose path and parent follow from where it is put. */
export interface DraftNode {
  readonly name: string;
  readonly labels: readonly string[];
  readonly properties: ReadonlyMap<string, DeviceProperty>;
  readonly children: readonly DraftNode[];
  readonly place: Place | undefined;
}

/** Deeper than any board; the readers say so and leave out what is deeper. */
export const deepestNode = 64;

export function deviceTreeOf(draft: DraftNode, sizeBytes: number): DeviceTree {
  const nodes: DeviceNode[] = [];
  const add = (from: DraftNode, parent: DeviceNode | undefined): DeviceNode => {
    const children: DeviceNode[] = [];
    const before = parent === undefined || parent.path === '/' ? '' : parent.path;
    const path = parent === undefined ? '/' : `${before}/${from.name}`;
    const { name, labels, properties, place } = from;
    const node: DeviceNode = { name, path, parent, children, properties, labels, place };
    nodes.push(node);
    for (const child of from.children) children.push(add(child, node));
    return node;
  };
  const root = add(draft, undefined);
  const byPath = new Map<string, DeviceNode>();
  const byLabel = new Map<string, DeviceNode>();
  for (const node of nodes) {
    if (!byPath.has(node.path)) byPath.set(node.path, node);
    for (const label of node.labels) byLabel.set(label, node);
  }
  return { root, nodes, byPath, byLabel, sizeBytes };
}

/** The words of a value, as far as there are whole ones. */
export function cellsOf({ value }: DeviceProperty): number[] {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: value.byteLength >> 2 }, (_, index) => view.getUint32(4 * index));
}

/** The strings of a value without the bytes that end them. */
export function stringsOf({ value }: DeviceProperty): string[] {
  const text = Array.from(value, (byte) => String.fromCharCode(byte)).join('');
  return text.replace(/\0$/, '').split('\0');
}

export type GuessedValue =
  | { readonly kind: 'empty' }
  | { readonly kind: 'strings'; readonly strings: readonly string[] }
  | { readonly kind: 'cells'; readonly cells: readonly number[] }
  | { readonly kind: 'bytes'; readonly bytes: readonly number[] };

/** What the bytes look like to tools that were not told: printable text that ends with a zero is strings. */
export function guessedValue(property: DeviceProperty): GuessedValue {
  const { value } = property;
  if (value.length === 0) return { kind: 'empty' };
  if (looksLikeStrings(value))
    return { kind: 'strings', strings: stringsOf(property).filter((text) => text !== '') };
  if (value.length % 4 === 0) return { kind: 'cells', cells: cellsOf(property) };
  return { kind: 'bytes', bytes: Array.from(value, (byte) => (byte << 24) >> 24) };
}

/** One zero behind each string, none of which is empty. */
function looksLikeStrings(value: Uint8Array): boolean {
  if (value.at(-1) !== 0 || value[0] === 0) return false;
  return value.every(
    (byte, index) =>
      (byte >= 0x20 && byte < 0x7f) ||
      byte === 9 ||
      byte === 11 ||
      byte === 12 ||
      (byte === 0 && value[index - 1] !== 0),
  );
}
