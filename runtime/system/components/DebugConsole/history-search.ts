// Ctrl-R: the last line of the history that has what is typed in it; again, the one before that.
import { placeBefore } from './character-columns';

export class HistorySearch {
  private pattern: string = '';
  /** Which line is shown; as many as there are: none. */
  private place: i32;
  private isFound: bool = true;

  constructor(private lines: string[]) {
    this.place = lines.length;
  }

  /** The line that was found last. */
  get line(): string {
    return this.place < this.lines.length ? this.lines[this.place] : '';
  }

  /** In the place of prompt and line. */
  get shown(): string {
    return (this.isFound ? '' : 'no ') + 'search `' + this.pattern + '`: ' + this.line;
  }

  /** Whether there is such a line; else the one before stays. */
  type(text: string): bool {
    this.pattern += text;
    return this.look(min(this.place, this.lines.length - 1));
  }

  older(): bool {
    return this.look(this.place - 1);
  }

  /** The last character of the pattern is taken back. */
  shorten(): bool {
    let length = this.pattern.length;
    this.pattern = length == 0 ? '' : this.pattern.slice(0, placeBefore(this.pattern, length));
    return this.look(this.lines.length - 1);
  }

  private look(from: i32): bool {
    this.isFound = true;
    if (this.pattern.length == 0) return true;
    for (let at = from; at >= 0; at--) {
      if (!this.lines[at].includes(this.pattern)) continue;
      this.place = at;
      return true;
    }
    this.isFound = false;
    return false;
  }
}
