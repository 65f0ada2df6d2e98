/**
 * The types of the C headers that a procedure includes. A header is looked for beside the file that names it, in
 * `include` there, beside the assembly, and where the project says; those of C and of CAmkES itself are known to
 * declare nothing else that a call carries.
 */
import { dataportPointer } from '../components/dataport-header.js';
import type { CToken } from '../preprocess/c-token.js';
import { cTokenize } from '../preprocess/c-token.js';
import { preprocess } from '../preprocess/preprocess.js';
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { packWord, readDeclarations, type HeaderTypes } from './read-declarations.js';

export interface NamedHeader {
  readonly path: string;
  readonly style: 'quoted' | 'angle';
  /** The file that includes it. */
  readonly from: string;
}

export interface HeaderOptions {
  readonly includePaths: readonly string[];
  readonly defines: Readonly<Record<string, string>>;
  /** The file of the assembly. */
  readonly root: string;
}

export interface ReadHeaders {
  readonly types: HeaderTypes;
  /** Names of headers that are not there. */
  readonly missing: readonly string[];
}

/** Headers of more tokens than this are not read to their end. */
const mostTokens = 400_000;

const known = 'builtin-headers:';

const ofC =
  /^(?:std(?:int|bool|def|lib|io|arg|align|noreturn)|inttypes|limits|string|assert|errno|ctype|float|math|sys\/types)\.h$/;
const ofCamkes =
  /^(?:(?:camkes|autoconf)\.h|(?:camkes|sel4|sel4utils|utils|platsupport|simple|vka|vspace|allocman)\/.*\.h|(?:\w+\/)?gen_config\.h)$/;

/** `camkes.h` stands for them. */
export const isHeaderOfCamkes = (name: string): boolean => ofCamkes.test(name);

export function readHeaders(
  headers: readonly NamedHeader[],
  files: SourceFiles,
  { includePaths, defines, root }: HeaderOptions,
): ReadHeaders {
  const folders = [root, ...headers.map(({ from }) => from)].map((file) => joinPath(file, '..'));
  const paths = [...new Set(folders.flatMap((folder) => [folder, joinPath(folder, 'include')]))];
  const text = headers
    .map(({ path, style }) => `#include ${style === 'angle' ? `<${path}>` : `"${path}"`}\n`)
    .join('');
  const once = new Set<string>();
  const withKnown: SourceFiles = {
    readText: (path) => {
      const found = files.readText(path);
      if (found === undefined) return knownText(path);
      if (once.has(path)) return '';
      if (/^[ \t]*#[ \t]*pragma[ \t]+once\b/m.test(found)) once.add(path);
      return found.replace(
        /^[ \t]*#[ \t]*pragma[ \t]+pack[ \t]*(\([^()\n]*\)).*$/gm,
        (_, argument: string) => `${packWord} ${argument};`,
      );
    },
    readBytes: () => undefined,
  };
  const from = headers[0]?.from ?? root;
  const read = preprocess(from, text, withKnown, {
    defines: { __riscv: '1', __riscv_xlen: '32', __STDC__: '1', __GNUC__: '12', ...defines },
    includePaths: [...includePaths, ...paths, known],
    comments: 'slashes',
    unknown: 'tolerated',
  });
  const missing = read.diagnostics.flatMap(({ code, message }) =>
    code === 'include-missing' ? [/`([^`]+)`/.exec(message)?.[1] ?? ''] : [],
  );
  const tokens: CToken[] = [];
  for (const line of read.lines) {
    if (tokens.length > mostTokens) break;
    for (const token of cTokenize(line)) tokens.push(token);
  }
  return { types: readDeclarations(tokens), missing };
}

function knownText(path: string): string | undefined {
  const name = path.startsWith(`${known}/`) ? path.slice(known.length + 1) : '';
  if (name === 'camkes.h' || name === 'camkes/dataport.h') return dataportPointer;
  return ofC.test(name) || ofCamkes.test(name) ? '' : undefined;
}
