/**
 * Whether a running system is what its capDL specification says. Nothing is matched by address or by
 * order: threads have the names of their objects, and from a thread every object is found through the
 * slots that lead to it, in the specification and in memory alike. What differs is told in the names of
 * the specification.
 */
import type { Platform } from '../platform.js';
import {
  addressSpacesOf,
  type SpecPage,
  type SpecSpace,
} from '../toolchain/capdl/address-spaces.js';
import { startedThreads } from '../toolchain/capdl/loaded-state.js';
import type { CapdlObject, CapdlSpec } from '../toolchain/capdl/spec.js';
import { compareContents } from './compared-contents.js';
import { kernelSource, type KernelSource } from './kernel-source.js';
import type { DecodedCapability } from './capability-layout.js';
import { hasKernel, threadName, threadsOf, threadStateOf } from './thread-state.js';

export interface SpecDifference {
  /** The object of the specification that it is about. */
  readonly object: string;
  readonly message: string;
}

/** What the parts of a comparison share. */
export interface Comparison {
  readonly platform: Platform;
  readonly kernel: KernelSource;
  readonly spec: CapdlSpec;
  readonly objects: ReadonlyMap<string, CapdlObject>;
  readonly spaces: ReadonlyMap<string, SpecSpace>;
  /** By table and slot. */
  readonly pages: ReadonlyMap<string, SpecPage & { readonly root: CapdlObject }>;
  readonly started: ReadonlySet<string>;
  /** The interrupt of each irq object. */
  readonly interrupts: ReadonlyMap<string, number>;
  readonly live: Map<string, LiveObject>;
  readonly differ: (object: string, message: string) => void;
  /** Notes that an object of the specification is this one; `where` says by which way it was found. */
  readonly bind: (name: string, found: LiveObject, where: string) => void;
}

/** By the kernel's pointer. */
export interface LiveObject {
  readonly type: DecodedCapability['type'];
  readonly pointer: number;
  /** Of a CNode, and of an untyped, which begins where the first untyped in it does. */
  readonly sizeBits?: number;
}

/** Empty when they agree. */
export function compareWithSpec(platform: Platform, spec: CapdlSpec): readonly SpecDifference[] {
  const kernel = kernelSource(platform);
  if (kernel === undefined)
    return [{ object: '', message: 'No kernel runs whose capabilities could be compared.' }];
  if (kernel.layout.debug === undefined)
    return [
      {
        object: '',
        message:
          'The kernel was not built for debugging: it keeps no names of threads, by which the objects of a specification are found.',
      },
    ];
  const differences: SpecDifference[] = [];
  const spaces = addressSpacesOf(spec);
  const live = new Map<string, LiveObject>();
  const names = new Map<string, string>();
  const found: CapdlObject[] = [];
  const objects = new Map(spec.objects.map((object) => [object.name, object]));
  const differ: Comparison['differ'] = (object, message) => {
    differences.push({ object, message });
  };
  const bind: Comparison['bind'] = (name, target, where) => {
    const key = `${target.type} ${String(target.pointer)} ${String(target.sizeBits ?? 0)}`;
    const known = live.get(name);
    const other = names.get(key);
    if (known !== undefined && known.pointer !== target.pointer)
      differ(name, `${where} leads to another object than the one that is ${name} elsewhere.`);
    else if (other !== undefined && other !== name)
      differ(name, `${where} leads to ${other}; it should lead to ${name}.`);
    if (known !== undefined || other !== undefined) return;
    live.set(name, target);
    names.set(key, name);
    const object = objects.get(name);
    if (object !== undefined) found.push(object);
  };
  const comparison: Comparison = {
    platform,
    kernel,
    spec,
    objects,
    spaces: new Map(spaces.map((space) => [space.root.name, space])),
    pages: new Map(
      spaces.flatMap(({ root, pages }) =>
        pages.map((page) => [`${page.table.name} ${String(page.slot)}`, { ...page, root }]),
      ),
    ),
    started: new Set(startedThreads(spec, spaces)),
    interrupts: new Map([...spec.irqs].map(([irq, name]) => [name, irq])),
    live,
    differ,
    bind,
  };
  findThreads(comparison);
  // What is found leads on: the list grows while it is gone through.
  for (const object of found) compareContents(comparison, object);
  return differences;
}

/** The name that the kernel gives its root task. */
const rootTask = 'rootserver';

/**
 * Whether the loader has done its work: the root task has stopped, or is gone. A real kernel has none yet
 * while it comes up; without a kernel there is nothing to wait for.
 */
export const isLoaded = (platform: Platform): boolean =>
  platform.options.kernel === 'none' ||
  (hasKernel(platform) &&
    threadsOf(platform).every(
      (id) => threadName(platform, id) !== rootTask || threadStateOf(platform, id) === 'inactive',
    ));

/** A name in the kernel may have been cut. */
const isNameOf = (found: string, name: string): boolean =>
  found === name || (found.length >= 100 && name.startsWith(found));

function findThreads({ platform, kernel, spec, differ, bind }: Comparison): void {
  const threads = threadsOf(platform).map((id) => ({ id, name: threadName(platform, id) }));
  const known = new Set<number>();
  for (const { name, type } of spec.objects) {
    if (type !== 'tcb') continue;
    const thread = threads.find(({ id, name: found }) => !known.has(id) && isNameOf(found, name));
    if (thread === undefined) {
      differ(name, `There is no thread ${name}.`);
      continue;
    }
    known.add(thread.id);
    const pointer = kernel.pointer(thread.id);
    bind(name, { type: 'thread', pointer }, `Thread ${name}`);
  }
  for (const { id, name } of threads) {
    if (known.has(id) || threadStateOf(platform, id) === 'inactive') continue;
    differ(
      name,
      name === rootTask
        ? 'The root task still runs: the system is not loaded yet, or could not be.'
        : `Thread ${name} runs, and the specification has none of that name.`,
    );
  }
}
