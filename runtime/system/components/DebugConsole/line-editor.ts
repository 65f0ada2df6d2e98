// The line that a person types at a terminal: each byte that comes in changes the line, and leaves in `output` what
// shows the change. Lines that were entered come back with the up and down keys; what completes a word is up to a
// `Completer`. A character and what joins it are one for the cursor, with as many columns as a terminal gives them; what is
// no character, and no key, rings the bell. A line that bytes of no character came into, or more than it can hold, is
// refused when it ends: what it says then is not what was sent.
import { CharacterBytes, MORE, WRONG } from './character-bytes';
import { charactersOf, columnsOf, placeBefore, placeBehind } from './character-columns';
import { HistorySearch } from './history-search';

/** The longest line that can be entered. */
export const LINE_MAX: i32 = 128;
export const TOO_LONG: string = 'line too long: it may have ' + LINE_MAX.toString() + ' characters';
/** Lines that are remembered. */
const HISTORY_MAX: i32 = 16;

const BELL: string = '\x07';
const CONTROL_A: u8 = 0x01;
const CONTROL_B: u8 = 0x02;
const CONTROL_C: u8 = 0x03;
const CONTROL_D: u8 = 0x04;
const CONTROL_E: u8 = 0x05;
const CONTROL_F: u8 = 0x06;
const BACKSPACE: u8 = 0x08;
const TAB: u8 = 0x09;
const NEWLINE: u8 = 0x0a;
const CONTROL_K: u8 = 0x0b;
const CONTROL_G: u8 = 0x07;
const CONTROL_L: u8 = 0x0c;
const RETURN: u8 = 0x0d;
const CONTROL_N: u8 = 0x0e;
const CONTROL_P: u8 = 0x10;
const CONTROL_R: u8 = 0x12;
const CONTROL_U: u8 = 0x15;
const CONTROL_W: u8 = 0x17;
const ESCAPE: u8 = 0x1b;
const SPACE: u8 = 0x20;
const DELETE: u8 = 0x7f;
const CLEAR_ROW: string = '\r\x1b[K';

/** Where in an escape sequence the last byte was. */
enum Escape {
  None,
  /** Behind ESC. */
  Begun,
  /** Behind ESC [ or ESC O, and perhaps a number. */
  Inside,
}

/** Knows words that may stand at a place of a line. */
export abstract class Completer {
  /** All words that may go on from `start`, which stands behind `before`. */
  abstract candidates(before: string, start: string): string[];
}

export class LineEditor {
  /** What the terminal is to show, since `takeOutput`. */
  private output: string = '';
  private line: string = '';
  /** Characters before the cursor. */
  private cursor: i32 = 0;
  private history: string[] = [];
  /** Which line of the history is shown; as many as there are: the one that is being typed. */
  private shown: i32 = 0;
  /** What was typed before the history was looked at. */
  private typed: string = '';
  private escape: Escape = Escape.None;
  private parameter: i32 = 0;
  /** Why the line is none; empty if it is one. */
  private refusal: string = '';
  /** A terminal may send both ends of a line. */
  private isAfterReturn: bool = false;
  private characters: CharacterBytes = new CharacterBytes();
  /** While the history is searched. */
  private search: HistorySearch | null = null;

  constructor(
    private prompt: string,
    private completer: Completer | null = null,
  ) {}

  /** Shows the prompt and waits for a new line. */
  begin(): void {
    this.output += this.prompt;
    this.shown = this.history.length;
  }

  /** What shows the line again where the cursor stands, when something else was shown there. */
  get shownAgain(): string {
    let search = this.search;
    return search ? search.shown : this.prompt + this.line + back(this.rest);
  }

  /** What stands before the cursor. */
  get beforeCursor(): string {
    return this.line.slice(0, this.cursor);
  }

  takeOutput(): string {
    let taken = this.output;
    this.output = '';
    return taken;
  }

