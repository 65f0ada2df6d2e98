/**
 * Writes a device tree as firmware hands it to an operating system: one block of big-endian bytes with header,
 * memory reservations (none), structure and strings. Devicetree specification 0.4, chapter 5. Nothing pads the
 * block: a client that wants to add nodes copies it first.
 */

/** Names of children are full: `serial@10000000`. */
export interface TreeNode {
  readonly properties: Readonly<Record<string, PropertyValue>>;
  readonly children?: Readonly<Record<string, TreeNode>>;
}

/** A number is one cell; an array of strings is a list of them; `true` is a property that is just there. */
export type PropertyValue = number | readonly number[] | string | readonly string[] | true;

const header = { magic: 0xd00d_feed, bytes: 40, version: 17, lastCompatible: 16 } as const;
const token = { beginNode: 1, endNode: 2, property: 3, end: 9 } as const;
/** The empty list of reservations is its end marker. */
const reservationBytes = 16;

export function flattenDeviceTree(root: TreeNode): Uint8Array {
  const strings = new StringTable();
  const structure: number[] = [];
  emitNode(structure, strings, '', root);
  emitCell(structure, token.end);

  const structureOffset = header.bytes + reservationBytes;
  const stringsOffset = structureOffset + structure.length;
  const totalBytes = stringsOffset + strings.bytes.length;
  const head: number[] = [];
  for (const cell of [
    header.magic,
    totalBytes,
    structureOffset,
    stringsOffset,
    header.bytes,
    header.version,
    header.lastCompatible,
    // The hart that boots.
    0,
    strings.bytes.length,
    structure.length,
  ]) {
    emitCell(head, cell);
  }
  return Uint8Array.from([
    ...head,
    ...new Uint8Array(reservationBytes),
    ...structure,
    ...strings.bytes,
  ]);
}

function emitNode(out: number[], strings: StringTable, name: string, node: TreeNode): void {
  emitCell(out, token.beginNode);
  emitText(out, name);
  pad(out);
  for (const [property, value] of Object.entries(node.properties)) {
    const bytes = valueBytes(value);
    emitCell(out, token.property);
    emitCell(out, bytes.length);
    emitCell(out, strings.offsetOf(property));
    out.push(...bytes);
    pad(out);
  }
  for (const [child, inner] of Object.entries(node.children ?? {})) {
    emitNode(out, strings, child, inner);
  }
  emitCell(out, token.endNode);
}

function valueBytes(value: PropertyValue): readonly number[] {
  const bytes: number[] = [];
  if (value === true) return bytes;
  const parts = typeof value === 'number' || typeof value === 'string' ? [value] : value;
  for (const part of parts) {
    if (typeof part === 'number') emitCell(bytes, part);
    else emitText(bytes, part);
  }
  return bytes;
}

function emitCell(out: number[], value: number): void {
  out.push(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Names and strings of a tree are ASCII. */
function emitText(out: number[], text: string): void {
  for (const character of text) out.push(character.charCodeAt(0));
  out.push(0);
}

/** Tokens lie on word boundaries. */
function pad(out: number[]): void {
  while (out.length % 4 !== 0) out.push(0);
}

/** Property names, each once. */
class StringTable {
  readonly bytes: number[] = [];
  private readonly offsets = new Map<string, number>();

  offsetOf(name: string): number {
    const known = this.offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.bytes.length;
    this.offsets.set(name, offset);
    emitText(this.bytes, name);
    return offset;
  }
}
