// What a component tells of itself when it is asked: memory, slots, and the time of its threads. Every service of CantripOS
// answers the request `ComponentUsage` of its interface so; CantripOS has none. A reply may hold several: of a driver, too,
// which only that service talks to.
import { Reader, Writer } from 'sel4/postcard';

export class ThreadUsage {
  constructor(
    /** The interface that it serves; empty for the one that the component has for itself. */
    public serves: string,
    /** Microseconds of the processor since the start. */
    public used: u64,
  ) {}
}

/** How many capabilities there are of a kind, by the kernel's number for it. */
export class KindCount {
  constructor(
    public kind: u32,
    public count: u32,
  ) {}
}

export class ComponentUsage {
  /** Address space: what is said of a program is said of all components in it. */
  program: string = '';
  textBytes: u32 = 0;
  dataBytes: u32 = 0;
  zeroBytes: u32 = 0;
  stackBytes: u32 = 0;
  /** The component's own. */
  arenaBytes: u32 = 0;
  arenaUsed: u32 = 0;
  arenaPeak: u32 = 0;
  freeSlots: u32 = 0;
  kinds: KindCount[] = [];
  threads: ThreadUsage[] = [];

  constructor(public name: string) {}

  write(to: Writer): void {
    to.text(this.name);
    to.text(this.program);
    to.u32(this.textBytes);
    to.u32(this.dataBytes);
    to.u32(this.zeroBytes);
    to.u32(this.stackBytes);
    to.u32(this.arenaBytes);
    to.u32(this.arenaUsed);
    to.u32(this.arenaPeak);
    to.u32(this.freeSlots);
    to.sequence(this.kinds.length);
    for (let index = 0; index < this.kinds.length; index++) {
      to.u32(this.kinds[index].kind);
      to.u32(this.kinds[index].count);
    }
    to.sequence(this.threads.length);
    for (let index = 0; index < this.threads.length; index++) {
      to.text(this.threads[index].serves);
      to.u64(this.threads[index].used);
    }
  }

  static read(from: Reader): ComponentUsage {
    let usage = new ComponentUsage(from.text());
    usage.program = from.text();
    usage.textBytes = from.u32();
    usage.dataBytes = from.u32();
    usage.zeroBytes = from.u32();
    usage.stackBytes = from.u32();
    usage.arenaBytes = from.u32();
    usage.arenaUsed = from.u32();
    usage.arenaPeak = from.u32();
    usage.freeSlots = from.u32();
    for (let left = from.sequence(); left > 0 && !from.isWrong; left--) {
      let kind = from.u32();
      usage.kinds.push(new KindCount(kind, from.u32()));
    }
    for (let left = from.sequence(); left > 0 && !from.isWrong; left--) {
      let serves = from.text();
      usage.threads.push(new ThreadUsage(serves, from.u64()));
    }
    return usage;
  }
}

/** Those of a reply; none where it is no such reply. */
export function readUsages(bytes: Uint8Array): ComponentUsage[] {
  let from = Reader.over(bytes);
  let usages: ComponentUsage[] = [];
  for (let left = from.u8(); left > 0 && !from.isWrong; left--)
    usages.push(ComponentUsage.read(from));
  return from.isWrong ? [] : usages;
}
