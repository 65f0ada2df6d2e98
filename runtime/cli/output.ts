/** The two streams of the command line: what the guest or a query says goes to stdout, all else to stderr. */

export function printOut(text: string | Uint8Array): void {
  process.stdout.write(text);
}

/** A line on stderr. */
export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The one document of `--json`. */
export function printJson(document: unknown): void {
  printOut(`${JSON.stringify(document, undefined, 2)}\n`);
}
