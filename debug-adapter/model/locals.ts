/**
 * The variables of a frame as rows of the Variables view: values by their types, which unfold, and which can be
 * set where they are one number in one place.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress, virtAddr } from '../../runtime/base/address.js';
import { fail, ok, type Result } from '../../runtime/base/result.js';
import { sizeOfType } from '../../runtime/image/type-size.js';
import {
  viewLocals,
  type LocalVariable,
  type ResolvedPlace,
} from '../../runtime/inspect/locals.js';
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
import type { Debuggee } from './debuggee.js';
import type { Container } from './variables.js';

export type LocalContainer = Extract<Container, { readonly depth: number }>;

interface Row extends DebugProtocol.Variable {
  readonly type: string;
}

export function hasLocals(debuggee: Debuggee, thread: number, depth: number): boolean {
  const locals = viewLocals(debuggee.platform, thread, depth);
  return locals !== undefined && locals.variables.length > 0;
}

export function localRows(
  debuggee: Debuggee,
  container: LocalContainer,
  page: { readonly start?: number; readonly count?: number } = {},
): Row[] {
  const { thread, depth } = container;
  const locals = viewLocals(debuggee.platform, thread, depth);
  if (locals === undefined) return [];
  const reading = readingOf(debuggee, thread, locals.debug);
  if (container.kind === 'locals')
    return locals.variables.map((variable) => localRow(debuggee, container, reading, variable));
  return insideOf(reading, container.inside, page.start, page.count).map(({ name, value }) =>
    rowOf(debuggee, container, name, value),
  );
}

/** One variable of a frame by its name, as hovers and Watch ask for it. */
export function localNamed(
  debuggee: Debuggee,
  thread: number,
  depth: number,
  name: string,
): DebugProtocol.Variable | undefined {
  return localRows(debuggee, { kind: 'locals', thread, depth }).find((row) => row.name === name);
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
      value: '(no value here)',
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
  return { ...rowOf(debuggee, container, name, value), evaluateName: name };
}

function rowOf(
  debuggee: Debuggee,
  { thread, depth }: LocalContainer,
  name: string,
  { text, typeName: type, inside, memory }: TypedValue,
): Row {
  const reference =
    inside === undefined
      ? 0
      : debuggee.variables.containerHandle({ kind: 'inside', thread, depth, inside });
  return {
    name,
    value: text,
    type,
    variablesReference: reference,
    ...(inside?.kind === 'elements' ? { indexedVariables: inside.count } : {}),
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
  const { platform } = debuggee;
  const { thread, depth } = container;
  const locals = viewLocals(platform, thread, depth);
  const target = locals && placeOf(debuggee, container, locals, name);
  if (locals === undefined || target === undefined)
    return fail(`There is no variable ${name} here that has a value.`);
  if (target.place.kind === 'value')
    return fail(`${name} has no one place of its own, so it cannot be set.`);
  const sizeBytes = sizeOfType(locals.debug, target.type);
  const { type } = bareType(locals.debug, target.type);
  const isNumber = type.kind === 'base' || type.kind === 'pointer' || type.kind === 'enumeration';
  if (!isNumber || (type.kind === 'base' && type.encoding === 'float'))
    return fail(`${name} is a ${typeName(locals.debug, target.type)}: only numbers can be set.`);
  const value = numberOf(text);
  if (value === undefined)
    return fail(`\`${text}\` is no number: write it as 12, -3, 0xff, true or 'a'.`);
  const bits = BigInt(sizeBytes * 8);
  if (value >= 1n << bits || value < -(1n << (bits - 1n)))
    return fail(`${name} has ${String(sizeBytes)} bytes, which ${text} does not fit into.`);
  if (target.place.kind === 'register') {
    const { register } = target.place;
    return writeRegister(platform, thread, register, Number(BigInt.asUintN(32, value)))
      ? ok(undefined)
      : fail('This register is always 0.');
  }
  const bytes = Uint8Array.from({ length: sizeBytes }, (_, at) =>
    Number((value >> BigInt(8 * at)) & 0xffn),
  );
  const { address } = target.place;
  return writeMemory(platform, spaceOf(platform, thread), address, bytes) === sizeBytes
    ? ok(undefined)
    : fail(`${formatAddress(address)} is not RAM of this address space, so it was not written.`);
}

function placeOf(
  debuggee: Debuggee,
  container: LocalContainer,
  locals: NonNullable<ReturnType<typeof viewLocals>>,
  name: string,
): { readonly place: ResolvedPlace; readonly type: number } | undefined {
  if (container.kind === 'locals') {
    const found = locals.variables.find((variable) => variable.name === name);
    if (found?.at === undefined || found.type === undefined) return undefined;
    // An outer frame's registers are in the frames between: the value is shown, its place is not known.
    const isOuter = found.at.kind === 'register' && container.depth > 0;
    return { place: isOuter ? { kind: 'value' } : found.at, type: found.type };
  }
  const reading = readingOf(debuggee, container.thread, locals.debug);
  const member = insideOf(reading, container.inside).find((each) => each.name === name);
  return (
    member && {
      place: { kind: 'memory', address: virtAddr(member.address) },
      type: member.type,
    }
  );
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
