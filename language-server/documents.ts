/**
 * The open buffers over the disk: what the front ends see as files. A path is that of the file system
 * with `/` between the parts; a document without a file (untitled) is known by its URI instead.
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

export class Documents implements SourceFiles {
  private readonly byPath = new Map<string, TextDocument>();
  private readonly disk = new Map<string, Uint8Array | undefined>();
  /** Grows with every change of any file; an analysis of an older epoch is out of date. */
  epoch = 0;

  get openPaths(): readonly string[] {
    return [...this.byPath.keys()];
  }

  open({ uri, languageId, version, text }: TextDocumentItem): void {
    this.byPath.set(this.pathOf(uri), TextDocument.create(uri, languageId, version, text));
    this.epoch += 1;
  }

  change(
    { uri, version }: VersionedTextDocumentIdentifier,
    changes: TextDocumentContentChangeEvent[],
  ): void {
    const document = this.byPath.get(this.pathOf(uri));
    if (document === undefined) return;
    TextDocument.update(document, changes, version);
    this.epoch += 1;
  }

  close(uri: string): void {
    this.byPath.delete(this.pathOf(uri));
    this.forgetDisk();
  }

  /** The disk has changed behind our back. */
  forgetDisk(): void {
    this.disk.clear();
    this.epoch += 1;
  }

  readText(file: string): string | undefined {
    const open = this.byPath.get(file);
    if (open !== undefined) return open.getText();
    const bytes = this.readDisk(file);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  readBytes(file: string): Uint8Array | undefined {
    const open = this.byPath.get(file);
    return open === undefined ? this.readDisk(file) : new TextEncoder().encode(open.getText());
  }

  versionOf(file: string): number | undefined {
    return this.byPath.get(file)?.version;
  }

  pathOf(uri: string): string {
    if (!uri.startsWith('file:')) return uri;
    return fileURLToPath(uri).replaceAll(path.sep, '/');
  }

  /** The URI by which the client opened the file, so that both mean the same document. */
  uriOf(file: string): string {
    const open = this.byPath.get(file)?.uri;
    if (open !== undefined) return open;
    return path.isAbsolute(file) ? pathToFileURL(file).href : file;
  }

  private readDisk(file: string): Uint8Array | undefined {
    if (!path.isAbsolute(file)) return undefined;
    if (!this.disk.has(file)) {
      let bytes: Uint8Array | undefined;
      try {
        bytes = readFileSync(file);
      } catch {
        // A file that is not there is an answer; the front end makes a diagnostic of it.
      }
      this.disk.set(file, bytes);
    }
    return this.disk.get(file);
  }
}
