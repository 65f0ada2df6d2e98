/**
 * Archives in the "newc" format of cpio, as SecurityCoordinator reads the built-in bundles from one. Nothing of the
 * host gets in: no times, no owners, so the same files are the same archive.
 */
export interface CpioEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const headerBytes = 110;
const regularFile = 0o100644;
const trailer: CpioEntry = { name: 'TRAILER!!!', bytes: new Uint8Array(0) };
const encoder = new TextEncoder();

/** In the order given. */
export function writeCpio(entries: readonly CpioEntry[]): Uint8Array {
  const parts = [...entries.map((entry, index) => part(entry, index + 1)), part(trailer, 0)];
  const archive = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of parts) {
    archive.set(each, at);
    at += each.length;
  }
  return archive;
}

function part({ name, bytes }: CpioEntry, inode: number): Uint8Array {
  const nameBytes = encoder.encode(`${name}\0`);
  const mode = inode === 0 ? 0 : regularFile;
  const numbers = [inode, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, nameBytes.length, 0];
  const header = `070701${numbers.map((each) => each.toString(16).padStart(8, '0')).join('')}`;
  const start = filledUp(headerBytes + nameBytes.length);
  const made = new Uint8Array(filledUp(start + bytes.length));
  made.set(encoder.encode(header));
  made.set(nameBytes, headerBytes);
  made.set(bytes, start);
  return made;
}

const filledUp = (count: number): number => (count + 3) & ~3;
