/**
 * Debug information without numbers that only its tables have: types in place of their indices, lists in an order, and
 * ranges within the function. Two descriptions are of one program when their trees are equal.
 */
import type {
  DebugFunction,
  DebugInformation,
  DebugVariable,
  OffsetRange,
  TypeIndex,
} from '../../runtime/image/debug-information.js';

export function debugTree(debug: DebugInformation): unknown {
  return {
    functions: debug.functions.map((each) => functionTree(debug, each)),
    globals: sorted(
      debug.globals.map(({ type, ...rest }) => ({ ...rest, type: typeTree(debug, type) })),
    ),
    enumerations: sorted(debug.types.filter(({ kind }) => kind === 'enumeration')),
  };
}

/** References deeper than this are all equal. */
const deepest = 6;

export function typeTree(
  debug: DebugInformation,
  index: TypeIndex | undefined,
  depth = 0,
): unknown {
  const type = index === undefined ? undefined : debug.types[index];
  if (type === undefined || depth > deepest) return type?.kind;
  switch (type.kind) {
    case 'pointer':
    case 'alias':
      return { ...type, target: typeTree(debug, type.target, depth + 1) };
    case 'array':
    case 'list':
      return { ...type, element: typeTree(debug, type.element, depth + 1) };
    case 'structure':
    case 'union':
      return {
        ...type,
        members: type.members.map((member) => ({
          ...member,
          type: typeTree(debug, member.type, depth + 1),
        })),
      };
    case 'base':
    case 'enumeration':
    case 'text':
    case 'opaque':
      return type;
  }
}

function functionTree(debug: DebugInformation, each: DebugFunction): unknown {
  const { sizeBytes, variables, inlined, returns } = each;
  return {
    ...each,
    returns: typeTree(debug, returns),
    variables: variablesTree(debug, variables, sizeBytes),
    inlined: sorted(
      inlined.map((call) => ({
        ...call,
        variables: variablesTree(debug, call.variables, sizeBytes),
      })),
    ),
  };
}

const variablesTree = (
  debug: DebugInformation,
  variables: readonly DebugVariable[],
  end: number,
): unknown[] =>
  sorted(
    variables.map((variable) => ({
      ...variable,
      type: typeTree(debug, variable.type),
      scope: variable.scope.map((range) => within(range, end)),
      locations: variable.locations.map((range) => within(range, end)),
    })),
  );

const within = <R extends OffsetRange>(range: R, end: number): R => ({
  ...range,
  from: Math.max(0, range.from),
  to: Math.min(end, range.to),
});

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each));

const sorted = (list: readonly unknown[]): unknown[] =>
  [...list].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
