/** How the naive executor leaves an instruction that traps; it never escapes from `NaiveHart.step`. */
export class NaiveTrap extends Error {
  readonly code: number;
  readonly trapValue: number;

  constructor(code: number, trapValue: number) {
    super(`trap ${code}`);
    this.name = 'NaiveTrap';
    this.code = code;
    this.trapValue = trapValue;
  }
}
