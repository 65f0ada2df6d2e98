/** What a specification leaves to be counted: how large an object is, and which slot comes next. */
import type { InlayHint } from 'vscode-languageserver/node';
import type { LinkedCapability } from '../../runtime/toolchain/capdl/linked.js';
import { wholeName } from '../../runtime/toolchain/capdl/resolve-name.js';
import { tcbSlotName } from '../../runtime/toolchain/capdl/tcb-slots.js';
import { blocksBetween } from '../../runtime/toolchain/capdl/tree-nodes.js';
import type { CapabilityNode } from '../../runtime/toolchain/capdl/tree.js';
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';
import { sizeOf } from './describe-object.js';
import { rangeOf, spanOf, type Specification } from './specifications.js';

export function hintsIn(specification: Specification, range: Range): InlayHint[] {
  const { linked, tree } = specification.analysis;
  const shown = spanOf(specification, range);
  const hints: InlayHint[] = [];
  const add = (offset: number, label: string): void => {
    if (offset < shown.start || offset > shown.end) return;
    const { start: position } = rangeOf(specification, { start: offset, end: offset });
    hints.push({ position, label, paddingLeft: true, paddingRight: true });
  };
  for (const { start, block } of blocksBetween(tree, shown)) {
    const { node } = block;
    if (node.kind === 'object' && node.parameterList !== undefined) {
      const object =
        linked.objects.get(wholeName(node.name)) ?? linked.arrays.get(node.name.name)?.[0];
      const size = object === undefined ? undefined : sizeOf(object);
      // `4k` needs no telling.
      const isWritten = node.parameters.some(({ word }) => word === 'size');
      if (size !== undefined && !isWritten)
        add(start + node.parameterList.end, size.replace(/\.$/, ''));
    } else if (node.kind === 'container' && node.object !== undefined) {
      const slots = linked.objects.get(wholeName(node.object))?.slots;
      const slotOf = new Map<CapabilityNode, LinkedCapability>();
      for (const capability of slots?.values() ?? []) slotOf.set(capability.node, capability);
      for (const entry of node.capabilities) {
        const capability = entry.slot === undefined ? slotOf.get(entry) : undefined;
        if (capability === undefined) continue;
        const { container, slot } = capability;
        const name = container.declaration.type === 'tcb' ? tcbSlotName(slot) : undefined;
        add(start + entry.start, `${name ?? `0x${slot.toString(16)}`}:`);
      }
    }
  }
  return hints;
}
