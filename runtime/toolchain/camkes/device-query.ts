/**
 * Queries of the device tree: `dtb({"path": "/soc/serial@10000000"})` and its like, with the meaning that the reference
 * tools give them. A path is a regular expression that may match any part of a node's path, so a node comes with all
 * that is in it; the first one in the order of the tree is taken.
 */
import type { DeviceNode, DeviceProperty, DeviceTree } from '../devicetree/device-tree.js';
import { guessedValue, stringsOf } from '../devicetree/device-tree.js';
import { compilePattern } from '../devicetree/path-pattern.js';
import { nearestName } from '../text/suggest.js';
import type { Value } from './value.js';

/** `subject` is what to point at: a key of the query, or nothing for all of it. */
export interface QueryProblem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly subject: readonly string[];
  /** Nodes that say more. */
  readonly nodes?: readonly DeviceNode[];
}

export interface QueryResult {
  /** In the order of the tree; what is asked of is the first. */
  readonly nodes: readonly DeviceNode[];
  readonly problems: readonly QueryProblem[];
}

/** What one dictionary of a query asks for. */
export const queryKeys = ['path', 'aliases', 'chosen', 'properties'] as const;

export function findNodes(tree: DeviceTree, wanted: Value): QueryResult {
  if (wanted.kind !== 'dictionary')
    return failed(
      'dtb-query',
      'A query of the device tree is a dictionary: `dtb({"path": "/soc/serial@10000000"})`.',
    );
  const entries = new Map<string, Value>();
  const problems: QueryProblem[] = [];
  for (const [key, value] of wanted.entries) {
    const name = key.kind === 'string' ? key.value : '';
    if ((queryKeys as readonly string[]).includes(name)) entries.set(name, value);
    else problems.push(unknownKey(name));
  }
  const found = nodesOf(tree, entries);
  return { nodes: found.nodes, problems: [...problems, ...found.problems] };
}

const failed = (code: string, message: string, subject: readonly string[] = []): QueryResult => ({
  nodes: [],
  problems: [{ severity: 'error', code, message, subject }],
});

/** The reference tools take it, and leave the device out; so will the system be built, without the device. */
const nothing = (message: string, subject: readonly string[]): QueryResult => ({
  nodes: [],
  problems: [{ severity: 'warning', code: 'dtb-no-node', message, subject }],
});

function unknownKey(name: string): QueryProblem {
  const near = nearestName(name, queryKeys);
  const advice = near === undefined ? '' : ` Did you mean \`${near}\`?`;
  return {
    severity: 'warning',
    code: 'dtb-query',
    message: `A query of the device tree has no \`${name}\`; it has \`path\`, \`aliases\`, \`chosen\` and \`properties\`.${advice}`,
    subject: [name],
  };
}

/** `aliases` goes before `chosen`, and either before the others, which then do not count. */
function nodesOf(tree: DeviceTree, entries: ReadonlyMap<string, Value>): QueryResult {
  for (const kind of ['aliases', 'chosen'] as const) {
    const name = entries.get(kind);
    if (name?.kind === 'string' && name.value !== '') return namedNode(tree, kind, name.value);
    if (name !== undefined && name.kind !== 'string' && name.kind !== 'unknown')
      return failed('dtb-query', `\`${kind}\` of a query is a name in double quotes.`, [kind]);
  }
  const path = entries.get('path');
  if (path !== undefined && path.kind !== 'string' && path.kind !== 'unknown')
    return failed(
      'dtb-query',
      'The `path` of a query is a path in double quotes, such as "/soc/serial@10000000".',
      ['path'],
    );
  const byPath =
    path?.kind === 'string' ? nodesByPath(tree, path.value) : { nodes: [], problems: [] };
  const properties = entries.get('properties');
  if (properties?.kind !== 'dictionary' || properties.entries.length === 0) return byPath;
  if (byPath.problems.some(({ severity }) => severity === 'error')) return byPath;
  const candidates = byPath.nodes.length > 0 ? byPath.nodes : tree.nodes.slice(1);
  const found = nodesByProperties(candidates, properties);
  const missing = byPath.nodes.length === 0 ? byPath.problems : [];
  return { nodes: found.nodes, problems: [...missing, ...found.problems] };
}

function namedNode(tree: DeviceTree, kind: 'aliases' | 'chosen', name: string): QueryResult {
  const table = tree.byPath.get(`/${kind}`);
  if (table === undefined)
    return failed(
      'dtb-no-node',
      `The device tree has no node \`/${kind}\`, in which \`${name}\` would be looked for.`,
      [kind],
    );
  const property = table.properties.get(name);
  if (property === undefined) {
    const near = nearestName(name, table.properties.keys());
    const names = [...table.properties.keys()].slice(0, 8).map((each) => `\`${each}\``);
    const advice =
      near !== undefined
        ? ` Did you mean \`${near}\`?`
        : ` It has ${names.length === 0 ? 'none' : names.join(', ')}.`;
    return failed('dtb-no-node', `\`/${kind}\` has no \`${name}\`.${advice}`, [kind]);
  }
  // `stdout-path` says behind a colon how to talk to the device.
  const [path = ''] = stringsOf(property)[0]?.split(':') ?? [];
  if (kind === 'chosen' && !path.startsWith('/')) return namedNode(tree, 'aliases', path);
  const node = tree.byPath.get(path);
  return node === undefined
    ? failed(
        'dtb-no-node',
        `\`${name}\` of \`/${kind}\` names \`${path}\`, and there is no such node.`,
        [kind],
      )
    : { nodes: [node], problems: [] };
}

