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
import type { GuestFunction, GuestLocal, HeldLocal } from '../guest-module.js';
import type { ModuleNames } from '../module-names.js';
import type { ConstantLocal, ConstantLocals } from './constant-locals.js';
import { shortName, type DebugTypes } from './debug-types.js';
import type { HeldVariables } from './held-locals.js';
import type { NotedCall } from './place-notes.js';
import type { Places } from './places.js';
import { walk, type Ancestors } from './walk.js';

const nativePath = '~lib/native.ts';

interface Context {
  readonly places: Places;
  readonly types: DebugTypes;
  readonly pathOf: (libraryPath: string) => string;
  readonly constants: ConstantLocals;
  /** Locals that were made for functions whose bodies replaced a call. */
  readonly inlinedLocals: ReadonlySet<Local>;
  /** Then locals of the module are not those of the source any more, but for parameters. */
  readonly isOptimized: boolean;
  /** Of an optimised module. */
  readonly held: HeldVariables | undefined;
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
    locals: context.isOptimized
      ? optimizedLocals(instance, instance.internalName, context)
      : localsOf(instance, localNames, context),
    ...(context.isOptimized ? { parameterCount: parameterCountOf(instance) } : {}),
  };
}

function localsOf(
  instance: LibraryFunction,
  names: ReadonlyMap<number, string>,
  context: Context,
): GuestLocal[] {
  const byName = localsByModuleName(instance);
  const written = writtenLocals(instance, context.inlinedLocals);
  const locals: GuestLocal[] = [];
  const add = (at: GuestLocal['at'], name: string, type: Type, source: WrittenLocal): void => {
    locals.push(localOf(instance, { at, name, type, source }, context));
  };
  for (const [index, name] of names) {
    const local = byName.get(name);
    const source = local === undefined ? undefined : written.locals.get(local);
    if (local !== undefined && source !== undefined) add(index, local.name, local.type, source);
  }
  locals.sort((left, right) => Number(left.at) - Number(right.at));
  for (const [constant, source] of constantsOf(
    written.others,
    context.constants.get(instance) ?? [],
  ))
    add({ constant: constant.value }, constant.name, constant.type, source);
  return locals;
}

/** Parameters and variables of a function whose body replaced a call, in a function of the module. */
export function localsOfCall(
  { callee, within, locals }: NotedCall,
  host: string,
  names: ModuleNames,
  { types, held }: Context,
): GuestLocal[] {
  if (held !== undefined)
    return [...locals].flatMap((local): GuestLocal[] => {
      if ((local.flags & CommonFlags.Scoped) === 0) return [];
      const type = types.indexOf(local.type, undefined, callee);
      const place = heldAt(held.of(host, local));
      return [{ at: place, name: local.name, ...(type === undefined ? {} : { type }) }];
    });
  const [index] = [...names.functions].find(([, name]) => name === within.internalName) ?? [];
  const known = names.locals.get(index ?? -1) ?? new Map<number, string>();
  const byName = localsByModuleName(within);
  return [...known].flatMap(([at, name]): GuestLocal[] => {
    const local = byName.get(name);
    if (local === undefined || !locals.has(local)) return [];
    if ((local.flags & CommonFlags.Scoped) === 0) return [];
    const type = types.indexOf(local.type, undefined, callee);
    return [{ at, name: local.name, ...(type === undefined ? {} : { type }) }];
  });
}

/** Of two with one name, the module numbers the second. */
export function localsByModuleName({ localsByIndex }: LibraryFunction): Map<string, Local> {
  const byName = new Map<string, Local>();
  for (const local of localsByIndex) {
    const isTaken = byName.has(local.name);
    byName.set(isTaken ? `${local.name}|${local.index}` : local.name, local);
  }
  return byName;
}

function localOf(
  instance: LibraryFunction,
  local: {
    readonly at: GuestLocal['at'];
    readonly name: string;
    readonly type: Type;
    readonly source: WrittenLocal;
  },
  { places, types }: Context,
): GuestLocal {
  const { at, name, type, source } = local;
  const index = types.indexOf(type, source.type, instance);
  return {
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
  };
}

const heldAt = (held: readonly HeldLocal[]): GuestLocal['at'] =>
  held.length === 0 ? undefined : { held };

/**
 * Parameters that the source never assigns to, constants, and of the others where the code of a function of the
 * module, which may be another one, holds them.
 */
export function optimizedLocals(
  instance: LibraryFunction,
  host: string,
  context: Context,
): GuestLocal[] {
  const { held } = context;
  const isOwn = host === instance.internalName && held?.hasParameters(host) === true;
  const { locals, others } = writtenLocals(instance, context.inlinedLocals);
  const assigned = assignedNames(instance);
  const parameterCount = parameterCountOf(instance);
  const found = [...locals].map(([local, source]): GuestLocal => {
    const { index, name, type } = local;
    const isParameter = source.block === undefined && index < parameterCount;
    const at =
      isParameter && isOwn && !assigned.has(name) ? index : heldAt(held?.of(host, local) ?? []);
    const described = localOf(instance, { at, name, type, source }, context);
    return isParameter ? { ...described, isParameter } : described;
  });
  for (const [{ name, type, value }, source] of constantsOf(
    others,
    context.constants.get(instance) ?? [],
  ))
    found.push(localOf(instance, { at: { constant: value }, name, type, source }, context));
  return found;
}

function parameterCountOf({ signature }: LibraryFunction): number {
  return (signature.thisType === null ? 0 : 1) + signature.parameterTypes.length;
}

/** Names that something in the function is assigned to, whatever they mean there. */
function assignedNames({ declaration }: LibraryFunction): ReadonlySet<string> {
  const names = new Set<string>();
  const { body } = declaration as FunctionDeclaration;
  if (body === null) return names;
  const text = body.range.source.text
    .slice(body.range.start, body.range.end)
    .replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, ' ');
  for (const [, before, after] of text.matchAll(assignment)) {
    const name = before ?? after;
    if (name !== undefined) names.add(name);
  }
  return names;
}

/** `x = 1`, `x += 1`, `x++`, `--x`; more than that may match, and then a value is not shown. */
const assignment =
  /(?:([A-Za-z_$][\w$]*)[\s)!]*(?:(?:[-+*/%&|^]|\*\*|<<|>>>?)?=(?!=)|\+\+|--)|(?:\+\+|--)[\s(]*([A-Za-z_$][\w$]*))/g;

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
function writtenLocals(
  instance: LibraryFunction,
  inlined: ReadonlySet<Local>,
): {
  readonly locals: ReadonlyMap<Local, WrittenLocal>;
  /** Declarations of names that no local has. */
  readonly others: ReadonlyMap<string, readonly WrittenLocal[]>;
} {
  const { signature, localsByIndex } = instance;
  const declaration = instance.declaration as FunctionDeclaration;
  const hidden = signature.thisType === null ? 0 : 1;
  const parameterCount = parameterCountOf(instance);
  const written = new Map<Local, WrittenLocal>();
  for (const local of localsByIndex.slice(0, parameterCount)) {
    const parameter = declaration.signature.parameters[local.index - hidden];
    const { range } = parameter ?? declaration.name;
    written.set(local, { range, type: parameter?.type, block: undefined });
  }
  const scoped = localsByIndex
    .slice(parameterCount)
    .filter((local) => (local.flags & CommonFlags.Scoped) !== 0 && !inlined.has(local));
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
export const displayName = ({ internalName }: Element): string => shortName(internalName);
