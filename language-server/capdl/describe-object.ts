/** A hover for an object: its kind and parameters, what is in its slots, and who holds it. */
import {
  declaredAt,
  type LinkedCapability,
  type LinkedObject,
} from '../../runtime/toolchain/capdl/linked.js';
import { inText } from '../../runtime/toolchain/capdl/problem.js';
import { tcbSlotName } from '../../runtime/toolchain/capdl/tcb-slots.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import { sizeText } from '../camkes/values.js';
import { commentAbove, escapeMarkdown } from '../doc-comment.js';
import { nameText } from './outline.js';
import type { Specification } from './specifications.js';

const mostSlots = 24;
const mostHolders = 12;

export function describeObject(
  specification: Specification,
  object: LinkedObject,
  files: SourceFiles,
): string {
  const { analysis } = specification;
  const { linked, source } = analysis;
  const { at, node, kind, type, count } = object.declaration;
  const text =
    node === undefined ? '' : source.text.slice(at.start + node.start, at.start + node.end);
  const head = node?.body === undefined ? text : text.slice(0, node.body.start - node.start);
  const parts = [`\`\`\`capdl\n${head.trim() || object.name}\n\`\`\``];
  if (kind !== undefined) parts.push(kind.sentence);
  const size = sizeOf(object);
  if (size !== undefined) parts.push(size);
  if (count !== undefined) parts.push(`An array of ${count}.`);
  const comment = commentOf(specification, object, files);
  if (comment !== undefined) parts.push(escapeMarkdown(comment));
  if (object.coveredBy !== undefined) parts.push(`Made from \`${object.coveredBy.name}\`.`);
  for (const interrupt of linked.irqs.values())
    if (interrupt.object === object) parts.push(`It is interrupt ${interrupt.number}.`);
  const slots = slotsText(object, { isThread: type === 'tcb' });
  if (slots !== undefined) parts.push(slots);
  parts.push(holdersText(linked.capabilities, object));
  return parts.join('\n\n');
}

export function sizeOf({ declaration: { type, sizeBits } }: LinkedObject): string | undefined {
  if (sizeBits === undefined || sizeBits > 64) return undefined;
  if (type === 'cnode') return `${1n << BigInt(sizeBits)} slots.`;
  if (type !== 'ut' && type !== 'frame') return undefined;
  const bytes = 1n << BigInt(sizeBits);
  return `${sizeText(bytes) ?? `${bytes} bytes`}.`;
}

function commentOf(
  { path, analysis }: Specification,
  object: LinkedObject,
  files: SourceFiles,
): string | undefined {
  const lines = (files.readText(path) ?? '').split(/\r\n|\n|\r/);
  const { line } = analysis.source.placeOf(inText(declaredAt(object))).range.start;
  return commentAbove(lines, line, { line: '--' });
}

function slotsText(
  { slots }: LinkedObject,
  { isThread }: { isThread: boolean },
): string | undefined {
  if (slots === undefined || slots.size === 0) return undefined;
  const rows = [...slots]
    .sort(([one], [other]) => one - other)
    .slice(0, mostSlots)
    .map(([slot, capability]) => {
      const name = isThread ? tcbSlotName(slot) : undefined;
      return `| ${name ?? slot} | ${capabilityText(capability)} |`;
    });
  const more = slots.size > mostSlots ? `\n\nand ${slots.size - mostSlots} more.` : '';
  return `| Slot | |\n|:--|:--|\n${rows.join('\n')}${more}`;
}

export function capabilityText({ node, facts, object, control }: LinkedCapability): string {
  const name = object?.name ?? control ?? nameText(node.target);
  const type = object?.declaration.type;
  const details = [
    ...(type === undefined ? [] : [type]),
    ...(facts.rights === undefined ? [] : [rightsText(facts.rights, type === 'frame')]),
    ...(facts.badge === undefined ? [] : [`badge ${facts.badge}`]),
    ...(facts.guardSize === undefined ? [] : [`guard of ${facts.guardSize} bits`]),
    ...(facts.cached === false ? ['uncached'] : []),
  ];
  return `\`${name}\`${details.length === 0 ? '' : ` ${details.join(', ')}`}`;
}

/** Grant on a frame means execute. */
function rightsText(bits: number, isFrame: boolean): string {
  const letters = ['R', 'W', isFrame ? 'X' : 'G', 'P'];
  return letters.filter((_, index) => (bits >> index) & 1).join('') || 'no rights';
}

function holdersText(capabilities: readonly LinkedCapability[], object: LinkedObject): string {
  const held = capabilities.filter((capability) => capability.object === object);
  if (held.length === 0) return 'Nothing holds a capability to it.';
  const lines = held.slice(0, mostHolders).map(({ container, slot, facts }) => {
    const name = container.declaration.type === 'tcb' ? (tcbSlotName(slot) ?? slot) : slot;
    const rights =
      facts.rights === undefined
        ? ''
        : ` (${rightsText(facts.rights, object.declaration.type === 'frame')})`;
    return `- \`${container.name}\` in slot ${name}${rights}`;
  });
  if (held.length > mostHolders) lines.push(`- and ${held.length - mostHolders} more`);
  return `Held by:\n${lines.join('\n')}`;
}
