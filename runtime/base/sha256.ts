/** SHA-256 (FIPS 180-4) of bytes, as 64 hexadecimal digits. Names contents; nothing secret hangs on it. */

export function sha256(bytes: Uint8Array): string {
  const state = new Uint32Array(initialState);
  const words = new Uint32Array(64);
  const padded = padding(bytes);
  const whole = bytes.length - (bytes.length % blockBytes);
  for (let at = 0; at < whole; at += blockBytes) compress(state, words, bytes, at);
  for (let at = 0; at < padded.length; at += blockBytes) compress(state, words, padded, at);
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

const blockBytes = 64;

/** The last bytes, a one bit, zeros, and the number of bits in eight bytes. */
function padding(bytes: Uint8Array): Uint8Array {
  const rest = bytes.subarray(bytes.length - (bytes.length % blockBytes));
  const padded = new Uint8Array(rest.length + 9 > blockBytes ? 2 * blockBytes : blockBytes);
  padded.set(rest);
  padded[rest.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

function compress(state: Uint32Array, words: Uint32Array, bytes: Uint8Array, at: number): void {
  const word = (index: number): number => words[index] ?? 0;
  for (let index = 0; index < 16; index++) {
    const byte = at + 4 * index;
    words[index] =
      ((bytes[byte] ?? 0) << 24) |
      ((bytes[byte + 1] ?? 0) << 16) |
      ((bytes[byte + 2] ?? 0) << 8) |
      (bytes[byte + 3] ?? 0);
  }
  for (let index = 16; index < 64; index++) {
    const early = word(index - 15);
    const late = word(index - 2);
    const s0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
    const s1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    words[index] = word(index - 16) + s0 + word(index - 7) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let index = 0; index < 64; index++) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + (roundConstants[index] ?? 0) + word(index)) | 0;
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => {
    state[index] = (state[index] ?? 0) + value;
  });
}

const rotated = (value: number, by: number): number => (value >>> by) | (value << (32 - by));

/** "The first thirty-two bits of the fractional parts of" the square and cube roots of the first primes. */
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32);

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}

const primes = firstPrimes(64);
const initialState = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const roundConstants = new Uint32Array(primes.map((prime) => fraction(Math.cbrt(prime))));
