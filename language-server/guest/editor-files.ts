/**
 * What an editor's TypeScript support needs for the components of a project, as `cantrip build --editor` writes it,
 * and which components those are. Nothing is written here: the client does that.
 */
import { fail, ok, type Result } from '../../runtime/base/result.js';
import { guestDeclarations } from '../../runtime/toolchain/components/guest-declarations.js';
import { joinPath } from '../../runtime/toolchain/text/path.js';
import type { CamkesProgram, Systems } from '../camkes/systems.js';
import type { Documents } from '../documents.js';
import type { CompilerLoader } from './compiler-loader.js';
import { assemblyOf, guestSources } from './component-of-source.js';

export interface GuestProject {
  /** Where the files belong: of the cantrip.json, or else of the assembly. */
  readonly folder: string;
  /** Types of components whose sources are guest TypeScript. */
  readonly components: readonly string[];
}

export interface EditorFiles extends GuestProject {
  /** Texts by path below the folder. */
  readonly files: ReadonlyMap<string, string>;
}

export class GuestEditor {
  private readonly documents: Documents;
  private readonly systems: Systems;
  private readonly compiler: CompilerLoader;

  constructor(documents: Documents, systems: Systems, compiler: CompilerLoader) {
    this.documents = documents;
    this.systems = systems;
    this.compiler = compiler;
  }

  /** Of the project of any file; a failure is the sentence that says why there is none. */
  project(file: string): Result<GuestProject, string> {
    const program = this.programOf(file);
    return program === undefined ? fail(noAssembly(file)) : ok(this.projectOf(program));
  }

  async editorFiles(file: string): Promise<Result<EditorFiles, string>> {
    const compiler = await this.compiler.ready();
    if (compiler === undefined)
      return fail(
        'The compiler of guest TypeScript could not be loaded, so there is nothing to write. The output of the language server says why.',
      );
    const program = this.programOf(file);
    if (program === undefined) return fail(noAssembly(file));
    const project = this.projectOf(program);
    if (project.components.length === 0)
      return fail(
        `No component of ${baseName(program.root)} has its source in guest TypeScript. Write one beside its declaration, such as Timer.ts for Timer.camkes.`,
      );
    const { programs } = this.systems.compiled.of(program) ?? { programs: [] };
    const generated = new Map([['camkes', guestDeclarations(programs)]]);
    return ok({ ...project, files: compiler.editorFiles(generated) });
  }

  private programOf(file: string): CamkesProgram | undefined {
    const root = assemblyOf(file, this.systems, this.systems.projectOf(file));
    const program = root === undefined ? undefined : this.systems.programAt(root);
    return program?.analysis.system === undefined ? undefined : program;
  }

  private projectOf(program: CamkesProgram): GuestProject {
    const { project, root } = program;
    const sources = [...guestSources(program, this.systems, this.documents)];
    return {
      folder: project.kind === 'cantrip.json' ? project.folder : joinPath(root, '..'),
      components: sources.map(({ bindings }) => bindings.instance.component.name),
    };
  }
}

const noAssembly = (file: string): string =>
  `No assembly is known for ${baseName(file)}: "program" in cantrip.json names the .camkes file that has one.`;

const baseName = (file: string): string => file.replace(/^.*\//, '');
