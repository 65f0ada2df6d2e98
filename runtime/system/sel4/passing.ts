// Capabilities that go along with the messages of one interface: at most one each way. What comes lies in a slot of the
// component's own CNode until it is taken; what nobody takes is deleted, so that the next one finds the slot empty.
import { CSpace } from "./cspace";
import { capability, setCapability, setReceiveSlot } from "./message";

/** In place of the number of capabilities, where they come from a member of the same capsule: by their slots. */
const BY_SLOT: u32 = 4;

export class Passing {
  private given: u32 = 0;
  private place: u32 = 0;
  private isThere: bool = false;

  /** The capability in this slot goes along with the next message; the slot keeps it. */
  give(slot: u32): void {
    this.given = slot;
  }

  /** From now on capabilities may come; false: no slot is free. */
  accept(): bool {
    if (!this.place) this.place = CSpace.allocate();
    this.open();
    return this.place != 0;
  }

  /** The slot of the capability that came, which is the caller's now; 0: none came. */
  take(): u32 {
    if (!this.isThere) return 0;
    let slot = this.place;
    this.isThere = false;
    this.place = CSpace.allocate();
    this.open();
    return slot;
  }

  /** As a message leaves: the number of capabilities in it. */
  leave(): u32 {
    this.open();
    if (!this.given) return 0;
    setCapability(0, this.given);
    this.given = 0;
    return 1;
  }

  /** As a message comes with so many capabilities. */
  arrive(capabilities: u32): void {
    if (capabilities & BY_SLOT) this.isThere = this.place != 0 && CSpace.copyTo(this.place, capability(0));
    else this.isThere = capabilities != 0 && this.place != 0;
  }

  drop(): void {
    if (!this.isThere) return;
    this.isThere = false;
    CSpace.empty(this.place);
  }

  private open(): void {
    if (this.place) setReceiveSlot(CSpace.root(), this.place, 32);
    else setReceiveSlot(0, 0, 0);
  }
}
