/** A small seeded generator for where a property library would be too slow: xorshift32. */
export class Random {
  private state: number;

  constructor(seed: number) {
    // Neighbouring seeds are spread apart; 0 would stay 0.
    this.state = (Math.imul(seed, 0x9e37_79b1) ^ 0x85eb_ca6b) | 0;
    if (this.state === 0) this.state = 1;
    for (let warm = 0; warm < 8; warm += 1) this.word();
  }

  /** Unsigned 32 bits. */
  word(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x >>> 0;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    return this.word() % limit;
  }

  oneOf<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }
}
