/**
 * Reads a flattened device tree (`.dtb`), version 16 or 17: header, structure, strings. Any bytes give a tree of what
 * could be read and say where they stop making sense. Devicetree specification 0.4, chapter 5.
 */
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import {
  deepestNode,
  deviceTreeOf,
  type DeviceProperty,
  type DeviceTree,
  type DraftNode,
} from './device-tree.js';

export interface ReadTree {
  /** Undefined when there is nothing to be made of it. */
  readonly tree: DeviceTree | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const magic = 0xd00d_feed;
const token = { beginNode: 1, endNode: 2, property: 3, nop: 4, end: 9 } as const;
const header = {
  totalBytes: 4,
  structure: 8,
  strings: 12,
  version: 20,
  lastCompatible: 24,
  bytes: 40,
} as const;

export const isFlattenedTree = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && viewOf(bytes).getUint32(0) === magic;

interface OpenNode extends DraftNode {
  readonly properties: Map<string, DeviceProperty>;
  readonly children: OpenNode[];
}

export function readFlattenedTree(path: string, bytes: Uint8Array): ReadTree {
  const diagnostics: Diagnostic[] = [];
  const report = (offset: number, message: string): void => {
    diagnostics.push({
      file: path,
      range: noRange,
      severity: 'error',
      code: 'device-tree-format',
      message,
      offset,
    });
  };
  const wrong = headerProblem(bytes);
  if (wrong !== undefined) {
    report(wrong.offset, wrong.message);
    return { tree: undefined, diagnostics };
  }
  const root = readStructure(bytes, report);
  return { tree: root && deviceTreeOf(root, bytes.length), diagnostics };
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function headerProblem(bytes: Uint8Array): { offset: number; message: string } | undefined {
  if (bytes.length < header.bytes)
    return {
      offset: 0,
      message: `This is no flattened device tree: it has ${String(bytes.length)} bytes, and the header alone has 40.`,
    };
  const view = viewOf(bytes);
  if (view.getUint32(0) !== magic)
    return {
      offset: 0,
      message: `This is no flattened device tree: it begins with 0x${view.getUint32(0).toString(16)}; expected 0xd00dfeed.`,
    };
  if (view.getUint32(header.lastCompatible) > 17 || view.getUint32(header.version) < 16)
    return {
      offset: header.version,
      message: `The device tree has version ${String(view.getUint32(header.version))}; 17 and what is compatible with it can be read.`,
    };
  return undefined;
}

type Report = (offset: number, message: string) => void;

function readStructure(bytes: Uint8Array, report: Report): OpenNode | undefined {
  const view = viewOf(bytes);
  const end = Math.min(bytes.length, Math.max(view.getUint32(header.totalBytes), header.bytes));
  const open: OpenNode[] = [];
  const names = new Map<number, string>();
  let root: OpenNode | undefined;
  let tooDeep = 0;
  let at = view.getUint32(header.structure);
  for (;;) {
    if (at + 4 > end) {
      report(Math.min(at, end), 'The structure of the device tree stops without its end mark.');
      return root;
    }
    const here = at;
    const kind = view.getUint32(at);
    at += 4;
    switch (kind) {
      case token.nop:
        break;
      case token.end:
        if (open.length > 0) report(here, `The node \`${open.at(-1)?.name ?? ''}\` is not closed.`);
        return root;
      case token.beginNode: {
        const name = textAt(bytes, at, end);
        if (name === undefined) {
          report(here, 'The name of a node runs over the end of the device tree.');
          return root;
        }
        at = aligned(at + name.length + 1);
        if (open.length >= deepestNode || tooDeep > 0) {
          if (tooDeep === 0)
            report(
              here,
              `Nodes are nested more than ${String(deepestNode)} deep; what is deeper is left out.`,
            );
          tooDeep += 1;
          break;
        }
        const node: OpenNode = {
          name: open.length === 0 ? '' : name,
          labels: [],
          properties: new Map(),
          children: [],
          place: undefined,
        };
        const parent = open.at(-1);
        if (parent === undefined && root !== undefined) {
          report(here, 'The device tree has a second root; what follows is left out.');
          return root;
        }
        root ??= node;
        parent?.children.push(node);
        open.push(node);
        break;
      }
      case token.endNode:
        if (tooDeep > 0) tooDeep -= 1;
        else if (open.pop() === undefined) {
          report(here, 'A node is closed that is not open.');
          return root;
        }
        break;
      case token.property: {
        const property = propertyAt(bytes, view, at, end, names);
        if (property === undefined) {
          report(here, 'A property runs over the end of the device tree.');
          return root;
        }
        at = aligned(at + 8 + property.value.length);
        if (tooDeep === 0) open.at(-1)?.properties.set(property.name, property);
        break;
      }
      default:
        report(
          here,
          `0x${kind.toString(16)} was found where a node, a property or the end was expected.`,
        );
        return root;
    }
  }
}

function propertyAt(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  names: Map<number, string>,
): DeviceProperty | undefined {
  if (at + 8 > end) return undefined;
  const length = view.getUint32(at);
  if (at + 8 + length > end) return undefined;
  const nameOffset = view.getUint32(header.strings) + view.getUint32(at + 4);
  const name = names.get(nameOffset) ?? textAt(bytes, nameOffset, end);
  if (name === undefined) return undefined;
  names.set(nameOffset, name);
  return { name, value: bytes.slice(at + 8, at + 8 + length), place: undefined };
}

/** Names are at most 31 characters by the specification; some are longer. */
const longestName = 1024;

function textAt(bytes: Uint8Array, start: number, end: number): string | undefined {
  const limit = Math.min(end, start + longestName);
  for (let at = start; at < limit; at += 1)
    if (bytes[at] === 0)
      return Array.from(bytes.subarray(start, at), (byte) => String.fromCharCode(byte)).join('');
  return undefined;
}

const aligned = (offset: number): number => Math.ceil(offset / 4) * 4;
