/**
 * What the CMake files of a CAmkES application say of its assembly, by running as much of the language as
 * such files use: `set`, `list(APPEND)`, `if`, `include`, `add_subdirectory`. Whatever hangs on a variable
 * that only a real build knows is left out rather than guessed; a condition on one counts as false.
 */
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { readCmakeCommands, type CmakeArgument, type CmakeCommand } from './cmake-commands.js';
import { kernelArchitectureOf, kernelFacts, kernelPlatformOf } from './kernel-target.js';

export interface CmakeFacts {
  readonly variables: Map<string, string>;
  /** Those of them that nobody has said: a setting replaces them, whatever its kind. */
  readonly assumed: Set<string>;
  /** The file that gave a variable its value. */
  readonly setBy: Map<string, string>;
  /** Folders of `CAmkESAddImportPath`. */
  readonly importPaths: string[];
  /** Folders of `CAmkESAddCPPInclude`. */
  readonly includePaths: string[];
  readonly rootServers: RootServer[];
  /** Whether `includeGlobalComponents()` was called. */
  usesGlobalComponents: boolean;
  /** Every file that was read. */
  readonly files: string[];
}

/** `DeclareCAmkESRootserver(a.camkes CPP_INCLUDES include CPP_FLAGS -DX=1)` */
export interface RootServer {
  readonly assembly: string;
  readonly includePaths: readonly string[];
  readonly defines: Readonly<Record<string, string>>;
}

export const newCmakeFacts = (
  given: Readonly<Record<string, string>>,
  assumed: Readonly<Record<string, string>> = {},
): CmakeFacts => ({
  variables: new Map(Object.entries({ ...assumed, ...given })),
  assumed: new Set(Object.keys(assumed)),
  setBy: new Map(),
  importPaths: [],
  includePaths: [],
  rootServers: [],
  usesGlobalComponents: false,
  files: [],
});

const mostFiles = 200;
const deepest = 16;

/** Runs one file, and what it includes; the facts grow. False when the file is not there. */
export function evaluateCmakeFile(facts: CmakeFacts, path: string, files: SourceFiles): boolean {
  return runFile({ facts, files, depth: 0, path }, path);
}

interface Run {
  readonly facts: CmakeFacts;
  readonly files: SourceFiles;
  readonly depth: number;
  /** The file that runs. */
  readonly path: string;
}

function runFile(run: Run, path: string): boolean {
  if (run.depth > deepest || run.facts.files.length >= mostFiles) return false;
  if (run.facts.files.includes(path)) return true;
  const text = run.files.readText(path);
  if (text === undefined) return false;
  run.facts.files.push(path);
  const folder = joinPath(path, '..');
  const outer = run.facts.variables.get(listDir);
  run.facts.variables.set(listDir, folder);
  runCommands({ ...run, path, depth: run.depth + 1 }, readCmakeCommands(text), folder);
  if (outer === undefined) run.facts.variables.delete(listDir);
  else run.facts.variables.set(listDir, outer);
  return true;
}

const listDir = 'CMAKE_CURRENT_LIST_DIR';

/** Bodies that are not run where they stand. */
const skipped: Readonly<Record<string, string>> = {
  function: 'endfunction',
  macro: 'endmacro',
  foreach: 'endforeach',
  while: 'endwhile',
};

function runCommands(run: Run, commands: readonly CmakeCommand[], folder: string): void {
  /** One entry an open `if`: whether its present branch runs, and whether one of its branches did. */
  const branches: { active: boolean; taken: boolean; readonly outer: boolean }[] = [];
  for (let index = 0; index < commands.length; index += 1) {
    const command = commands[index];
    if (command === undefined) return;
    const { name } = command;
    const branch = branches.at(-1);
    const isActive = branch?.active ?? true;
    if (name === 'if') {
      const active = isActive && isTrue(run, command.arguments);
      branches.push({ active, taken: active, outer: isActive });
    } else if (name === 'elseif' && branch !== undefined) {
      branch.active = branch.outer && !branch.taken && isTrue(run, command.arguments);
      branch.taken ||= branch.active;
    } else if (name === 'else' && branch !== undefined) {
      branch.active = branch.outer && !branch.taken;
      branch.taken = true;
    } else if (name === 'endif') branches.pop();
    else if (Object.hasOwn(skipped, name)) index = endOfBody(commands, index);
    else if (isActive) runCommand(run, command, folder);
  }
}

