/**
 * The files of a system: the root and everything that it imports, each read once. The order of items is
 * that of the reference tools: what a file imports stands where the import does, the first time. A cycle
 * of imports is fine. A file that is not found is one diagnostic; its names are then unknown, not wrong.
 */
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { diagnosticAt } from '../text/source-line.js';
import { builtinPath, builtinPaths, builtinText, isBuiltin } from './builtin-library.js';
import { readCamkesFile, type CamkesFile } from './read-file.js';
import { nearestName } from '../text/suggest.js';
import type { Import, Item } from './tree.js';

export interface ImportOptions {
  /** Where `import <…>;` looks, in order; after them the built-in library. */
  readonly importPaths: readonly string[];
  /** Where `#include` looks. */
  readonly includePaths: readonly string[];
  readonly defines: Readonly<Record<string, string>>;
  /** Files that were read before and have not changed, so that a key stroke reads one file. */
  readonly readBefore?: (path: string) => CamkesFile | undefined;
}

export interface ImportGraph {
  /** By path, in the order in which they were read; the root is the first. */
  readonly files: ReadonlyMap<string, CamkesFile>;
  readonly items: readonly { readonly item: Item; readonly file: CamkesFile }[];
  readonly imports: readonly ImportLink[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether an import or the root was not found, so that any name may be one of theirs. */
  readonly hasMissing: boolean;
}

export interface ImportLink {
  readonly from: CamkesFile;
  readonly node: Import;
  /** The path of the file; undefined when there is none. */
  readonly target: string | undefined;
}

export function readImportGraph(
  root: string,
  files: SourceFiles,
  options: ImportOptions,
): ImportGraph {
  const withLibrary = rememberingFiles(files);
  const read = new Map<string, CamkesFile>();
  const open = (path: string): CamkesFile => {
    const file =
      options.readBefore?.(path) ??
      readCamkesFile(path, withLibrary, {
        defines: options.defines,
        includePaths: options.includePaths,
      });
    read.set(path, file);
    return file;
  };
  const missing = missingRoot(root, withLibrary);
  const items: { item: Item; file: CamkesFile }[] = [];
  const imports: ImportLink[] = [];
  const diagnostics: Diagnostic[] = [...missing];
  let hasMissing = missing.length > 0;
  if (hasMissing) return { files: read, items, imports, diagnostics, hasMissing };

  const included = new Set<string>();
  const enter = (file: CamkesFile): { file: CamkesFile; next: number } => {
    // A file that the preprocessor pasted in has been read, too.
    for (const path of file.preprocessed.files) included.add(joinPath(path));
    return { file, next: 0 };
  };
  const stack = [enter(open(root))];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { file } = top;
    const item = file.tree.items[top.next];
    top.next += 1;
    if (item === undefined) {
      stack.pop();
    } else if (item.kind === 'import') {
      const target = resolveImport(item, file.path, withLibrary, options.importPaths);
      imports.push({ from: file, node: item, target });
      if (target === undefined) {
        hasMissing = true;
        // Without a path the parser has said that one is missing.
        if (item.path !== '') diagnostics.push(missingImport(item, file, options.importPaths));
      } else if (!read.has(target) && !included.has(target) && target !== joinPath(root)) {
        stack.push(enter(open(target)));
      }
    } else {
      items.push({ item, file });
    }
  }
  return { files: read, items, imports, diagnostics, hasMissing };
}

/** The file that an import names; undefined when there is none. */
export function resolveImport(
  { path, style }: Pick<Import, 'path' | 'style'>,
  from: string,
  files: SourceFiles,
  importPaths: readonly string[],
): string | undefined {
  if (path === '') return undefined;
  const exists = (candidate: string): boolean => files.readText(candidate) !== undefined;
  if (style === 'quoted') {
    const beside = path.startsWith('/') ? joinPath(path) : joinPath(folderOf(from), path);
    return exists(beside) ? beside : undefined;
  }
  for (const folder of importPaths) {
    const candidate = joinPath(folder, path);
    if (exists(candidate)) return candidate;
  }
  return builtinPath(path);
}

/** Whether a file is there is asked by reading it, so each is read once. */
function rememberingFiles(files: SourceFiles): SourceFiles {
  const texts = new Map<string, string | undefined>();
  return {
    readText: (path) => {
      if (!texts.has(path)) texts.set(path, builtinText(path) ?? files.readText(path));
      return texts.get(path);
    },
    readBytes: (path) => files.readBytes(path),
  };
}

const folderOf = (path: string): string => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : slash === 0 ? '/' : path.slice(0, slash);
};

function missingRoot(root: string, files: SourceFiles): Diagnostic[] {
  if (files.readText(root) !== undefined) return [];
  return [
    {
      file: root,
      range: noRange,
      severity: 'error',
      code: 'missing-file',
      message: `${root} is not there or cannot be read.`,
    },
  ];
}

function missingImport(node: Import, file: CamkesFile, importPaths: readonly string[]): Diagnostic {
  const where =
    node.style === 'quoted'
      ? `beside ${isBuiltin(file.path) ? 'the library' : file.path}`
      : importPaths.length === 0
        ? 'in the standard library, and there is no import path'
        : `along the import path (${importPaths.join(', ')}) or in the standard library`;
  const known = builtinPaths().map((path) => path.slice(path.indexOf('/') + 1));
  const near = node.style === 'angle' ? nearestName(node.path, known) : undefined;
  const inLibrary = node.style === 'quoted' && builtinPath(node.path) !== undefined;
  const advice = inLibrary
    ? ` The library's file is imported as \`<${node.path}>\`.`
    : near === undefined
      ? ''
      : ` Did you mean \`<${near}>\`?`;
  const wanted = inLibrary ? node.path : near;
  const place = file.source.placeOf(node.pathSpan);
  const diagnostic = diagnosticAt(
    place,
    'error',
    'missing-import',
    `There is no \`${node.path}\` ${where}. Names that it declares are not checked.${advice}`,
  );
  if (wanted === undefined || place.expansion !== undefined) return diagnostic;
  const edits = [{ file: place.file, range: place.range, newText: `<${wanted}>` }];
  return {
    ...diagnostic,
    fixes: [{ title: `Import <${wanted}>`, edits, isPreferred: true }],
  };
}
