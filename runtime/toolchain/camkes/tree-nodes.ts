/**
 * Ways through the tree of a CAmkES file that need not know its shapes: a tree is plain data, and every
 * node in it has a span. For an editor, which asks what is at a place.
 */
import type { Span } from '../text/source-text.js';
import type { CamkesTree } from './tree.js';

export interface TreeNode {
  readonly span: Span;
  readonly kind?: string;
}

/** The nodes around an offset, the outermost first; each holds the next. */
export function nodesAt(tree: CamkesTree, offset: number): TreeNode[] {
  const path: TreeNode[] = [];
  let inside: readonly TreeNode[] = tree.items;
  for (;;) {
    const next = inside.find(({ span }) => span.start <= offset && offset <= span.end);
    if (next === undefined) return path;
    path.push(next);
    inside = childrenOf(next);
  }
}

/** Every node of the tree; what holds another comes before it. */
export function allNodes(tree: CamkesTree): TreeNode[] {
  const nodes: TreeNode[] = [];
  const waiting: TreeNode[] = [...tree.items].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes.push(node);
    for (const child of childrenOf(node).reverse()) waiting.push(child);
  }
  return nodes;
}

/** The nodes right below; an object without a span, such as an entry of a dictionary, is looked through. */
export function childrenOf(node: object): TreeNode[] {
  const children: TreeNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof each !== 'object' || each === null) continue;
      if (isNode(each)) children.push(each);
      else if (!isSpan(each)) children.push(...Object.values(each).filter(isNode));
    }
  }
  return children;
}

const isNode = (value: unknown): value is TreeNode =>
  typeof value === 'object' && value !== null && 'span' in value;

const isSpan = (value: object): boolean => 'start' in value && 'end' in value;
