/**
 * What frames hold at the start: the pieces of files that a specification names, gathered into one block
 * of bytes for the image. A piece that is named twice is carried once.
 */
import { extraBootInfo } from '../../../abi/boot-info.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { noRange } from '../../text/diagnostic.js';
import { joinPath } from '../../text/path.js';
import type { SourceFiles } from '../../text/source-files.js';
import { diagnosticAt } from '../../text/source-line.js';
import type { CapdlObject, CapdlSpec, FrameFill } from '../spec.js';

export interface Contents {
  readonly byFrame: ReadonlyMap<string, readonly ContentPiece[]>;
  readonly bytes: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}

export type ContentPiece =
  | {
      readonly kind: 'bytes';
      readonly destinationOffset: number;
      readonly lengthBytes: number;
      /** In `Contents.bytes`. */
      readonly offset: number;
    }
  | {
      readonly kind: 'bootInfo';
      readonly destinationOffset: number;
      readonly lengthBytes: number;
      /** 0 for BootInfo itself. */
      readonly id: number;
      readonly offset: number;
    };

/** `file` is where the specification stands: names of files are relative to its folder. */
export function readContents(spec: CapdlSpec, file: string, files: SourceFiles): Contents {
  const diagnostics: Diagnostic[] = [];
  const block = newBlock();
  const byFrame = new Map<string, ContentPiece[]>();
  const known = new Map<string, Uint8Array | undefined>();
  const bytesOf = (name: string): Uint8Array | undefined => {
    if (!known.has(name)) known.set(name, files.readBytes(joinPath(file, '..', name)));
    return known.get(name);
  };
  const missing = new Set<string>();
  for (const object of spec.objects) {
    if (object.type !== 'frame') continue;
    for (const fill of object.fill ?? []) {
      const problem = (code: string, message: string): void => {
        const { origin } = object;
        diagnostics.push(
          origin === undefined
            ? { file, range: noRange, severity: 'error', code, message }
            : diagnosticAt(origin.place, 'error', code, message),
        );
      };
      const piece = pieceOf(object, fill, bytesOf, block, missing, problem);
      if (piece === undefined) continue;
      const pieces = byFrame.get(object.name);
      if (pieces === undefined) byFrame.set(object.name, [piece]);
      else pieces.push(piece);
    }
  }
  return { byFrame, bytes: block.finish(), diagnostics };
}

function pieceOf(
  { name, sizeBits = 12 }: CapdlObject,
  { destinationOffset, lengthBytes, source }: FrameFill,
  bytesOf: (file: string) => Uint8Array | undefined,
  block: Block,
  missing: Set<string>,
  problem: (code: string, message: string) => void,
): ContentPiece | undefined {
  const frameBytes = 2 ** sizeBits;
  if (destinationOffset + lengthBytes > frameBytes) {
    problem(
      'load-fill-outside',
      `${name} is filled up to byte ${String(destinationOffset + lengthBytes)}; it has ${String(frameBytes)}.`,
    );
    return undefined;
  }
  if (source.kind === 'bootinfo') {
    const id = bootInfoIds.find(([ending]) => source.id.endsWith(ending))?.[1];
    if (id === undefined) {
      problem(
        'load-boot-info',
        `${name} is to hold ${source.id}, which this kernel does not tell; it has ${bootInfoIds.map(([ending]) => `CDL_FrameFill_BootInfo${ending}`).join(' and ')}.`,
      );
      return undefined;
    }
    return { kind: 'bootInfo', destinationOffset, lengthBytes, id, offset: source.offset };
  }
  const bytes = bytesOf(source.file);
  if (bytes === undefined) {
    // One file fills many frames.
    if (!missing.has(source.file))
      problem(
        'missing-file',
        `There is no file ${source.file} beside the specification, or it cannot be read; ${name} and others are filled from it.`,
      );
    missing.add(source.file);
    return undefined;
  }
  if (source.offset + lengthBytes > bytes.length) {
    problem(
      'load-fill-outside',
      `${name} is filled from byte ${String(source.offset + lengthBytes - 1)} of ${source.file}, which has ${String(bytes.length)}.`,
    );
    return undefined;
  }
  const key = `${source.file} ${String(source.offset)} ${String(lengthBytes)}`;
  const part = bytes.subarray(source.offset, source.offset + lengthBytes);
  return { kind: 'bytes', destinationOffset, lengthBytes, offset: block.add(key, part) };
}

/** How the words of capDL end, and the kernel's number. */
const bootInfoIds: readonly (readonly [string, number])[] = [
  ['_BootInfo', 0],
  ['_FDT', extraBootInfo.deviceTree],
];

interface Block {
  add(key: string, bytes: Uint8Array): number;
  finish(): Uint8Array;
}

function newBlock(): Block {
  const offsets = new Map<string, number>();
  const parts: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let size = 0;
  return {
    add: (key, bytes) => {
      const known = offsets.get(key);
      if (known !== undefined) return known;
      const at = size;
      offsets.set(key, at);
      parts.push({ at, bytes });
      // The loader copies by words from an aligned start.
      size = Math.ceil((size + bytes.length) / 4) * 4;
      return at;
    },
    finish: () => {
      const all = new Uint8Array(size);
      for (const { at, bytes } of parts) all.set(bytes, at);
      return all;
    },
  };
}
