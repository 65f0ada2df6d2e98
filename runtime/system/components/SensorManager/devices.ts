// The names of the targets on the bus, as the assembly gives them: `thermometer 0x48 accelerometer 0x53`. What is no
// address of seven bits is left out.

export class Devices {
  private names: string[] = [];
  private addresses: i32[] = [];

  constructor(text: string) {
    let words = text.split(' ').filter((word) => word.length > 0);
    for (let at = 0; at + 1 < words.length; at += 2) {
      let address = <i32>I32.parseInt(words[at + 1]);
      if (address <= 0 || address > 0x7f) continue;
      this.names.push(words[at]);
      this.addresses.push(address);
    }
  }

  /** -1 when nothing has this name. */
  addressOf(name: string): i32 {
    let place = this.names.indexOf(name);
    return place < 0 ? -1 : this.addresses[place];
  }
}
