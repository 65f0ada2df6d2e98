/** The third kind of failure: we are wrong. Its name is what a bug report cites. */
export class InvariantError extends Error {
  readonly invariant: string;

  constructor(name: string, detail: string) {
    super(`invariant ${name} does not hold: ${detail}`);
    this.name = 'InvariantError';
    this.invariant = name;
  }
}

/** `detail` is computed only when the invariant fails, so a check in a warm path costs one test. */
export function invariant(
  condition: boolean,
  name: string,
  detail: () => string,
): asserts condition {
  if (!condition) throw new InvariantError(name, detail());
}
