/**
 * The objects that a file declares, read off its tree: enough for completion, which cannot wait until all
 * names of a long file are linked. What a block declares is kept with the block.
 */
import { objectKind, type ObjectKind } from '../../runtime/toolchain/capdl/object-kinds.js';
import type { CapdlArchitecture } from '../../runtime/toolchain/capdl/spec.js';
import { isArchitecture } from '../../runtime/toolchain/capdl/object-kinds.js';
import type { Block, ObjectNode } from '../../runtime/toolchain/capdl/tree.js';
import { nameText } from './outline.js';
import type { Specification } from './specifications.js';

export interface DeclaredObject {
  readonly name: string;
  readonly kind: ObjectKind | undefined;
}

const ofBlock = new WeakMap<Block, readonly DeclaredObject[]>();

export function* declaredObjects({ tree }: Specification): Iterable<DeclaredObject> {
  for (const { block } of tree.blocks) {
    if (block.node.kind !== 'object') continue;
    let declared = ofBlock.get(block);
    if (declared === undefined) {
      declared = declaredIn(block.node);
      ofBlock.set(block, declared);
    }
    yield* declared;
  }
}

export function declaredObject(
  specification: Specification,
  name: string,
): DeclaredObject | undefined {
  for (const object of declaredObjects(specification)) if (object.name === name) return object;
  return undefined;
}

export function architectureOf({ tree }: Specification): CapdlArchitecture | undefined {
  for (const { block } of tree.blocks) {
    const { node } = block;
    const word = node.kind === 'architecture' ? (node.word?.text ?? '') : '';
    if (isArchitecture(word)) return word;
  }
  return undefined;
}

function declaredIn(node: ObjectNode): DeclaredObject[] {
  const declared: DeclaredObject[] = [];
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    declared.push({ name: nameText(at.name), kind: objectKind(at.type?.text ?? '') });
    for (const member of at.members ?? []) if (member.kind === 'object') waiting.push(member);
  }
  return declared;
}
