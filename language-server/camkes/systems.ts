/**
 * The CAmkES systems of the workspace. A file belongs to every assembly that reaches it over imports, so
 * a component that two systems share is analysed in both. A file that no assembly reaches is analysed by
 * itself. Each file is parsed once for all of them, until it changes.
 */
import type { CamkesAnalysis } from '../../runtime/toolchain/camkes/analyze.js';
import { analyzeCamkes } from '../../runtime/toolchain/camkes/analyze.js';
import { builtinText, isBuiltin } from '../../runtime/toolchain/camkes/builtin-library.js';
import {
  compilationOf,
  compiledAsOf,
  type SystemReading,
} from '../../runtime/toolchain/camkes/read-system.js';
import { readImportGraph } from '../../runtime/toolchain/camkes/import-graph.js';
import type { CamkesFile } from '../../runtime/toolchain/camkes/read-file.js';
import { readCamkesFile } from '../../runtime/toolchain/camkes/read-file.js';
import { capsulesOf } from '../../runtime/toolchain/components/capsules.js';
import { readProjectTree } from '../../runtime/toolchain/devicetree/project-tree.js';
import type { DeviceTreeFile } from '../../runtime/toolchain/devicetree/read.js';
import type { Project } from '../../runtime/toolchain/settings/project.js';
import { readProject, statedImportPaths } from '../../runtime/toolchain/settings/project.js';
import type { Diagnostic } from '../../runtime/toolchain/text/diagnostic.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import type { Program } from '../language.js';
import type { Kept, RecordedFiles } from '../remembered.js';
import { Remembered } from '../remembered.js';
import type { Workspace } from '../workspace.js';
import { CompiledSystems } from './compiled.js';
import type { DeclaredNames } from './declared-names.js';

export interface CamkesProgram extends Program {
  readonly analysis: CamkesAnalysis;
  readonly project: Project;
  /** Groups whose members are all built here. */
  readonly capsules: ReadonlySet<string>;
  /** Whether the assembly asks it or not. */
  readonly deviceTree: () => DeviceTreeFile | undefined;
}

/** A component that more systems than this share is shown as these see it. */
const mostRoots = 16;

export class Systems {
  readonly compiled = new CompiledSystems();
  private readonly workspace: Workspace;
  private readonly names: DeclaredNames;
  private readonly projects: Remembered<Project>;
  private readonly parsed: Remembered<CamkesFile>;
  private readonly reached: Remembered<ReadonlySet<string>>;
  private readonly programs: Remembered<CamkesProgram>;
  private readonly trees: Remembered<{ readonly tree: DeviceTreeFile | undefined }>;

  constructor(workspace: Workspace, names: DeclaredNames) {
    const { documents } = workspace;
    this.workspace = workspace;
    this.names = names;
    this.projects = new Remembered(documents, { capacity: 1024 });
    this.parsed = new Remembered(documents, { capacity: 4096 });
    this.reached = new Remembered(documents, { capacity: 1024 });
    this.programs = new Remembered(documents, { capacity: 64 });
    this.trees = new Remembered(documents, { capacity: 16 });
  }

  /** All systems that the file is a part of, the nearest first; never empty. */
  programsOf(file: string): readonly CamkesProgram[] {
    const roots = this.rootsOf(file);
    return (roots.length === 0 ? [file] : roots).map((root) => this.programOf(root));
  }

  /** The one that answers where an answer can come from one system only. */
  mainProgramOf(file: string): CamkesProgram {
    const [root = file] = this.rootsOf(file);
    return this.programOf(root);
  }

  /** The file by itself, seen as its main system sees it. */
  fileOf(path: string): CamkesFile {
    return this.parsedFile(path, this.projectOf(path)).result;
  }

  projectOf(file: string): Project {
    return this.projects.get(file, (files) => readProject(file, files));
  }

  textOf(file: string): string | undefined {
    return this.workspace.documents.readText(file);
  }

  /** The system with this root. */
  programAt(root: string): CamkesProgram {
    return this.programOf(root);
  }

  /** Every file with an assembly, the nearest first. */
  assembliesNear(file: string): string[] {
    return this.assemblyFiles()
      .filter((path) => this.hasAssembly(path))
      .sort((one, other) => distance(one, file) - distance(other, file));
  }

  /** The system with other texts of some of its files; nothing of it is kept. */
  analyzedWith(
    { root, project }: CamkesProgram,
    texts: ReadonlyMap<string, string>,
  ): CamkesAnalysis {
    const { documents } = this.workspace;
    const files: SourceFiles = {
      readText: (path) => texts.get(path) ?? documents.readText(path),
      readBytes: (path) => documents.readBytes(path),
    };
    const isChanged = (path: string): boolean => texts.has(path);
    return analyzeCamkes(root, files, {
      ...optionsOf(project),
      readBefore: (path) => {
        const { result } = this.parsedFile(path, project);
        return isChanged(path) || result.preprocessed.files.some(isChanged) ? undefined : result;
      },
      declaringFiles: (kind, name) => this.names.filesThatDeclare(kind, name),
    });
  }

  /** As one that is kept needs it: what was read for it counts as read for the other. */
  projectFor(files: RecordedFiles, file: string): Project {
    this.noteProject(files, file);
    return this.projectOf(file);
  }

  programFor(files: RecordedFiles, root: string): CamkesProgram {
    const { result, stamps } = this.keptProgram(root);
    files.noteAll(stamps);
    return result;
  }

