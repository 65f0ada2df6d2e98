/**
 * Where the names of a specification are declared and used, for an editor: of objects, and of capabilities
 * that have a name. A place of the text finds its name, and a name all of its places.
 */
import type { SourceText, Span } from '../text/source-text.js';
import type { Linked } from './linked.js';
import { wholeName } from './link-objects.js';
import { isControlName } from './spec.js';
import type {
  CapdlTree,
  DerivationNode,
  NameNode,
  ObjectNode,
  ParameterNode,
  SlotReferenceNode,
} from './tree.js';

export type SymbolKind = 'object' | 'capability';

export interface CapdlOccurrence extends Span {
  readonly name: string;
  readonly kind: SymbolKind;
  /** `cover` is a mention in an untyped that is no declaration. */
  readonly role:
    'declaration' | 'container' | 'capability' | 'copy' | 'cover' | 'interrupt' | 'slot';
}

export interface CapdlSymbols {
  /** In the order of the text. The span is that of the name without its brackets. */
  readonly occurrences: readonly CapdlOccurrence[];
  /** The name that an offset of the text is in, or just behind. */
  readonly at: (offset: number) => CapdlOccurrence | undefined;
  readonly of: (kind: SymbolKind, name: string) => readonly CapdlOccurrence[];
  readonly declarationOf: (kind: SymbolKind, name: string) => CapdlOccurrence | undefined;
}

export function capdlSymbols(_source: SourceText, tree: CapdlTree, linked: Linked): CapdlSymbols {
  const occurrences = collect(tree, linked);
  let byName: Map<string, CapdlOccurrence[]> | undefined;
  const of = (kind: SymbolKind, name: string): readonly CapdlOccurrence[] => {
    if (byName === undefined) {
      byName = new Map();
      for (const each of occurrences) {
        const key = `${each.kind} ${each.name}`;
        const known = byName.get(key);
        if (known === undefined) byName.set(key, [each]);
        else known.push(each);
      }
    }
    return byName.get(`${kind} ${name}`) ?? [];
  };
  return {
    occurrences,
    at: (offset) => occurrenceAt(occurrences, offset),
    of,
    declarationOf: (kind, name) => of(kind, name).find(({ role }) => role === 'declaration'),
  };
}

function occurrenceAt(
  occurrences: readonly CapdlOccurrence[],
  offset: number,
): CapdlOccurrence | undefined {
  let low = 0;
  let high = occurrences.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((occurrences[middle]?.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  const found = occurrences[low - 1];
  return found !== undefined && offset <= found.end ? found : undefined;
}

function collect(tree: CapdlTree, linked: Linked): CapdlOccurrence[] {
  const occurrences: CapdlOccurrence[] = [];
  let at = 0;
  const add = (node: NameNode, kind: SymbolKind, role: CapdlOccurrence['role']): void => {
    const start = at + node.start;
    occurrences.push({ start, end: start + node.name.length, name: node.name, kind, role });
  };
  const addSlot = (node: SlotReferenceNode | undefined): void => {
    if (node === undefined) return;
    const isName = node.slot === undefined;
    add(node.object, isName ? 'capability' : 'object', 'slot');
  };
  const addObject = (node: ObjectNode): void => {
    const declared =
      linked.objects.get(wholeName(node.name)) ?? linked.arrays.get(node.name.name)?.[0];
    for (const untyped of node.untypeds) {
      const { declaration } = linked.objects.get(wholeName(untyped)) ?? {};
      const isDeclaration = declaration?.nameNode === untyped;
      add(untyped, 'object', isDeclaration ? 'declaration' : 'cover');
    }
    const isFirst = declared === undefined || declared.declaration.nameNode === node.name;
    add(node.name, 'object', isFirst ? 'declaration' : 'cover');
    for (const member of node.members ?? []) {
      if (member.kind === 'object') addObject(member);
      else add(member.name, 'object', 'cover');
    }
  };
  const addParameters = (parameters: readonly ParameterNode[]): void => {
    for (const { value } of parameters) if (value?.kind === 'slotReference') addSlot(value);
  };
  const addDerivation = (node: DerivationNode): void => {
    addSlot(node.parent);
    for (const child of node.children) {
      if (child.kind === 'derivation') addDerivation(child);
      else addSlot(child);
    }
  };
  for (const { start, block } of tree.blocks) {
    at = start;
    const { node } = block;
    if (node.kind === 'object') addObject(node);
    else if (node.kind === 'container') {
      if (node.object !== undefined) add(node.object, 'object', 'container');
      for (const { name, target, isCopy, parameters, parent } of node.capabilities) {
        if (name !== undefined) add(name, 'capability', 'declaration');
        if (isCopy) add(target, 'capability', 'copy');
        else if (!isControlName(target.name)) add(target, 'object', 'capability');
        if (parameters.length > 0) addParameters(parameters);
        addSlot(parent);
      }
    } else if (node.kind === 'capabilityName') {
      add(node.name, 'capability', 'declaration');
      addSlot(node.target);
    } else if (node.kind === 'interrupt') add(node.object, 'object', 'interrupt');
    else if (node.kind === 'derivation') addDerivation(node);
  }
  return occurrences;
}
