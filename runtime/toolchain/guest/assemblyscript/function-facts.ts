/**
 * What a debugger is told of the functions of a compiled program: the names of the source, where they stand, and
 * their locals with types and scopes. A local is found by the name that the module gives to it, since the order of
 * locals is changed when the module is written; a name that two of them have is told apart by a number.
 */
import { CommonFlags, ElementKind, NodeKind } from 'assemblyscript';
import type {
  Declaration,
  Element,
  GuestFunction as LibraryFunction,
  FunctionDeclaration,
  Local,
  Node,
  Program,
  Range,
  Type,
  TypeNode,
} from 'assemblyscript';
import type { GuestBody, GuestFunction, GuestLocal } from '../guest-module.js';
import type { ModuleNames } from '../module-names.js';
import type { ConstantLocal, ConstantLocals } from './constant-locals.js';
import { shortName, type DebugTypes } from './debug-types.js';
import type { Places } from './places.js';
import { walk, type Ancestors } from './walk.js';

const nativePath = '~lib/native.ts';

interface Context {
  readonly places: Places;
  readonly types: DebugTypes;
  readonly pathOf: (libraryPath: string) => string;
  readonly constants: ConstantLocals;
}

export function functionsOf(
  program: Program,
  names: ModuleNames,
  context: Context,
): Map<number, GuestFunction> {
  const functions = new Map<number, GuestFunction>();
  for (const [index, name] of names.functions) {
    const element = program.instancesByName.get(name);
    if (element?.kind !== ElementKind.Function) continue;
    const instance = element as LibraryFunction;
    // What the library writes by itself, such as what sets a field, stands nowhere.
    if (instance.declaration.range.source.normalizedPath === nativePath) continue;
    const locals = names.locals.get(index) ?? new Map<number, string>();
    functions.set(index, functionOf(instance, locals, context));
  }
  return functions;
}

/** Where the functions of the sources stand: code at these lines within another function was put in from here. */
export function bodiesOf(program: Program, context: Context): GuestBody[] {
  const bodies = new Map<string, GuestBody>();
  for (const element of program.instancesByName.values()) {
    if (element.kind !== ElementKind.Function) continue;
    const { declaration } = element as LibraryFunction;
    const { source } = declaration.range;
    const body = (declaration as FunctionDeclaration).body;
    if (source.normalizedPath === nativePath || body === null) continue;
    const file = context.pathOf(source.normalizedPath);
    const firstLine = context.places.lineOf(declaration.name.range);
    bodies.set(`${file}:${declaration.range.start}`, {
      name: displayName(element),
      file,
      firstLine,
      lastLine: Math.max(context.places.lastLineOf(body.range), firstLine),
    });
  }
  return [...bodies.values()].sort(
    (left, right) => compare(left.file, right.file) || left.firstLine - right.firstLine,
  );
}

function functionOf(
  instance: LibraryFunction,
  localNames: ReadonlyMap<number, string>,
  context: Context,
): GuestFunction {
  const { declaration, signature } = instance;
  const returns = context.types.indexOf(
    signature.returnType,
    (declaration as FunctionDeclaration).signature.returnType,
    instance,
  );
  return {
    name: displayName(instance),
    file: context.pathOf(declaration.range.source.normalizedPath),
    line: context.places.lineOf(declaration.name.range),
    ...(returns === undefined ? {} : { returns }),
    locals: localsOf(instance, localNames, context),
  };
}

function localsOf(
  instance: LibraryFunction,
  names: ReadonlyMap<number, string>,
  { places, types, constants }: Context,
): GuestLocal[] {
  const byName = new Map<string, Local>();
  for (const local of instance.localsByIndex) {
    const isTaken = byName.has(local.name);
    byName.set(isTaken ? `${local.name}|${local.index}` : local.name, local);
  }
  const written = writtenLocals(instance);
  const locals: GuestLocal[] = [];
  const add = (at: GuestLocal['at'], name: string, type: Type, source: WrittenLocal): void => {
    const index = types.indexOf(type, source.type, instance);
    locals.push({
      at,
      name,
      ...(index === undefined ? {} : { type: index }),
      ...(source.block === undefined
        ? {}
        : {
            scope: {
              firstLine: places.lineOf(source.range),
              lastLine: places.lastLineOf(source.block.range),
            },
          }),
    });
  };
  for (const [index, name] of names) {
    const local = byName.get(name);
    const source = local === undefined ? undefined : written.locals.get(local);
    if (local !== undefined && source !== undefined) add(index, local.name, local.type, source);
  }
  locals.sort((left, right) => Number(left.at) - Number(right.at));
  for (const [constant, source] of constantsOf(written.others, constants.get(instance) ?? []))
    add({ constant: constant.value }, constant.name, constant.type, source);
  return locals;
}

