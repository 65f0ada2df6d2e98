/**
 * Waiting while somebody types in a very long file. What editors ask for after each key without being told to
 * (colours, hints, diagnostics) waits for a pause there, so that what was asked for by hand is answered at once.
 */
import type { CancellationToken } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Documents } from './documents.js';

const longCharacters = 500_000;
const pauseMs = 300;
const stepMs = 50;

export class Quiet {
  private readonly documents: Documents;
  private readonly changedAt = new Map<string, number>();

  constructor(documents: Documents) {
    this.documents = documents;
  }

  noteChange(file: string): void {
    this.changedAt.set(file, performance.now());
  }

  /** Also what takes long: a component is compiled. */
  isLong(file: string): boolean {
    return file.endsWith('.ts') || (this.documents.readText(file)?.length ?? 0) > longCharacters;
  }

  /** At once for other files; a client that types on cancels the request meanwhile. */
  async wait(file: string, token: CancellationToken): Promise<void> {
    while (this.isLong(file)) {
      const until = (this.changedAt.get(file) ?? -pauseMs) + pauseMs;
      const left = until - performance.now();
      if (left <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, stepMs)));
      if (token.isCancellationRequested)
        throw new ResponseError(
          LSPErrorCodes.RequestCancelled,
          'The client cancelled the request.',
        );
    }
  }
}
