/** Banks of SecurityCoordinator's key store, as they lie in the flash of board nexus. */
import { crc32 } from '../../runtime/toolchain/bundle/crc32.js';

export interface StoredKey {
  readonly bundle: string;
  readonly key: string;
  readonly value: string;
}

/** Where the first of both banks is, and where it was before banks had four sectors. */
export const keysStart = 0xef_6000;
export const earlierKeysStart = 0xff_e000;

const little = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

const part = (text: string): number[] => {
  const bytes = [...new TextEncoder().encode(text)];
  return [bytes.length, ...bytes];
};

function record({ bundle, key, value }: StoredKey): number[] {
  const body = [...part(bundle), ...part(key), ...part(value)];
  const head = [body.length & 0xff, body.length >> 8, 1, 0xff];
  const bytes = [...head, ...little(crc32(Uint8Array.from([...head, ...body]))), ...body];
  while (bytes.length % 4 !== 0) bytes.push(0xff);
  return bytes;
}

/** A flash of 16 MiB with nothing in it but these. */
export function flashWithKeys(start: number, keys: readonly StoredKey[]): Uint8Array {
  const flash = new Uint8Array(0x100_0000).fill(0xff);
  const head = [...little(0x4b56_5331), ...little(1)];
  const bank = [...head, ...little(crc32(Uint8Array.from(head))), ...keys.flatMap(record)];
  flash.set(bank, start);
  return flash;
}
