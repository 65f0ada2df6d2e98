/** A copy of a sample workspace that a test may edit. */
import { cpSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Returns the folder of the copy, which is called as the sample is. */
export function copySample(
  parent = mkdtempSync(path.join(os.tmpdir(), 'cantrip-sample-')),
  name = 'hello',
): string {
  const folder = path.join(parent, name);
  cpSync(path.resolve('extension/samples', name), folder, { recursive: true });
  return folder;
}