  /** Whether the byte has ended the line, which `takeLine` then gives. */
  feed(byte: u8): bool {
    let isSecondEnd = byte == NEWLINE && this.isAfterReturn;
    this.isAfterReturn = byte == RETURN;
    if (isSecondEnd) return false;
    if (this.escape != Escape.None) {
      this.feedEscape(byte);
      return false;
    }
    if (byte > DELETE) {
      this.feedCharacter(byte);
      return false;
    }
    if (this.characters.isBegun) this.refuseBytes();
    if (this.search != null && this.feedSearch(byte)) return false;
    switch (byte) {
      case RETURN:
      case NEWLINE:
        this.output += '\r\n';
        return true;
      case CONTROL_C:
        this.output += '^C\r\n';
        this.line = '';
        this.refusal = '';
        return true;
      case ESCAPE:
        this.escape = Escape.Begun;
        return false;
      case CONTROL_A:
        this.moveTo(0);
        return false;
      case CONTROL_E:
        this.moveTo(this.line.length);
        return false;
      case CONTROL_B:
        this.moveTo(placeBefore(this.line, this.cursor));
        return false;
      case CONTROL_F:
        this.moveTo(placeBehind(this.line, this.cursor));
        return false;
      case BACKSPACE:
      case DELETE:
        this.erase(placeBefore(this.line, this.cursor), this.cursor);
        return false;
      case CONTROL_D:
        this.erase(this.cursor, placeBehind(this.line, this.cursor));
        return false;
      case CONTROL_K:
        this.erase(this.cursor, this.line.length);
        return false;
      case CONTROL_U:
        this.erase(0, this.cursor);
        return false;
      case CONTROL_W:
        this.erase(this.startOfWord(), this.cursor);
        return false;
      case CONTROL_P:
        this.show(this.shown - 1);
        return false;
      case CONTROL_N:
        this.show(this.shown + 1);
        return false;
      case CONTROL_R:
        this.search = new HistorySearch(this.history);
        this.redrawRow();
        return false;
      case CONTROL_L:
        this.output += '\x1b[2J\x1b[H';
        this.redraw();
        return false;
      case TAB:
        this.complete();
        return false;
    }
    if (byte == 0) this.refuseBytes();
    else if (byte < SPACE) this.output += BELL;
    else this.insert(String.fromCharCode(byte));
    return false;
  }

  /** The line is none, whatever else comes. */
  refuse(reason: string): void {
    this.refusal = reason;
    this.output += BELL;
  }

  /** Why the line that was ended is none, in words; it is gone then. Empty if it is one. */
  takeRefusal(): string {
    let refusal = this.refusal;
    this.refusal = '';
    if (refusal.length > 0) {
      this.line = '';
      this.takeLine();
    }
    return refusal;
  }

  /** The line that was ended; a new one begins. It is remembered unless it is blank or the same as the last. */
  takeLine(): string {
    let taken = this.line;
    let last = this.history.length > 0 ? this.history[this.history.length - 1] : '';
    if (taken.trim().length > 0 && taken != last) {
      this.history.push(taken);
      if (this.history.length > HISTORY_MAX) this.history.shift();
    }
    this.line = '';
    this.cursor = 0;
    this.typed = '';
    this.shown = this.history.length;
    return taken;
  }

  // ---- keys

  private feedCharacter(byte: u8): void {
    let wasBegun = this.characters.isBegun;
    let code = this.characters.feed(byte);
    if (code == MORE) return;
    if (code == WRONG) {
      this.refuseBytes();
      // It may be the first byte of the next.
      if (wasBegun && byte >= 0xc0) this.feedCharacter(byte);
      return;
    }
    let text = String.fromCodePoint(code);
    if (this.search != null) this.typeSearch(text);
    // Codes above ASCII by which terminals are controlled.
    else if (code < 0xa0) this.output += BELL;
    else this.insert(text);
  }

  private refuseBytes(): void {
    this.characters.forget();
    this.refuse('bad character encoding');
  }

  /** Whether the key was one for the search; any other ends it with the line that was found. */
  private feedSearch(byte: u8): bool {
    let search = this.search!;
    if (byte == CONTROL_R) this.showSearch(search.older());
    else if (byte == BACKSPACE || byte == DELETE) this.showSearch(search.shorten());
    else if (byte >= SPACE) this.typeSearch(String.fromCharCode(byte));
    else {
      this.search = null;
      let found = search.line;
      if (byte != CONTROL_G && byte != CONTROL_C && found.length > 0) {
        this.line = found;
        this.cursor = found.length;
      }
      this.redrawRow();
      return byte == CONTROL_G;
    }
    return true;
  }

  private typeSearch(text: string): void {
    this.showSearch(this.search!.type(text));
  }

  private showSearch(isFound: bool): void {
    if (!isFound) this.output += BELL;
    this.redrawRow();
  }

