/**
 * What a workspace needs so that an editor's own TypeScript server understands guest programs: AssemblyScript's
 * declarations in place of JavaScript's library, the support library by the names that imports spell, and the
 * `tsconfig.json` that says so. The support library is its own source; the server reads it and is told not to judge it.
 */
import { definitionFiles } from 'assemblyscript/asc';
import { guestLibrary } from '../guest-library.js';

const folder = 'types/guest';

/** By path in the workspace. */
export function editorFiles(
  generated: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  return new Map([
    ['tsconfig.json', `${JSON.stringify(settingsFor([...generated.keys()]), undefined, 2)}\n`],
    [`${folder}/assembly.d.ts`, definitionFiles.assembly.replace(vectors, '')],
    ...[...guestLibrary, ...generated].map(
      ([name, text]) => [`${folder}/${name}.ts`, `// @ts-nocheck\n${text}`] as const,
    ),
  ]);
}

/** Declarations of what no guest has, a third of all. */
const vectors =
  /^(?:\/\*\* [^\n]*\*\/\n)?declare (?:function (?:v128|[if]\d+x\d+)\([^\n]*|namespace (?:v128|[if]\d+x\d+) \{[^]*?\n\})\n/gm;

const settingsFor = (names: readonly string[]) => ({
  compilerOptions: {
    target: 'ES2022',
    module: 'ES2022',
    moduleResolution: 'bundler',
    noLib: true,
    types: [],
    strict: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    noEmit: true,
    paths: {
      sel4: [`./${folder}/sel4/index.ts`],
      'sel4/*': [`./${folder}/sel4/*.ts`],
      'registers/*': [`./${folder}/registers/*.ts`],
      sdk: [`./${folder}/sdk/index.ts`],
      ...Object.fromEntries(names.map((name) => [name, [`./${folder}/${name}.ts`]])),
    },
  },
  include: ['**/*.ts'],
});
