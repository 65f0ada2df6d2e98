/** Colours of objects by their kind, which the grammar cannot know where they are only named. */
import type { CapdlObjectType } from '../../runtime/toolchain/capdl/spec.js';
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { Colour } from '../language.js';
import { rangeOf, spanOf, type Specification } from './specifications.js';

/** An editor asks for what it shows; of a whole file beyond this, the rest stays as the grammar has it. */
const mostColours = 20_000;

export function coloursOf(specification: Specification, range: Range | undefined): Colour[] {
  const { linked, source, symbols } = specification.analysis;
  const shown =
    range === undefined ? { start: 0, end: source.text.length } : spanOf(specification, range);
  const colours: Colour[] = [];
  for (const occurrence of symbols.between(shown)) {
    if (occurrence.start < shown.start) continue;
    if (occurrence.start > shown.end || colours.length === mostColours) break;
    const { kind, name, role } = occurrence;
    const object = linked.objects.get(name) ?? linked.arrays.get(name)?.[0];
    const type = object?.declaration.type;
    if (kind === 'object' && type === undefined) continue;
    colours.push({
      range: rangeOf(specification, occurrence),
      type: kind === 'capability' || type === undefined ? 'property' : (types[type] ?? 'variable'),
      modifiers: role === 'declaration' ? ['declaration'] : [],
    });
  }
  return colours;
}

const types: Readonly<Partial<Record<CapdlObjectType, Colour['type']>>> = {
  tcb: 'class',
  cnode: 'namespace',
  ep: 'interface',
  notification: 'event',
  irq: 'event',
  pt: 'struct',
  pd: 'struct',
};
