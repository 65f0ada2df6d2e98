/**
 * Every kernel object that a capability leads to, with the slots of those capabilities; and the derivation
 * tree of all of them. Addresses are physical, sizes are bytes.
 */
import type { CapabilityType } from '../kernel/capabilities/capability.js';
import type { Platform } from '../platform.js';
import { describeCapability } from './capability-description.js';
import { indexCapabilities, placeOf, type CapabilityIndex } from './capability-index.js';
import type { DecodedCapability } from './capability-layout.js';
import { capabilityAt, kernelSource, objectBits, objectPointer } from './kernel-source.js';

export interface ObjectView {
  /** The manual's word: `Endpoint`, `TCB`, `CNode`. */
  readonly type: string;
  readonly object: number;
  readonly sizeBytes: number;
  /** Of the first capability, with its rights: `Endpoint 0x10034000, RWG-`. */
  readonly label: string;
  /** Where the capabilities to it are: `rootserver 0x012`, `fault handler of worker`. */
  readonly capabilities: readonly string[];
}

export interface DerivationView {
  readonly place: string;
  readonly label: string;
  /** Derived from it directly, in the kernel's order. */
  readonly children: readonly DerivationView[];
}

/** By address, the larger first where two begin at one. */
export function viewObjects(platform: Platform): ObjectView[] {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return [];
  const index = indexCapabilities(platform, kernel);
  return objectsOf(index)
    .map(({ capability, pointer, slots }) => {
      const { type, label } = describeCapability(platform, kernel, capability, index.spaces);
      return {
        type,
        object: kernel.physical(pointer),
        sizeBytes: 2 ** objectBits(kernel, capability),
        label,
        capabilities: slots.map((at) => placeOf(index, at)),
      };
    })
    .sort((a, b) => a.object - b.object || b.sizeBytes - a.sizeBytes);
}

/** One tree for each capability that was derived from no other. */
export function viewDerivationTrees(platform: Platform): DerivationView[] {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return [];
  const index = indexCapabilities(platform, kernel);
  const { derivation } = index;
  const nodes = new Map<number, DerivationView & { readonly children: DerivationView[] }>();
  const roots: DerivationView[] = [];
  // In preorder a parent comes before its children, so no recursion is needed however deep the tree is.
  for (const at of derivation.slots) {
    const capability = capabilityAt(kernel, at);
    const { label } = describeCapability(platform, kernel, capability, index.spaces);
    const node = { place: placeOf(index, at), label, children: [] };
    nodes.set(at, node);
    const parent = derivation.parentOf(at);
    if (parent === undefined) roots.push(node);
    else nodes.get(parent)?.children.push(node);
  }
  return roots;
}

/** An object with the capabilities to it; slots and `pointer` are the kernel's pointers. */
export interface IndexedObject {
  readonly capability: DecodedCapability;
  readonly pointer: number;
  readonly slots: readonly number[];
}

/** Each object once, in the order of the derivation lists. */
export function objectsOf(
  { kernel, derivation }: CapabilityIndex,
  type?: CapabilityType,
): IndexedObject[] {
  const found = new Map<string, IndexedObject & { readonly slots: number[] }>();
  for (const at of derivation.slots) {
    const capability = capabilityAt(kernel, at);
    const pointer = objectPointer(kernel, capability);
    if (pointer === undefined || (type !== undefined && capability.type !== type)) continue;
    // An untyped and the first object in it begin at one address.
    const key = `${capability.type} ${pointer} ${objectBits(kernel, capability)}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { capability, pointer, slots: [at] });
    else known.slots.push(at);
  }
  return [...found.values()];
}
