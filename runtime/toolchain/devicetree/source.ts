/**
 * From the items of a device tree source to the tree that they describe: nodes are merged, labels and handles put in.
 * A node that is referred to and has no `phandle` gets one, the smallest that is free, in the order of the references;
 * so the bytes are those that dtc makes.
 */
import type { Diagnostic, Severity } from '../text/diagnostic.js';
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { diagnosticAt, type Place } from '../text/source-line.js';
import type { SourceText, Span } from '../text/source-text.js';
import { nearestName } from '../text/suggest.js';
import { deviceTreeOf, type DeviceProperty, type DraftNode } from './device-tree.js';
import type { ReadTree } from './flattened.js';
import { flattenedBytes } from './flattened-size.js';
import { parseDeviceSource } from './parse-source.js';
import type {
  SourceEntry,
  SourceItem,
  SourceNode,
  SourceReference,
  SourceValue,
  Word,
} from './source-tree.js';

interface MergedNode {
  readonly name: string;
  readonly parent: MergedNode | undefined;
  readonly labels: string[];
  readonly properties: Map<string, Kept>;
  readonly children: Map<string, MergedNode>;
  readonly place: Place;
  isDeleted: boolean;
}

interface MergedProperty {
  readonly values: readonly SourceValue[];
  readonly place: Place;
}

/** What is deleted keeps its place in the order, in case that it comes again. */
type Kept = MergedProperty | undefined;

interface Run {
  readonly source: SourceText;
  readonly files: SourceFiles;
  readonly diagnostics: Diagnostic[];
  readonly byLabel: Map<string, MergedNode>;
  readonly handles: Map<MergedNode, number>;
  readonly takenHandles: Set<number>;
  nextHandle: number;
  /** Bytes of values that may still be made: `/incbin/` could name one large file many times. */
  bytesLeft: number;
  root: MergedNode;
}

const mostBytes = 1 << 26;
const mostReferenceProblems = 200;

export function readDeviceSource(source: SourceText, files: SourceFiles): ReadTree {
  const { items, diagnostics } = parseDeviceSource(source);
  const run: Run = {
    source,
    files,
    diagnostics: [...diagnostics],
    byLabel: new Map(),
    handles: new Map(),
    takenHandles: new Set(),
    nextHandle: 1,
    bytesLeft: mostBytes,
    root: newNode('', undefined, source.placeOf({ start: 0, end: 0 })),
  };
  let reservations = 0;
  for (const item of items) {
    if (item.kind === 'reservation') reservations += 1;
    else merge(run, item);
  }
  takeWrittenHandles(run, run.root);
  giveHandles(run, run.root);
  const draft = draftOf(run, run.root);
  const tree = deviceTreeOf(draft, flattenedBytes(draft, reservations));
  return {
    tree: items.some(({ kind }) => kind === 'node') ? tree : undefined,
    diagnostics: run.diagnostics,
  };
}

const newNode = (name: string, parent: MergedNode | undefined, place: Place): MergedNode => ({
  name,
  parent,
  labels: [],
  properties: new Map(),
  children: new Map(),
  place,
  isDeleted: false,
});

function merge(run: Run, item: Exclude<SourceItem, { kind: 'reservation' }>): void {
  const node = item.target === undefined ? run.root : nodeOf(run, item.target);
  if (node === undefined) return;
  if (item.kind === 'delete-node') deleteNode(run, node);
  else mergeInto(run, node, item.body);
}

function mergeInto(run: Run, node: MergedNode, { labels, entries }: SourceNode): void {
  for (const { text, span } of labels) {
    const other = run.byLabel.get(text);
    if (other !== undefined && other !== node && !other.isDeleted)
      report(
        run,
        span,
        'device-tree-label',
        `The label \`${text}\` names \`${pathOf(other)}\` already; give one of the two another name.`,
      );
    else run.byLabel.set(text, node);
    if (!node.labels.includes(text)) node.labels.push(text);
  }
  for (const entry of entries) mergeEntry(run, node, entry);
}

function mergeEntry(run: Run, node: MergedNode, entry: SourceEntry): void {
  switch (entry.kind) {
    case 'property': {
      const { name, values } = entry;
      node.properties.set(name.text, { values, place: run.source.placeOf(name.span) });
      return;
    }
    case 'delete-property':
      if (node.properties.has(entry.name.text)) node.properties.set(entry.name.text, undefined);
      return;
    case 'delete-node': {
      const child = childOf(node, entry.name.text);
      if (child === undefined) reportMissingDeletion(run, node, entry.name);
      else deleteNode(run, child);
      return;
    }
    case 'node': {
      const { name } = entry.node;
      let child = node.children.get(name.text);
      if (child === undefined) {
        child = newNode(name.text, node, run.source.placeOf(name.span));
        node.children.set(name.text, child);
      }
      child.isDeleted = false;
      mergeInto(run, child, entry.node);
    }
  }
}

const childOf = (node: MergedNode, name: string): MergedNode | undefined => {
  const child = node.children.get(name);
  return child?.isDeleted === true ? undefined : child;
};

const childrenOf = (node: MergedNode): MergedNode[] =>
  [...node.children.values()].filter(({ isDeleted }) => !isDeleted);

/** dtc takes it without a word, as the node may be there on other boards. */
function reportMissingDeletion(run: Run, node: MergedNode, { text, span }: Word): void {
  const names = childrenOf(node).map(({ name }) => name);
  const message = `\`${pathOf(node)}\` has no node \`${text}\`, so nothing is deleted.${meant(text, names)}`;
  report(run, span, 'device-tree-deletion', message, 'hint');
}

