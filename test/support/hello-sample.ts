/** The sample after its ten pings: two threads, two CSpaces, badges. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { boards, createPlatform, type Platform } from '../../runtime/platform.js';
import { build } from '../../runtime/toolchain/build.js';

const read = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

export function helloSample(instructions = 100_000): Platform {
  const files = { readText: (path: string) => read(path)?.toString(), readBytes: read };
  const { image, settings } = build('extension/samples/hello', files, { boards });
  assert.ok(image !== undefined);
  const platform = createPlatform(image, settings);
  assert.ok(platform.ok);
  platform.value.run(instructions);
  return platform.value;
}
