/** The outline: sections, and in them objects with their kinds, and containers. */
import type { DocumentSymbol } from 'vscode-languageserver/node';
import { SymbolKind } from 'vscode-languageserver/node';
import type { CapdlObjectType } from '../../runtime/toolchain/capdl/spec.js';
import type {
  MemberNode,
  NameNode,
  ObjectNode,
  PlacedBlock,
  SectionKind,
} from '../../runtime/toolchain/capdl/tree.js';
import { rangeOf, type Specification } from './specifications.js';

/** Nobody looks at more, and an editor becomes slow. */
const mostSymbols = 20_000;

export const sectionWords: Readonly<Record<SectionKind, string>> = {
  objects: 'objects',
  caps: 'caps',
  irqMaps: 'irq maps',
  cdt: 'cdt',
  domains: 'domains',
};

export function outlineOf(specification: Specification): DocumentSymbol[] {
  const { tree } = specification;
  const symbols: DocumentSymbol[] = [];
  let section:
    | { readonly name: string; readonly start: number; readonly children: DocumentSymbol[] }
    | undefined;
  let count = 0;
  const close = (end: number): void => {
    if (section === undefined) return;
    const { name, start, children } = section;
    const range = rangeOf(specification, { start, end });
    const selectionRange = rangeOf(specification, {
      start,
      end: Math.min(start + name.length, end),
    });
    symbols.push({ name, kind: SymbolKind.Namespace, range, selectionRange, children });
    section = undefined;
  };
  for (const placed of tree.blocks) {
    const { start, block } = placed;
    const { node } = block;
    if (node.kind === 'sectionStart') {
      close(start);
      section = { name: sectionWords[node.section], start: start + node.start, children: [] };
    } else if (node.kind === 'sectionEnd') close(start + node.end);
    else if (count < mostSymbols) {
      const children = symbolsOf(specification, placed);
      count += children.length;
      (section?.children ?? symbols).push(...children);
    }
  }
  const last = tree.blocks.at(-1);
  close(last === undefined ? 0 : last.start + last.block.length);
  return symbols;
}

function symbolsOf(specification: Specification, { start, block }: PlacedBlock): DocumentSymbol[] {
  const { node } = block;
  const symbol = (
    whole: { readonly start: number; readonly end: number },
    name: NameNode,
    detail: string,
    kind: SymbolKind,
  ): DocumentSymbol => ({
    name: nameText(name),
    detail,
    kind,
    range: rangeOf(specification, { start: start + whole.start, end: start + whole.end }),
    selectionRange: rangeOf(specification, { start: start + name.start, end: start + name.end }),
  });
  const objects = (object: ObjectNode | MemberNode): DocumentSymbol[] => {
    if (object.kind === 'member') return [];
    const type = object.type?.text ?? '';
    const own = symbol(
      object,
      object.name,
      type,
      objectKinds[type as CapdlObjectType] ?? SymbolKind.Object,
    );
    const children = (object.members ?? []).flatMap(objects);
    return [children.length > 0 ? { ...own, children } : own];
  };
  if (node.kind === 'object') return objects(node);
  if (node.kind === 'container' && node.object !== undefined) {
    const count = node.capabilities.length;
    const detail = count === 1 ? '1 capability' : `${count} capabilities`;
    return [symbol(node, node.object, detail, SymbolKind.Array)];
  }
  return [];
}

export function nameText({ name, indices }: NameNode): string {
  if (indices === undefined) return name;
  const [first] = indices;
  return indices.length === 1 && first?.kind === 'only' ? `${name}[${first.first}]` : `${name}[]`;
}

const objectKinds: Readonly<Partial<Record<CapdlObjectType, SymbolKind>>> = {
  tcb: SymbolKind.Class,
  cnode: SymbolKind.Array,
  ep: SymbolKind.Interface,
  notification: SymbolKind.Event,
  irq: SymbolKind.Event,
  frame: SymbolKind.Field,
  ut: SymbolKind.Package,
};
