/**
 * What an assembly does not say, but decides: the badge of each client of an RPC connection, and what an
 * expression or a macro comes to.
 */
import type { InlayHint } from 'vscode-languageserver/node';
import { evaluate } from '../../runtime/toolchain/camkes/expression.js';
import type { Expression } from '../../runtime/toolchain/camkes/tree.js';
import { allNodes } from '../../runtime/toolchain/camkes/tree-nodes.js';
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';
import { capabilitiesOfEnd, capabilityText, type CompiledSystems } from './compiled.js';
import { showValue } from './values.js';
import { isBefore, type CamkesView } from './view.js';

export function hintsIn(view: CamkesView, compiled: CompiledSystems, range: Range): InlayHint[] {
  return [...valuesIn(view, range), ...slotsIn(view, compiled, range)];
}

/** At each end of a connection, the slots of its CNode that it gets, and its badge. */
function slotsIn(view: CamkesView, compiled: CompiledSystems, range: Range): InlayHint[] {
  const { system } = view.analysis;
  const spec = compiled.specOf(view.program);
  if (system === undefined || spec === undefined) return [];
  const hints: InlayHint[] = [];
  for (const connection of system.connections) {
    for (const end of [...connection.from, ...connection.to]) {
      const { file, range: place, expansion } = end.place;
      const isShown = file === view.path && expansion === undefined;
      if (!isShown || isBefore(place.end, range.start) || isBefore(range.end, place.start))
        continue;
      const held = capabilitiesOfEnd(spec, connection, end);
      if (held.length === 0) continue;
      const badges = held.flatMap(({ capability: { badge } }) =>
        badge === undefined || badge === 0n ? [] : [badge.toString()],
      );
      const badge = badges.length === 0 ? '' : `, badge ${badges.join(', ')}`;
      hints.push({
        position: place.end,
        label: slotsText(held.map(({ slot }) => slot)) + badge,
        tooltip: {
          kind: 'markdown',
          value: held
            .map(({ slot, capability }) => `- slot ${slot}: ${capabilityText(capability)}`)
            .join('\n'),
        },
        paddingLeft: true,
      });
    }
  }
  return hints;
}

function slotsText(slots: readonly number[]): string {
  const [first] = slots;
  if (slots.length === 1) return `slot ${String(first)}`;
  const last = slots.at(-1) ?? 0;
  const isRun = first !== undefined && last - first === slots.length - 1;
  if (isRun && slots.length > 2) return `slots ${first} to ${last}`;
  return slots.length > 6 ? `${slots.length} slots` : `slots ${slots.join(', ')}`;
}

/** Of values that are not a plain number, and of macros. */
function valuesIn({ file, path }: CamkesView, { start, end }: Range): InlayHint[] {
  const hints = new Map<string, InlayHint>();
  for (const node of allNodes(file.tree)) {
    const expression = expressionOf(node);
    if (expression === undefined) continue;
    const place = file.source.placeOf(expression.span);
    const { range, expansion } = place;
    if (place.file !== path || isBefore(range.end, start) || isBefore(end, range.start)) continue;
    const isPlain =
      expansion === undefined && (expression.kind === 'number' || expression.kind === 'string');
    if (isPlain || expression.kind === 'boolean') continue;
    const value = showValue(evaluate(expression));
    if (value === undefined) continue;
    const at = range.end;
    hints.set(`${at.line}:${at.character}`, {
      position: at,
      label: `= ${value}`,
      paddingLeft: true,
    });
  }
  return [...hints.values()];
}

/** The value of a setting, an attribute, a size or a number of threads. */
function expressionOf(node: object): Expression | undefined {
  if ('value' in node && isExpressionHolder(node.value)) return node.value.expression;
  for (const key of ['value', 'size', 'threads'] as const) {
    const value = (node as Partial<Record<typeof key, unknown>>)[key];
    if (isExpression(value)) return value;
  }
  return undefined;
}

const isExpressionHolder = (value: unknown): value is { expression: Expression } =>
  typeof value === 'object' && value !== null && 'expression' in value;

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' &&
  value !== null &&
  'span' in value &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  ['number', 'string', 'unary', 'binary', 'conditional'].includes(value.kind);
