/** A copy of the sample workspace that a test may edit. */
import { cpSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Returns the folder of the copy, which is called `hello` as the sample is. */
export function copySample(
  parent = mkdtempSync(path.join(os.tmpdir(), 'cantrip-sample-')),
): string {
  const folder = path.join(parent, 'hello');
  cpSync(path.resolve('extension/samples/hello'), folder, { recursive: true });
  return folder;
}
