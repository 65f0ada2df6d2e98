/** Counts steps and prints each as it ends; the last line is what a CI reads. */
export class Tally {
  private passed = 0;
  private failed = 0;

  /** Runs one step; says whether it passed. */
  async step(
    title: string,
    body: () => Promise<void>,
    onFailure?: () => Promise<void>,
  ): Promise<boolean> {
    const start = performance.now();
    const duration = (): string => `${Math.round(performance.now() - start)} ms`;
    try {
      await body();
      this.pass(`${title} (${duration()})`);
      return true;
    } catch (error) {
      this.fail(`${title} (${duration()})`, error instanceof Error ? error.message : String(error));
      await onFailure?.();
      return false;
    }
  }

  pass(title: string): void {
    this.passed += 1;
    console.log(`✔ ${title}`);
  }

  fail(title: string, reason: string): void {
    this.failed += 1;
    console.log(`✖ ${title}\n    ${reason.split('\n').slice(0, 12).join('\n    ')}`);
  }

  /** Prints the sum and returns the exit code: a run without a single pass is a failure too. */
  finish(): number {
    console.log(`\n${this.passed} passed, ${this.failed} failed`);
    return this.failed > 0 || this.passed === 0 ? 1 : 0;
  }
}