  /** Keys of a terminal: ESC [ A to D, H, F; ESC [ 1, 3, 4, 7, 8 and a tilde. Others are not for us. */
  private feedEscape(byte: u8): void {
    if (this.escape == Escape.Begun) {
      let isSequence = byte == 0x5b || byte == 0x4f;
      this.escape = isSequence ? Escape.Inside : Escape.None;
      this.parameter = 0;
      return;
    }
    if (byte >= 0x30 && byte <= 0x39) {
      this.parameter = (this.parameter * 10 + (byte - 0x30)) % 1000;
      return;
    }
    // Between the numbers of a key with modifiers.
    if (byte == 0x3b) {
      this.parameter = 0;
      return;
    }
    this.escape = Escape.None;
    switch (byte) {
      case 0x41:
        this.show(this.shown - 1);
        return;
      case 0x42:
        this.show(this.shown + 1);
        return;
      case 0x43:
        this.moveTo(placeBehind(this.line, this.cursor));
        return;
      case 0x44:
        this.moveTo(placeBefore(this.line, this.cursor));
        return;
      case 0x46:
        this.moveTo(this.line.length);
        return;
      case 0x48:
        this.moveTo(0);
        return;
      case 0x7e:
        if (this.parameter == 1 || this.parameter == 7) this.moveTo(0);
        else if (this.parameter == 4 || this.parameter == 8) this.moveTo(this.line.length);
        else if (this.parameter == 3) this.erase(this.cursor, placeBehind(this.line, this.cursor));
    }
  }

  // ---- changes

  private get rest(): string {
    return this.line.slice(this.cursor);
  }

  private insert(text: string): void {
    if (charactersOf(this.line) + charactersOf(text) > LINE_MAX) {
      this.refuse(TOO_LONG);
      return;
    }
    // Nothing stands before it that it could join.
    if (this.cursor == 0 && columnsOf(text) == 0) {
      this.refuse('a line cannot begin with a character that joins another');
      return;
    }
    if (this.cursor == this.line.length) {
      this.line += text;
      this.output += text;
    } else {
      let rest = this.rest;
      this.line = this.line.slice(0, this.cursor) + text + rest;
      this.output += text + rest + back(rest);
    }
    this.cursor += text.length;
  }

  /** Takes the characters from `start` to `end` out. */
  private erase(start: i32, end: i32): void {
    if (start < 0 || end > this.line.length || start == end) {
      this.output += BELL;
      return;
    }
    let behind = this.line.slice(end);
    let blanks = ' '.repeat(columnsOf(this.line.slice(start, end)));
    this.output += back(this.line.slice(start, this.cursor)) + behind + blanks;
    this.output += back(behind + blanks);
    this.line = this.line.slice(0, start) + behind;
    this.cursor = start;
  }

  private moveTo(place: i32): void {
    if (place < 0 || place > this.line.length) {
      this.output += BELL;
      return;
    }
    if (place < this.cursor) this.output += back(this.line.slice(place, this.cursor));
    else this.output += this.line.slice(this.cursor, place);
    this.cursor = place;
  }

  /** Blanks before the cursor, then the word before them. */
  private startOfWord(): i32 {
    let at = this.cursor;
    while (at > 0 && this.isBlankBefore(at)) at--;
    while (at > 0 && !this.isBlankBefore(at)) at = placeBefore(this.line, at);
    return at;
  }

  /** One that something joins is none. */
  private isBlankBefore(place: i32): bool {
    return this.line.charCodeAt(place - 1) == SPACE;
  }

  /** Another line in the place of this one: of the history, or the one that was being typed. */
  private show(which: i32): void {
    if (which < 0 || which > this.history.length) {
      this.output += BELL;
      return;
    }
    if (this.shown == this.history.length) this.typed = this.line;
    let before = columnsOf(this.line);
    this.output += back(this.beforeCursor);
    this.line = which == this.history.length ? this.typed : this.history[which];
    this.shown = which;
    this.cursor = this.line.length;
    let blanks = ' '.repeat(max(0, before - columnsOf(this.line)));
    this.output += this.line + blanks + back(blanks);
  }

  private redraw(): void {
    this.output += this.shownAgain;
  }

  private redrawRow(): void {
    this.output += CLEAR_ROW;
    this.redraw();
  }

  // ---- completion

  /** What all candidates go on with; where that is nothing, the candidates themselves. */
  private complete(): void {
    let start = this.cursor;
    while (start > 0 && this.line.charCodeAt(start - 1) != SPACE) start--;
    let word = this.line.slice(start, this.cursor);
    let completer = this.completer;
    let candidates = completer ? completer.candidates(this.line.slice(0, start), word) : [];
    if (candidates.length == 0) {
      this.output += BELL;
      return;
    }
    let common = candidates[0];
    for (let index = 1; index < candidates.length; index++)
      common = commonStart(common, candidates[index]);
    let more = common.slice(word.length);
    if (candidates.length == 1) more += ' ';
    if (more.length > 0) {
      this.insert(more);
      return;
    }
    this.output += '\r\n' + candidates.join('  ') + '\r\n';
    this.redraw();
  }
}

/** Goes back over a text that is shown. */
function back(text: string): string {
  return '\b'.repeat(columnsOf(text));
}

export function commonStart(left: string, right: string): string {
  let length = min(left.length, right.length);
  let at = 0;
  while (at < length && left.charCodeAt(at) == right.charCodeAt(at)) at++;
  return left.slice(0, at);
}