  private programOf(root: string): CamkesProgram {
    return this.keptProgram(root).result;
  }

  private keptProgram(root: string): Kept<CamkesProgram> {
    const { compiled } = this;
    return this.programs.kept(root, (files) => {
      const project = this.projectOf(root);
      this.noteProject(files, root);
      const analysis = analyzeCamkes(root, files, {
        ...optionsOf(project),
        readBefore: (path) => this.fileFor(files, path, project),
        deviceTree: () => this.deviceTreeFor(files, project),
        declaringFiles: (kind, name) => this.names.filesThatDeclare(kind, name),
      });
      const capsules = capsulesOf(analysis.system, project, files);
      let diagnostics: readonly Diagnostic[] | undefined;
      return {
        root,
        analysis,
        project,
        capsules,
        deviceTree: () => this.deviceTreeFor(files, project),
        files: [...filesOf(analysis.files)],
        isPart: analysis.system === undefined,
        // A completion has no time for them.
        get diagnostics() {
          return (diagnostics ??= allDiagnostics(compiled, { project, analysis, capsules }));
        },
      };
    });
  }

  private rootsOf(file: string): string[] {
    if (isBuiltin(file)) return [];
    const roots = new Set<string>();
    for (const candidate of [...this.projectOf(file).assemblies, ...this.assemblyFiles(), file]) {
      if (roots.size >= mostRoots) break;
      if (!this.hasAssembly(candidate)) continue;
      if (candidate === file || this.reachOf(candidate).has(file)) roots.add(candidate);
    }
    return [...roots].sort((one, other) => distance(one, file) - distance(other, file));
  }

  private assemblyFiles(): string[] {
    return this.workspace.files().filter((path) => path.endsWith('.camkes'));
  }

  /** A look at the text comes first: most files are components and need not be parsed for this. */
  private hasAssembly(path: string): boolean {
    const text = this.workspace.documents.readText(path);
    if (text === undefined || !/\bassembly\b/.test(text)) return false;
    return this.fileOf(path).tree.items.some(({ kind }) => kind === 'assembly');
  }

  private reachOf(root: string): ReadonlySet<string> {
    return this.reached.get(root, (files) => {
      const project = this.projectOf(root);
      this.noteProject(files, root);
      const { files: read } = readImportGraph(root, files, {
        ...optionsOf(project),
        readBefore: (path) => this.fileFor(files, path, project),
      });
      return filesOf(read);
    });
  }

  private noteProject(files: RecordedFiles, root: string): void {
    files.noteAll(this.projects.kept(root, (read) => readProject(root, read)).stamps);
  }

  private fileFor(files: RecordedFiles, path: string, project: Project): CamkesFile {
    const { result, stamps } = this.parsedFile(path, project);
    files.noteAll(stamps);
    return result;
  }

  /** Read once for all systems of the project, until one of its files changes. */
  private deviceTreeFor(files: RecordedFiles, project: Project): DeviceTreeFile | undefined {
    const { deviceTree, deviceTreeOverlays, defines, includePaths } = project;
    const key = JSON.stringify([
      deviceTree,
      deviceTreeOverlays,
      defines,
      includePaths,
      project.files[0],
    ]);
    const { result, stamps } = this.trees.kept(key, (read) => ({
      tree: readProjectTree(project, read),
    }));
    files.noteAll(stamps);
    return result.tree;
  }

  private parsedFile(path: string, { defines, includePaths }: Project) {
    const key = JSON.stringify([path, defines, includePaths]);
    return this.parsed.kept(key, (files) =>
      readCamkesFile(path, withLibrary(files), { defines, includePaths }),
    );
  }
}

const optionsOf = (project: Project) => ({
  dialect: project.dialect,
  importPaths: project.importPaths,
  spelledPaths: statedImportPaths(project),
  includePaths: project.includePaths,
  defines: project.defines,
  ...compilationOf(project),
  ...compiledAsOf(project),
});

/** As `cantrip check`: a system that is clean so far is compiled, because what it lacks shows only then. */
function allDiagnostics(
  compiled: CompiledSystems,
  { project, analysis, capsules }: Omit<SystemReading, 'diagnostics'>,
): readonly Diagnostic[] {
  const found = [...project.diagnostics, ...analysis.diagnostics];
  if (analysis.system === undefined) return found;
  if (found.some(({ severity }) => severity === 'error')) return found;
  const made = compiled.of({ project, analysis, capsules, diagnostics: found })?.diagnostics ?? [];
  return [...found, ...made.filter(({ code }) => code !== 'unknown-value')];
}

/** Those that are parsed, and those that are included into them. */
function filesOf(read: ReadonlyMap<string, CamkesFile>): Set<string> {
  const files = new Set(read.keys());
  for (const { preprocessed } of read.values())
    for (const path of preprocessed.files) files.add(path);
  return files;
}

function withLibrary(files: SourceFiles): SourceFiles {
  return {
    readText: (path) => builtinText(path) ?? files.readText(path),
    readBytes: (path) => files.readBytes(path),
  };
}

/** How many folders lie between two files. */
export function distance(one: string, other: string): number {
  const [left, right] = [one.split('/'), other.split('/')];
  let same = 0;
  while (same < left.length && left[same] === right[same]) same += 1;
  return left.length + right.length - 2 * same;
}
