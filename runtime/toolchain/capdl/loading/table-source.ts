/**
 * The load table as the root server reads it: guest TypeScript over the bytes that `table.ts` writes, made from
 * the same numbers. The root server imports it as `load-table`; it alone of its sources touches raw memory.
 */
import { objectCNode, placePointer, schedControl } from './places.js';
import { firstOwnStep, ownSteps } from './steps.js';
import { phraseFields, stepHeader, tableHeader } from './table.js';

export function loadTableSource(): string {
  const kinds = Object.entries(ownSteps).map(
    ([name, label]) => `  ${name.charAt(0).toUpperCase()}${name.slice(1)} = ${label},`,
  );
  return `// Made from the tables of runtime/toolchain/capdl/loading.
import { callWith, nameThread } from "sel4/message";
import { KernelError } from "sel4/constants";

/** Steps that are no invocation: labels that no kernel has. */
export enum OwnStep {
${kinds.join('\n')}
}
@inline export const FIRST_OWN_STEP: u32 = ${firstOwnStep};
/** Capability pointers of the loader: those from here on lead into its object CNode. */
@inline export const PLACES: u32 = ${placePointer(0)};
@inline export const OBJECT_CNODE: u32 = ${objectCNode};
@inline export const SCHED_CONTROL_PLACE: u32 = ${schedControl - placePointer(0)};

export function loadTableAt(address: usize): LoadTable {
  return changetype<LoadTable>(address);
}

@unmanaged export class LoadTable {
  /** log2 of the slots of the object CNode. */
  get radix(): u32 {
    return load<u32>(changetype<usize>(this), ${tableHeader.radix});
  }

  get hasDebugCalls(): bool {
    return (load<u32>(changetype<usize>(this), ${tableHeader.flags}) & 1) != 0;
  }

  get firstStep(): Step {
    return changetype<Step>(this.at(load<u32>(changetype<usize>(this), ${tableHeader.steps})));
  }

  name(index: u32): string {
    let names = this.at(load<u32>(changetype<usize>(this), ${tableHeader.names}));
    return this.text(load<u32>(names + (index << 2)));
  }

  phrase(label: u32): Phrase {
    let phrases = this.at(load<u32>(changetype<usize>(this), ${tableHeader.phrases}));
    return changetype<Phrase>(phrases + label * ${phraseFields.bytes});
  }

  /** The text at an offset; none at 0. */
  text(offset: u32): string {
    if (offset == 0) return "";
    let start = this.at(offset);
    return String.UTF8.decodeUnsafe(start, lengthOf(start));
  }

  /** Gives the thread of a step the name of its object. */
  nameThread(step: Step): void {
    let names = this.at(load<u32>(changetype<usize>(this), ${tableHeader.names}));
    let start = this.at(load<u32>(names + (step.about << 2)));
    nameThread(step.target, start, lengthOf(start));
  }

  /** The address of what stands at an offset. */
  at(offset: u32): usize {
    return changetype<usize>(this) + offset;
  }
}

/** An invocation in the form in which the kernel takes it. */
@unmanaged export class Step {
  /** The message info. */
  get info(): u32 {
    return load<u32>(changetype<usize>(this), ${stepHeader.info});
  }

  get label(): u32 {
    return this.info >> 12;
  }

  get capabilities(): u32 {
    return (this.info >> 7) & 3;
  }

  get words(): u32 {
    return this.info & 127;
  }

  /** The name of whom it is about, by its number. */
  get about(): u32 {
    return load<u16>(changetype<usize>(this), ${stepHeader.names});
  }

  /** That of who has it. */
  get holder(): u32 {
    return load<u16>(changetype<usize>(this), ${stepHeader.names + 2});
  }

  get target(): u32 {
    return load<u32>(changetype<usize>(this), ${stepHeader.target});
  }

  word(index: u32): u32 {
    let info = this.info;
    return load<u32>(
      changetype<usize>(this) + ((((info >> 7) & 3) + index) << 2),
      ${stepHeader.bytes},
    );
  }

  invoke(): KernelError {
    return <KernelError>callWith(
      this.target,
      this.info,
      changetype<usize>(this) + ${stepHeader.bytes},
    );
  }

  get next(): Step {
    let info = this.info;
    return changetype<Step>(
      changetype<usize>(this) + ${stepHeader.bytes} + ((((info >> 7) & 3) + (info & 127)) << 2),
    );
  }
}

/** How a step reads in a sentence: offsets of texts, 0 for none. */
@unmanaged export class Phrase {
  get before(): u32 {
    return load<u32>(changetype<usize>(this), ${phraseFields.before});
  }

  /** The text before a number. */
  get between(): u32 {
    return load<u32>(changetype<usize>(this), ${phraseFields.between});
  }

  /** Which word of the step is that number. */
  get word(): u32 {
    return load<u32>(changetype<usize>(this), ${phraseFields.word});
  }

  /** The text before the name of who has it. */
  get after(): u32 {
    return load<u32>(changetype<usize>(this), ${phraseFields.after});
  }
}

function lengthOf(text: usize): u32 {
  let end = text;
  while (load<u8>(end)) end += 1;
  return <u32>(end - text);
}
`;
}
