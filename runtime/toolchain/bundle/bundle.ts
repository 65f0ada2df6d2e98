/**
 * A program as a bundle that SecurityCoordinator installs: sections with a header of 48 bytes each, high byte first, as
 * CantripOS has them, with the checksum filled in. Before them comes the manifest, as a section of a type of our own,
 * so that a bundle is one file wherever it comes from.
 */
import type { Segment, SystemImage } from '../../image/system-image.js';
import { fail, ok, type Result } from '../../base/result.js';
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import { crc32 } from './crc32.js';
import { readManifest, type Manifest } from './manifest.js';

const headerBytes = 48;
const magic = 0x0405_1957_1014_1955n;
const application = 0x0405_1957;
/** "MANI". */
const manifestType = 0x4d41_4e49;
const flag = { read: 1, write: 2, execute: 4, entry: 8 } as const;
const pageBytes = 0x1000;
/** What one page table maps; an application has one. */
const spanBytes = 0x40_0000;
/** Behind the program: its stack between two guard pages, the IPC buffer and the page for parameters of the SDK. */
const roomBehindBytes = 24 * pageBytes;

export function makeBundle(
  program: SystemImage,
  manifest: Manifest,
): Result<Uint8Array, Diagnostic> {
  const segments = program.segments
    .filter(({ memorySizeBytes }) => memorySizeBytes > 0)
    .toSorted((one, other) => one.virtualAddress - other.virtualAddress);
  const problem = problemOf(program, segments);
  if (problem !== undefined)
    return fail({
      file: program.name,
      range: noRange,
      severity: 'error',
      code: 'bundle-layout',
      message: problem,
    });
  const text = new TextEncoder().encode(manifest.text);
  const sections = [
    section({ address: 0, flags: 0, bytes: text, memoryBytes: text.length, type: manifestType }),
    ...segments.map((segment) =>
      section({
        address: segment.virtualAddress,
        entry: program.entry,
        flags: flagsOf(segment, program.entry),
        bytes: withoutZeros(segment.bytes),
        memoryBytes: segment.memorySizeBytes,
        type: application,
      }),
    ),
  ];
  const bundle = new Uint8Array(sections.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of sections) {
    bundle.set(each, at);
    at += each.length;
  }
  return ok(bundle);
}

/** What the manifest in a bundle calls it; undefined where its first section is none. */
export function bundleName(bundle: Uint8Array): string | undefined {
  if (bundle.length < headerBytes) return undefined;
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  if (view.getBigUint64(0) !== magic || view.getUint32(40) !== manifestType) return undefined;
  const text = new TextDecoder().decode(
    bundle.subarray(headerBytes, headerBytes + view.getUint32(28)),
  );
  return readManifest('', text).manifest?.name;
}

const endOf = (segment: Segment): number => segment.virtualAddress + segment.memorySizeBytes;

const isWithin = (segment: Segment, address: number): boolean =>
  address >= segment.virtualAddress && address < endOf(segment);

function problemOf(program: SystemImage, segments: readonly Segment[]): string | undefined {
  const [first] = segments;
  const last = segments.at(-1);
  if (first === undefined || last === undefined)
    return 'The program has no segments, so there is nothing to run.';
  if (!segments.some((each) => each.executable && isWithin(each, program.entry)))
    return `The entry ${hex(program.entry)} is in no executable segment.`;
  if (first.virtualAddress < pageBytes)
    return `The program begins at ${hex(first.virtualAddress)}; the first page stays empty, so that a null pointer faults.`;
  const span = Math.floor(first.virtualAddress / spanBytes) * spanBytes + spanBytes;
  if (endOf(last) + roomBehindBytes > span)
    return `The program goes from ${hex(first.virtualAddress)} to ${hex(endOf(last))}; with its stack behind it, it has to end before ${hex(span)}, since an application has one page table.`;
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    if (segment.writable && segment.executable)
      return `The segment at ${hex(segment.virtualAddress)} is writable and executable; an application may have either.`;
    if (next !== undefined && pageOf(endOf(segment) - 1) >= pageOf(next.virtualAddress))
      return `The segments at ${hex(segment.virtualAddress)} and ${hex(next.virtualAddress)} share a page; give each pages of its own.`;
  }
  return undefined;
}

const pageOf = (address: number): number => Math.floor(address / pageBytes);
const hex = (value: number): string => `0x${value.toString(16)}`;

function flagsOf(segment: Segment, entry: number): number {
  return (
    (segment.readable ? flag.read : 0) |
    (segment.writable ? flag.write : 0) |
    (segment.executable ? flag.execute : 0) |
    (segment.executable && isWithin(segment, entry) ? flag.entry : 0)
  );
}

/** Memory behind the data is zero anyhow. */
function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

interface NewSection {
  readonly address: number;
  readonly entry?: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  readonly memoryBytes: number;
  readonly type: number;
}

function section({ address, entry = 0, flags, bytes, memoryBytes, type }: NewSection): Uint8Array {
  const made = new Uint8Array(headerBytes + bytes.length);
  const view = new DataView(made.buffer);
  view.setBigUint64(0, magic);
  view.setBigUint64(8, BigInt(address));
  view.setBigUint64(16, BigInt(entry));
  view.setUint32(24, flags);
  view.setUint32(28, bytes.length);
  view.setUint32(32, memoryBytes);
  view.setUint32(36, address % pageBytes === 0 ? pageBytes : 1);
  view.setUint32(40, type);
  view.setUint32(44, crc32(bytes));
  made.set(bytes, headerBytes);
  return made;
}
