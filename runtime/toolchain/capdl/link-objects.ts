/**
 * Declares the objects of a tree. As in capDL-tool an untyped may be declared
 * again, to name more of what it covers, and one that only stands before a `/` is declared by that.
 */
import {
  declaredAt,
  placed,
  type Declaration,
  type LinkedObject,
  type Reporter,
} from './linked.js';
import { cover } from './link-covers.js';
import {
  mostObjects,
  objectNodeOf,
  type BlockLink,
  type LinkState,
  type ObjectTable,
  type Steps,
} from './link-state.js';
import { frameSizeBits, numberParameter } from './object-parameters.js';
import { objectKind } from './object-kinds.js';
import { wholeName } from './resolve-name.js';
import { isControlName } from './spec.js';
import type { ObjectNode, PlacedBlock } from './tree.js';

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
