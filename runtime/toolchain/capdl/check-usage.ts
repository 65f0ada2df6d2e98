/** What is declared and not used: hints, because a loader creates it all the same. And interrupts that lead nowhere. */
import { interruptTypes } from './link-sections.js';
import {
  declaredAt,
  type Declaration,
  type Linked,
  type LinkedObject,
  type Reporter,
} from './linked.js';

export function checkUsage(linked: Linked, reporter: Reporter): void {
  const numbered = new Set<LinkedObject>();
  for (const { object } of linked.irqs.values()) numbered.add(object);
  let said: Declaration | undefined;
  for (const object of linked.orderedObjects) {
    const { declaration } = object;
    const { type } = declaration;
    // Once is enough for an array; its elements follow one another.
    if (type === undefined || declaration === said) continue;
    if (interruptTypes.has(type)) {
      if (checkInterrupt(object, numbered, reporter)) said = declaration;
    } else if (object.uses === 0 && !standsAlone.has(type)) {
      said = declaration;
      const { name } = declaration.nameNode;
      const elements = declaration.count === undefined ? [object] : (linked.arrays.get(name) ?? []);
      if (elements.some(({ uses }) => uses > 0)) continue;
      reporter.add({
        ...declaredAt(object),
        severity: 'hint',
        code: 'unused-object',
        message: `Nothing has a capability to \`${name}\`.`,
      });
    }
  }
  for (const { name, uses, at } of linked.capabilityNames.values()) {
    if (uses > 0 || (name.endsWith(']') && !name.endsWith('[0]'))) continue;
    reporter.add({
      ...at,
      severity: 'hint',
      code: 'unused-name',
      message: `The name \`${name.replace(/\[0\]$/, '[]')}\` is not used.`,
    });
  }
}

/** A thread runs and memory is there without a capability to it. */
const standsAlone: ReadonlySet<string> = new Set(['tcb', 'ut']);

/** Whether something was said: once is enough for an array. */
function checkInterrupt(
  object: LinkedObject,
  numbered: ReadonlySet<LinkedObject>,
  reporter: Reporter,
): boolean {
  const span = declaredAt(object);
  if (!numbered.has(object)) {
    reporter.add({
      ...span,
      severity: 'warning',
      code: 'interrupt-without-number',
      message: `\`${object.name}\` has no number: it is not in \`irq maps\`.`,
    });
    return true;
  }
  if (object.slots?.has(0) === true || object.uses > 1) return false;
  reporter.add({
    ...span,
    severity: 'information',
    code: 'interrupt-without-notification',
    message: `\`${object.name}\` signals nothing: its slot 0 is empty, and nobody has a capability to set it.`,
  });
  return true;
}
