/**
 * The characters of a linker script and of what it includes. What a name may be made of depends on where it
 * stands (`*` is a wildcard or a product), so the parser says what it wants next.
 */
import type { Diagnostic } from '../../text/diagnostic.js';
import type { SourceFiles } from '../../text/source-files.js';
import { diagnosticAt, type Place } from '../../text/source-line.js';
import { joinPath } from '../../text/path.js';
import { plainSourceText, type SourceText } from '../../text/source-text.js';

interface Frame {
  readonly source: SourceText;
  at: number;
}

const deepestInclude = 16;
const mostDiagnostics = 50;

export class ScriptScanner {
  readonly diagnostics: Diagnostic[] = [];
  private readonly frames: Frame[];
  private readonly files: SourceFiles;

  constructor(path: string, text: string, files: SourceFiles) {
    this.files = files;
    this.frames = [{ source: plainSourceText(path, text), at: 0 }];
  }

  /** The text that is left in this file, without leading space and comments. */
  private rest(): { frame: Frame; text: string } {
    for (;;) {
      const frame = this.frames.at(-1);
      if (frame === undefined) throw new Error('A linker script has a file.');
      const { text } = frame.source;
      blank.lastIndex = frame.at;
      blank.exec(text);
      frame.at = Math.max(frame.at, blank.lastIndex);
      if (frame.at < text.length || this.frames.length === 1) return { frame, text };
      this.frames.pop();
    }
  }

  isAtEnd(): boolean {
    const { frame, text } = this.rest();
    return frame.at >= text.length;
  }

  /** What a sticky expression matches here, without moving on. */
  peek(expression: RegExp): string | undefined {
    const { frame, text } = this.rest();
    expression.lastIndex = frame.at;
    return expression.exec(text)?.[0];
  }

  /** The same, and past it. */
  take(expression: RegExp): { readonly text: string; readonly place: Place } | undefined {
    const text = this.peek(expression);
    if (text === undefined || text === '') return undefined;
    const place = this.here(text.length);
    const frame = this.frames.at(-1);
    if (frame !== undefined) frame.at += text.length;
    return { text, place };
  }

  takeText(text: string): boolean {
    const { frame, text: all } = this.rest();
    if (!all.startsWith(text, frame.at)) return false;
    frame.at += text.length;
    return true;
  }

  /** A word that is no part of a longer one. */
  takeWord(word: string): boolean {
    return this.peek(nameHere) === word && this.take(nameHere) !== undefined;
  }

  here(length = 1): Place {
    const { frame } = this.rest();
    return frame.source.placeOf({ start: frame.at, end: frame.at + length });
  }

  report(place: Place, code: string, message: string): void {
    const last = this.diagnostics.at(-1);
    const { line, character } = place.range.start;
    const isTold =
      last?.file === place.file &&
      last.range.start.line === line &&
      last.range.start.character === character;
    if (!isTold && this.diagnostics.length < mostDiagnostics)
      this.diagnostics.push(diagnosticAt(place, 'error', code, message));
  }

  expected(what: string): void {
    const found = this.peek(/\S{1,20}/y);
    this.report(
      this.here(found?.length ?? 0),
      'script-syntax',
      found === undefined
        ? `The script ends where ${what} is expected.`
        : `Expected ${what}, and found \`${found}\`.`,
    );
  }

  /** Goes on after the next `;` or before the next brace: whatever stands there was not understood. */
  skipStatement(): void {
    const { frame, text } = this.rest();
    const next = /[;{}]/g;
    next.lastIndex = frame.at;
    const found = next.exec(text);
    if (found === null) frame.at = text.length;
    else if (found[0] === ';') frame.at = found.index + 1;
    else frame.at = Math.max(found.index, frame.at);
  }

  include(name: string, place: Place): void {
    const path = joinPath(place.file, '..', name);
    const text = this.files.readText(path);
    if (text === undefined)
      this.report(place, 'missing-file', `The script includes ${name}, which is not there.`);
    else if (this.frames.length >= deepestInclude)
      this.report(place, 'include-cycle', `${name} is included by itself, or much too deep.`);
    else this.frames.push({ source: plainSourceText(path, text), at: 0 });
  }
}

const blank = /(?:\s+|\/\*[\s\S]*?(?:\*\/|$))*/y;
export const nameHere = /[A-Za-z_.$][A-Za-z0-9_.$]*/y;
