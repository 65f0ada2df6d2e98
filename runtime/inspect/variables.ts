/**
 * Variables by their names, and the way into them: a name means a local of the frame before one of the module, and of
 * several modules that of the frame's own source. Members and elements are followed through references, as the source
 * does. All that is wrong is a sentence.
 */
import { formatAddress, virtAddr } from '../base/address.js';
import { fail, ok, type Result } from '../base/result.js';
import type { DebugGlobal, DebugInformation, TypeIndex } from '../image/debug-information.js';
import { sizeOfType } from '../image/type-size.js';
import type { Platform } from '../platform.js';
import {
  debugOfFrame,
  littleEndian,
  longestValue,
  readBytes,
  viewLocals,
  type LocalVariable,
  type ResolvedPlace,
} from './locals.js';
import { spaceOf } from './thread-state.js';
import {
  bareType,
  collectionOf,
  countOf,
  insideOf,
  integerOf,
  typedValue,
  typeName,
  type Inside,
  type Reading,
} from './typed-value.js';

export interface FramePosition {
  readonly platform: Platform;
  readonly thread: number;
  /** 0 is the innermost frame. */
  readonly depth: number;
}

/** Something with a type and a value. */
export interface Variable {
  readonly reading: Reading;
  readonly type: TypeIndex;
  readonly at: ResolvedPlace;
  readonly bytes: Uint8Array;
}

/** Sources of our libraries: their variables are shown in their own frames only. */
export const isLibrary = (file: string): boolean => /^(builtin|generated):/.test(file);

/** Variables and constants of modules; undefined where no compiler told of any. */
export function viewGlobals(
  position: FramePosition,
): { readonly debug: DebugInformation; readonly variables: readonly LocalVariable[] } | undefined {
  const { platform, thread, depth } = position;
  const debug = debugOfFrame(platform, thread, depth);
  if (debug === undefined) return undefined;
  const file = viewLocals(platform, thread, depth)?.function.place?.file;
  const seen = new Set<string>();
  const variables = [...debug.globals]
    .filter(({ place }) => place === undefined || place.file === file || !isLibrary(place.file))
    // Of equal names, that of the frame's own source comes first.
    .sort((a, b) => Number(b.place?.file === file) - Number(a.place?.file === file))
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((global) => globalVariable(position, debug, global));
  return variables.length === 0 ? undefined : { debug, variables };
}

function globalVariable(
  { platform, thread }: FramePosition,
  debug: DebugInformation,
  { name, type, at }: DebugGlobal,
): LocalVariable {
  const sizeBytes = type === undefined ? 4 : Math.min(sizeOfType(debug, type), longestValue);
  const bytes =
    at.kind === 'constant'
      ? littleEndian(at.value, sizeBytes)
      : readBytes(platform, spaceOf(platform, thread), at.address, sizeBytes);
  const place: ResolvedPlace = at.kind === 'constant' ? { kind: 'value' } : at;
  return { name, type, isParameter: false, at: bytes && place, bytes };
}

/** Undefined when there is no such name. */
export function variableNamed(
  position: FramePosition,
  name: string,
): Result<Variable, string> | undefined {
  const { platform, thread, depth } = position;
  const locals = viewLocals(platform, thread, depth);
  const local = locals?.variables.find((each) => each.name === name);
  const globals = local === undefined ? viewGlobals(position) : undefined;
  const found = local ?? globals?.variables.find((each) => each.name === name);
  const debug = local === undefined ? globals?.debug : locals?.debug;
  if (found === undefined || debug === undefined) return undefined;
  const { type, at, bytes } = found;
  if (at === undefined || bytes === undefined)
    return fail(`${name} has no value here: the compiler keeps it nowhere at this place.`);
  if (type === undefined) return fail(`Nobody told which type ${name} has.`);
  // An outer frame's registers are in the frames between: the value is known, its place is not.
  const place: ResolvedPlace = at.kind === 'register' && depth > 0 ? { kind: 'value' } : at;
  return ok({
    reading: { platform, space: spaceOf(platform, thread), debug },
    type,
    at: place,
    bytes,
  });
}

