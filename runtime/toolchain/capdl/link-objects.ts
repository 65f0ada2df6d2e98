/**
 * Declares the objects of a tree and what each untyped covers. As in capDL-tool an untyped may be declared
 * again, to name more of what it covers, and one that only stands before a `/` is declared by that.
 */
import {
  declaredAt,
  placed,
  type Declaration,
  type LinkedObject,
  type Reporter,
} from './linked.js';
import {
  noteUse,
  objectNodeOf,
  type BlockLink,
  type LinkState,
  type ObjectTable,
  type Steps,
} from './link-state.js';
import { frameSizeBits, numberParameter } from './object-parameters.js';
import { objectKind } from './object-kinds.js';
import type { PlacedSpan } from './problem.js';
import { isControlName } from './spec.js';
import type { NameNode, ObjectNode, PlacedBlock } from './tree.js';

/** More objects than this are no system. */
const mostObjects = 1_000_000;

/** Those that the blocks declare, which must be all that share a name with one of them, in order. */
export function* linkObjects(state: LinkState, blocks: readonly BlockLink[]): Steps {
  for (const link of blocks) {
    const node = objectNodeOf(link);
    if (node === undefined) continue;
    state.current = link;
    declare(state, link.placed, node);
    yield;
  }
  for (const link of blocks) {
    const node = objectNodeOf(link);
    if (node === undefined) continue;
    state.current = link;
    declareImplied(state, link.placed, node);
  }
  yield;
  for (const link of blocks) {
    const node = objectNodeOf(link);
    if (node === undefined) continue;
    state.current = link;
    cover(state, link.placed, node, undefined);
    yield;
  }
}

function declare(table: LinkState, at: PlacedBlock, node: ObjectNode): void {
  const { reporter } = table;
  const declaration = declarationOf(at, node);
  const known = objectsNamed(table, node.name.name);
  const isUntyped = declaration.type === 'ut';
  if (known !== undefined && isUntyped) {
    if (known.declaration.type !== 'ut' && known.declaration.type !== undefined) {
      reportDuplicate(reporter, declaration, known);
    } else if (node.parameters.length > 0 && !isAlike(declaration, known.declaration)) {
      reporter.add({
        ...placed(at, node.parameterList ?? node.name),
        severity: 'warning',
        code: 'repeated-untyped',
        message: `\`${node.name.name}\` is declared before, and only the parameters there count. Leave out these, which are others.`,
        related: [{ ...declaredAt(known), message: 'First declared here.' }],
      });
    }
    for (const member of node.members ?? []) {
      if (member.kind === 'object' && !objectsNamed(table, member.name.name)) {
        reporter.add({
          ...placed(at, member.name),
          severity: 'error',
          code: 'declaration-in-repeated-untyped',
          message: `\`${member.name.name}\` cannot be declared here: \`${node.name.name}\` is declared before, and capDL-tool reads only names in the braces that repeat an untyped. Declare it apart and name it here.`,
          related: [{ ...declaredAt(known), message: `\`${node.name.name}\` is declared here.` }],
        });
        declare(table, at, member);
      }
    }
    return;
  }
  if (known !== undefined) reportDuplicate(reporter, declaration, known);
  else enter(table, declaration);
  for (const member of node.members ?? []) {
    if (member.kind === 'object') declare(table, at, member);
  }
}

const isAlike = (left: Declaration, right: Declaration): boolean =>
  left.sizeBits === right.sizeBits && left.physicalAddress === right.physicalAddress;

function reportDuplicate(
  reporter: Reporter,
  { at, nameNode }: Declaration,
  known: LinkedObject,
): void {
  reporter.add({
    ...placed(at, nameNode),
    severity: 'error',
    code: 'duplicate-object',
    message: `There is already an object \`${nameNode.name}\`. Give one of the two another name.`,
    related: [{ ...declaredAt(known), message: 'Declared first here.' }],
  });
}

function enter(table: LinkState, declaration: Declaration): void {
  const { reporter, objects } = table;
  const { name } = declaration.nameNode;
  const span = placed(declaration.at, declaration.nameNode);
  if (isControlName(name)) {
    reporter.add({
      ...span,
      severity: 'warning',
      code: 'reserved-name',
      message: `No capability can name this object: \`${name}\` in a slot is the capability to the kernel of that name.`,
    });
  }
  if (declaration.count === undefined) {
    addObject(table, newObject(name, declaration));
    return;
  }
  let { count } = declaration;
  if (objects.size + count > mostObjects) {
    table.mustStartAgain = true;
    reporter.add({
      ...span,
      severity: 'error',
      code: 'too-many-objects',
      message: `${count} objects are more than any system has; none of them is read.`,
    });
    count = 0;
  }
  const elements: LinkedObject[] = [];
  for (let index = 0; index < count; index += 1) {
    const element = newObject(`${name}[${index}]`, declaration);
    elements.push(element);
    addObject(table, element);
  }
  table.arrays.set(name, elements);
  (table.current.arrays ??= []).push(name);
}

function addObject({ objects, current }: LinkState, object: LinkedObject): void {
  objects.set(object.name, object);
  (current.objects ??= []).push(object);
}

const newObject = (name: string, declaration: Declaration): LinkedObject => ({
  name,
  declaration,
  slots: undefined,
  coveredBy: undefined,
  coveredAt: undefined,
  covers: undefined,
  uses: 0,
});

