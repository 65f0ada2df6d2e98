/** What is declared and not used: hints, because a loader creates it all the same. And interrupts that lead nowhere. */
import { interruptTypes } from './link-sections.js';
import type { LinkState } from './link-state.js';
import { declaredAt, type CapabilityName, type Declaration, type LinkedObject } from './linked.js';
import type { PlacedProblem } from './problem.js';
import { newProblemTable, type WholeCheck } from './whole-check.js';

/** `isNumbered`: whether `irq maps` has the object. */
export function usageCheck(
  { objects, arrays }: Pick<LinkState, 'objects' | 'arrays'>,
  isNumbered: (object: LinkedObject) => boolean,
): WholeCheck {
  const open = new Set<LinkedObject>();
  const problems = newProblemTable<Declaration>();
  return {
    leave: (link) => {
      for (const { declaration } of link.objects ?? []) problems.set(declaration, []);
    },
    enter: (link) => {
      for (const object of link.objects ?? []) open.add(object);
    },
    *update({ slots, uses }) {
      const seen = new Set<Declaration>();
      for (const changed of [open, slots, uses]) {
        for (const object of changed) {
          const { declaration, name } = object;
          // Some of those that have changed are not there any more.
          if (objects.get(name) !== object || seen.has(declaration)) continue;
          seen.add(declaration);
          const elements =
            declaration.count === undefined ? [object] : arrays.get(declaration.nameNode.name);
          const problem = problemOf(declaration, elements ?? [], isNumbered);
          problems.set(declaration, problem === undefined ? [] : [problem]);
          yield;
        }
      }
      open.clear();
    },
    problems: problems.all,
  };
}

/** A thread runs and memory is there without a capability to it. */
const standsAlone: ReadonlySet<string> = new Set(['tcb', 'ut']);

/** Once is enough for an array. */
function problemOf(
  { type, nameNode }: Declaration,
  elements: readonly LinkedObject[],
  isNumbered: (object: LinkedObject) => boolean,
): PlacedProblem | undefined {
  const [first] = elements;
  if (type === undefined || first === undefined) return undefined;
  if (interruptTypes.has(type)) {
    for (const object of elements) {
      const problem = interruptProblem(object, isNumbered);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (standsAlone.has(type) || elements.some(({ uses }) => uses > 0)) return undefined;
  return {
    ...declaredAt(first),
    severity: 'hint',
    code: 'unused-object',
    message: `Nothing has a capability to \`${nameNode.name}\`.`,
  };
}

function interruptProblem(
  object: LinkedObject,
  isNumbered: (object: LinkedObject) => boolean,
): PlacedProblem | undefined {
  const span = declaredAt(object);
  if (!isNumbered(object)) {
    return {
      ...span,
      severity: 'warning',
      code: 'interrupt-without-number',
      message: `\`${object.name}\` has no number: it is not in \`irq maps\`.`,
    };
  }
  if (object.slots?.has(0) === true || object.uses > 1) return undefined;
  return {
    ...span,
    severity: 'information',
    code: 'interrupt-without-notification',
    message: `\`${object.name}\` signals nothing: its slot 0 is empty, and nobody has a capability to set it.`,
  };
}

export function* unusedNames(names: Iterable<CapabilityName>): Iterable<PlacedProblem> {
  for (const { name, uses, at } of names) {
    if (uses > 0 || (name.endsWith(']') && !name.endsWith('[0]'))) continue;
    yield {
      ...at,
      severity: 'hint',
      code: 'unused-name',
      message: `The name \`${name.replace(/\[0\]$/, '[]')}\` is not used.`,
    };
  }
}
