/**
 * The stream of statements: files, the bodies of macros and repeated blocks, one inside the other.
 * Every way to make text out of text is bounded here, so assembling always ends.
 */
import type { Place, SourceLine } from '../text/source-line.js';
import type { Conditionals } from './conditionals.js';
import type { Report } from './report.js';
import { splitStatements, type CommentState } from './token.js';

export interface Input {
  /** The next statement, without comments; undefined at the end of everything. */
  read(): SourceLine | undefined;
  /** Goes on with these lines, then returns here. False when nested too deeply. */
  enter(source: NewSource): boolean;
  /** Leaves the innermost macro or repeated block: `.exitm`. False outside of any. */
  leaveExpansion(): boolean;
  /**
   * The statements up to the matching end, which is consumed too. Undefined, with the end of the source
   * reached, when there is none.
   */
  readBlock(opening: RegExp, closing: RegExp): SourceLine[] | undefined;
  readonly file: string;
  readonly fileDepth: number;
  readonly isExhausted: boolean;
}

export interface NewSource {
  readonly kind: 'file' | 'macro' | 'repeat' | 'rest';
  readonly lines: readonly SourceLine[];
  /** How often the lines are read; once when absent. */
  readonly times?: number;
  /** Of a file: its path, for what it includes. */
  readonly file?: string;
  /** Where an excess is reported. */
  readonly place: Place;
}

interface Source extends NewSource {
  index: number;
  timesLeft: number;
  readonly conditionalDepth: number;
  readonly comments: CommentState;
}

const deepest = 200;

/** Real files have thousands of statements; this many means a macro that never stops. */
const mostStatements = 300_000;

/** What reading a file counts for, so that files that include each other end soon. */
const statementsPerFile = 100;

export function createInput(report: Report, conditionals: Conditionals): Input {
  const sources: Source[] = [];
  /** Statements of the line that was split last, in reverse. */
  const pending: SourceLine[] = [];
  let count = 0;
  let isExhausted = false;

  const top = (): Source | undefined => sources.at(-1);

  const leave = (): void => {
    const source = sources.pop();
    pending.length = 0;
    if (source === undefined) return;
    if (source.comments.open !== undefined) {
      report.error(
        source.place,
        'comment-unterminated',
        'A `/*` comment is never closed with `*/`.',
      );
    }
    conditionals.closeTo(source.conditionalDepth, source.kind);
  };

  const readLine = (): SourceLine | undefined => {
    for (;;) {
      const statement = pending.pop();
      if (statement !== undefined) return statement;
      const source = top();
      if (source === undefined) return undefined;
      if (source.index >= source.lines.length && source.timesLeft > 0) {
        source.timesLeft -= 1;
        source.index = 0;
      }
      const line = source.lines[source.index];
      if (line === undefined) {
        // The end of a source ends it only when its last statement has been dealt with.
        leave();
        continue;
      }
      source.index += 1;
      const statements = splitStatements(line, source.comments);
      for (let index = statements.length - 1; index >= 0; index -= 1) {
        const one = statements[index];
        if (one !== undefined) pending.push(one);
      }
    }
  };

  const read = (): SourceLine | undefined => {
    count += 1;
    if (count > mostStatements && !isExhausted) {
      isExhausted = true;
      const place = sources[1]?.place ?? sources[0]?.place;
      if (place !== undefined) {
        report.error(
          place,
          'expansion-too-large',
          `This makes more than ${mostStatements} statements; assembling stops here.`,
        );
      }
      sources.length = 0;
      pending.length = 0;
    }
    return readLine();
  };

  return {
    read,
    enter: (source) => {
      if (sources.length >= deepest) return false;
      count += source.kind === 'file' ? statementsPerFile : 0;
      // What follows on the same line comes after the new lines.
      const rest = pending.splice(0).reverse();
      if (rest.length > 0) {
        const current = top();
        sources.push({
          kind: 'rest',
          lines: rest,
          place: source.place,
          index: 0,
          timesLeft: 0,
          conditionalDepth: conditionals.depth,
          comments: { open: undefined },
          ...(current?.file === undefined ? {} : { file: current.file }),
        });
      }
      sources.push({
        ...source,
        index: 0,
        timesLeft: (source.times ?? 1) - 1,
        conditionalDepth: conditionals.depth,
        comments: { open: undefined },
      });
      return true;
    },
    leaveExpansion: () => {
      const index = sources.findLastIndex(({ kind }) => kind === 'macro' || kind === 'repeat');
      if (index < 0) return false;
      while (sources.length > index) {
        const source = sources.pop();
        if (source !== undefined) conditionals.dropTo(source.conditionalDepth);
      }
      pending.length = 0;
      return true;
    },
    readBlock: (opening, closing) => {
      const block: SourceLine[] = [];
      const depthAtStart = sources.length;
      let nesting = 0;
      while (sources.length >= depthAtStart) {
        const source = top();
        const isRead = source && source.index >= source.lines.length && source.timesLeft <= 0;
        if (pending.length === 0 && isRead) return undefined;
        const statement = read();
        if (statement === undefined) return undefined;
        const directive = directiveOf(statement.text);
        if (directive !== undefined) {
          if (closing.test(directive)) {
            if (nesting === 0) return block;
            nesting -= 1;
          } else if (opening.test(directive)) nesting += 1;
        }
        block.push(statement);
      }
      return undefined;
    },
    get file() {
      return sources.findLast(({ kind }) => kind === 'file')?.file ?? '';
    },
    get fileDepth() {
      return sources.filter(({ kind }) => kind === 'file').length;
    },
    get isExhausted() {
      return isExhausted;
    },
  };
}

/** The directive that a statement begins with, after labels: `.endr`. */
export function directiveOf(text: string): string | undefined {
  if (!text.includes('.')) return undefined;
  return /^\s*(?:[\w.$]+\s*:\s*)*(\.[a-z]\w*)/i.exec(text)?.[1]?.toLowerCase();
}
