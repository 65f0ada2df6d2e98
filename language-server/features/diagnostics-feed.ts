/**
 * Pushes diagnostics as the user types, a moment after the last key, to a client that does not pull them.
 * One program may report on many files, so everything is worked out together and a file that has become
 * clean is told so.
 */
import type { PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { Documents } from '../documents.js';
import type { Languages } from '../languages.js';
import { workThrough } from '../pieces.js';
import { Collected, toProtocol } from './diagnostics.js';

/** Short enough to feel immediate, long enough that a fast typist is not analysed at every key. */
const quietMs = 80;
/** While a very long file is open. */
const longQuietMs = 400;

export class DiagnosticsFeed {
  private readonly documents: Documents;
  private readonly languages: Languages;
  private readonly publish: (parameters: PublishDiagnosticsParams) => void;
  private timer: NodeJS.Timeout | undefined;
  private turn = 0;
  /** What the client shows now, by path, as JSON. */
  private shown = new Map<string, string>();

  constructor(
    documents: Documents,
    languages: Languages,
    publish: (parameters: PublishDiagnosticsParams) => void,
  ) {
    this.documents = documents;
    this.languages = languages;
    this.publish = publish;
  }

  update({ isLong }: { isLong: boolean }): void {
    this.stop();
    this.timer = setTimeout(() => void this.publishWhenWorked(), isLong ? longQuietMs : quietMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.turn += 1;
  }

  /** Given up when something changes meanwhile. */
  private async publishWhenWorked(): Promise<void> {
    const { turn } = this;
    const isWanted = (): boolean => this.turn === turn;
    for (const file of this.documents.openPaths)
      await workThrough(() => this.languages.of(file)?.work?.(file), isWanted);
    if (isWanted()) this.publishChanges();
  }

  private publishChanges(): void {
    const collected = new Collected();
    for (const file of this.documents.openPaths) {
      collected.addFile(file);
      for (const program of this.languages.of(file)?.programsOf(file) ?? []) collected.add(program);
    }
    const shown = new Map<string, string>();
    for (const file of new Set([...collected.files(), ...this.shown.keys()])) {
      const diagnostics = collected.of(file).map((found) => toProtocol(found, this.documents));
      const text = JSON.stringify(diagnostics);
      if (diagnostics.length > 0 || this.documents.versionOf(file) !== undefined)
        shown.set(file, text);
      if (text === (this.shown.get(file) ?? (shown.has(file) ? undefined : '[]'))) continue;
      const version = this.documents.versionOf(file);
      this.publish({
        uri: this.documents.uriOf(file),
        diagnostics,
        ...(version === undefined ? {} : { version }),
      });
    }
    this.shown = shown;
  }
}