function nodesByPath(tree: DeviceTree, path: string): QueryResult {
  const compiled = compilePattern(path);
  if (!compiled.ok)
    return failed(
      'dtb-query',
      `The path \`${path}\` is no regular expression that can be used: ${compiled.message}.`,
      ['path'],
    );
  const nodes = tree.nodes.filter(
    (node) => node !== tree.root && compiled.pattern.matches(node.path),
  );
  const [first] = nodes;
  if (first === undefined) return nothing(noNode(tree, path), ['path']);
  const others = nodes.filter((node) => node !== first && !node.path.startsWith(`${first.path}/`));
  if (others.length === 0) return { nodes, problems: [] };
  const shown = others.slice(0, 3).map((node) => `\`${node.path}\``);
  const rest = others.length > 3 ? ` and ${String(others.length - 3)} more` : '';
  return {
    nodes,
    problems: [
      {
        severity: 'warning',
        code: 'dtb-several-nodes',
        message: `\`${path}\` matches several nodes; the first is taken, \`${first.path}\`. It also matches ${shown.join(', ')}${rest}. Write more of the path.`,
        subject: ['path'],
        nodes: [first, ...others.slice(0, 3)],
      },
    ],
  };
}

/** How far the path leads, and what is there. */
function noNode(tree: DeviceTree, path: string): string {
  let node = tree.root;
  for (const name of path.split('/')) {
    if (name === '') continue;
    const child = node.children.find((each) => each.name === name);
    if (child === undefined) {
      const names = node.children.map((each) => each.name);
      return `No node of the device tree matches \`${path}\`: \`${node.path}\` has no \`${name}\`.${proposal(name, names)}`;
    }
    node = child;
  }
  return `No node of the device tree matches \`${path}\`.`;
}

/** The name itself matters more than the address behind it. */
function proposal(name: string, names: readonly string[]): string {
  const [stem = ''] = name.split('@');
  const stems = new Map(names.map((each) => [each.split('@')[0] ?? '', each]));
  const near = nearestName(name, names) ?? stems.get(nearestName(stem, stems.keys()) ?? '');
  if (near !== undefined) return ` Did you mean \`${near}\`?`;
  if (names.length === 0) return ' It has no nodes.';
  const shown = names.slice(0, 6).map((each) => `\`${each}\``);
  return ` It has ${shown.join(', ')}${names.length > 6 ? ', …' : ''}.`;
}

interface WantedProperty {
  /** As written: `reg[0]`. */
  readonly key: string;
  readonly name: string;
  /** Undefined for `[*]`: all of the value. */
  readonly index: number | undefined;
  readonly value: Value;
}

function nodesByProperties(
  candidates: readonly DeviceNode[],
  { entries }: Extract<Value, { kind: 'dictionary' }>,
): QueryResult {
  const wanted: WantedProperty[] = [];
  for (const [key, value] of entries) {
    const text = key.kind === 'string' ? key.value : '';
    const parsed = /^([^[\]]+)(?:\[\s*(\*|0x[0-9a-fA-F]{1,8}|\d{1,9})\s*\])?$/.exec(text);
    if (parsed === null)
      return failed(
        'dtb-query',
        `\`${text}\` is no property; write its name, with an index such as \`reg[0]\`, or \`compatible[*]\` for all of it.`,
        ['properties', text],
      );
    const [, name = '', index = '0'] = parsed;
    wanted.push({ key: text, name, index: index === '*' ? undefined : Number(index), value });
  }
  if (wanted.some(({ value }) => value.kind === 'unknown')) return { nodes: [], problems: [] };
  const nodes = candidates.filter((node) =>
    wanted.every((each) => {
      const property = node.properties.get(each.name);
      return property !== undefined && agrees(property, each);
    }),
  );
  if (nodes.length > 0) return { nodes, problems: [] };
  const lonely = wanted.find(({ name }) => candidates.every((node) => !node.properties.has(name)));
  const what =
    lonely === undefined
      ? 'no node has all of these values'
      : `no node has a property \`${lonely.name}\``;
  return nothing(`The query finds nothing: ${what}.`, [
    'properties',
    ...(lonely === undefined ? [] : [lonely.key]),
  ]);
}

function agrees(property: DeviceProperty, { index, value }: WantedProperty): boolean {
  const guessed = guessedValue(property);
  if (guessed.kind === 'empty') return isNothing(value);
  const all: readonly (string | number)[] =
    guessed.kind === 'strings'
      ? guessed.strings
      : guessed.kind === 'cells'
        ? guessed.cells
        : guessed.bytes;
  if (index !== undefined) return isEqual(all[index], value);
  return (
    value.kind === 'list' &&
    value.items.length === all.length &&
    value.items.every((item, at) => isEqual(all[at], item))
  );
}

const isNothing = (value: Value): boolean =>
  (value.kind === 'integer' && value.value === 0n) ||
  (value.kind === 'string' && value.value === '') ||
  (value.kind === 'list' && value.items.length === 0);

const isEqual = (found: string | number | undefined, value: Value): boolean =>
  typeof found === 'string'
    ? value.kind === 'string' && value.value === found
    : found !== undefined && value.kind === 'integer' && value.value === BigInt(found);