function endOfBody(commands: readonly CmakeCommand[], start: number): number {
  const opening = commands[start]?.name ?? '';
  const closing = skipped[opening];
  let depth = 0;
  for (let index = start; index < commands.length; index += 1) {
    const name = commands[index]?.name;
    if (name === opening) depth += 1;
    if (name === closing) depth -= 1;
    if (depth === 0) return index;
  }
  return commands.length;
}

function runCommand(run: Run, command: CmakeCommand, folder: string): void {
  const { facts } = run;
  const values = command.arguments.map((argument) => expand(facts, argument));
  const [first, second] = values;
  switch (command.name) {
    case 'set':
      setVariable(run, values);
      return;
    case 'list':
      if (first === 'APPEND' && second !== undefined)
        facts.variables.set(
          second,
          [facts.variables.get(second), ...values.slice(2)].filter(isKnown).join(';'),
        );
      return;
    case 'include':
      if (first !== undefined) runFile(run, joinPath(absolute(folder, first)));
      return;
    case 'add_subdirectory':
      if (first !== undefined) runFile(run, joinPath(absolute(folder, first), 'CMakeLists.txt'));
      return;
    case 'camkesaddimportpath':
    case 'camkesmaybeaddimportpath':
      facts.importPaths.push(...foldersOf(values, folder));
      return;
    case 'camkesaddcppinclude':
      facts.includePaths.push(...foldersOf(values, folder));
      return;
    case 'config_set':
      setVariable(run, [first, values[2]]);
      return;
    case 'declare_platform':
      if (second !== undefined && first === facts.variables.get('KernelPlatform'))
        facts.variables.set(second, 'ON');
      return;
    case 'declare_sel4_arch':
      declareArchitectures(facts, values);
      return;
    case 'check_platform_and_fallback_to_default':
      if (first !== undefined && second !== undefined && !facts.variables.get(first))
        facts.variables.set(first, second);
      return;
    case 'correct_platform_strings':
      correctPlatform(facts);
      return;
    case 'sel4_configure_platform_settings':
      configureKernel(facts);
      return;
    case 'includeglobalcomponents':
      facts.usesGlobalComponents = true;
      return;
    case 'declarecamkesrootserver':
    case 'declarecamkesvmrootserver':
      if (first !== undefined) facts.rootServers.push(rootServerOf(first, values.slice(1), folder));
      return;
    default:
  }
}

/** `set(X a b CACHE STRING "…")` gives a value only where there is none, unless it ends with FORCE. */
function setVariable({ facts, path }: Run, values: readonly (string | undefined)[]): void {
  const [name, ...rest] = values;
  if (name === undefined) return;
  const cache = rest.indexOf('CACHE');
  const isSet = facts.variables.has(name) && !facts.assumed.has(name);
  if (cache >= 0 && isSet && rest.at(-1) !== 'FORCE') return;
  const given = (cache < 0 ? rest : rest.slice(0, cache)).filter((text) => text !== 'PARENT_SCOPE');
  if (given.length > 0 && !given.every(isKnown)) return;
  facts.assumed.delete(name);
  facts.setBy.set(name, path);
  if (given.length === 0) facts.variables.delete(name);
  else facts.variables.set(name, given.join(';'));
}

/** A command of seL4's build tools: the board that `PLATFORM` names becomes the kernel's platform. */
function correctPlatform({ variables }: CmakeFacts): void {
  const platform = kernelPlatformOf(variables);
  if (platform === undefined) return;
  variables.set('KernelPlatform', platform);
  const board = variables.get('PLATFORM') ?? '';
  if (board !== '' && board !== platform && platform !== 'pc99')
    variables.set('KernelARMPlatform', board);
}

/** A command of the kernel: the first one that a platform has, where nobody chose. */
function declareArchitectures(facts: CmakeFacts, names: readonly (string | undefined)[]): void {
  if (kernelArchitectureOf(facts.variables) === undefined && names[0] !== undefined)
    facts.variables.set('KernelSel4Arch', names[0]);
  configureKernel(facts);
}

/** A command of the kernel: from here on its architecture can be asked for. */
function configureKernel({ variables, setBy }: CmakeFacts): void {
  const architecture = kernelArchitectureOf(variables);
  if (architecture === undefined) return;
  const reason = setBy.get(architecture.variable);
  if (reason !== undefined) setBy.set('KernelSel4Arch', reason);
  for (const [name, value] of kernelFacts(architecture.name)) variables.set(name, value);
}

