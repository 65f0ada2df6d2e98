/**
 * Which settings hold for a CAmkES or capDL source: those of the nearest `cantrip.json` above it, or what
 * the CMake files of a real CantripOS or CAmkES tree say, so that opening such a tree just works. A tree
 * for several platforms is read for one: that of the file, or else the first of `platformNames` it has.
 */
import { boardTreePath } from '../devicetree/board-trees.js';
import { joinPath } from '../text/path.js';
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { boardArchitecture, type ChosenArchitecture } from './architecture-name.js';
import type { BoardName, CamkesDialect, CantripSettings } from './cantrip-json.js';
import { boardNames, readCantripJson } from './cantrip-json.js';
import { evaluateCmakeFile, newCmakeFacts, type CmakeFacts } from './cmake-evaluate.js';
import { kernelArchitectureOf, kernelPlatformOf } from './kernel-target.js';
import { kernelTrees } from './kernel-trees.js';

export interface Project {
  /** The folder of the file that speaks for the source; its own folder when there is none. */
  readonly folder: string;
  readonly kind: 'cantrip.json' | 'cmake' | 'none';
  readonly board: BoardName | undefined;
  /** Undefined where nobody says it; that is the one of the emulated boards. */
  readonly architecture: ChosenArchitecture | undefined;
  readonly dialect: CamkesDialect | undefined;
  /** Absolute, or relative as the source's own path is. */
  readonly importPaths: readonly string[];
  readonly includePaths: readonly string[];
  readonly defines: Readonly<Record<string, string>>;
  /** The device tree that queries ask: a file, or that of an emulated board, which is built in. */
  readonly deviceTree: string | undefined;
  /** What a kernel puts over the tree of its platform. */
  readonly deviceTreeOverlays: readonly string[];
  /** The `.camkes` files with a whole system. */
  readonly assemblies: readonly string[];
  /** `cantrip.json`'s own settings, where it is that. */
  readonly settings: CantripSettings;
  /** Stack of a thread without a setting of its own, where the build says so. */
  readonly defaultStackBytes: number | undefined;
  /** Whether the kernel that the build configures has MCS; true unless it says otherwise. */
  readonly isMcs: boolean;
  /** Whether each component has a thread that reports faults of the others. */
  readonly hasFaultHandlers: boolean;
  /** Every settings file that was read; a change of one changes the project. */
  readonly files: readonly string[];
  /** About the settings files alone. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Platforms of CantripOS and of seL4 that a tree may have, the most wanted first. */
const platformNames = ['nexus', 'sparrow', 'virt', 'qemu-riscv-virt', 'spike', 'bcm2837', 'rpi3'];

export function readProject(path: string, files: SourceFiles): Project {
  const above = foldersAbove(path);
  let cmake: Project | undefined;
  for (const [level, folder] of above.entries()) {
    const lists = files.readText(joinPath(folder, 'CMakeLists.txt'));
    if (lists !== undefined && /camkes/i.test(lists) && !(cmake && isWhole(cmake))) {
      const found = projectOfTree(path, folder, above.slice(level), files);
      if (cmake === undefined || isWhole(found)) cmake = found;
    }
    const file = joinPath(folder, 'cantrip.json');
    const text = files.readText(file);
    if (text !== undefined) return withCmake(projectOfJson(file, folder, text), cmake);
  }
  const folder = above[0] ?? '';
  const usual = ['', 'components', 'interfaces'].map((name) => joinPath(folder, name));
  return cmake ?? { ...emptyProject, folder, importPaths: usual };
}

/** Those that the settings state; without settings the import paths are a guess. */
export const statedImportPaths = ({ kind, importPaths }: Project): readonly string[] =>
  kind === 'none' ? [] : importPaths;

/** A platform's folder declares components, too; the folder around it says where they are looked for. */
const isWhole = ({ importPaths, assemblies }: Project): boolean =>
  importPaths.length > 0 || assemblies.length > 0;

/** A `cantrip.json` beside the CMake files or above them adds to what they say, such as where generated headers are. */
function withCmake(project: Project, cmake: Project | undefined): Project {
  if (cmake === undefined) return project;
  const architecture = project.architecture ?? cmake.architecture;
  return {
    ...project,
    board: project.board ?? cmake.board,
    architecture,
    dialect: project.dialect ?? cmake.dialect,
    importPaths: [...new Set([...project.importPaths, ...cmake.importPaths])],
    includePaths: [...new Set([...project.includePaths, ...cmake.includePaths])],
    defines: { ...cmake.defines, ...project.defines },
    ...(project.settings.deviceTree === undefined && {
      deviceTree: cmake.deviceTree,
      deviceTreeOverlays: cmake.deviceTreeOverlays,
    }),
    assemblies: project.assemblies.length > 0 ? project.assemblies : cmake.assemblies,
    defaultStackBytes: cmake.defaultStackBytes,
    isMcs: cmake.isMcs,
    hasFaultHandlers: project.settings.faultHandlers ?? cmake.hasFaultHandlers,
    files: [...project.files, ...cmake.files],
    diagnostics: [...project.diagnostics, ...boardProblems(project, cmake)],
  };
}

/** A board that is named for a tree that is configured for another architecture. */
function boardProblems({ files, settings }: Project, { architecture }: Project): Diagnostic[] {
  const { board, boardRange: range = noRange } = settings;
  const [file] = files;
  if (architecture === undefined || architecture.name === boardArchitecture) return [];
  if (file === undefined || board === undefined || settings.architecture !== undefined) return [];
  return [
    {
      file,
      range,
      severity: 'error',
      code: 'board-architecture',
      message: `The board "${board}" is ${boardArchitecture}, and the CMake settings are for ${architecture.name}. Take out "board", or add "architecture": "${boardArchitecture}".`,
      ...(architecture.place === undefined
        ? {}
        : {
            related: [
              {
                ...architecture.place,
                message: `The architecture ${architecture.name} is set here.`,
              },
            ],
          }),
    },
  ];
}

const emptyProject: Project = {
  folder: '',
  kind: 'none',
  board: undefined,
  architecture: undefined,
  dialect: undefined,
  importPaths: [],
  includePaths: [],
  defines: {},
  deviceTree: undefined,
  deviceTreeOverlays: [],
  assemblies: [],
  settings: {},
  defaultStackBytes: undefined,
  isMcs: true,
  hasFaultHandlers: false,
  files: [],
  diagnostics: [],
};

/** A settings file further up than this is not looked for. */
const mostFolders = 32;

/** The file's folder and those around it, the nearest first. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  let folder = joinPath(path, '..');
  for (let count = 0; count < mostFolders; count += 1) {
    folders.push(folder);
    const next = joinPath(folder, '..');
    // Of a relative path, `..` is as far as we may look: what is above the current folder has no name here.
    if (next === folder || next === '..' || next.endsWith('/..')) break;
    folder = next;
  }
  return folders;
}

function projectOfJson(file: string, folder: string, text: string): Project {
  const { settings, diagnostics } = readCantripJson(file, text);
  const inFolder = (path: string): string =>
    /^([A-Za-z]:)?[\\/]/.test(path) ? path : joinPath(folder, path);
  const program = settings.program && inFolder(settings.program.path);
  return {
    ...emptyProject,
    folder,
    kind: 'cantrip.json',
    board: settings.board,
    architecture: settings.architecture && {
      name: settings.architecture.name,
      place: { file, range: settings.architecture.range },
    },
    dialect: settings.dialect,
    importPaths: (settings.importPaths ?? []).map(inFolder),
    includePaths: (settings.includePaths ?? []).map(inFolder),
    defines: settings.defines ?? {},
    deviceTree: settings.deviceTree ? inFolder(settings.deviceTree.path) : treeOfBoard(settings),
    assemblies: program?.endsWith('.camkes') === true ? [program] : [],
    settings,
    hasFaultHandlers: settings.faultHandlers ?? false,
    files: [file],
    diagnostics,
  };
}

/** No emulated board has a tree for another architecture. */
const treeOfBoard = ({ board = boardNames[0], architecture }: CantripSettings) =>
  board === undefined || (architecture?.name ?? boardArchitecture) !== boardArchitecture
    ? undefined
    : boardTreePath(board);

/** CMake's paths are absolute: those of a relative source are, too, while its files run. */
function projectOfTree(
  path: string,
  folder: string,
  above: readonly string[],
  files: SourceFiles,
): Project {
  if (/^([A-Za-z]:)?[\\/]/.test(path)) return projectOfCmake(path, folder, above, files);
  const start = '/(current folder)';
  const inside = (name: string): string => joinPath(start, name);
  const outside = (name: string): string =>
    name === start ? '' : name.startsWith(`${start}/`) ? name.slice(start.length + 1) : name;
  const project = projectOfCmake(inside(path), inside(folder), above.map(inside), {
    readText: (name) => files.readText(outside(name)),
    readBytes: (name) => files.readBytes(outside(name)),
  });
  return {
    ...project,
    folder,
    importPaths: project.importPaths.map(outside),
    includePaths: project.includePaths.map(outside),
    architecture: withFile(project.architecture, outside),
    deviceTree: project.deviceTree === undefined ? undefined : outside(project.deviceTree),
    deviceTreeOverlays: project.deviceTreeOverlays.map(outside),
    assemblies: project.assemblies.map(outside),
    files: project.files.map(outside),
  };
}

const withFile = (
  architecture: ChosenArchitecture | undefined,
  renamed: (file: string) => string,
): ChosenArchitecture | undefined =>
  architecture?.place === undefined
    ? architecture
    : {
        ...architecture,
        place: { ...architecture.place, file: renamed(architecture.place.file) },
      };

function projectOfCmake(
  path: string,
  folder: string,
  above: readonly string[],
  files: SourceFiles,
): Project {
  const platform = platformOf(path, folder, files);
  const easy = above.map((at) => joinPath(at, 'easy-settings.cmake'));
  const top = easy.find((file) => files.readText(file) !== undefined);
  const application = top === undefined ? undefined : applicationIn(joinPath(top, '..'), folder);
  const facts = newCmakeFacts(
    {
      ...(platform === undefined ? {} : { KernelPlatform: platform, PLATFORM: platform }),
      ...(application === undefined ? {} : { CAMKES_APP: application, CAMKES_VM_APP: application }),
      CMAKE_CURRENT_SOURCE_DIR: folder,
    },
    platform === undefined ? {} : assumedOf(platform),
  );
  if (top !== undefined) {
    evaluateCmakeFile(facts, top, files);
    evaluateCmakeFile(facts, joinPath(top, '../settings.cmake'), files);
  }
  for (const name of ['settings.cmake', 'app_settings.cmake'])
    evaluateCmakeFile(facts, joinPath(folder, name), files);
  if (platform !== undefined)
    evaluateCmakeFile(facts, joinPath(folder, 'platforms', platform, 'easy-settings.cmake'), files);
  evaluateCmakeFile(facts, joinPath(folder, 'CMakeLists.txt'), files);
  if (facts.usesGlobalComponents) addGlobalComponents(facts, above, files);
  const architecture = architectureOf(facts);
  const isForBoard = (architecture?.name ?? boardArchitecture) === boardArchitecture;
  const board = isForBoard ? boardOf(platform ?? kernelPlatformOf(facts.variables)) : undefined;
  return {
    ...emptyProject,
    folder,
    kind: 'cmake',
    board,
    architecture,
    dialect: isCantrip(facts) ? 'sparrow' : undefined,
    importPaths: [...new Set(facts.importPaths)],
    includePaths: [
      ...new Set([
        ...facts.includePaths,
        ...facts.rootServers.flatMap(({ includePaths }) => includePaths),
      ]),
    ],
    defines: Object.assign({}, ...facts.rootServers.map(({ defines }) => defines)) as Record<
      string,
      string
    >,
    ...deviceTreeOf(facts, { board, platform }, above, files),
    assemblies: facts.rootServers
      .map(({ assembly }) => assembly)
      .filter((assembly) => files.readText(assembly) !== undefined),
    defaultStackBytes: numberIn(facts, 'CAmkESDefaultStackSize'),
    isMcs: !/^(OFF|0|FALSE|NO)$/i.test(facts.variables.get('KernelIsMCS') ?? 'ON'),
    hasFaultHandlers: /^(ON|1|TRUE|YES)$/i.test(
      facts.variables.get('CAmkESFaultHandlers') ?? 'OFF',
    ),
    files: facts.files,
  };
}

/** `platforms/<name>/…` says it; a file of all platforms is seen as the first platform that there is. */
function platformOf(path: string, folder: string, files: SourceFiles): string | undefined {
  const prefix = joinPath(folder, 'platforms');
  const own = path.startsWith(`${prefix}/`)
    ? path.slice(prefix.length + 1).split('/')[0]
    : undefined;
  return (
    own ??
    platformNames.find(
      (name) => files.readText(joinPath(prefix, name, 'system.camkes')) !== undefined,
    )
  );
}

/** What the platforms of a CantripOS tree are for unless a setting tells otherwise. */
const assumedOf = (platform: string): Readonly<Record<string, string>> =>
  /bcm|rpi/.test(platform)
    ? { KernelArch: 'arm', KernelSel4Arch: 'aarch64' }
    : { KernelArch: 'riscv', KernelSel4Arch: 'riscv32' };

/** One CMake tree builds one of the applications below it: the one that the file belongs to. */
function applicationIn(top: string, folder: string): string | undefined {
  const apps = `${joinPath(top, 'apps')}/`;
  if (!folder.startsWith(apps)) return undefined;
  const [first, second] = folder.slice(apps.length).split('/');
  return first === 'Arm' || first === 'x86' ? second : first;
}

function architectureOf({ variables, setBy }: CmakeFacts): ChosenArchitecture | undefined {
  const found = kernelArchitectureOf(variables);
  if (found === undefined) return undefined;
  const file = setBy.get(found.variable);
  return { name: found.name, place: file === undefined ? undefined : { file, range: noRange } };
}

function boardOf(platform: string | undefined): BoardName | undefined {
  if (platform === 'nexus' || platform === 'sparrow') return 'nexus';
  return platform === 'virt' || platform === 'qemu-riscv-virt' ? 'virt' : undefined;
}

/** What the build names, that of an emulated board, or those that a kernel in the same tree has for the platform. */
function deviceTreeOf(
  facts: CmakeFacts,
  { board, platform }: { readonly board: BoardName | undefined; platform: string | undefined },
  above: readonly string[],
  files: SourceFiles,
): Pick<Project, 'deviceTree' | 'deviceTreeOverlays'> {
  const { variables } = facts;
  const only = (deviceTree: string | undefined) => ({ deviceTree, deviceTreeOverlays: [] });
  const custom = variables.get('KernelCustomDTS');
  if (custom !== undefined && custom !== '') return only(custom);
  if (board !== undefined) return only(boardTreePath(board));
  const name = platform ?? kernelPlatformOf(variables);
  if (name === undefined) return only(undefined);
  for (const folder of above) {
    const trees = kernelTrees(facts, name, joinPath(folder, 'kernel'), files);
    const [deviceTree, ...deviceTreeOverlays] = trees;
    if (deviceTree !== undefined) return { deviceTree, deviceTreeOverlays };
  }
  return only(undefined);
}

const isCantrip = ({ variables }: CmakeFacts): boolean =>
  /cantrip|kata/.test(variables.get('CAPDL_LOADER_APP') ?? '');

function numberIn({ variables }: CmakeFacts, name: string): number | undefined {
  const text = variables.get(name);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The library of components that lies beside an application, or among the projects of a whole tree. */
function addGlobalComponents(
  facts: CmakeFacts,
  above: readonly string[],
  files: SourceFiles,
): void {
  for (const folder of above) {
    for (const place of ['global-components', 'projects/global-components']) {
      const file = joinPath(folder, place, 'global-components.cmake');
      if (evaluateCmakeFile(facts, file, files)) return;
    }
  }
}
