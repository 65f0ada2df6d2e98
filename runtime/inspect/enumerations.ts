/**
 * The constants of enumerations by their names, of the program in whose code a frame stands. Of equal names, those of
 * the frame's own source come first, then those of the user's sources, then those of our libraries. All that is wrong
 * is a sentence.
 */
import { fail, ok, type Result } from '../base/result.js';
import type { DebugInformation, DebugType, TypeIndex } from '../image/debug-information.js';
import { debugOfFrame, littleEndian, viewLocals } from './locals.js';
import { spaceOf } from './thread-state.js';
import { isLibrary, type FramePosition, type Variable } from './variables.js';

interface Enumeration {
  readonly index: TypeIndex;
  readonly type: DebugType & { readonly kind: 'enumeration' };
}

/**
 * `Mode.Auto` is a constant of that enumeration, as guest TypeScript writes it; `AUTO` one of any, as C does.
 * Undefined when there is no enumeration of the name, or none has the constant.
 */
export function constantNamed(
  position: FramePosition,
  text: string,
): Result<Variable, string> | undefined {
  const dot = text.lastIndexOf('.');
  const [owner, name] = [text.slice(0, Math.max(0, dot)), text.slice(dot + 1)];
  const { platform, thread, depth } = position;
  const debug = debugOfFrame(platform, thread, depth);
  if (debug === undefined) return undefined;
  const found = nearest(
    position,
    enumerationsIn(debug).filter(({ type }) =>
      dot < 0 ? type.values.some((each) => each.name === name) : type.name === owner,
    ),
  );
  const constants = found.flatMap(({ index, type }) =>
    type.values
      .filter((each) => each.name === name)
      .map(({ value }) => ({ index, value, sizeBytes: type.sizeBytes })),
  );
  const [first] = constants;
  if (first === undefined) {
    if (found[0] === undefined) return undefined;
    const known = found[0].type.values.map((each) => each.name).join(', ');
    return fail(`${owner} has no constant ${name}${known === '' ? '' : `: it has ${known}`}.`);
  }
  const values = [...new Set(constants.map(({ value }) => value))];
  if (values.length > 1)
    return fail(
      `${text} is ${values.join(' or ')} here, as several enumerations have it: write the number.`,
    );
  return ok({
    reading: { platform, space: spaceOf(platform, thread), debug },
    type: first.index,
    at: { kind: 'value' },
    bytes: littleEndian(first.value, first.sizeBytes),
  });
}

/** What an expression may begin with: the names of enumerations, or after `Mode.` the constants of that one. */
export function enumerationNames(position: FramePosition, start: string): string[] {
  const debug = debugOfFrame(position.platform, position.thread, position.depth);
  const all = debug === undefined ? [] : enumerationsIn(debug);
  const dot = start.lastIndexOf('.');
  if (dot < 0) return [...new Set(all.flatMap(({ type }) => type.name ?? []))];
  const owner = start.slice(0, dot);
  const found = nearest(
    position,
    all.filter(({ type }) => type.name === owner),
  );
  const names = found.flatMap(({ type }) => type.values.map(({ name }) => `${owner}.${name}`));
  return [...new Set(names)];
}

const enumerationsIn = ({ types }: DebugInformation): Enumeration[] =>
  types.flatMap((type, index) => (type.kind === 'enumeration' ? [{ index, type }] : []));

function nearest(
  { platform, thread, depth }: FramePosition,
  all: readonly Enumeration[],
): readonly Enumeration[] {
  if (all.length < 2) return all;
  const own = viewLocals(platform, thread, depth)?.function.place?.file;
  const isOwn = ({ type: { place } }: Enumeration): boolean =>
    place !== undefined && place.file === own;
  const isUsers = ({ type: { place } }: Enumeration): boolean =>
    place === undefined || !isLibrary(place.file);
  for (const isNear of [isOwn, isUsers]) {
    const near = all.filter(isNear);
    if (near.length > 0) return near;
  }
  return all;
}
