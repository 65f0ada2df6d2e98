/**
 * An interface of the system in tests: its encoders and decoders, compiled as a component would have them. The source
 * given exports functions that give bytes by `give(…)`, and functions that tell in a text what they make of `taken`.
 */
import { readFileSync } from 'node:fs';
import { runGuest, type RunningGuest } from './guest-program.js';

export interface GuestEncoding {
  /** The bytes that a function gave; undefined when it gave none. */
  readonly bytesOf: (name: string, ...args: readonly (number | bigint)[]) => number[] | undefined;
  /** What a function says of these bytes. */
  readonly toldOf: (name: string, bytes: readonly number[]) => string;
  readonly guest: RunningGuest;
}

const exchange = `
let taken = new Uint8Array(0);
let given: Uint8Array | null = null;
export function take(bytes: i32): void { taken = new Uint8Array(bytes); }
export function put(at: i32, byte: u32): void { taken[at] = <u8>byte; }
export function size(): i32 { return given ? given!.length : -1; }
export function byteAt(at: i32): u32 { return given![at]; }
function give(bytes: Uint8Array | null): void { given = bytes; }
`;

export function runEncoding(interfaces: readonly string[], source: string): GuestEncoding {
  const files = Object.fromEntries(
    interfaces.map((name) => [
      `interfaces/${name}.ts`,
      readFileSync(`runtime/system/interfaces/${name}.ts`, 'utf8'),
    ]),
  );
  const guest = runGuest(
    { ...files, 'app/Main.ts': source + exchange },
    { arenaBytes: 0x40_0000, allocationAfterInit: 'allowed' },
  );
  return {
    guest,
    bytesOf: (name, ...args) => {
      guest.call(name, ...args);
      const size = Number(guest.call('size'));
      if (size < 0) return undefined;
      return Array.from({ length: size }, (_unused, at) => Number(guest.call('byteAt', at)));
    },
    toldOf: (name, bytes) => {
      guest.call('take', bytes.length);
      for (const [at, byte] of bytes.entries()) guest.call('put', at, byte);
      return guest.text(guest.call(name));
    },
  };
}