function declarationOf(at: PlacedBlock, node: ObjectNode): Declaration {
  const word = node.type?.text;
  const kind = word === undefined ? undefined : objectKind(word);
  const { indices } = node.name;
  const only = indices?.length === 1 && indices[0]?.kind === 'only' ? indices[0].first : undefined;
  // `u[3] = ut { … }` is about element 3; without braces it declares three.
  const count = indices === undefined ? undefined : node.members === undefined ? (only ?? 0) : 0;
  const bits = numberParameter(node, 'bits');
  const paddr = numberParameter(node, 'paddr');
  const sizeBits = kind?.type === 'frame' ? frameSizeBits(node) : bits;
  // capDL-tool takes a CNode of no bits for an interrupt.
  const isInterrupt = kind?.type === 'cnode' && Number(bits) === 0;
  return {
    at,
    node,
    nameNode: node.name,
    kind: isInterrupt ? objectKind('irq') : kind,
    type: isInterrupt ? 'irq' : kind?.type,
    count,
    sizeBits: sizeBits === undefined || isInterrupt ? undefined : Number(sizeBits),
    physicalAddress: paddr === undefined ? undefined : BigInt(paddr),
  };
}

/** The object of that name, or an element of the array of that name. */
export const objectsNamed = (
  { objects, arrays }: Pick<ObjectTable, 'objects' | 'arrays'>,
  name: string,
): LinkedObject | undefined => objects.get(name) ?? arrays.get(name)?.[0];

/** Untypeds before a `/` that nobody declares. */
function declareImplied(table: LinkState, at: PlacedBlock, node: ObjectNode): void {
  for (const name of node.untypeds) {
    const whole = wholeName(name);
    if (table.objects.has(whole)) continue;
    const declaration: Declaration = {
      at,
      node: undefined,
      nameNode: name,
      kind: objectKind('ut'),
      type: 'ut',
      count: undefined,
      sizeBits: undefined,
      physicalAddress: undefined,
    };
    addObject(table, newObject(whole, declaration));
  }
  for (const member of node.members ?? []) {
    if (member.kind === 'object') declareImplied(table, at, member);
  }
}

/** `u[3]` for an index alone. */
export const wholeName = ({ name, indices }: NameNode): string => {
  const [index] = indices ?? [];
  return index?.kind === 'only' ? `${name}[${index.first}]` : name;
};

/** What `name`, or the braces of `around`, say to be covered. */
function cover(
  table: LinkState,
  at: PlacedBlock,
  node: ObjectNode,
  around: LinkedObject | undefined,
): void {
  let outer = around;
  for (const name of node.untypeds) {
    const untyped = table.objects.get(wholeName(name));
    if (untyped === undefined) continue;
    if (outer !== undefined) coverOne(table, outer, untyped, placed(at, name));
    outer = untyped;
  }
  const span = placed(at, node.name);
  const own =
    node.members === undefined
      ? (table.arrays.get(node.name.name) ?? [table.objects.get(node.name.name)])
      : [table.objects.get(wholeName(node.name))];
  if (outer !== undefined) {
    for (const object of own) if (object !== undefined) coverOne(table, outer, object, span);
  }
  if (node.members === undefined) return;
  const [untyped] = own;
  if (untyped === undefined) {
    table.reporter.add({
      ...span,
      severity: 'error',
      code: 'unknown-object',
      message: `There is no \`${wholeName(node.name)}\`: braces behind \`${node.name.name}[…]\` are about one element of an array that is declared before.`,
    });
    return;
  }
  for (const member of node.members) {
    if (member.kind === 'object') cover(table, at, member, untyped);
    else {
      for (const object of resolve(table, at, member.name)) {
        coverOne(table, untyped, object, placed(at, member.name));
      }
    }
  }
}

/** A kernel has fewer sizes of untyped memory; a longer chain is not looked through. */
const deepestCover = 256;

function coverOne(
  state: LinkState,
  untyped: LinkedObject,
  object: LinkedObject,
  span: PlacedSpan,
): void {
  const { reporter } = state;
  noteUse(state, object);
  if (object.coveredBy === untyped) {
    reporter.add({
      ...span,
      severity: 'warning',
      code: 'repeated-cover',
      message: `\`${untyped.name}\` covers \`${object.name}\` already. Say it once.`,
      related: [{ ...(object.coveredAt ?? span), message: 'Said first here.' }],
    });
    return;
  }
  if (object.coveredBy !== undefined) {
    reporter.add({
      ...span,
      severity: 'error',
      code: 'covered-twice',
      message: `\`${object.name}\` cannot be made from \`${untyped.name}\`: it is made from \`${object.coveredBy.name}\`.`,
      related: [
        { ...(object.coveredAt ?? span), message: `Covered by \`${object.coveredBy.name}\` here.` },
      ],
    });
    return;
  }
  let depth = object.covers === undefined ? deepestCover : 0;
  for (
    let outer: LinkedObject | undefined = untyped;
    outer !== undefined;
    outer = outer.coveredBy
  ) {
    depth += 1;
    if (depth > deepestCover) {
      state.mustStartAgain = object.covers !== undefined;
      break;
    }
    if (outer !== object) continue;
    // Which of those in a circle is told of it depends on all of them.
    state.mustStartAgain = true;
    reporter.add({
      ...span,
      severity: 'error',
      code: 'cyclic-cover',
      message: `\`${object.name}\` cannot be made from \`${untyped.name}\`, which is made from it.`,
    });
    return;
  }
  object.coveredBy = untyped;
  object.coveredAt = span;
  (state.current.covered ??= []).push(object);
  (untyped.covers ??= []).push(object);
}

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
