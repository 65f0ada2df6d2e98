/**
 * The variables of a frame and of its modules as rows of the Variables view: values by their types, which unfold, and
 * which can be set where they are one number in one place.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress } from '../../runtime/base/address.js';
import { fail, ok, type Result } from '../../runtime/base/result.js';
import { sizeOfType } from '../../runtime/image/type-size.js';
import { evaluate } from '../../runtime/inspect/evaluate.js';
import { debugOfFrame, viewLocals, type LocalVariable } from '../../runtime/inspect/locals.js';
import { writeMemory } from '../../runtime/inspect/memory.js';
import { spaceOf, writeRegister } from '../../runtime/inspect/thread-state.js';
import {
  bareType,
  insideOf,
  typedValue,
  typeName,
  type Reading,
  type TypedValue,
} from '../../runtime/inspect/typed-value.js';
import { valueOf, viewGlobals, type Variable } from '../../runtime/inspect/variables.js';
import type { Debuggee } from './debuggee.js';
import type { Container } from './variables.js';

export type LocalContainer = Extract<Container, { readonly depth: number }>;

interface Row extends DebugProtocol.Variable {
  readonly type: string;
}

/** Those that have rows, in the order of the view. */
export function variableScopes(
  debuggee: Debuggee,
  thread: number,
  depth: number,
): ('locals' | 'globals')[] {
  const { platform } = debuggee;
  const locals = viewLocals(platform, thread, depth);
  return [
    ...(locals !== undefined && locals.variables.length > 0 ? (['locals'] as const) : []),
    ...(viewGlobals({ platform, thread, depth }) === undefined ? [] : (['globals'] as const)),
  ];
}

export function localRows(
  debuggee: Debuggee,
  container: LocalContainer,
  page: { readonly start?: number; readonly count?: number } = {},
): Row[] {
  const { thread } = container;
  const viewed = viewOf(debuggee, container);
  if (viewed === undefined) return [];
  const reading = readingOf(debuggee, thread, viewed.debug);
  if (container.kind !== 'inside')
    return viewed.variables.map((variable) => localRow(debuggee, container, reading, variable));
  const { inside, path } = container;
  return insideOf(reading, inside, page.start, page.count).map(({ name, value }) =>
    rowOf(
      debuggee,
      container,
      name,
      value,
      // No expression names an entry.
      inside.kind === 'entries' || path === undefined
        ? undefined
        : `${path}${name.startsWith('[') ? '' : '.'}${name}`,
    ),
  );
}

/** The variables of a container, and what tells of their types; inside of one there is only the latter. */
function viewOf(
  { platform }: Debuggee,
  { kind, thread, depth }: LocalContainer,
): { readonly debug: Reading['debug']; readonly variables: readonly LocalVariable[] } | undefined {
  if (kind === 'locals') return viewLocals(platform, thread, depth);
  if (kind === 'globals') return viewGlobals({ platform, thread, depth });
  const debug = debugOfFrame(platform, thread, depth);
  return debug && { debug, variables: [] };
}

/** What an expression names, as a row. */
export function variableRow(
  debuggee: Debuggee,
  { thread, depth }: { readonly thread: number; readonly depth: number },
  path: string,
  variable: Variable,
): DebugProtocol.Variable {
  return rowOf(debuggee, { kind: 'locals', thread, depth }, path, valueOf(variable), path);
}

const readingOf = (debuggee: Debuggee, thread: number, debug: Reading['debug']): Reading => ({
  platform: debuggee.platform,
  space: spaceOf(debuggee.platform, thread),
  debug,
});

function localRow(
  debuggee: Debuggee,
  container: LocalContainer,
  reading: Reading,
  { name, type, at, bytes }: LocalVariable,
): Row {
  if (bytes === undefined || at === undefined)
    return {
      name,
      value: '(optimised out)',
      type: type === undefined ? '' : typeName(reading.debug, type),
      variablesReference: 0,
      presentationHint: { attributes: ['readOnly'] },
    };
  const address = at.kind === 'memory' ? at.address : undefined;
  const value: TypedValue =
    type === undefined
      ? {
          text: formatAddress(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)),
          typeName: '',
          inside: undefined,
          memory: undefined,
        }
      : typedValue(reading, type, bytes, address);
  return rowOf(debuggee, container, name, value, name);
}

