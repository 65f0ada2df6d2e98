/** What the entries of a program export, in the words of their declarations: what generated stubs are checked against. */
import { ElementKind } from 'assemblyscript';
import type {
  DeclaredElement,
  FileElement,
  FunctionDeclaration,
  Node,
  Program,
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
    .map(([name, { declaration }]) => {
      const { parameters, returnType } = (declaration as FunctionDeclaration).signature;
      return {
        name,
        parameters: parameters.map((parameter) => ({
          name: parameter.name.text,
          type: textOf(parameter.type),
        })),
        returns: textOf(returnType) || 'void',
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

const textOf = ({ range }: Node): string => range.source.text.slice(range.start, range.end);