function rootServerOf(
  assembly: string,
  options: readonly (string | undefined)[],
  folder: string,
): RootServer {
  const includePaths: string[] = [];
  const defines: Record<string, string> = {};
  let section = '';
  for (const option of options.flatMap((text) => text?.split(';') ?? [])) {
    if (/^[A-Z][A-Z_]+$/.test(option)) section = option;
    else if (section === 'CPP_INCLUDES') includePaths.push(absolute(folder, option));
    else if (section === 'CPP_FLAGS') {
      const [, name, value] = /^-D(\w+)(?:=([^]*))?$/.exec(option) ?? [];
      if (name !== undefined) defines[name] = value ?? '1';
      const path = /^-I([^]+)$/.exec(option)?.[1];
      if (path !== undefined) includePaths.push(absolute(folder, path));
    }
  }
  return { assembly: absolute(folder, assembly), includePaths, defines };
}

const isKnown = (text: string | undefined): text is string => text !== undefined;

const foldersOf = (values: readonly (string | undefined)[], folder: string): string[] =>
  values.flatMap((value) => value?.split(';') ?? []).map((value) => absolute(folder, value));

const absolute = (folder: string, path: string): string =>
  /^([A-Za-z]:)?\//.test(path) ? joinPath(path) : joinPath(folder, path);

/** The argument's text with variables in; undefined where one is not known. */
function expand(facts: CmakeFacts, { text, kind }: CmakeArgument): string | undefined {
  if (kind === 'bracket') return text;
  const missing: string[] = [];
  const expanded = text.replace(
    /\$\{([^${}]*)\}|\$ENV\{[^}]*\}|\$<[^>]*>/g,
    (whole, name?: string) => {
      const value = name === undefined ? undefined : facts.variables.get(name);
      if (value === undefined) missing.push(whole);
      return value ?? '';
    },
  );
  return missing.length === 0 ? expanded : undefined;
}

/** CMake manual, "if": constants, variables, NOT, AND, OR, DEFINED, EXISTS, STREQUAL, parentheses. */
function isTrue(run: Run, tokens: readonly CmakeArgument[]): boolean {
  let at = 0;
  let depth = 0;
  const word = (): string | undefined => tokens[at]?.text;
  const disjunction = (): boolean => {
    let value = conjunction();
    while (word() === 'OR') {
      at += 1;
      value = conjunction() || value;
    }
    return value;
  };
  const conjunction = (): boolean => {
    let value = negation();
    while (word() === 'AND') {
      at += 1;
      value = negation() && value;
    }
    return value;
  };
  const negation = (): boolean => {
    let isNegated = false;
    while (word() === 'NOT') {
      at += 1;
      isNegated = !isNegated;
    }
    return test() !== isNegated;
  };
  const test = (): boolean => {
    const token = tokens[at];
    at += 1;
    if (token === undefined) return false;
    if (token.kind === 'unquoted' && token.text === '(') {
      depth += 1;
      const value = depth < 64 && disjunction();
      at += 1;
      return value;
    }
    if (token.kind === 'unquoted' && token.text === 'DEFINED') {
      at += 1;
      return run.facts.variables.has(tokens[at - 1]?.text ?? '');
    }
    if (token.kind === 'unquoted' && token.text === 'EXISTS') {
      const named = tokens[at];
      const path = named && textOf(run, named);
      at += 1;
      return path !== undefined && isThere(run, path);
    }
    const operator = word();
    if (
      operator !== undefined &&
      /^(STREQUAL|EQUAL|VERSION_\w+|MATCHES|IN_LIST|LESS|GREATER)$/.test(operator)
    ) {
      const right = tokens[at + 1];
      at += 2;
      const isEqual = operator === 'STREQUAL' || operator === 'EQUAL';
      return isEqual && right !== undefined && textOf(run, token) === textOf(run, right);
    }
    const value = textOf(run, token);
    const isConstant = /^(\d+|ON|YES|TRUE|Y)$/i.test(token.text);
    if (token.kind === 'unquoted' && value === token.text && !isConstant) return false;
    return value !== undefined && !/^(0|OFF|NO|FALSE|N|IGNORE|NOTFOUND|)$|-NOTFOUND$/i.test(value);
  };
  return disjunction();
}

/** Folders cannot be looked for, but what makes one worth a question has a list of its own. */
const isThere = ({ files }: Run, path: string): boolean =>
  [path, joinPath(path, 'CMakeLists.txt')].some((file) => files.readText(file) !== undefined);

/** A bare word is the variable of that name where there is one, and otherwise itself. */
function textOf(run: Run, argument: CmakeArgument): string | undefined {
  const text = expand(run.facts, argument);
  if (text === undefined || argument.kind !== 'unquoted') return text;
  return run.facts.variables.get(text) ?? text;
}