export function rowOf(
  debuggee: Debuggee,
  { thread, depth }: LocalContainer,
  name: string,
  { text, typeName: type, inside, memory }: TypedValue,
  path: string | undefined,
): Row {
  const reference =
    inside === undefined
      ? 0
      : debuggee.variables.containerHandle({ kind: 'inside', thread, depth, inside, path });
  return {
    name,
    value: text,
    type,
    ...(path === undefined ? {} : { evaluateName: path }),
    variablesReference: reference,
    ...(inside?.kind === 'elements' || inside?.kind === 'entries'
      ? { indexedVariables: inside.count }
      : {}),
    ...(memory === undefined ? {} : { memoryReference: formatAddress(memory) }),
  };
}

/** Stores a number into a variable of up to eight bytes, or into a member or element of one. */
export function setLocal(
  debuggee: Debuggee,
  container: LocalContainer,
  name: string,
  text: string,
): Result<undefined, string> {
  const variable = variableIn(debuggee, container, name);
  return variable === undefined
    ? fail(`There is no variable ${name} here that has a value.`)
    : storeVariable(debuggee, container, name, variable, text);
}

export function storeVariable(
  { platform }: Debuggee,
  { thread, depth }: { readonly thread: number; readonly depth: number },
  name: string,
  { at, type: index, reading: { debug, space } }: Variable,
  text: string,
): Result<undefined, string> {
  if (at.kind === 'value') return fail(`${name} has no one place of its own, so it cannot be set.`);
  const sizeBytes = sizeOfType(debug, index);
  const { type } = bareType(debug, index);
  const isNumber = type.kind === 'base' || type.kind === 'pointer' || type.kind === 'enumeration';
  if (!isNumber || (type.kind === 'base' && type.encoding === 'float'))
    return fail(`${name} is a ${typeName(debug, index)}: only numbers can be set.`);
  const named =
    type.kind === 'enumeration' && type.values.find((each) => each.name === text.trim());
  const value = named ? named.value : (numberOf(text) ?? computed(platform, thread, depth, text));
  if (typeof value === 'string')
    return fail(`\`${text}\` is no number: write it as 12, -3, 0xff, true or 'a'. ${value}`);
  const bits = BigInt(sizeBytes * 8);
  if (value >= 1n << bits || value < -(1n << (bits - 1n)))
    return fail(`${name} has ${String(sizeBytes)} bytes, which ${text} does not fit into.`);
  if (at.kind === 'register')
    return writeRegister(platform, thread, at.register, Number(BigInt.asUintN(32, value)))
      ? ok(undefined)
      : fail('This register is always 0.');
  const bytes = Uint8Array.from({ length: sizeBytes }, (_, each) =>
    Number((value >> BigInt(8 * each)) & 0xffn),
  );
  return writeMemory(platform, space, at.address, bytes) === sizeBytes
    ? ok(undefined)
    : fail(`${formatAddress(at.address)} is not RAM of this address space, so it was not written.`);
}

/** The value of an expression; a sentence where it has none. */
function computed(
  platform: Debuggee['platform'],
  thread: number,
  depth: number,
  text: string,
): bigint | string {
  const found = evaluate(text, { platform, thread, depth });
  if (!found.ok) return found.error;
  const { value, exact, variable, text: characters } = found.value;
  if (exact !== undefined) return exact;
  return variable === undefined && characters === undefined ? BigInt(value) : '';
}

export function variableIn(
  debuggee: Debuggee,
  container: LocalContainer,
  name: string,
): Variable | undefined {
  const viewed = viewOf(debuggee, container);
  if (viewed === undefined) return undefined;
  const reading = readingOf(debuggee, container.thread, viewed.debug);
  if (container.kind === 'inside') {
    const member = insideOf(reading, container.inside).find((each) => each.name === name);
    if (member?.bytes === undefined) return undefined;
    const { type, address, bytes, isPartial } = member;
    return {
      reading,
      type,
      bytes,
      at: isPartial ? { kind: 'value' } : { kind: 'memory', address },
    };
  }
  const found = viewed.variables.find((variable) => variable.name === name);
  if (found?.at === undefined || found.type === undefined || found.bytes === undefined)
    return undefined;
  // An outer frame's registers are in the frames between: the value is shown, its place is not known.
  const isOuter = found.at.kind === 'register' && container.depth > 0;
  const at = isOuter ? ({ kind: 'value' } as const) : found.at;
  return { reading, type: found.type, bytes: found.bytes, at };
}

function numberOf(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (trimmed === 'true') return 1n;
  if (trimmed === 'false' || trimmed === 'null') return 0n;
  const character = /^'(.)'$/u.exec(trimmed)?.[1];
  if (character !== undefined) return BigInt(character.codePointAt(0) ?? 0);
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)$/.exec(trimmed);
  if (match?.[2] === undefined) return undefined;
  return match[1] === '-' ? -BigInt(match[2]) : BigInt(match[2]);
}
