/** What each untyped covers: by standing in its braces, or behind it and a `/`. */
import { placed, type LinkedObject } from './linked.js';
import { noteUse, type LinkState } from './link-state.js';
import type { PlacedSpan } from './problem.js';
import { resolve, wholeName } from './resolve-name.js';
import type { ObjectNode, PlacedBlock } from './tree.js';

/** What `name`, or the braces of `around`, say to be covered. */
export function cover(
  table: LinkState,
  at: PlacedBlock,
  node: ObjectNode,
  around: LinkedObject | undefined,
): void {
  let outer = around;
  for (const name of node.untypeds) {
    const untyped = table.objects.get(wholeName(name));
    if (untyped === undefined) continue;
    if (outer !== undefined) coverOne(table, outer, untyped, placed(at, name));
    outer = untyped;
  }
  const span = placed(at, node.name);
  const own =
    node.members === undefined
      ? (table.arrays.get(node.name.name) ?? [table.objects.get(node.name.name)])
      : [table.objects.get(wholeName(node.name))];
  if (outer !== undefined) {
    for (const object of own) if (object !== undefined) coverOne(table, outer, object, span);
  }
  if (node.members === undefined) return;
  const [untyped] = own;
  if (untyped === undefined) {
    table.reporter.add({
      ...span,
      severity: 'error',
      code: 'unknown-object',
      message: `There is no \`${wholeName(node.name)}\`: braces behind \`${node.name.name}[…]\` are about one element of an array that is declared before.`,
    });
    return;
  }
  for (const member of node.members) {
    if (member.kind === 'object') cover(table, at, member, untyped);
    else {
      for (const object of resolve(table, at, member.name)) {
        coverOne(table, untyped, object, placed(at, member.name));
      }
    }
  }
}

/** A kernel has fewer sizes of untyped memory; a longer chain is not looked through. */
const deepestCover = 256;

function coverOne(
  state: LinkState,
  untyped: LinkedObject,
  object: LinkedObject,
  span: PlacedSpan,
): void {
  const { reporter } = state;
  noteUse(state, object);
  if (object.coveredBy === untyped) {
    reporter.add({
      ...span,
      severity: 'warning',
      code: 'repeated-cover',
      message: `\`${untyped.name}\` covers \`${object.name}\` already. Say it once.`,
      related: [{ ...(object.coveredAt ?? span), message: 'Said first here.' }],
    });
    return;
  }
  if (object.coveredBy !== undefined) {
    reporter.add({
      ...span,
      severity: 'error',
      code: 'covered-twice',
      message: `\`${object.name}\` cannot be made from \`${untyped.name}\`: it is made from \`${object.coveredBy.name}\`.`,
      related: [
        { ...(object.coveredAt ?? span), message: `Covered by \`${object.coveredBy.name}\` here.` },
      ],
    });
    return;
  }
  let depth = object.covers === undefined ? deepestCover : 0;
  for (
    let outer: LinkedObject | undefined = untyped;
    outer !== undefined;
    outer = outer.coveredBy
  ) {
    depth += 1;
    if (depth > deepestCover) {
      state.mustStartAgain = object.covers !== undefined;
      break;
    }
    if (outer !== object) continue;
    // Which of those in a circle is told of it depends on all of them.
    state.mustStartAgain = true;
    reporter.add({
      ...span,
      severity: 'error',
      code: 'cyclic-cover',
      message: `\`${object.name}\` cannot be made from \`${untyped.name}\`, which is made from it.`,
    });
    return;
  }
  object.coveredBy = untyped;
  object.coveredAt = span;
  (state.current.covered ??= []).push(object);
  (untyped.covers ??= []).push(object);
}
