/** What the entries of a program export, in the words of their declarations: what generated stubs are checked against. */
import { ElementKind, NodeKind } from 'assemblyscript';
import type {
  DeclaredElement,
  Element,
  FileElement,
  FunctionDeclaration,
  NamedType,
  Node,
  Program,
  TypeNode,
} from 'assemblyscript';
import type { GuestExport } from '../compiler-port.js';
import type { Places } from './places.js';

export function exportedFunctions(
  program: Program,
  entries: readonly string[],
  places: Places,
  pathOf: (libraryPath: string) => string,
): GuestExport[] {
  const found = new Map<string, DeclaredElement>();
  for (const entry of entries) {
    const file = program.filesByName.get(entry);
    if (file !== undefined) collect(file, found, new Set());
  }
  return [...found]
    .filter(([, { kind }]) => kind === ElementKind.FunctionPrototype)
    .map(([name, { declaration, parent }]) => {
      const { signature, typeParameters } = declaration as FunctionDeclaration;
      return {
        name,
        typeParameters: typeParameters === null ? '' : `<${typeParameters.map(textOf).join(', ')}>`,
        parameters: signature.parameters.map((parameter) => ({
          name: parameter.name.text,
          type: spellingOf(parameter.type, parent),
        })),
        returns: spellingOf(signature.returnType, parent) || 'void',
        file: pathOf(declaration.range.source.normalizedPath),
        range: places.rangeOf(declaration.name.range),
      };
    });
}

function collect(
  file: FileElement,
  found: Map<string, DeclaredElement>,
  seen: Set<FileElement>,
): void {
  // A file may export all of another that exports all of it.
  if (seen.has(file)) return;
  seen.add(file);
  for (const [name, element] of file.exports ?? []) if (!found.has(name)) found.set(name, element);
  for (const other of file.exportsStar ?? []) collect(other, found, seen);
}

/** Of a name that stands for another type, or was imported under a name, that of the type itself. */
function spellingOf(node: TypeNode, scope: Element, depth = 0): string {
  const written = textOf(node);
  if (node.kind !== NodeKind.NamedType || depth > mostAliases) return written;
  const { name, typeArguments, isNullable } = node as NamedType;
  const { text } = name.identifier;
  const given = typeArguments ?? [];
  if (name.next !== null) return written;
  const found = scope.lookup(text, true) as DeclaredElement | null;
  const suffix = isNullable ? ' | null' : '';
  if (found?.kind === ElementKind.TypeDefinition && given.length === 0) {
    const { type } = found.declaration;
    const stands = type && spellingOf(type, found.parent, depth + 1);
    if (stands) return `${stands}${suffix}`;
  }
  const own = found?.name ?? text;
  const plain = Object.hasOwn(otherNames, own) ? (otherNames[own] ?? own) : own;
  const all = given.map((each) => spellingOf(each, scope, depth + 1));
  if (plain === 'Array' && all.length === 1) return `${all.join('')}[]${suffix}`;
  return `${plain}${all.length === 0 ? '' : `<${all.join(', ')}>`}${suffix}`;
}

/** A name for a name for a name, and so on; one that stands for itself is an error elsewhere. */
const mostAliases = 16;

/** Of the same type. */
const otherNames: Readonly<Record<string, string>> = { String: 'string', boolean: 'bool' };

const textOf = ({ range }: Node): string => range.source.text.slice(range.start, range.end);
