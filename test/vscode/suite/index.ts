/**
 * What VS Code calls inside the extension host: runs every `*.test` file here with mocha. Results go
 * to the file that $CANTRIP_TEST_RESULTS names, one JSON line a test, because the runner outside sees
 * nothing of this process but its exit.
 */
import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface SuiteResult {
  readonly title: string;
  readonly milliseconds: number;
  /** The stack of the failure; absent when the test passed. */
  readonly failure?: string;
}

const testTimeoutMs = 180_000;

export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: testTimeoutMs, reporter: 'spec', color: false });
  const tests = readdirSync(__dirname).filter((file) => file.endsWith('.test.cjs'));
  for (const file of tests.sort()) mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => report(test.fullTitle(), test.duration));
    runner.on('fail', (test, error: unknown) => {
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      report(test.fullTitle(), 'duration' in test ? test.duration : undefined, failure);
    });
  });
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host.`);
}

function report(title: string, milliseconds = 0, failure?: string): void {
  const file = process.env['CANTRIP_TEST_RESULTS'];
  if (file === undefined) return;
  const result: SuiteResult = {
    title,
    milliseconds,
    ...(failure === undefined ? {} : { failure }),
  };
  appendFileSync(file, `${JSON.stringify(result)}\n`);
}
