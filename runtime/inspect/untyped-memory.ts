/**
 * Untyped memory and what was made from it: the tree of allocations, by the derivation of capabilities. What
 * the kernel and the boot took for themselves is in no untyped. Addresses are physical, sizes are bytes.
 */
import type { Platform } from '../platform.js';
import { describeCapability, untypedUsedBytes } from './capability-description.js';
import { indexCapabilities, placeOf, type CapabilityIndex } from './capability-index.js';
import { capabilityAt, kernelSource, objectBits, objectPointer } from './kernel-source.js';

export interface UntypedView {
  readonly object: number;
  readonly sizeBytes: number;
  /** From the watermark to the end; objects go only there until all of it is freed. */
  readonly freeBytes: number;
  readonly isDevice: boolean;
  /** Where the capability is: `rootserver 0x033`. */
  readonly place: string;
  /** Untyped memory that was cut out of it, and other objects, in address order. */
  readonly untypeds: readonly UntypedView[];
  readonly objects: readonly {
    readonly type: string;
    readonly object: number;
    readonly sizeBytes: number;
    readonly label: string;
  }[];
}

/** Those that were made from no other, in address order. */
export function viewUntypedMemory(platform: Platform): UntypedView[] {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return [];
  const index = indexCapabilities(platform, kernel);
  const { derivation } = index;
  return derivation.slots
    .filter((at) => isUntyped(index, at))
    .filter((at) => {
      const parent = derivation.parentOf(at);
      return parent === undefined || !isUntyped(index, parent);
    })
    .map((at) => untypedAt(platform, index, at))
    .sort(byAddress);
}

const isUntyped = ({ kernel }: CapabilityIndex, at: number): boolean =>
  capabilityAt(kernel, at).type === 'untyped';

/** As deep as untypeds are cut out of untypeds: each is smaller than the one around it. */
function untypedAt(platform: Platform, index: CapabilityIndex, at: number): UntypedView {
  const { kernel, derivation, spaces } = index;
  const capability = capabilityAt(kernel, at);
  const sizeBytes = 2 ** objectBits(kernel, capability);
  const children = derivation.childrenOf(at);
  return {
    object: kernel.physical(objectPointer(kernel, capability) ?? 0),
    sizeBytes,
    freeBytes: sizeBytes - untypedUsedBytes(capability),
    isDevice: capability.fields.isDevice === 1,
    place: placeOf(index, at),
    untypeds: children
      .filter((child) => isUntyped(index, child))
      .map((child) => untypedAt(platform, index, child))
      .sort(byAddress),
    objects: children
      .filter((child) => !isUntyped(index, child))
      .map((child) => {
        const made = capabilityAt(kernel, child);
        const { type, label } = describeCapability(platform, kernel, made, spaces);
        return {
          type,
          object: kernel.physical(objectPointer(kernel, made) ?? 0),
          sizeBytes: 2 ** objectBits(kernel, made),
          label,
        };
      })
      .sort(byAddress),
  };
}

const byAddress = (a: { readonly object: number }, b: { readonly object: number }): number =>
  a.object - b.object;