/** Of a structure, or of what a reference leads to. */
export function memberOf(variable: Variable, name: string): Result<Variable | number, string> {
  const { reading, type, bytes } = variable;
  if (name === 'length') {
    const count = countOf(reading, type, bytes);
    if (count !== undefined) return ok(count);
  }
  const found = collectionOf(reading, type, bytes);
  if (found !== undefined && name === countName(found.type)) return ok(found.collection.count);
  return plainMemberOf(variable, name);
}

/** What a collection calls the number of its parts. */
function countName(type: string): string {
  if (/^(Map|Set)</.test(type)) return 'size';
  return /^(ArrayBuffer|DataView)$/.test(type) ? 'byteLength' : 'length';
}

function plainMemberOf(variable: Variable, name: string): Result<Variable | number, string> {
  const { reading, type } = variable;
  const { inside } = valueOf(variable);
  const members = inside?.kind === 'members' ? insideOf(reading, inside) : [];
  const found = members.find((member) => member.name === name);
  if (found === undefined) {
    const known = members.map((member) => member.name).join(', ');
    return fail(
      `${typeName(reading.debug, type)} has no member ${name}${known === '' ? '' : `: it has ${known}`}.`,
    );
  }
  return found.bytes === undefined
    ? fail(`Memory at ${formatAddress(found.address)} cannot be read: nothing is mapped there.`)
    : ok({
        reading,
        type: found.type,
        at: found.isPartial ? { kind: 'value' } : { kind: 'memory', address: found.address },
        bytes: found.bytes,
      });
}

/** Of an array, a list, a collection that counts its parts, or what a pointer leads to. */
export function elementOf(variable: Variable, index: number): Result<Variable, string> {
  const { reading, type, bytes } = variable;
  const { debug, platform, space } = reading;
  const bare = bareType(debug, type).type;
  const found = collectionOf(reading, type, bytes);
  if (found !== undefined && countName(found.type) === 'size')
    return fail(`${found.type} has no elements by number. Unfold it among the variables.`);
  if (found !== undefined) return elementIn(reading, found.collection.inside, index);
  if (bare.kind !== 'pointer') {
    const { inside } = valueOf(variable);
    if (inside?.kind === 'elements') return elementIn(reading, inside, index);
  }
  if (bare.kind !== 'pointer' || bare.target === undefined)
    return fail(`${typeName(debug, type)} has no elements.`);
  const sizeBytes = sizeOfType(debug, bare.target);
  const address = virtAddr((Number(integerOf(bytes, false)) + index * sizeBytes) >>> 0);
  const read = readBytes(platform, space, address, Math.min(sizeBytes, longestValue));
  return read === undefined
    ? fail(`Memory at ${formatAddress(address)} cannot be read: nothing is mapped there.`)
    : ok({ reading, type: bare.target, at: { kind: 'memory', address }, bytes: read });
}

/** Of a collection without any, `inside` is undefined. */
function elementIn(
  reading: Reading,
  inside: Inside | undefined,
  index: number,
): Result<Variable, string> {
  const count = inside?.kind === 'elements' ? inside.count : 0;
  if (inside?.kind !== 'elements' || index < 0 || index >= count)
    return fail(`The index ${index} is outside: there are ${count} elements.`);
  const [found] = insideOf(reading, inside, index, 1);
  return found?.bytes === undefined
    ? fail(`Element ${index} cannot be read: nothing is mapped there.`)
    : ok({
        reading,
        type: found.type,
        at: { kind: 'memory', address: found.address },
        bytes: found.bytes,
      });
}

export const valueOf = ({ reading, type, at, bytes }: Variable): ReturnType<typeof typedValue> =>
  typedValue(reading, type, bytes, at.kind === 'memory' ? at.address : undefined);

/** As the source counts; undefined for what is no whole number: objects are their addresses. */
export function numberOf({ reading, type, bytes }: Variable): bigint | undefined {
  const { type: bare } = bareType(reading.debug, type);
  switch (bare.kind) {
    case 'base':
      return bare.encoding === 'float' ? undefined : integerOf(bytes, bare.encoding === 'signed');
    case 'enumeration':
      return integerOf(bytes, true);
    case 'pointer':
    case 'text':
    case 'list':
    case 'opaque':
      return integerOf(bytes, false);
    case 'structure':
    case 'union':
    case 'array':
    case 'alias':
      return undefined;
  }
}
