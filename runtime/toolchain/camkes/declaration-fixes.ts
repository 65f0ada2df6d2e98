/**
 * What mends a name that is not declared: an import of the file that declares it, or a skeleton to fill
 * in. Which files declare what is the caller's knowledge; the standard library is known here.
 */
import type { Fix, FixEdit } from '../text/diagnostic.js';
import { joinPath } from '../text/path.js';
import { builtinPrefix, isBuiltin } from './builtin-library.js';
import { connectorRow } from './connectors.js';
import type { ImportGraph, ImportOptions } from './import-graph.js';
import type { CamkesFile } from './read-file.js';
import { fixOf } from './report.js';
import type { CamkesSymbol, SymbolKind } from './symbol.js';

export interface ImportFixOptions extends Pick<ImportOptions, 'importPaths'> {
  /** Import paths that the project states, where `importPaths` are a guess. */
  readonly spelledPaths?: readonly string[];
  /** Paths of files that declare a name and could be imported. */
  readonly declaringFiles?: (kind: SymbolKind, name: string) => readonly string[];
}

interface Importing {
  readonly graph: ImportGraph;
  readonly options: ImportFixOptions;
}

const mostImportFixes = 5;

/** Fixes that import the name, and a sentence that says where it is; undefined when nobody has it. */
export function importFix(
  { options }: Importing,
  file: CamkesFile,
  kind: SymbolKind,
  name: string,
): { readonly hint: string; readonly fixes: readonly (Fix | undefined)[] } | undefined {
  const row = kind === 'connector' ? connectorRow(name) : undefined;
  const inLibrary = row === undefined ? [] : [`<${row.library}>`];
  const elsewhere = (options.declaringFiles?.(kind, name) ?? [])
    .filter((path) => path !== file.path)
    .map((path) => importSpelling(path, file.path, options.spelledPaths ?? options.importPaths));
  const spellings = [...new Set([...inLibrary, ...elsewhere])].slice(0, mostImportFixes);
  const [first] = spellings;
  if (first === undefined) return undefined;
  return {
    hint: `It is declared in ${first}; import that.`,
    fixes: spellings.map((spelling, index) =>
      fixOf(`Import ${spelling}`, [importEdit(file, spelling)], { isPreferred: index === 0 }),
    ),
  };
}

/**
 * How a file is named in an import of another: from its own folder if it is there, else along an import path that
 * leads to it, else by the way from folder to folder.
 */
export function importSpelling(path: string, from: string, importPaths: readonly string[]): string {
  if (isBuiltin(path)) return `<${path.slice(builtinPrefix.length)}>`;
  const own = from.slice(0, from.lastIndexOf('/') + 1);
  if (path.startsWith(own)) return `"${path.slice(own.length)}"`;
  const along = spellingAlong(path, importPaths);
  if (along !== undefined) return along;
  const target = path.split('/');
  const base = from.split('/').slice(0, -1);
  let same = 0;
  while (same < base.length && same < target.length - 1 && base[same] === target[same]) same += 1;
  return `"${[...base.slice(same).map(() => '..'), ...target.slice(same)].join('/')}"`;
}

/** The spelling with `<` and `>`, if an import path leads to the file. */
export function spellingAlong(path: string, importPaths: readonly string[]): string | undefined {
  const folders = importPaths.map((folder) => joinPath(folder)).sort((a, b) => b.length - a.length);
  const folder = folders.find((each) => each === '' || path.startsWith(`${each}/`));
  return folder === undefined || folder === '' ? undefined : `<${path.slice(folder.length + 1)}>`;
}

/** A new import goes below the last one that the file has, else above its first item. */
export function importEdit(file: CamkesFile, spelling: string): FixEdit | undefined {
  let line: number | undefined;
  let firstItem: number | undefined;
  for (const item of file.tree.items) {
    const place = file.source.placeOf(item.span);
    if (place.file !== file.path || place.expansion !== undefined) continue;
    firstItem ??= place.range.start.line;
    if (item.kind === 'import') line = place.range.end.line + 1;
  }
  const at = { line: line ?? firstItem ?? 0, character: 0 };
  const gap = line === undefined ? '\n' : '';
  return {
    file: file.path,
    range: { start: at, end: at },
    newText: `import ${spelling};\n${gap}`,
  };
}

/** Writes an empty component or procedure above the item that asks for it. */
export function skeletonFix(
  item: CamkesSymbol | undefined,
  kind: SymbolKind,
  name: string,
): Fix | undefined {
  if (
    item === undefined ||
    (kind !== 'component' && kind !== 'procedure') ||
    !/^[A-Za-z_]\w*$/.test(name)
  )
    return undefined;
  const { file, span } = item;
  const place = file.source.placeOf({ start: span.start, end: span.start });
  if (place.expansion !== undefined) return undefined;
  const at = { line: place.range.start.line, character: 0 };
  return fixOf(`Create ${kind} \`${name}\``, [
    { file: place.file, range: { start: at, end: at }, newText: `${kind} ${name} {\n}\n\n` },
  ]);
}
