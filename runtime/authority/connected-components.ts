/**
 * Strongly connected components of a directed graph, by Tarjan's algorithm with a stack of its own, because
 * a chain of ten thousand nodes would be too deep for recursion.
 */
export function connectedComponents(
  nodes: readonly number[],
  next: (node: number) => readonly number[],
): number[][] {
  const order = new Map<number, number>();
  const lowest = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const components: number[][] = [];
  const enter = (node: number): Visit => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    open.push(node);
    isOpen.add(node);
    return { node, next: next(node), index: 0 };
  };
  const lower = (node: number, value: number): void => {
    lowest.set(node, Math.min(lowest.get(node) ?? value, value));
  };
  for (const root of nodes) {
    const path = order.has(root) ? [] : [enter(root)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const child = visit.next[visit.index];
      visit.index += 1;
      if (child !== undefined) {
        if (!order.has(child)) path.push(enter(child));
        else if (isOpen.has(child)) lower(visit.node, order.get(child) ?? 0);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lower(parent.node, lowest.get(visit.node) ?? 0);
      if (lowest.get(visit.node) !== order.get(visit.node)) continue;
      const component = open.splice(open.lastIndexOf(visit.node));
      for (const member of component) isOpen.delete(member);
      components.push(component);
    }
  }
  return components;
}

interface Visit {
  readonly node: number;
  readonly next: readonly number[];
  index: number;
}
