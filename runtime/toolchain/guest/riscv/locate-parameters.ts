/**
 * Where the parameters of a function are while it runs, in a build that keeps no locals in the frame: each word where
 * the caller put it, then in the register or the word of the frame that it was given. What something else is ever put
 * into as well is not told of, so that whatever is told is the parameter.
 */
import type { VariableLocation } from '../../../image/debug-information.js';
import type { FunctionType } from '../wasm/module.js';
import { placeArguments } from './calling-convention.js';
import type { CompiledFunction } from './compile-function.js';
import type { Ranges } from './intervals.js';
import type { MachineBlock, Step } from './machine-code.js';
import { writesOf } from './machine-code.js';

/** By word, as the calling convention counts them. */
export function parameterLocations(
  compiled: CompiledFunction,
  type: FunctionType,
): readonly (readonly VariableLocation[])[] {
  const { machine, assembled, allocation, expanded } = compiled;
  const end = assembled.bytes.length;
  const code = codeOffsets(compiled);
  const [entry] = machine.blocks;
  const first = entry?.steps[0];
  // The code before the first step makes the frame, and leaves arguments where they are.
  const entered = first === undefined ? undefined : code.startOf(first);
  return placeArguments(type.parameters).places.map((place, word): VariableLocation[] => {
    // Nobody writes into what the caller put on the stack.
    if (place.kind === 'stack')
      return [{ from: 0, to: end, at: { kind: 'frame', offset: place.offset } }];
    const before: VariableLocation = {
      from: 0,
      to: (entered ?? 0) + 1,
      at: { kind: 'register', register: place.register },
    };
    const value = machine.parameters[word];
    if (value === undefined) return [before];
    const slot = machine.slotOf.get(value);
    const writers = machine.blocks.flatMap(({ steps }) =>
      steps.filter((step) =>
        slot === undefined ? writesOf(step).includes(value) : isStore(step, slot),
      ),
    );
    const [writer, ...others] = writers;
    if (writer === undefined || others.length > 0 || entry?.steps.includes(writer) !== true)
      return [before];
    if (slot !== undefined) {
      const { starts, sizeBytes } = expanded.frame;
      const next = entry.steps[entry.steps.indexOf(writer) + 1];
      const from = next === undefined ? code.exitOf(entry) : code.startOf(next);
      const offset = starts.slot + 4 * slot - sizeBytes;
      return from === undefined
        ? [before]
        : [before, { from, to: end, at: { kind: 'frame', offset } }];
    }
    const register = allocation.registers.get(value);
    if (register === undefined) return [before];
    const ranges = code.rangesOf(allocation.liveness.intervals.get(value) ?? []);
    return [
      before,
      ...ranges.map(({ from, to }): VariableLocation => ({
        from: Math.max(from, before.to),
        to,
        at: { kind: 'register', register },
      })),
    ].filter(({ from, to }) => from < to);
  });
}

const isStore = ({ moves, name, frame, imm }: Step, slot: number): boolean =>
  (name === 'sw' && frame === 'slot' && imm === 4 * slot) ||
  moves.some(({ to }) => to.kind === 'slot' && to.slot === slot);

interface CodeOffsets {
  startOf(step: Step): number | undefined;
  /** Of the code that ends a block. */
  exitOf(block: MachineBlock): number | undefined;
  /** Of the bytes before whose instructions a value is where it is. */
  rangesOf(positions: Ranges): { readonly from: number; readonly to: number }[];
}

function codeOffsets({ machine, assembled, expanded, allocation }: CompiledFunction): CodeOffsets {
  const { offsets, bytes } = assembled;
  const starts = [...offsets.values()].map((places) => places[0] ?? 0).sort((a, b) => a - b);
  const placesOf = (block: MachineBlock): readonly number[] | undefined => {
    const code = expanded.blockOf.get(block);
    return code && offsets.get(code);
  };
  const startOf = (step: Step): number | undefined => {
    const place = expanded.starts.get(step);
    return place && offsets.get(place.block)?.[place.index];
  };
  const exitOf = (block: MachineBlock): number | undefined => placesOf(block)?.at(-1);
  const at = (block: MachineBlock, index: number): number | undefined => {
    const step = block.steps[index];
    return step === undefined ? exitOf(block) : startOf(step);
  };
  return {
    startOf,
    exitOf,
    rangesOf(positions) {
      const found: { from: number; to: number }[] = [];
      for (const block of machine.blocks) {
        const span = allocation.liveness.spans.get(block);
        const places = placesOf(block);
        // What was left out of the code is nowhere.
        if (span === undefined || places === undefined) continue;
        const exit = places.at(-1) ?? 0;
        const next = starts.find((start) => start > exit) ?? bytes.length;
        for (let each = 0; each < positions.length; each += 2) {
          const from = Math.max(positions[each] ?? 0, span.from);
          const to = Math.min(positions[each + 1] ?? 0, span.to);
          if (from >= to) continue;
          // Step number i reads at 2i and writes at 2i + 1: a value is there after that, up to its last reader.
          const first = at(block, Math.ceil((from - span.from) / 2));
          const last = Math.floor((to - 1 - span.from) / 2);
          const end = last >= block.steps.length ? next : (at(block, last) ?? 0) + 1;
          if (first !== undefined && first < end) found.push({ from: first, to: end });
        }
      }
      return found;
    },
  };
}
