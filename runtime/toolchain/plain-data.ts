/**
 * Plain data as bytes and back: what JSON has, and byte arrays, big integers, maps and absent members. The form: the
 * length of a JSON text, the text, and all byte arrays one after the other. Whoever reads has to know by a digest
 * that the bytes are what `encodePlain` made; what is no such form at all is undefined.
 */
export type Plain =
  | string
  | number
  | boolean
  | null
  | undefined
  | bigint
  | Uint8Array
  | readonly Plain[]
  | ReadonlyMap<string, Plain>
  | { readonly [name: string]: Plain };

const marks = { bytes: '$bytes', big: '$big', map: '$map' } as const;

export function encodePlain(value: Plain): Uint8Array {
  const parts: Uint8Array[] = [];
  let used = 0;
  const text = JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return { [marks.big]: each.toString() };
    if (each instanceof Map) return { [marks.map]: [...each] };
    if (!(each instanceof Uint8Array)) return each;
    const at = used;
    parts.push(each);
    used += each.length;
    return { [marks.bytes]: [at, each.length] };
  });
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(4 + json.length + used);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = 4 + json.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function decodePlain(bytes: Uint8Array): Plain | undefined {
  if (bytes.length < 4) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const blobs = bytes.subarray(4 + length);
  try {
    const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
    return revived(JSON.parse(text), blobs) as Plain;
  } catch {
    return undefined;
  }
}

/** In place: a reviver would be called for every number, too. */
function revived(value: unknown, blobs: Uint8Array): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (marks.big in value) return BigInt(String(value[marks.big]));
  if (marks.map in value) return new Map(revived(value[marks.map], blobs) as [string, Plain][]);
  if (marks.bytes in value) {
    const [at, length] = value[marks.bytes] as [number, number];
    return blobs.slice(at, at + length);
  }
  const members = value as Record<string, unknown>;
  for (const name in members) {
    const member = members[name];
    if (typeof member === 'object' && member !== null) members[name] = revived(member, blobs);
  }
  return value;
}
