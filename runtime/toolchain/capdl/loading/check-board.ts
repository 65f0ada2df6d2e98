/** What a specification asks of a board that the board does not have, or that the kernel keeps for itself. */
import type { Diagnostic } from '../../text/diagnostic.js';
import { noRange } from '../../text/diagnostic.js';
import { diagnosticAt } from '../../text/source-line.js';
import type { CapdlObject, CapdlSpec } from '../spec.js';

export interface LoadingBoard {
  readonly name: string;
  /** Highest interrupt; the lowest is 1. */
  readonly interruptCount: number;
  readonly devices: readonly {
    readonly name: string;
    readonly base: number;
    readonly sizeBytes: number;
    readonly kernelOwned: boolean;
  }[];
}

export function boardProblems(
  spec: CapdlSpec,
  file: string,
  { name: board, interruptCount, devices }: LoadingBoard,
): Diagnostic[] {
  const objects = new Map(spec.objects.map((object) => [object.name, object]));
  const problem = (object: CapdlObject | undefined, code: string, message: string): Diagnostic =>
    object?.origin === undefined
      ? { file, range: noRange, severity: 'error', code, message }
      : diagnosticAt(object.origin.place, 'error', code, message);
  const interrupts = [...spec.irqs].flatMap(([irq, name]) =>
    irq >= 1 && irq <= interruptCount
      ? []
      : [
          problem(
            objects.get(name),
            'load-interrupt',
            `Interrupt ${String(irq)} (${name}) is none of the board ${board}, which has 1 to ${String(interruptCount)}.`,
          ),
        ],
  );
  const kept = devices.filter(({ kernelOwned }) => kernelOwned);
  const memory = spec.objects.flatMap((object) => {
    const { type, name, physicalAddress, sizeBits = 0 } = object;
    if (physicalAddress === undefined || (type !== 'frame' && type !== 'ut')) return [];
    const start = Number(physicalAddress);
    const device = kept.find(
      ({ base, sizeBytes }) => start < base + sizeBytes && base < start + 2 ** sizeBits,
    );
    return device === undefined
      ? []
      : [
          problem(
            object,
            'load-physical-address',
            `${name} lies at 0x${start.toString(16)}, in the registers of ${device.name} (0x${device.base.toString(16)} to 0x${(device.base + device.sizeBytes - 1).toString(16)}), which the kernel keeps for itself.`,
          ),
        ];
  });
  return [...interrupts, ...memory];
}
