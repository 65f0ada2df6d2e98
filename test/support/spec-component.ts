/** The objects of a small component with code: an address space, a CNode, a thread and its time. */
import { assemble } from '../../runtime/toolchain/assembly/assemble.js';
import { link } from '../../runtime/toolchain/linker/link.js';
import type { CapdlCapability, CapdlObject } from '../../runtime/toolchain/capdl/spec.js';
import { virtAddr } from '../../runtime/base/address.js';
import { cap, filesOf, object } from './loaded-system.js';

export const codeAddress = 0x1_0000;
export const bufferAddress = 0x1_1000;

export interface ComponentOptions {
  /** Assembly from `codeAddress` on, at most a page. */
  readonly code?: string;
  readonly slots?: readonly (readonly [number, CapdlCapability])[];
  readonly radix?: number;
  readonly priority?: number;
  readonly tcb?: CapdlObject['tcb'];
  readonly tcbSlots?: readonly (readonly [number, CapdlCapability])[];
  /** What is mapped besides code and IPC buffer, by entry of the page table. */
  readonly pages?: readonly (readonly [number, CapdlCapability])[];
  readonly tables?: readonly (readonly [number, CapdlCapability])[];
  readonly isPassive?: true;
  readonly resume?: boolean;
}

export interface Component {
  readonly objects: readonly CapdlObject[];
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export function component(name: string, options: ComponentOptions = {}): Component {
  const { code, slots = [], radix = 4, priority = 100, pages = [], tables = [] } = options;
  const file = `${name}.bin`;
  const bytes = code === undefined ? undefined : machineCode(`${name}.S`, code);
  const timed = options.isPassive !== true;
  return {
    objects: [
      object(`${name}_cnode`, 'cnode', { sizeBits: radix }, slots),
      object(`${name}_pd`, 'pt', {}, [[0, cap(`${name}_pt`)], ...tables]),
      object(`${name}_pt`, 'pt', {}, [
        [16, cap(`${name}_code`, 'RX')],
        [17, cap(`${name}_ipc`, 'RW')],
        ...pages,
      ]),
      object(`${name}_code`, 'frame', {
        sizeBits: 12,
        ...(bytes === undefined
          ? {}
          : {
              fill: [
                {
                  destinationOffset: 0,
                  lengthBytes: bytes.length,
                  source: { kind: 'file', file, offset: 0 },
                },
              ],
            }),
      }),
      object(`${name}_ipc`, 'frame', { sizeBits: 12 }),
      ...(timed
        ? [
            object(`${name}_sc`, 'sc', {
              sizeBits: 8,
              sched: { period: 10_000n, budget: 10_000n, data: 0n },
            }),
          ]
        : []),
      object(
        `${name}_tcb`,
        'tcb',
        {
          tcb: {
            instructionPointer: BigInt(codeAddress),
            ipcBufferAddress: BigInt(bufferAddress),
            stackPointer: 0n,
            priority,
            maxPriority: priority,
            affinity: 0,
            ...(options.resume === undefined ? {} : { resume: options.resume }),
            ...options.tcb,
          },
        },
        [
          [0, cap(`${name}_cnode`, undefined, { guard: 0n, guardSize: 32 - radix })],
          [1, cap(`${name}_pd`)],
          [4, cap(`${name}_ipc`, 'RW')],
          ...(timed ? [[6, cap(`${name}_sc`)] as const] : []),
          ...(options.tcbSlots ?? []),
        ],
      ),
    ],
    files: new Map(bytes === undefined ? [] : [[file, bytes]]),
  };
}

function machineCode(path: string, text: string): Uint8Array {
  const source = new TextEncoder().encode(`.globl _start\n_start:\n${text}\n`);
  const { object: made, diagnostics } = assemble(path, filesOf(new Map([[path, source]])));
  const { image, diagnostics: linking } = link([made], {
    entry: '_start',
    textBase: virtAddr(codeAddress),
  });
  const [problem] = [...diagnostics, ...linking];
  if (problem !== undefined) throw new Error(problem.message);
  return image.segments[0]?.bytes ?? new Uint8Array(0);
}

/** Prints what is in a0 on the kernel's console. */
export const putChar = 'li a7, -12\necall\n';
/** Waits for ever. */
export const stop = '9: j 9b\n';
