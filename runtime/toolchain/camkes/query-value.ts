/**
 * What a query of the device tree or of the pins comes to: the properties of the nodes that were found, as the
 * connectors of devices read them. `reg` is already where the processor sees it. Names are made fit for C, unless the
 * query picks one out itself: `dtb({…})["interrupts"]`.
 */
import { registersOf } from '../devicetree/bus.js';
import type { DeviceNode } from '../devicetree/device-tree.js';
import { guessedValue } from '../devicetree/device-tree.js';
import type { Value } from './value.js';

type Entry = readonly [key: Value, value: Value];

export const integerValue = (value: number | bigint): Value => ({
  kind: 'integer',
  value: BigInt(value),
});
export const stringValue = (value: string): Value => ({ kind: 'string', value });
const listValue = (items: readonly Value[]): Value => ({ kind: 'list', items });

/** Of all dictionaries of the query; undefined for one that found nothing. */
export function valueOfNodes(nodes: readonly (DeviceNode | undefined)[], treeBytes: number): Value {
  const found = nodes.map((node) => dictionary(node === undefined ? [] : propertiesOf(node)));
  return dictionary([
    ['query', listValue(found.map(forC))],
    ['dtb_size', listValue([integerValue(treeBytes)])],
  ]);
}

/** With keys behind the query: what they pick out of each node. Undefined when a node does not have it. */
export function partOfNodes(
  nodes: readonly (DeviceNode | undefined)[],
  keys: readonly Value[],
): Value | undefined {
  const parts: Value[] = [];
  for (const node of nodes) {
    let part: Value | undefined = dictionary(node === undefined ? [] : propertiesOf(node));
    for (const key of keys) part = part && partOf(part, key);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return listValue(parts);
}

function partOf(whole: Value, key: Value): Value | undefined {
  if (key.kind === 'string') return entryOf(whole, key.value);
  return key.kind === 'integer' && whole.kind === 'list'
    ? whole.items.at(Number(key.value))
    : undefined;
}

/** Pins are given on as they are asked for. */
export function valueOfPins(pins: Value): Value {
  return dictionary([
    ['query', listValue([dictionary([['desired_pins', pins]])])],
    ['all_pins', pins],
  ]);
}

export const entryOf = (value: Value | undefined, name: string): Value | undefined =>
  value?.kind === 'dictionary'
    ? value.entries.find(([key]) => key.kind === 'string' && key.value === name)?.[1]
    : undefined;

const dictionary = (entries: readonly (readonly [string, Value])[]): Value => ({
  kind: 'dictionary',
  entries: entries.map(([name, value]): Entry => [stringValue(name), value]),
});

function propertiesOf(node: DeviceNode): (readonly [string, Value])[] {
  const { counts, blocks } = registersOf(node);
  const properties = [...node.properties.values()].map((property): readonly [string, Value] => {
    const guessed = guessedValue(property);
    switch (guessed.kind) {
      case 'empty':
        return [property.name, listValue([])];
      case 'strings':
        return [property.name, listValue(guessed.strings.map(stringValue))];
      case 'cells':
        return [property.name, listValue(guessed.cells.map(integerValue))];
      case 'bytes':
        return [property.name, listValue(guessed.bytes.map(integerValue))];
    }
  });
  const reg = blocks.flatMap(({ address, sizeBytes }) => [
    ...cellsOfNumber(address, counts.address),
    ...cellsOfNumber(sizeBytes, counts.size),
  ]);
  return [
    ...properties.map((entry): readonly [string, Value] =>
      entry[0] === 'reg' ? ['reg', listValue(reg)] : entry,
    ),
    ['this-address-cells', listValue([integerValue(counts.address)])],
    ['this-size-cells', listValue([integerValue(counts.size)])],
    ['this-node-path', stringValue(node.path)],
  ];
}

const cellsOfNumber = (value: bigint, count: number): Value[] =>
  Array.from({ length: count }, (_, index) =>
    integerValue((value >> BigInt(32 * (count - 1 - index))) & 0xffff_ffffn),
  );

function forC(value: Value): Value {
  if (value.kind !== 'dictionary') return value;
  const entries = value.entries.map(([key, of]): Entry =>
    key.kind === 'string' ? [stringValue(key.value.replace(/\W/g, '_')), of] : [key, of],
  );
  return { kind: 'dictionary', entries };
}
