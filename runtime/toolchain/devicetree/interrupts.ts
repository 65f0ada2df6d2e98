/**
 * The interrupts of a node: which controller each goes to and the cells with which that one tells it apart.
 * `interrupts-extended` names the controllers, `interrupts` go to the one of `interrupt-parent`, which may stand at
 * any node above. Devicetree specification 0.4, 2.4.
 */
import { cellsOf, type DeviceNode, type DeviceTree } from './device-tree.js';

export interface DeviceInterrupt {
  /** Undefined when the tree does not have it. */
  readonly controller: DeviceNode | undefined;
  readonly cells: readonly number[];
}

export function nodeOfHandle(tree: DeviceTree, handle: number): DeviceNode | undefined {
  return tree.nodes.find(({ properties }) => {
    const property = properties.get('phandle') ?? properties.get('linux,phandle');
    return property !== undefined && cellsOf(property)[0] === handle;
  });
}

export function interruptsOf(tree: DeviceTree, node: DeviceNode): DeviceInterrupt[] {
  const extended = node.properties.get('interrupts-extended');
  if (extended !== undefined) return extendedInterrupts(tree, cellsOf(extended));
  const property = node.properties.get('interrupts');
  if (property === undefined) return [];
  const controller = interruptParent(tree, node);
  const width = widthOf(controller);
  const cells = cellsOf(property);
  const found: DeviceInterrupt[] = [];
  for (let at = 0; at + width <= cells.length; at += width)
    found.push({ controller, cells: cells.slice(at, at + width) });
  return found;
}

function interruptParent(tree: DeviceTree, node: DeviceNode): DeviceNode | undefined {
  for (let at: DeviceNode | undefined = node; at !== undefined; at = at.parent) {
    const property = at.properties.get('interrupt-parent');
    const handle = property === undefined ? undefined : cellsOf(property)[0];
    if (handle !== undefined) return nodeOfHandle(tree, handle);
    if (at !== node && at.properties.has('interrupt-controller')) return at;
  }
  return undefined;
}

function widthOf(controller: DeviceNode | undefined): number {
  const property = controller?.properties.get('#interrupt-cells');
  return Math.max((property && cellsOf(property)[0]) ?? 1, 1);
}

function extendedInterrupts(tree: DeviceTree, cells: readonly number[]): DeviceInterrupt[] {
  const found: DeviceInterrupt[] = [];
  const controllers = new Map<number, DeviceNode | undefined>();
  for (let at = 0; at < cells.length;) {
    const handle = cells[at] ?? 0;
    if (!controllers.has(handle)) controllers.set(handle, nodeOfHandle(tree, handle));
    const controller = controllers.get(handle);
    const width = widthOf(controller);
    if (at + 1 + width > cells.length) break;
    found.push({ controller, cells: cells.slice(at + 1, at + 1 + width) });
    at += 1 + width;
  }
  return found;
}
