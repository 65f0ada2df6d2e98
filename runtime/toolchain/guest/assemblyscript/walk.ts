/**
 * A walk over the syntax tree of the compiler library, from its root to its leaves and in the order of the source.
 * The tree is seen as plain objects that hold others with a `kind` and a `range`; no recursion, so that nesting of
 * any depth that could be parsed is walked.
 */
import type { Node } from 'assemblyscript';

export interface Visited {
  readonly node: Node;
  /** From the root to the parent; the last is the parent. */
  readonly ancestors: Ancestors | undefined;
}

export interface Ancestors {
  readonly node: Node;
  readonly above: Ancestors | undefined;
}

export function walk(roots: readonly Node[], visit: (visited: Visited) => void): void {
  const seen = new Set<Node>();
  const open: Visited[] = roots.map((node) => ({ node, ancestors: undefined })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next.node)) continue;
    seen.add(next.node);
    visit(next);
    const ancestors = { node: next.node, above: next.ancestors };
    const children = childrenOf(next.node);
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const node = children[index];
      if (node !== undefined) open.push({ node, ancestors });
    }
  }
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children.sort((left, right) => left.range.start - right.range.start);
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'range' in value &&
    !('normalizedPath' in value)
  );
}
