/**
 * `dmaPool` of the module `camkes`: memory for devices, of an instance with the setting `dma_pool`. The functions are
 * those that C has. An interface, a lock or an attribute of the same name goes before it.
 */
import type { InstanceBindings } from '../camkes/compile/bindings.js';
import { smallPageBytes } from '../camkes/compile/architecture.js';

export const dmaPoolName = 'dmaPool';

export function hasDmaPool({ dmaPool, instance: { component } }: InstanceBindings): boolean {
  const { interfaces, attributes, mutexes, semaphores, binarySemaphores, copyRegions } = component;
  const named = [interfaces, attributes, mutexes, semaphores, binarySemaphores, copyRegions].flat();
  return dmaPool !== undefined && !named.some(({ name }) => name === dmaPoolName);
}

/** As an editor is told of it. */
export const dmaPoolMembers: readonly string[] = [
  'const size: u32',
  'function alloc(bytes: u32, align?: u32): import("sel4/dma-memory").DmaMemory | null',
];

export function dmaPoolText({ dmaPool }: InstanceBindings): string {
  const bytes = (dmaPool?.frames?.slots.length ?? 0) * smallPageBytes;
  return `import { DmaMemory as camkes_DmaMemory, allocateDma as camkes_allocateDma } from "sel4/dma-memory";
export namespace ${dmaPoolName} {
  export const size: u32 = ${String(bytes)};
  export function alloc(bytes: u32, align: u32 = 0): camkes_DmaMemory | null { return camkes_allocateDma(bytes, align, ${dmaPool?.isCached === true ? '1' : '0'}); }
}
`;
}
