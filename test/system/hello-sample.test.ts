/** The sample workspace, built and booted as the editor and the command line do it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform } from '../../runtime/platform.js';
import type { Snapshot } from '../../runtime/machine/machine.js';
import type { Platform } from '../../runtime/platform.js';
import { build } from '../../runtime/toolchain/build.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';

const folder = 'extension/samples/hello';

const tryRead = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** The files on disk, with one edit: `from` must occur in hello.S and becomes `to`. */
function sampleFiles(edit?: { readonly from: string; readonly to: string }): SourceFiles {
  return {
    readBytes: (path) => {
      const bytes = tryRead(path);
      return bytes && new Uint8Array(bytes);
    },
    readText: (path) => {
      const text = tryRead(path)?.toString('utf8');
      if (text === undefined || edit === undefined || !path.endsWith('hello.S')) return text;
      assert.ok(text.includes(edit.from), `hello.S has no ${edit.from}`);
      return text.replace(edit.from, edit.to);
    },
  };
}

interface Booted {
  readonly platform: Platform;
  readonly console: () => string;
  readonly type: (text: string) => void;
}

function booted(edit?: { readonly from: string; readonly to: string }): Booted {
  const built = build(folder, sampleFiles(edit), { boards: [nexusBoard()] });
  assert.deepEqual(built.diagnostics, []);
  assert.ok(built.image);
  const made = createPlatform(built.image, built.settings);
  assert.ok(made.ok, made.ok ? '' : made.error.message);
  const platform = made.value;
  let text = '';
  platform.onConsole((byte) => {
    text += String.fromCharCode(byte);
  });
  return {
    platform,
    console: () => text,
    type: (typed) => {
      platform.machine.receive(new TextEncoder().encode(typed));
    },
  };
}

/** `deepEqual` on two RAMs takes seconds to say where they differ. */
function assertSameState(actual: Snapshot, expected: Snapshot): void {
  assert.deepEqual(actual.devices, expected.devices);
  const different = actual.memory.findIndex((byte, index) => byte !== expected.memory[index]);
  assert.equal(different, -1, 'offset of the first byte of state that differs');
}

const enoughSteps = 100_000;
const output = [
  'Hello from the root task.',
  ...Array.from({ length: 10 }, (_unused, index) => `ping ${(index + 1).toString()} from badge 7`),
  "Copying over the pinger's endpoint is refused: DeleteFirst",
  'Type something; the UART echoes it.',
  '',
].join('\n');

describe('the sample workspace', () => {
  it('greets, serves ten pings, shows a refusal, and then stands still', () => {
    const { platform, console } = booted();
    assert.deepEqual(platform.run(enoughSteps), { kind: 'idle' });
    assert.equal(console(), output);
  });

  it('echoes what is typed, early or late, and ends a line properly', () => {
    const { platform, console, type } = booted();
    type('early');
    platform.run(enoughSteps);
    assert.equal(console(), `${output}early`);
    type(' late\r');
    assert.deepEqual(platform.run(enoughSteps), { kind: 'idle' });
    assert.equal(console(), `${output}early late\r\n`);
  });

  it('takes the same number of instructions each time, also when it is run step by step', () => {
    const whole = booted();
    whole.platform.run(enoughSteps);
    const pieces = booted();
    while (pieces.platform.run(1).kind === 'limit');
    assert.equal(pieces.platform.machine.instructions, whole.platform.machine.instructions);
    assertSameState(pieces.platform.machine.save(), whole.platform.machine.save());
  });

  it('continues from a snapshot in another machine to the last register', () => {
    const one = booted();
    one.platform.run(2000);
    const snapshot = one.platform.machine.save();
    const other = booted();
    other.platform.machine.load(snapshot);
    for (const { platform, type } of [one, other]) {
      platform.run(enoughSteps);
      type('after');
      platform.run(enoughSteps);
    }
    assert.ok(one.console().endsWith('after'));
    assert.ok(other.console().endsWith('after'));
    assertSameState(other.platform.machine.save(), one.platform.machine.save());
  });

  it('boots again after a reset as it did at first', () => {
    const { platform, console } = booted();
    platform.run(enoughSteps);
    const instructions = platform.machine.instructions;
    platform.reset();
    platform.run(enoughSteps);
    assert.equal(console(), output + output);
    assert.equal(platform.machine.instructions, instructions);
  });
});

describe('what the README of the sample suggests to try', () => {
  const tried = (from: string, to: string): string => {
    const { platform, console } = booted({ from, to });
    platform.run(enoughSteps);
    return console();
  };

  it('another badge shows in every ping', () => {
    assert.match(tried('PINGER_BADGE,     7', 'PINGER_BADGE,     8'), /ping 10 from badge 8\n/);
  });

  it('without a stack the pinger crashes, and its fault handler hears of it', () => {
    const from = /slot {4}a0, CHILD_STACK\n(?:.*\n){3}.*call {4}map_frame/;
    const source = readFileSync(`${folder}/hello.S`, 'utf8');
    const call = from.exec(source)?.[0] ?? assert.fail('hello.S does not map the stack');
    assert.match(tried(call, ''), /The pinger crashed\./);
  });

  it('a priority that is too high is refused in step 5', () => {
    const text = tried('li      a3, 254 ', 'li      a3, 256 ');
    assert.match(text, /The kernel refused step 5: RangeError/);
  });

  it('a caller that may not be answered waits for ever after its first call', () => {
    const text = tried('seL4_CanWrite | seL4_CanGrantReply', 'seL4_CanWrite');
    assert.match(text, /ping 1 from badge 7\n$/);
  });
});
