/**
 * Queries of the device tree in an assembly: what a hover shows of the node that one finds, where that node is written,
 * and the paths that can be asked for.
 */
import type { CompletionItem } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { registersOf } from '../../runtime/toolchain/devicetree/bus.js';
import type { DeviceNode, DeviceTree } from '../../runtime/toolchain/devicetree/device-tree.js';
import {
  cellsOf,
  guessedValue,
  stringsOf,
} from '../../runtime/toolchain/devicetree/device-tree.js';
import { interruptsOf } from '../../runtime/toolchain/devicetree/interrupts.js';
import type { Position, Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { FilePlace, HoverText } from '../language.js';
import type { CompletionContext } from './completion-context.js';
import { holds, rangeOf, type CamkesView } from './view.js';

interface QueryAt {
  readonly range: Range;
  /** All that fit, the one that counts first. */
  readonly nodes: readonly DeviceNode[];
}

/** The dictionary under the pointer, or all of the query on its name. */
export function queryAt(
  { analysis, file, path }: CamkesView,
  position: Position,
): QueryAt | undefined {
  for (const { file: other, query, nodes } of analysis.queries) {
    if (other.path !== path) continue;
    const wanted = query.arguments.flatMap((each) => (each.kind === 'list' ? each.items : [each]));
    const [first] = nodes;
    const spans = [
      ...(first === undefined ? [] : [{ span: query.name.span, found: first }]),
      ...wanted.map(({ span }, index) => ({ span, found: nodes[index] ?? [] })),
    ];
    for (const { span, found } of spans) {
      const range = rangeOf(file, span);
      if (range !== undefined && holds(range, position) && found.length > 0)
        return { range, nodes: found };
    }
  }
  return undefined;
}

export function describeQuery(view: CamkesView, { range, nodes }: QueryAt): HoverText | undefined {
  const [node, ...others] = nodes;
  const tree = view.analysis.deviceTree?.tree;
  if (node === undefined || tree === undefined) return undefined;
  const strangers = others.filter(({ path }) => !path.startsWith(`${node.path}/`));
  const parts = [`**${node.path}**`, facts(tree, node).join('\n'), propertyList(node)];
  if (strangers.length > 0)
    parts.push(
      `It also matches ${strangers
        .slice(0, 3)
        .map(({ path }) => `\`${path}\``)
        .join(', ')}.`,
    );
  if (node.place !== undefined)
    parts.push(`*${node.place.file}:${node.place.range.start.line + 1}*`);
  return { range, markdown: parts.filter((part) => part !== '').join('\n\n') };
}

/** Registers where the processor sees them, and interrupts by their controllers. */
function facts(tree: DeviceTree, node: DeviceNode): string[] {
  const lines: string[] = [];
  if (node.labels.length > 0) lines.push(`- label ${node.labels.join(', ')}`);
  for (const { address, sizeBytes } of registersOf(node).blocks.slice(0, 8))
    lines.push(`- registers at 0x${address.toString(16)}, ${sizeBytes.toString()} bytes`);
  for (const { controller, cells } of interruptsOf(tree, node).slice(0, 8))
    lines.push(
      `- interrupt ${cells.join(' ')} of ${controller === undefined ? 'an unknown controller' : `\`${controller.path}\``}`,
    );
  return lines;
}

const mostProperties = 24;

function propertyList(node: DeviceNode): string {
  const lines = [...node.properties.values()].slice(0, mostProperties).map((property) => {
    const value = guessedValue(property);
    switch (value.kind) {
      case 'empty':
        return `${property.name};`;
      case 'strings':
        return `${property.name} = ${value.strings.map((each) => `"${each}"`).join(', ')};`;
      case 'cells':
        return `${property.name} = <${cellsOf(property)
          .slice(0, 32)
          .map((cell) => `0x${cell.toString(16)}`)
          .join(' ')}>;`;
      case 'bytes':
        return `${property.name} = [${String(property.value.length)} bytes];`;
    }
  });
  if (node.properties.size > mostProperties) lines.push('…');
  return lines.length === 0 ? '' : `\`\`\`dts\n${lines.join('\n')}\n\`\`\``;
}

export const placesOfQuery = ({ nodes }: QueryAt): FilePlace[] =>
  nodes.slice(0, 1).flatMap(({ place }) => (place === undefined ? [] : [place]));

const mostItems = 2_000;

/** What can stand in the string behind `"path":`, `"aliases":` or `"chosen":`. */
export function queryItems(
  { program }: CamkesView,
  { statement, partial }: CompletionContext,
  { line, character }: Position,
): CompletionItem[] {
  const key = statement.at(-1)?.text === ':' ? statement.at(-2)?.text : undefined;
  const wanted = /^"(path|aliases|chosen)"$/.exec(key ?? '')?.[1];
  const tree = wanted === undefined ? undefined : program.deviceTree()?.tree;
  if (tree === undefined) return [];
  const range = {
    start: { line, character: character - partial.length },
    end: { line, character },
  };
  const texts =
    wanted === 'path'
      ? tree.nodes.slice(1, mostItems).map((node) => [node.path, detailOf(node)] as const)
      : [...(tree.byPath.get(`/${wanted ?? ''}`)?.properties.values() ?? [])].map(
          (property) => [property.name, stringsOf(property).join(', ')] as const,
        );
  return texts.map(([text, detail]) => ({
    label: text,
    kind: CompletionItemKind.Value,
    detail,
    filterText: text,
    // A path is a pattern, in which these mean something else.
    textEdit: { range, newText: text.replace(/[+*?]/g, '\\$&') },
  }));
}

const detailOf = ({ properties }: DeviceNode): string => {
  const compatible = properties.get('compatible');
  return compatible === undefined ? '' : stringsOf(compatible).join(', ');
};
