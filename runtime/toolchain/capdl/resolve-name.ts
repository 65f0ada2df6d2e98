/** Which objects a name with or without brackets means; what does not exist is reported. */
import { declaredAt, placed, type LinkedObject } from './linked.js';
import { mostObjects, type ObjectTable } from './link-state.js';
import type { NameNode, PlacedBlock } from './tree.js';

/** The objects that a reference names, in its order; what does not exist is reported. */
export function resolve(
  table: ObjectTable,
  at: PlacedBlock,
  node: NameNode,
): readonly LinkedObject[] {
  const { name, indices } = node;
  if (indices === undefined) {
    const object = table.objects.get(name);
    if (object !== undefined) return [object];
    reportUnknown(table, at, node);
    return [];
  }
  const elements = table.arrays.get(name);
  if (elements === undefined) {
    reportUnknown(table, at, node);
    return [];
  }
  const found: LinkedObject[] = [];
  for (const index of indices) {
    if (found.length > mostObjects) break;
    for (const number of rangeOf(index, elements.length)) {
      const element = elements[number];
      if (element !== undefined) found.push(element);
      else {
        table.reporter.add({
          ...placed(at, index),
          severity: 'error',
          code: 'index-out-of-range',
          message: `There is no \`${name}[${number}]\`: \`${name}\` has ${elements.length} elements${elements.length > 0 ? `, 0 to ${elements.length - 1}` : ''}.`,
          ...(elements[0] === undefined
            ? {}
            : {
                related: [{ ...declaredAt(elements[0]), message: 'The array is declared here.' }],
              }),
        });
        break;
      }
    }
  }
  return found;
}

/** The numbers of a range; downwards where it is written so. At most one of them is outside of the array. */
function* rangeOf(
  { kind, first, last }: { kind: string; first: number; last: number },
  length: number,
): Generator<number> {
  const from = kind === 'all' || kind === 'to' ? 0 : first;
  const to = kind === 'only' ? first : kind === 'all' || kind === 'from' ? length - 1 : last;
  if (from > to && kind === 'fromTo') {
    for (let number = from; number >= to; number -= 1) yield number;
  } else for (let number = from; number <= to; number += 1) yield number;
}

function reportUnknown(
  { objects, arrays, reporter }: ObjectTable,
  at: PlacedBlock,
  { start, name, indices }: NameNode,
): void {
  const span = placed(at, { start, end: start + name.length });
  const array = arrays.get(name);
  const plain = objects.get(name);
  if (array !== undefined || plain !== undefined) {
    reporter.add({
      ...placed(at, { start, end: start + name.length }),
      severity: 'error',
      code: 'unknown-object',
      message:
        indices === undefined
          ? `\`${name}\` is an array of ${array?.length ?? 0} objects: write which of them is meant, \`${name}[0]\`, or \`${name}[]\` for all.`
          : `\`${name}\` is one object and no array: leave out the brackets.`,
      related: [
        ...(plain === undefined ? [] : [{ ...declaredAt(plain), message: 'Declared here.' }]),
        ...(array?.[0] === undefined
          ? []
          : [{ ...declaredAt(array[0]), message: 'Declared here.' }]),
      ],
    });
    return;
  }
  reporter.add({
    ...span,
    severity: 'error',
    code: 'unknown-object',
    message: `There is no object \`${name}\``,
    guess: {
      name,
      among: indices === undefined ? 'objects' : 'arrays',
      otherwise: '. Declare it in `objects`.',
      fix: 'preferred',
    },
  });
}

/** `u[3]` for an index alone. */
export const wholeName = ({ name, indices }: NameNode): string => {
  const [index] = indices ?? [];
  return index?.kind === 'only' ? `${name}[${index.first}]` : name;
};
