/**
 * A CAmkES file with the settings of its project: the analysis that a command or an editor shows, and the
 * capability distribution that its assembly becomes. Which settings hold is `settings/project.ts`'s word.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { readProjectTree } from '../devicetree/project-tree.js';
import type { ArchitectureName } from '../settings/architecture-name.js';
import { readProject, type Project } from '../settings/project.js';
import { analyzeCamkes, type CamkesAnalysis, type CamkesOptions } from './analyze.js';
import { capsulesOf } from '../components/capsules.js';
import type { CamkesReader } from './read-once.js';
import { compileAssembly, type CompiledAssembly, type CompileOptions } from './compile.js';

export interface SystemReading {
  readonly project: Project;
  readonly analysis: CamkesAnalysis;
  /** Groups of the assembly whose members are all built here. */
  readonly capsules: ReadonlySet<string>;
  /** Of the settings files and of all sources. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Options that do not come from the project, such as files that were read before. */
export type SystemOptions = Partial<Omit<CamkesOptions, keyof ProjectOptions>> & {
  readonly project?: Project;
  /** The caller's choice goes before that of the project. */
  readonly architecture?: ArchitectureName;
  /** Reads the files, some of which it may have read for another system. */
  readonly reader?: CamkesReader;
};

type ProjectOptions = Pick<
  CamkesOptions,
  'dialect' | 'importPaths' | 'includePaths' | 'defines' | 'compiledAs'
>;

export function readSystem(
  path: string,
  files: SourceFiles,
  {
    project: found = readProject(path, files),
    reader,
    architecture,
    ...options
  }: SystemOptions = {},
): SystemReading {
  const project = withArchitecture(found, architecture);
  const { dialect, importPaths, includePaths, defines } = project;
  const given: ProjectOptions = { dialect, importPaths, includePaths, defines };
  const deviceTree = () => readProjectTree(project, files);
  const analysis = analyzeCamkes(path, files, {
    deviceTree,
    ...(reader === undefined ? {} : { readBefore: (file) => reader(file, given) }),
    ...options,
    ...given,
    ...compilationOf(project),
    ...compiledAsOf(project),
  });
  const capsules = capsulesOf(analysis.system, project, files);
  const diagnostics = [...project.diagnostics, ...analysis.diagnostics];
  return { project, analysis, capsules, diagnostics };
}

/** Undefined without an assembly. What was understood is compiled, errors or not. */
export function compileSystem(
  {
    project,
    analysis: { system },
    capsules,
  }: Pick<SystemReading, 'project' | 'analysis'> & Partial<Pick<SystemReading, 'capsules'>>,
  options: Pick<CompileOptions, 'isMcs' | 'hasFaultHandlers' | 'layouts'> = {},
): CompiledAssembly | undefined {
  if (system === undefined) return undefined;
  return compileAssembly(system, {
    ...compilationOf(project),
    ...(capsules === undefined ? {} : { capsules }),
    ...options,
  });
}

/**
 * A system that is clean so far is compiled, too: what a connector misses shows only then. Values that
 * hang on a missing header are left out, since the warning about the header says it all.
 */
export function diagnosticsOf(reading: SystemReading): readonly Diagnostic[] {
  const { diagnostics } = reading;
  if (diagnostics.some(({ severity }) => severity === 'error')) return diagnostics;
  const compiled = compileSystem(reading)?.diagnostics ?? [];
  return [...diagnostics, ...compiled.filter(({ code }) => code !== 'unknown-value')];
}

/** How the project's build compiles an assembly. */
export const compilationOf = ({
  isMcs,
  hasFaultHandlers,
  defaultStackBytes,
  architecture,
  settings,
}: Project) => ({
  isMcs,
  hasFaultHandlers,
  ...(defaultStackBytes === undefined ? {} : { defaultStackBytes }),
  ...(architecture === undefined ? {} : { architecture: architecture.name }),
  ...(settings.allocationAfterInit === undefined
    ? {}
    : { allocationAfterInit: settings.allocationAfterInit }),
});

/** What the project's own connectors are compiled as. */
export const compiledAsOf = ({ settings }: Project): Pick<CamkesOptions, 'compiledAs'> =>
  settings.connectors === undefined ? {} : { compiledAs: settings.connectors };

const withArchitecture = (project: Project, name: ArchitectureName | undefined): Project =>
  name === undefined ? project : { ...project, architecture: { name, place: undefined } };
