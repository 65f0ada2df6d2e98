// The sentence with which the root server ends when something is refused: "The system cannot be loaded: the
// capability to ep does not go into slot 0x3 of client_cnode, because the kernel answers DeleteFirst." Phrases and
// names come with the load table. It is printed where the kernel has a console, and thrown: a fault that nobody
// handles is how a root task says that it failed.
import { LoadTable, OwnStep, Step } from "load-table";
import { KernelError, log } from "sel4";

export class Report {
  constructor(private table: LoadTable) {}

  /** Of an invocation that no step of the table asks for. */
  own(error: KernelError): void {
    if (error != KernelError.NoError)
      throw new Error(this.sentence(this.table.name(0) + because(error)));
  }

  refused(step: Step, error: KernelError): string {
    const phrase = this.table.phrase(step.label);
    let text = this.table.text(phrase.before) + this.table.name(step.about);
    if (phrase.between != 0)
      text += this.table.text(phrase.between) + hexadecimal(step.word(phrase.word));
    if (phrase.after != 0) text += this.table.text(phrase.after) + this.table.name(step.holder);
    return this.sentence(text + because(error));
  }

  /** For the step `create`: how much is missing for this and the following ones, of which the first begins at a place. */
  noMemory(step: Step, place: u32, wanted: u32, free: u32): string {
    let needed = wanted << step.word(2);
    for (let next = step.next; next.label == OwnStep.Create; next = next.next)
      needed += next.word(4) << next.word(2);
    // The name of place n is name n - 1.
    const text = "there is no memory for " + this.table.name(place - 1);
    if (free >= needed)
      return this.sentence(text + ": enough is free, but no block that is large enough.");
    return this.sentence(
      text +
        "; it and what follows need " +
        decimal(needed) +
        " bytes, " +
        decimal(free) +
        " are free, " +
        decimal(needed - free) +
        " are missing. Give the board more memory.",
    );
  }

  noMemoryForCNode(bytes: u32): string {
    return this.sentence(
      "there is no free block of " +
        decimal(bytes) +
        " bytes for the CNode with all objects. Give the board more memory.",
    );
  }

  notFreeAt(step: Step, address: u32): string {
    return this.sentence(
      "no memory at " +
        hexadecimal(address) +
        " is free for " +
        this.table.name(step.about) +
        "; it is used already, or the kernel keeps it.",
    );
  }

  tooManyPieces(step: Step): string {
    return this.sentence("memory falls into too many pieces at " + this.table.name(step.about) + ".");
  }

  noSlots(step: Step, first: u32, count: u32, slots: u32): string {
    return this.sentence(
      this.table.name(step.about) +
        " takes the spare memory and has " +
        decimal(slots) +
        " slots; " +
        decimal(count) +
        " untypeds are there to put in from slot " +
        hexadecimal(first) +
        " on, so slots are missing: " +
        decimal(first + count - slots) +
        ".",
    );
  }

  private sentence(reason: string): string {
    const text = "The system cannot be loaded: " + reason;
    if (this.table.hasDebugCalls) log(text);
    return text;
  }
}

function because(error: KernelError): string {
  return ", because the kernel answers " + nameOf(error) + ".";
}

function nameOf(error: KernelError): string {
  switch (error) {
    case KernelError.InvalidArgument:
      return "InvalidArgument";
    case KernelError.InvalidCapability:
      return "InvalidCapability";
    case KernelError.IllegalOperation:
      return "IllegalOperation";
    case KernelError.RangeError:
      return "RangeError";
    case KernelError.AlignmentError:
      return "AlignmentError";
    case KernelError.FailedLookup:
      return "FailedLookup";
    case KernelError.TruncatedMessage:
      return "TruncatedMessage";
    case KernelError.DeleteFirst:
      return "DeleteFirst";
    case KernelError.RevokeFirst:
      return "RevokeFirst";
    default:
      return "NotEnoughMemory";
  }
}

function decimal(value: u32): string {
  let text = "";
  do {
    text = String.fromCharCode(48 + (value % 10)) + text;
    value /= 10;
  } while (value != 0);
  return text;
}

function hexadecimal(value: u32): string {
  let text = "";
  do {
    const digit = value & 15;
    text = String.fromCharCode(digit < 10 ? 48 + digit : 87 + digit) + text;
    value >>= 4;
  } while (value != 0);
  return "0x" + text;
}
