/**
 * The names that a text gives to capabilities, `1: name = object` or `name = (object, slot)`: copies and
 * derivations refer to them. As in capDL-tool the last one of a name counts.
 */
import { placed, type CapabilityName, type LinkedObject } from './linked.js';
import { wholeName } from './resolve-name.js';
import type { LinkState } from './link-state.js';
import type { PlacedSpan } from './problem.js';
import type { CapabilityNode, NameNode, PlacedBlock } from './tree.js';

/** Gives the name to each of the slots that an entry fills. */
export function nameRange(
  table: LinkState,
  at: PlacedBlock,
  node: CapabilityNode,
  container: LinkedObject,
  slot: number,
  count: number,
): void {
  const { name, slot: written } = node;
  if (name === undefined || written === undefined) return;
  const span = placed(at, name);
  if (name.indices === undefined) {
    if (count > 1) {
      table.reporter.add({
        ...span,
        severity: 'error',
        code: 'name-of-several',
        message: `One name cannot stand for ${count} capabilities. Write \`${name.name}[]\`.`,
        fixes: [
          {
            title: `Write \`${name.name}[]\``,
            edits: [{ ...span, text: `${name.name}[]` }],
            isPreferred: true,
          },
        ],
      });
    }
    nameSlot(table, name.name, container, slot, span);
    return;
  }
  if (name.indices.length !== 1 || name.indices[0]?.kind !== 'all') {
    table.reporter.add({
      ...span,
      severity: 'error',
      code: 'name-with-index',
      message: `A name for several capabilities is written with empty brackets: \`${name.name}[]\`.`,
      fixes: [
        {
          title: `Write \`${name.name}[]\``,
          edits: [{ ...span, text: `${name.name}[]` }],
          isPreferred: true,
        },
      ],
    });
    return;
  }
  for (let index = 0; index < count; index += 1) {
    nameSlot(table, `${name.name}[${index}]`, container, slot + index, span);
  }
}

export function nameSlot(
  { names, reporter }: LinkState,
  name: string,
  object: LinkedObject | undefined,
  slot: number,
  at: PlacedSpan,
): void {
  const known = names.get(name);
  // capDL-tool takes the last one.
  if (known !== undefined) {
    reporter.add({
      ...at,
      severity: 'warning',
      code: 'duplicate-capability-name',
      message: `\`${name}\` is already the name of another capability; from here on it is that of this one. Choose another name.`,
      related: [{ ...known.at, message: 'Named first here.' }],
    });
  }
  names.set(name, { name, object, slot, at, uses: known?.uses ?? 0 });
}

/** The names that `<…>` says; what is not known is reported and left out. */
export function namesOf(
  table: LinkState,
  at: PlacedBlock,
  node: NameNode,
): readonly CapabilityName[] {
  const { name, indices } = node;
  const [index] = indices ?? [];
  if (indices !== undefined && (indices.length !== 1 || index?.kind !== 'only')) {
    const found: CapabilityName[] = [];
    for (let number = 0; ; number += 1) {
      const known = table.names.get(`${name}[${number}]`);
      if (known === undefined) break;
      if (indices.some((each) => isIn(each, number))) found.push(known);
    }
    if (found.length === 0) reportUnknownName(table, at, node);
    for (const known of found) known.uses += 1;
    return found;
  }
  const known = table.names.get(wholeName(node));
  if (known === undefined) {
    reportUnknownName(table, at, node);
    return [];
  }
  known.uses += 1;
  return [known];
}

const isIn = (
  { kind, first, last }: { kind: string; first: number; last: number },
  number: number,
): boolean =>
  kind === 'all' ||
  (kind === 'only' && number === first) ||
  (kind === 'from' && number >= first) ||
  (kind === 'to' && number <= last) ||
  (kind === 'fromTo' && number >= Math.min(first, last) && number <= Math.max(first, last));

export function reportUnknownName(
  { reporter }: Pick<LinkState, 'reporter'>,
  at: PlacedBlock,
  node: NameNode,
): void {
  reporter.add({
    ...placed(at, { start: node.start, end: node.start + node.name.length }),
    severity: 'error',
    code: 'unknown-capability-name',
    message: `No capability has the name \`${node.name}\``,
    guess: {
      name: node.name,
      among: 'capabilities',
      otherwise: '. Name one: `1: name = object`, or `name = (object, slot)`.',
      fix: node.indices === undefined ? 'possible' : 'none',
    },
  });
}
