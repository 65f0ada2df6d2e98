/**
 * The open buffers over the disk: what the front ends see as files. A path is that of the file system
 * with `/` between the parts; a document without a file (untitled) is known by its URI instead, and a
 * file of the builtin library by its path `builtin:/…`, which the client sees as `cantrip-builtin:/…`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type {
  TextDocumentContentChangeEvent,
  VersionedTextDocumentIdentifier,
} from 'vscode-languageserver/node';
import type { TextDocumentItem } from 'vscode-languageserver/node';
import type { SourceFiles } from '../runtime/toolchain/text/source-files.js';

export const builtinScheme = 'cantrip-builtin';
/** Documents that the client makes of a view; the query is JSON with the `uri` that it is of. */
const viewScheme = 'cantrip-system';
const builtinPrefix = 'builtin:/';

interface OpenDocument {
  readonly document: TextDocument;
  readonly stamp: number;
}

interface DiskFile {
  readonly bytes: Uint8Array | undefined;
  readonly stamp: number;
  text: string | undefined;
  /** Set when the file may have changed since it was read. */
  isDoubtful: boolean;
}

export class Documents implements SourceFiles {
  private readonly byPath = new Map<string, OpenDocument>();
  private readonly disk = new Map<string, DiskFile>();
  private readonly libraryText: (file: string) => string | undefined;
  private lastStamp = 0;
  /** Grows with every change of any file; what was made in this epoch needs no check of its stamps. */
  epoch = 0;

  /** `libraryText` gives what stands under a path that begins with `builtin:/`. */
  constructor(libraryText: (file: string) => string | undefined) {
    this.libraryText = libraryText;
  }

  get openPaths(): readonly string[] {
    return [...this.byPath.keys()];
  }

  open({ uri, languageId, version, text }: TextDocumentItem): void {
    this.keep(this.pathOf(uri), TextDocument.create(uri, languageId, version, text));
  }

  change(
    { uri, version }: VersionedTextDocumentIdentifier,
    changes: TextDocumentContentChangeEvent[],
  ): void {
    const file = this.pathOf(uri);
    const open = this.byPath.get(file);
    if (open === undefined) return;
    this.keep(file, TextDocument.update(open.document, changes, version));
  }

  close(uri: string): void {
    const file = this.pathOf(uri);
    this.byPath.delete(file);
    this.forgetDisk([file]);
  }

  /** The disk has changed behind our back; without paths, anything may have. */
  forgetDisk(files?: readonly string[]): void {
    for (const file of files ?? this.disk.keys()) {
      const known = this.disk.get(file);
      if (known !== undefined) known.isDoubtful = true;
    }
    this.epoch += 1;
  }

  readText(file: string): string | undefined {
    const open = this.byPath.get(file);
    if (open !== undefined) return open.document.getText();
    if (file.startsWith(builtinPrefix)) return this.libraryText(file);
    const known = this.readDisk(file);
    if (known?.bytes === undefined) return undefined;
    known.text ??= new TextDecoder().decode(known.bytes);
    return known.text;
  }

  readBytes(file: string): Uint8Array | undefined {
    const open = this.byPath.get(file);
    return open === undefined
      ? this.readDisk(file)?.bytes
      : new TextEncoder().encode(open.document.getText());
  }

  /** Differs whenever the content does; a file that is not there has one, too. */
  stampOf(file: string): number {
    return this.byPath.get(file)?.stamp ?? this.readDisk(file)?.stamp ?? 0;
  }

  versionOf(file: string): number | undefined {
    return this.byPath.get(file)?.document.version;
  }

  /** The file that a view is of; any other document is of itself. */
  sourceOf(file: string): string {
    if (!file.startsWith(`${viewScheme}:`)) return file;
    try {
      const query: unknown = JSON.parse(decodeURIComponent(new URL(file).search.slice(1)));
      const isOfOne = typeof query === 'object' && query !== null && 'uri' in query;
      return isOfOne && typeof query.uri === 'string' ? this.pathOf(query.uri) : file;
    } catch {
      // Somebody else's document of this scheme: it is of nothing that is known.
      return file;
    }
  }

  /** As the client names the language of an open document. */
  languageIdOf(file: string): string | undefined {
    return this.byPath.get(file)?.document.languageId;
  }

  pathOf(uri: string): string {
    if (uri.startsWith(`${builtinScheme}:`)) {
      return (
        builtinPrefix + decodeURIComponent(uri.slice(builtinScheme.length + 1)).replace(/^\/+/, '')
      );
    }
    if (!uri.startsWith('file:')) return uri;
    return fileURLToPath(uri).replaceAll(path.sep, '/');
  }

  /** The URI by which the client opened the file, so that both mean the same document. */
  uriOf(file: string): string {
    const open = this.byPath.get(file)?.document.uri;
    if (open !== undefined) return open;
    if (file.startsWith(builtinPrefix))
      return `${builtinScheme}:/${file.slice(builtinPrefix.length)}`;
    return path.isAbsolute(file) ? pathToFileURL(file).href : file;
  }

  private keep(file: string, document: TextDocument): void {
    this.lastStamp += 1;
    this.byPath.set(file, { document, stamp: this.lastStamp });
    this.epoch += 1;
  }

  private readDisk(file: string): DiskFile | undefined {
    if (!path.isAbsolute(file)) return undefined;
    const known = this.disk.get(file);
    if (known !== undefined && !known.isDoubtful) return known;
    let bytes: Uint8Array | undefined;
    try {
      bytes = readFileSync(file);
    } catch {
      // A file that is not there is an answer; the front end makes a diagnostic of it.
    }
    if (known !== undefined && isSame(known.bytes, bytes)) {
      known.isDoubtful = false;
      return known;
    }
    this.lastStamp += 1;
    const read = { bytes, stamp: this.lastStamp, text: undefined, isDoubtful: false };
    this.disk.set(file, read);
    return read;
  }
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.compare(one, other) === 0;
}
