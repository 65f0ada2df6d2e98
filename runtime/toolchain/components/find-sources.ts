/**
 * Where the code of a component type is: what `cantrip.json` says under "components", or else the file beside the
 * declaration that has the component's name: `Foo.ts`, `Foo.S`, `Foo.o` or `Foo.a` for `Foo.camkes`.
 */
import type { ComponentType } from '../camkes/system.js';
import type { ComponentSetting } from '../settings/cantrip-json.js';
import type { Diagnostic, Range } from '../text/diagnostic.js';
import { joinPath } from '../text/path.js';
import { diagnosticAt } from '../text/source-line.js';
import type { SourceFiles } from '../text/source-files.js';

export interface ComponentSources {
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface SourceFile {
  readonly path: string;
  readonly kind: 'typescript' | 'assembly' | 'object';
  /** Where a settings file names it. */
  readonly named: { readonly file: string; readonly range: Range } | undefined;
}

/** Where the settings come from, and what they say of components. */
export interface SourceSettings {
  /** The path of the `cantrip.json`. */
  readonly file: string;
  readonly components: ReadonlyMap<string, ComponentSetting>;
}

export function findSources(
  component: ComponentType,
  files: SourceFiles,
  settings: SourceSettings | undefined,
): ComponentSources {
  const setting = settings?.components.get(component.name);
  if (settings !== undefined && setting !== undefined)
    return sourcesOfSetting(setting, settings.file, component, files);
  const folder = joinPath(component.place.file, '..');
  for (const ending of ['ts', 'S', 'o', 'a']) {
    const path = joinPath(folder, `${component.name}.${ending}`);
    const isThere =
      ending === 'ts' || ending === 'S' ? files.readText(path) : files.readBytes(path);
    if (isThere !== undefined) {
      const source: SourceFile = { path, kind: kindOf(path) ?? 'object', named: undefined };
      return { files: [source], diagnostics: staleObjects([source], component, files) };
    }
  }
  const inC = joinPath(folder, `${component.name}.c`);
  if (files.readText(inC) === undefined) return { files: [], diagnostics: [] };
  const message = `The component \`${component.name}\` is written in C, which is not compiled here, and there is no ${component.name}.o beside it. Make its header with \`cantrip build --headers include\`, and compile it: \`${compilation(component, `${component.name}.c`)}\`. Until then its threads wait.`;
  return {
    files: [],
    diagnostics: [diagnosticAt(component.place, 'warning', 'component-without-source', message)],
  };
}

function sourcesOfSetting(
  { paths }: ComponentSetting,
  file: string,
  component: ComponentType,
  files: SourceFiles,
): ComponentSources {
  const found: SourceFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { path: written, range } of paths) {
    const path = /^([A-Za-z]:)?[\\/]/.test(written) ? written : joinPath(file, '..', written);
    const kind = kindOf(path);
    const problem = (code: string, message: string): void => {
      diagnostics.push({ file, range, severity: 'error', code, message });
    };
    if (kind === undefined)
      problem(
        'component-source',
        /\.(c|cc|cpp|h|rs)$/i.test(path)
          ? `${written} is not compiled here. Name the object that your compiler makes of it, such as ${written.replace(/\.\w+$/, '.o')}; \`cantrip build --headers FOLDER\` writes the header that it includes.`
          : `${written} is no source of a component; expected guest TypeScript (.ts), assembly (.S), an object (.o), an archive (.a) or a program (.elf).`,
      );
    else if (files.readBytes(path) === undefined)
      problem('missing-file', `There is no file ${written}, or it cannot be read.`);
    else found.push({ path, kind, named: { file, range } });
  }
  return { files: found, diagnostics: [...diagnostics, ...staleObjects(found, component, files)] };
}

/** What a compiler made of an earlier text of a source beside it. The content of an object does not tell. */
function staleObjects(
  sources: readonly SourceFile[],
  component: ComponentType,
  files: SourceFiles,
): Diagnostic[] {
  return sources.flatMap(({ path, named }) => {
    const madeAt = path.endsWith('.o') ? files.modifiedAt?.(path) : undefined;
    if (madeAt === undefined) return [];
    const source = ['c', 'cc', 'cpp', 'rs']
      .map((ending) => path.replace(/o$/, ending))
      .find((each) => (files.modifiedAt?.(each) ?? -Infinity) > madeAt);
    if (source === undefined) return [];
    const [made, written] = [path, source].map((each) => each.replace(/^.*[/\\]/, ''));
    const again =
      written?.endsWith('.c') === true ? `: \`${compilation(component, written)}\`` : '';
    return [
      diagnosticAt(
        named ?? component.place,
        'warning',
        'stale-object',
        `${made ?? ''} is older than ${written ?? ''}: the component \`${component.name}\` is linked as it was before the last change. Compile ${written ?? ''} again${again}.`,
      ),
    ];
  });
}

const compilation = ({ name }: ComponentType, source: string): string =>
  `riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 -ffreestanding -Iinclude/${name} -c ${source}`;

function kindOf(path: string): SourceFile['kind'] | undefined {
  if (path.endsWith('.ts')) return 'typescript';
  if (/\.[sS]$/.test(path)) return 'assembly';
  return /\.(o|a|elf|bin)$/.test(path) ? 'object' : undefined;
}
