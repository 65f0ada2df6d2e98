/** A script with the code that V8 made of it before: it does the same with that, without, and with anything in its place. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { runCachedScript } from '../../../runtime/cli/cached-script.js';

const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-script-'));
after(() => rmSync(folder, { recursive: true }));
let scripts = 0;

function newScript(text = '(() => 6 * 7)', identity = '//abc\n'): string {
  scripts += 1;
  const file = path.join(folder, String(scripts), 'script.js');
  mkdirSync(path.dirname(file));
  writeFileSync(file, identity + text);
  return file;
}

const cacheOf = (file: string): string => path.join(path.dirname(file), 'cache');
const keptBy = (file: string): string[] =>
  existsSync(cacheOf(file))
    ? readdirSync(cacheOf(file)).map((name) => path.join(cacheOf(file), name))
    : [];

/** What the function of the script gives; its code is kept then. */
function run(file: string, cache: string | undefined = cacheOf(file), use = 'test'): unknown {
  const script = runCachedScript(file, cache, { use });
  const result = (script.value as () => unknown)();
  script.keep();
  return result;
}

describe('a script with code that is kept', () => {
  it('keeps it once, and runs with it', () => {
    const file = newScript();
    assert.equal(run(file), 42);
    const [kept, ...others] = keptBy(file);
    assert.ok(kept !== undefined && others.length === 0);
    const bytes = readFileSync(kept);
    assert.equal(run(file), 42);
    assert.deepEqual([keptBy(file), readFileSync(kept)], [[kept], bytes]);
  });

  it('marks what was used, so that it is not among what is removed first', () => {
    const file = newScript();
    run(file);
    const [kept = ''] = keptBy(file);
    utimesSync(kept, 1, 1);
    run(file);
    assert.ok(statSync(kept).mtimeMs > 1000);
  });

  it('runs without code that is damaged, and keeps it anew', () => {
    const file = newScript();
    run(file);
    const [kept = ''] = keptBy(file);
    const whole = readFileSync(kept);
    const turned = Uint8Array.from(whole, (byte, index) => (index === 100 ? byte ^ 1 : byte));
    for (const damaged of [new Uint8Array(0), whole.subarray(0, 70), turned]) {
      writeFileSync(kept, damaged);
      assert.equal(run(file), 42);
      assert.ok(readFileSync(kept).length > 70);
      assert.notDeepEqual(readFileSync(kept), Buffer.from(damaged));
    }
  });

  it('keeps other code for another script of the same name, and for another use', () => {
    const file = newScript();
    run(file);
    writeFileSync(file, '//abd\n(() => 43)');
    assert.equal(run(file), 43);
    assert.equal(keptBy(file).length, 2);
    assert.equal(run(file, cacheOf(file), 'other'), 43);
    assert.equal(keptBy(file).length, 3);
  });

  it('runs in a folder that cannot be written, in none, and without a name of its contents', () => {
    const file = newScript();
    // A file, where the folder would have to be.
    assert.equal(run(file, file), 42);
    const homeless = runCachedScript(file, undefined, { use: 'test' });
    assert.equal((homeless.value as () => unknown)(), 42);
    homeless.keep();
    const nameless = newScript('(() => 44)', '');
    assert.equal(run(nameless), 44);
    assert.deepEqual(keptBy(nameless), []);
  });
});
