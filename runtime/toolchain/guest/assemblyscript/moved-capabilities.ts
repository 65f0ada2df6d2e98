/**
 * Capabilities that are used after they were moved, as far as the text alone tells: in one list of statements, a name
 * on which `move()` was called stands again in a later one, and nothing was assigned to it between. What is moved in
 * a branch or a loop is left to the check that the program makes when it runs.
 */
import { NodeKind } from 'assemblyscript';
import type { Declaration, Identifier, Node, Range, Source } from 'assemblyscript';
import type { Report } from './report.js';
import { walk } from './walk.js';

interface Call extends Node {
  readonly expression: Node;
  readonly args: readonly Node[];
}

interface Member extends Node {
  readonly expression: Node;
  readonly property: Identifier;
}

export function movedCapabilitiesIn(source: Source, report: Report): void {
  const owners = ownersIn(source);
  if (owners.size === 0) return;
  checkList(source.statements, owners, report);
  walk(source.statements, ({ node }) => {
    if (node.kind === NodeKind.Block)
      checkList(
        (node as Node & { readonly statements: readonly Node[] }).statements,
        owners,
        report,
      );
  });
}

/** The names that stand for capabilities in all their declarations: of a class of "sel4", made new, or moved. */
function ownersIn(source: Source): ReadonlySet<string> {
  const classes = new Set<string>();
  const owners = new Set<string>();
  const others = new Set<string>();
  walk(source.statements, ({ node, ancestors }) => {
    if (node.kind === NodeKind.ImportDeclaration && isFromSel4(ancestors?.node))
      classes.add((node as Declaration).name.text);
    if (
      node.kind !== NodeKind.VariableDeclaration &&
      node.kind !== NodeKind.Parameter &&
      node.kind !== NodeKind.FieldDeclaration
    )
      return;
    const { name, type, initializer } = node as Declaration;
    const written =
      type === null || type === undefined ? '' : textOf(type).replace(/\s*\|\s*null$/, '');
    const given = initializer === null || initializer === undefined ? '' : textOf(initializer);
    const made = /^new\s+(\w+)/.exec(given)?.[1] ?? '';
    const moved = /^(\w+)\.move\(\)$/.exec(given)?.[1] ?? '';
    const isOwner = classes.has(written) || classes.has(made) || owners.has(moved);
    (isOwner ? owners : others).add(name.text);
  });
  return new Set([...owners].filter((name) => !others.has(name)));
}

const textOf = ({ range }: Node): string => range.source.text.slice(range.start, range.end);

function isFromSel4(statement: Node | undefined): boolean {
  const { path } = (statement ?? {}) as { readonly path?: { readonly value: string } | null };
  return path?.value === 'sel4';
}

function checkList(statements: readonly Node[], owners: ReadonlySet<string>, report: Report): void {
  const moved = new Map<string, Range>();
  for (const statement of statements) {
    // A function that is declared here runs at another time.
    if (moved.size > 0)
      walk([statement], ({ node, ancestors }) => {
        if (node.kind !== NodeKind.Identifier) return;
        const { text } = node as Identifier;
        const place = moved.get(text);
        if (place === undefined || !isRead(node, ancestors?.node)) return;
        report(
          node.range,
          'moved-capability',
          `${text} was moved away before, so nothing can be done with it here. Use what \`move()\` gave, or do this first.`,
          { range: place, message: `${text} is moved away here.` },
        );
        moved.delete(text);
      });
    for (const [name, range] of movesOf(statement)) if (owners.has(name)) moved.set(name, range);
    for (const name of assignedIn(statement)) moved.delete(name);
  }
}

/** Neither a member's name nor what is asked whether it was moved. */
function isRead(node: Node, parent: Node | undefined): boolean {
  if (parent?.kind === NodeKind.PropertyAccess) {
    const { property } = parent as Member;
    return property !== node && property.text !== 'isMoved';
  }
  if (parent?.kind === NodeKind.Binary) return !isAssignmentTo(parent, node);
  return (parent as { readonly name?: unknown } | undefined)?.name !== node;
}

function isAssignmentTo(parent: Node, node: Node): boolean {
  const { left, right } = parent as Node & { readonly left: Node; readonly right: Node };
  if (left !== node) return false;
  const { text } = node.range.source;
  return /^\s*=(?!=)/.test(text.slice(left.range.end, right.range.start));
}

function assignedIn(statement: Node): string[] {
  const names: string[] = [];
  walk([statement], ({ node }) => {
    if (node.kind !== NodeKind.Binary) return;
    const { left } = node as Node & { readonly left: Node };
    if (left.kind === NodeKind.Identifier && isAssignmentTo(node, left))
      names.push((left as Identifier).text);
  });
  return names;
}

/** The moves that a statement makes in any case: not those in a branch, a loop or a function. */
function movesOf(statement: Node): Map<string, Range> {
  const moves = new Map<string, Range>();
  const plain: readonly number[] = [NodeKind.Expression, NodeKind.Variable, NodeKind.Return];
  if (!plain.includes(statement.kind)) return moves;
  walk([statement], ({ node, ancestors }) => {
    if (node.kind !== NodeKind.Call) return;
    for (let at = ancestors; at !== undefined; at = at.above)
      if (at.node.kind === NodeKind.Function || at.node.kind === NodeKind.Ternary) return;
    const { expression, args } = node as Call;
    if (expression.kind !== NodeKind.PropertyAccess || args.length > 0) return;
    const { expression: owner, property } = expression as Member;
    if (property.text === 'move' && owner.kind === NodeKind.Identifier)
      moves.set((owner as Identifier).text, node.range);
  });
  return moves;
}
