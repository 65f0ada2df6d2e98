/**
 * Address spaces by their ASIDs: the root page table, the threads that run there, and what it maps for user
 * programs. seL4 manual chapter 7; sel4-abi section 9.
 */
import { physAddr } from '../base/address.js';
import { configuration } from '../kernel/configuration.js';
import type { Platform } from '../platform.js';
import { viewMappings, type Mapping } from './address-space.js';
import { kernelSource, tcbCapability } from './kernel-source.js';
import type { ThreadReference } from './ipc.js';
import { tcbPointer, threadName, threadsOf } from './thread-state.js';

export interface AddressSpaceView {
  readonly asid: number;
  /** Physical address of the root page table. */
  readonly root: number;
  readonly threads: readonly ThreadReference[];
  /** Runs of pages, in address order; virtual and physical addresses, bytes, `rwx`. */
  readonly mappings: readonly Mapping[];
}

/** In the order of the ASIDs. */
export function viewAddressSpaces(platform: Platform): AddressSpaceView[] {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return [];
  const { asids, globals } = kernel.layout;
  const threads = threadsOf(platform).map((id) => ({
    id,
    name: threadName(platform, id),
    root: tcbCapability(kernel, tcbPointer(kernel, id), 'vspace').fields.pointer,
  }));
  const spaces: AddressSpaceView[] = [];
  for (let pool = 0; pool < asids.pools; pool += 1) {
    const pointer = kernel.word(globals.asidTable + 4 * pool);
    for (let index = 0; pointer !== 0 && index < asids.perPool; index += 1) {
      const root = kernel.word(pointer + 4 * index);
      if (root === 0) continue;
      const physical = physAddr(kernel.physical(root));
      spaces.push({
        asid: pool * asids.perPool + index,
        root: physical,
        threads: threads
          .filter((thread) => thread.root === root)
          .map(({ id, name }) => ({ id, name })),
        // A real kernel maps itself into every address space, above those of users.
        mappings: viewMappings(platform, { kind: 'sv32', root: physical }).filter(
          ({ start }) => start < configuration.userTop,
        ),
      });
    }
  }
  return spaces;
}