/** A constant for each declaration that no local was made for; a loop that is compiled twice notes it twice. */
function constantsOf(
  declarations: ReadonlyMap<string, readonly WrittenLocal[]>,
  constants: readonly ConstantLocal[],
): (readonly [ConstantLocal, WrittenLocal])[] {
  return [...declarations].flatMap(([name, sources]) => {
    const own = constants.filter((each) => each.name === name).slice(-sources.length);
    return own.length < sources.length
      ? []
      : own.flatMap((constant, index): (readonly [ConstantLocal, WrittenLocal])[] => {
          const source = sources[index];
          return source === undefined ? [] : [[constant, source]];
        });
  });
}

interface WrittenLocal {
  readonly range: Range;
  readonly type: TypeNode | null | undefined;
  /** Undefined for a parameter. */
  readonly block: Node | undefined;
}

/**
 * What stands in the source for each local. The library does not keep that. It makes locals in the order of the
 * source, and some twice: a loop is compiled again when more is known of it, and then the later ones count.
 */
function writtenLocals(instance: LibraryFunction): {
  readonly locals: ReadonlyMap<Local, WrittenLocal>;
  /** Declarations of names that no local has. */
  readonly others: ReadonlyMap<string, readonly WrittenLocal[]>;
} {
  const { signature, localsByIndex } = instance;
  const declaration = instance.declaration as FunctionDeclaration;
  const hidden = signature.thisType === null ? 0 : 1;
  const parameterCount = hidden + signature.parameterTypes.length;
  const written = new Map<Local, WrittenLocal>();
  for (const local of localsByIndex.slice(0, parameterCount)) {
    const parameter = declaration.signature.parameters[local.index - hidden];
    const { range } = parameter ?? declaration.name;
    written.set(local, { range, type: parameter?.type, block: undefined });
  }
  const scoped = localsByIndex
    .slice(parameterCount)
    .filter(({ flags }) => (flags & CommonFlags.Scoped) !== 0);
  const others = new Map<string, readonly WrittenLocal[]>();
  if (declaration.body === null) return { locals: written, others };
  for (const [name, variables] of variablesIn(declaration.body)) {
    const locals = scoped.filter((local) => local.name === name).slice(-variables.length);
    if (locals.length === 0) others.set(name, variables);
    for (const [index, local] of locals.entries()) {
      const variable = variables[index];
      if (variable !== undefined) written.set(local, variable);
    }
  }
  return { locals: written, others };
}

/** The variables of a function's body by name, in order; those of functions in it are not its own. */
function variablesIn(body: Node): Map<string, WrittenLocal[]> {
  const variables = new Map<string, WrittenLocal[]>();
  walk([body], ({ node, ancestors }) => {
    if (node.kind !== NodeKind.VariableDeclaration) return;
    const { name, range, type } = node as Declaration;
    const block = enclosing(ancestors, [NodeKind.Block, NodeKind.For, NodeKind.ForOf]);
    if (enclosing(ancestors, [NodeKind.Function]) !== undefined) return;
    const same = variables.get(name.text) ?? [];
    same.push({ range, type, block });
    variables.set(name.text, same);
  });
  return variables;
}

function enclosing(ancestors: Ancestors | undefined, kinds: readonly number[]): Node | undefined {
  for (let at = ancestors; at !== undefined; at = at.above)
    if (kinds.includes(at.node.kind)) return at.node;
  return undefined;
}

/** As the source spells it, with its class: `Counter#add`. */
const displayName = ({ internalName }: Element): string => shortName(internalName);

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
