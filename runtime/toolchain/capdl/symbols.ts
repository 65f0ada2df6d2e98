/**
 * Where the names of a specification are declared and used, for an editor: of objects, and of capabilities
 * that have a name. A place of the text finds its name, and a name all of its places.
 */
import type { SourceText, Span } from '../text/source-text.js';
import type { Linked } from './linked.js';
import { wholeName } from './resolve-name.js';
import { isControlName } from './spec.js';
import type {
  CapdlTree,
  DerivationNode,
  NameNode,
  ObjectNode,
  ParameterNode,
  PlacedBlock,
  SlotReferenceNode,
} from './tree.js';
import { blockIndexAt, blocksBetween } from './tree-nodes.js';

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
  /** Of the blocks that show something of the span. */
  readonly between: (span: Span) => readonly CapdlOccurrence[];
  /** The name that an offset of the text is in, or just behind. */
  readonly at: (offset: number) => CapdlOccurrence | undefined;
  readonly of: (kind: SymbolKind, name: string) => readonly CapdlOccurrence[];
  readonly declarationOf: (kind: SymbolKind, name: string) => CapdlOccurrence | undefined;
}

export function capdlSymbols({ text }: SourceText, tree: CapdlTree, linked: Linked): CapdlSymbols {
  const inBlocks = (blocks: readonly PlacedBlock[]): CapdlOccurrence[] =>
    blocks.flatMap((placed) => occurrencesIn(placed, linked));
  const of = (kind: SymbolKind, name: string): readonly CapdlOccurrence[] =>
    inBlocks(blocksThatMention(tree, text, name)).filter(
      (each) => each.kind === kind && each.name === name,
    );
  return {
    get occurrences() {
      return inBlocks(tree.blocks);
    },
    between: (span) => inBlocks(blocksBetween(tree, span)),
    at: (offset) => {
      const found = inBlocks(blocksBetween(tree, { start: offset, end: offset })).filter(
        ({ start, end }) => start <= offset && offset <= end,
      );
      return found.at(-1);
    },
    of,
    declarationOf: (kind, name) => of(kind, name).find(({ role }) => role === 'declaration'),
  };
}

/** A name stands in the text where it is used; looking for it there is faster than through all nodes. */
function blocksThatMention(tree: CapdlTree, text: string, name: string): readonly PlacedBlock[] {
  const found: PlacedBlock[] = [];
  for (let at = text.indexOf(name); at >= 0;) {
    const placed = tree.blocks[blockIndexAt(tree, at)];
    if (placed === undefined) break;
    found.push(placed);
    const end = placed.start + placed.block.length;
    // A block begins with the character behind the one before it.
    at = text.indexOf(name, Math.max(end, at + 1));
  }
  return found;
}

function occurrencesIn({ start: at, block }: PlacedBlock, linked: Linked): CapdlOccurrence[] {
  const occurrences: CapdlOccurrence[] = [];
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
  return occurrences;
}
