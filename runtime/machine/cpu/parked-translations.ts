/**
 * Translations of the address spaces that ran last. A supervisor that switches between a few programs, as
 * a microkernel does all the time, finds theirs again without walking page tables. Privileged spec 4.2.1:
 * a change of satp alone flushes nothing; so these hold until a fence, and every fence drops them all.
 */
const places = 4;
/** A space that uses more is not parked: it has been running for long. */
const mostEntries = 24;
const wordsOfEntry = 3;

export class ParkedTranslations {
  /** satp of each place; 0 for an empty one, since satp has its mode bit set where it translates. */
  private readonly spaces = new Int32Array(places);
  private readonly counts = new Int32Array(places);
  /** Slot, tag and addend of each entry. */
  private readonly entries = new Int32Array(places * mostEntries * wordsOfEntry);
  private next = 0;

  clear(): void {
    this.spaces.fill(0);
  }

  /** Keeps what `words` holds in these slots for the space; an older one may have to go. */
  park(space: number, words: Int32Array, slots: Int32Array, count: number): void {
    if (count > mostEntries) return;
    const place = this.next;
    this.next = (place + 1) % places;
    const { entries } = this;
    let at = place * mostEntries * wordsOfEntry;
    for (let index = 0; index < count; index++) {
      const slot = slots[index]!;
      entries[at] = slot;
      entries[at + 1] = words[slot]!;
      entries[at + 2] = words[slot + 1]!;
      at += wordsOfEntry;
    }
    this.spaces[place] = space;
    this.counts[place] = count;
  }

  /** Puts the translations of a space back, and notes their slots; how many there were. */
  unpark(space: number, words: Int32Array, slots: Int32Array): number {
    let place = 0;
    while (this.spaces[place] !== space) {
      place += 1;
      if (place === places) return 0;
    }
    // It is parked anew, with what it has come to use, when it is left.
    this.spaces[place] = 0;
    const { entries } = this;
    const count = this.counts[place]!;
    let at = place * mostEntries * wordsOfEntry;
    for (let index = 0; index < count; index++) {
      const slot = entries[at]!;
      words[slot] = entries[at + 1]!;
      words[slot + 1] = entries[at + 2]!;
      slots[index] = slot;
      at += wordsOfEntry;
    }
    return count;
  }
}
