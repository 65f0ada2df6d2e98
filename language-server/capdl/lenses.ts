/** Above an object: how many capabilities to it there are. Not in a file that is too long to be read. */
import { declaredAt, targetSpan, type LinkedObject } from '../../runtime/toolchain/capdl/linked.js';
import { inText } from '../../runtime/toolchain/capdl/problem.js';
import type { FilePlace, Lens } from '../language.js';
import { rangeOf, type Specification } from './specifications.js';

const mostObjects = 2_000;

export function lensesOf(specification: Specification): Lens[] {
  const { linked } = specification.analysis;
  const { path } = specification;
  if (linked.objects.size > mostObjects) return [];
  const held = new Map<LinkedObject, FilePlace[]>();
  for (const capability of linked.capabilities) {
    if (capability.object === undefined) continue;
    const place = { file: path, range: rangeOf(specification, inText(targetSpan(capability))) };
    const known = held.get(capability.object);
    if (known === undefined) held.set(capability.object, [place]);
    else known.push(place);
  }
  return [...linked.objects.values()]
    .filter(({ declaration: { node, count } }) => node !== undefined && count === undefined)
    .map((object) => {
      const places = held.get(object) ?? [];
      const title = places.length === 1 ? '1 capability' : `${places.length} capabilities`;
      return { range: rangeOf(specification, inText(declaredAt(object))), title, places };
    });
}
