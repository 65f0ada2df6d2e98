/** The files of a tar archive, as POSIX.1-2017 (pax, "ustar Interchange Format") lays them out. */
const blockBytes = 512;

/**
 * Reads the archive when it is first asked, and keeps what it found. Where the bytes are no archive, or where it
 * breaks off, there are no more files.
 */
export function tarFiles(archive: Uint8Array): () => ReadonlyMap<string, Uint8Array> {
  let files: ReadonlyMap<string, Uint8Array> | undefined;
  return () => (files ??= readFiles(archive));
}

function readFiles(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + blockBytes <= archive.length;) {
    const header = archive.subarray(at, at + blockBytes);
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    if (textAt(header, 257, 5) !== 'ustar' || !Number.isSafeInteger(size) || size < 0) break;
    const start = at + blockBytes;
    if (start + size > archive.length) break;
    const isFile = header[156] === 0x30 || header[156] === 0;
    const prefix = textAt(header, 345, 155);
    const name = textAt(header, 0, 100);
    if (isFile) {
      files.set(prefix === '' ? name : `${prefix}/${name}`, archive.subarray(start, start + size));
    }
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  return files;
}

/** Up to the first zero, without blanks around it. */
function textAt(block: Uint8Array, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end)).trim();
}