function deleteNode(run: Run, node: MergedNode): void {
  for (const name of node.properties.keys()) node.properties.set(name, undefined);
  for (const label of node.labels) if (run.byLabel.get(label) === node) run.byLabel.delete(label);
  node.labels.length = 0;
  for (const child of node.children.values()) deleteNode(run, child);
  node.isDeleted = node.parent !== undefined;
}

function nodeOf(run: Run, { kind, text, span }: SourceReference): MergedNode | undefined {
  if (kind === 'label') {
    const node = run.byLabel.get(text);
    if (node === undefined)
      report(
        run,
        span,
        'device-tree-reference',
        `There is no label \`${text}\`.${meant(text, run.byLabel.keys())}`,
      );
    return node;
  }
  let node = run.root;
  for (const name of text.split('/')) {
    if (name === '') continue;
    const child = childOf(node, name);
    if (child === undefined) {
      report(
        run,
        span,
        'device-tree-reference',
        `There is no node \`${text}\`: \`${pathOf(node)}\` has no \`${name}\`.${meant(name, node.children.keys())}`,
      );
      return undefined;
    }
    node = child;
  }
  return node;
}

const meant = (name: string, names: Iterable<string>): string => {
  const near = nearestName(name, names);
  return near === undefined ? '' : ` Did you mean \`${near}\`?`;
};

function pathOf(node: MergedNode): string {
  const names: string[] = [];
  for (let at: MergedNode = node; at.parent !== undefined; at = at.parent) names.push(at.name);
  return `/${names.reverse().join('/')}`;
}

const handleNames = ['phandle', 'linux,phandle'];

function takeWrittenHandles(run: Run, node: MergedNode): void {
  for (const name of handleNames) {
    const value = node.properties.get(name)?.values.at(0);
    const cell = value?.kind === 'cells' ? value.cells[0] : undefined;
    if (typeof cell !== 'bigint') continue;
    run.handles.set(node, Number(cell));
    run.takenHandles.add(Number(cell));
  }
  for (const child of childrenOf(node)) takeWrittenHandles(run, child);
}

/** In the order in which dtc comes by the references: the properties of a node, then the nodes in it. */
function giveHandles(run: Run, node: MergedNode): void {
  for (const property of node.properties.values()) {
    for (const value of property?.values ?? []) {
      if (value.kind !== 'cells') continue;
      for (const cell of value.cells) {
        const target = typeof cell === 'bigint' ? undefined : nodeOf(run, cell);
        if (target !== undefined) giveHandle(run, target);
      }
    }
  }
  for (const child of childrenOf(node)) giveHandles(run, child);
}

function giveHandle(run: Run, node: MergedNode): void {
  if (run.handles.has(node)) return;
  while (run.takenHandles.has(run.nextHandle)) run.nextHandle += 1;
  run.handles.set(node, run.nextHandle);
  run.takenHandles.add(run.nextHandle);
}

function draftOf(run: Run, node: MergedNode): DraftNode {
  const properties = new Map<string, DeviceProperty>();
  for (const [name, kept] of node.properties) {
    if (kept === undefined) continue;
    const { values, place } = kept;
    properties.set(name, { name, value: bytesOf(run, values), place });
  }
  const handle = run.handles.get(node);
  if (handle !== undefined && !handleNames.some((name) => properties.has(name)))
    properties.set('phandle', {
      name: 'phandle',
      value: cellBytes([BigInt(handle)], 4),
      place: undefined,
    });
  return {
    name: node.name,
    labels: node.labels,
    properties,
    children: childrenOf(node).map((child) => draftOf(run, child)),
    place: node.place,
  };
}

function bytesOf(run: Run, values: readonly SourceValue[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const value of values) {
    const part = partOf(run, value);
    if (part.length > run.bytesLeft) break;
    run.bytesLeft -= part.length;
    parts.push(part);
  }
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function partOf(run: Run, value: SourceValue): Uint8Array {
  switch (value.kind) {
    case 'bytes':
      return Uint8Array.from(value.bytes);
    case 'cells': {
      const numbers = value.cells.map((cell) => {
        if (typeof cell === 'bigint') return cell;
        const target = quietNodeOf(run, cell);
        return BigInt((target && run.handles.get(target)) ?? 0xffff_ffff);
      });
      return cellBytes(numbers, value.bits / 8);
    }
    case 'reference': {
      const target = nodeOf(run, value.target);
      const path = target === undefined ? '' : pathOf(target);
      return Uint8Array.from({ length: path.length + 1 }, (_, at) => path.charCodeAt(at) & 0xff);
    }
    case 'file': {
      const bytes = run.files.readBytes(joinPath(run.source.path, '..', value.path));
      if (bytes === undefined)
        report(
          run,
          value.span,
          'include-missing',
          `There is no file \`${value.path}\`, or it cannot be read.`,
        );
      return bytes ?? new Uint8Array();
    }
  }
}

/** What was said when the handles were given is not said again. */
function quietNodeOf(run: Run, target: SourceReference): MergedNode | undefined {
  const count = run.diagnostics.length;
  const node = nodeOf(run, target);
  run.diagnostics.length = count;
  return node;
}

function cellBytes(cells: readonly bigint[], width: number): Uint8Array {
  const bytes = new Uint8Array(cells.length * width);
  cells.forEach((cell, index) => {
    let rest = cell;
    for (let at = width - 1; at >= 0; at -= 1) {
      bytes[index * width + at] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  });
  return bytes;
}

function report(
  run: Run,
  span: Span,
  code: string,
  message: string,
  severity: Severity = 'error',
): void {
  if (run.diagnostics.length < mostReferenceProblems)
    run.diagnostics.push(diagnosticAt(run.source.placeOf(span), severity, code, message));
}
