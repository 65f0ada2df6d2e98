/** What a hover says in capDL: by the object, capability, kind, parameter, slot or number under the pointer. */
import { capabilityParameter } from '../../runtime/toolchain/capdl/capability-parameters.js';
import { objectKind } from '../../runtime/toolchain/capdl/object-kinds.js';
import { objectParameter } from '../../runtime/toolchain/capdl/object-parameters.js';
import { isTcbSlotName, tcbSlotSentences } from '../../runtime/toolchain/capdl/tcb-slots.js';
import { nodesAt, type PlacedNode } from '../../runtime/toolchain/capdl/tree-nodes.js';
import type {
  NumberNode,
  ObjectNode,
  ParameterNode,
  SlotNode,
} from '../../runtime/toolchain/capdl/tree.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import type { Span } from '../../runtime/toolchain/text/source-text.js';
import { showInteger } from '../camkes/values.js';
import type { HoverText } from '../language.js';
import { capabilityText, describeObject } from './describe-object.js';
import { offsetOf, rangeOf, type Specification } from './specifications.js';

export function hoverAt(
  specification: Specification,
  position: Position,
  files: SourceFiles,
): HoverText | undefined {
  const offset = offsetOf(specification, position);
  if (offset === undefined) return undefined;
  const { symbols, tree } = specification.analysis;
  const found = symbols.at(offset);
  if (found !== undefined) {
    const markdown =
      found.kind === 'object'
        ? objectText(specification, found.name, files)
        : capabilityNameText(specification, found.name);
    return markdown === undefined ? undefined : { range: rangeOf(specification, found), markdown };
  }
  const nodes = nodesAt(tree, offset).reverse();
  for (const [index, placed] of nodes.entries()) {
    const described = describeNode(placed, nodes[index + 1], offset);
    if (described !== undefined)
      return { range: rangeOf(specification, described.span), markdown: described.markdown };
  }
  return undefined;
}

function objectText(
  specification: Specification,
  name: string,
  files: SourceFiles,
): string | undefined {
  const { linked } = specification.analysis;
  const object = linked.objects.get(name) ?? linked.arrays.get(name)?.[0];
  return object && describeObject(specification, object, files);
}

function capabilityNameText(
  { analysis: { linked } }: Specification,
  name: string,
): string | undefined {
  const named = linked.capabilityNames.get(name);
  if (named?.object === undefined) return undefined;
  const capability = named.object.slots?.get(named.slot);
  const what = capability === undefined ? '' : `: ${capabilityText(capability)}`;
  return `**${name}** — slot ${named.slot} of \`${named.object.name}\`${what}`;
}

function describeNode(
  { span, node }: PlacedNode,
  around: PlacedNode | undefined,
  offset: number,
): { readonly span: Span; readonly markdown: string } | undefined {
  switch (node.kind) {
    case 'number':
      return { span, markdown: showInteger(BigInt((node as NumberNode).value)) };
    case 'slot': {
      const { word } = node as SlotNode;
      if (word === undefined || !isTcbSlotName(word)) return undefined;
      return { span, markdown: `**${word}**\n\n${tcbSlotSentences[word]}` };
    }
    case 'word': {
      const kind =
        (around?.node as Partial<ObjectNode> | undefined)?.type === node
          ? objectKind((node as { text?: string }).text ?? '')
          : undefined;
      return kind === undefined
        ? undefined
        : { span, markdown: `**${kind.type}**\n\n${kind.sentence}` };
    }
    default:
      return isParameter(node) ? describeParameter(node, span, offset, around) : undefined;
  }
}

const isParameter = (node: object): node is ParameterNode => 'wordSpan' in node;

function describeParameter(
  { start, word, wordSpan }: ParameterNode,
  span: Span,
  offset: number,
  around: PlacedNode | undefined,
): { readonly span: Span; readonly markdown: string } | undefined {
  const base = span.start - start;
  const words = { start: base + wordSpan.start, end: base + wordSpan.end };
  const row = around?.node.kind === 'object' ? objectParameter(word) : capabilityParameter(word);
  if (row === undefined) return undefined;
  const shown = words.start <= offset && offset <= words.end ? words : span;
  return { span: shown, markdown: `**${word}**\n\n${row.sentence}` };
}
