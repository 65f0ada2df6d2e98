/**
 * How many bytes a device tree has in its flattened form, as dtc writes it: header, reservations and an empty one, structure,
 * and each name once; a name that another one ends with is not written again.
 */
import type { DraftNode } from './device-tree.js';

const headerBytes = 40;
const reservationBytes = 16;

export function flattenedBytes(root: DraftNode, reservations: number): number {
  const names = new Set<string>();
  /** The end of the structure is a mark of its own. */
  let bytes = headerBytes + reservationBytes * (reservations + 1) + 4;
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    bytes += 8 + aligned(node.name.length + 1);
    for (const { name, value } of node.properties.values()) {
      bytes += 12 + aligned(value.length);
      names.add(name);
    }
    open.push(...[...node.children].reverse());
  }
  return bytes + stringBytes(names);
}

/** In the order of the tree, since only a name behind a longer one can be left out. */
function stringBytes(names: ReadonlySet<string>): number {
  const endings = new Set<string>();
  let bytes = 0;
  for (const name of names) {
    if (endings.has(name)) continue;
    bytes += name.length + 1;
    for (let start = 0; start < Math.min(name.length, longestEnding); start += 1)
      endings.add(name.slice(start));
  }
  return bytes;
}

/** Names of properties have at most 31 characters by the specification. */
const longestEnding = 64;

const aligned = (length: number): number => Math.ceil(length / 4) * 4;
