// How much of the processor each of several had, from two looks at each: a share of the time between its own two looks, in
// thousandths. Nothing here asks anybody.

const NAME_COLUMNS: i32 = 32;
const WHOLE: u32 = 1000;

export class UsageRow {
  /** Microseconds of the processor, and thousandths of it, between the two looks. */
  used: u64 = 0;
  share: u32 = 0;
  /** 0 for what has none of its own. */
  memoryBytes: u32 = 0;
  /** It was not there at the second look. */
  isGone: bool = true;

  constructor(
    public name: string,
    /** Microseconds of the processor until the first look, and when that was. */
    private before: u64,
    private since: u64,
  ) {}

  /** Who was started again meanwhile has had less than before. */
  end(total: u64, now: u64, memoryBytes: u32): void {
    this.used = total < this.before ? total : total - this.before;
    let time = now - this.since;
    this.share = time == 0 ? 0 : <u32>min<u64>((this.used * WHOLE + time / 2) / time, WHOLE);
    this.memoryBytes = memoryBytes;
    this.isGone = false;
  }

  isBelow(other: UsageRow): bool {
    return this.share == other.share ? this.used < other.used : this.share < other.share;
  }

  toString(): string {
    return rowText(
      this.name,
      shareText(this.share),
      this.used.toString(),
      this.memoryBytes == 0 ? '' : this.memoryBytes.toString(),
    );
  }
}

export const USAGE_HEADING: string = rowText('NAME', 'CPU %', 'MICROSECONDS', 'MEMORY');

/** Those that are there, with the largest share first; of equal ones, who used more. */
export function sortedRows(rows: UsageRow[]): UsageRow[] {
  let sorted: UsageRow[] = [];
  for (let index = 0; index < rows.length; index++) {
    let row = rows[index];
    if (row.isGone) continue;
    let at = sorted.length;
    sorted.push(row);
    for (; at > 0 && sorted[at - 1].isBelow(row); at--) sorted[at] = sorted[at - 1];
    sorted[at] = row;
  }
  return sorted;
}

/** What none of them had: the kernel itself, and nobody. */
export function restText(rows: UsageRow[]): string {
  let sum: u32 = 0;
  for (let index = 0; index < rows.length; index++) sum += rows[index].share;
  return rowText('(all else)', shareText(WHOLE - min(sum, WHOLE)), '', '');
}

function shareText(share: u32): string {
  return (share / 10).toString() + '.' + (share % 10).toString();
}

function rowText(name: string, share: string, used: string, memory: string): string {
  let start = name.padEnd(NAME_COLUMNS) + ' ' + share.padStart(6) + ' ';
  return (start + used.padStart(12) + ' ' + memory.padStart(8)).trimEnd();
}
