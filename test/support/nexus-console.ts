/**
 * CantripOS of board nexus behind its console: a line is typed, and what is printed until the shell has done it is the
 * answer. How long the system may take for a line is bounded in instructions.
 */
import assert from 'node:assert/strict';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { createZmodemSender } from '../../runtime/terminal/zmodem-sender.js';
import type { Built } from '../../runtime/toolchain/build.js';

export interface NexusConsole {
  readonly platform: Platform;
  /** What is printed for the line, without the line itself. */
  type(line: string): string;
  /** The same of a line that takes a file by ZMODEM. */
  upload(line: string, file: Uint8Array): string;
  /** Lets the system go on for so many instructions; gives what it prints. */
  wait(instructions: number): string;
}

const mostInstructions = 400_000_000;
const slice = 100_000;
const prompt = 'CANTRIP> ';
/** Printed when the line before it has been dealt with. */
const mark = '-end-of-answer-';

/** `hear` is given what is printed until the first prompt. */
export function nexusConsole(
  built: Built,
  flash?: Uint8Array,
  hear?: (text: string) => void,
): NexusConsole {
  const { image, settings, programs = [] } = built;
  assert.ok(image !== undefined);
  const made = createPlatform(image, {
    ...settings,
    programs,
    ...(flash === undefined ? {} : { flash }),
  });
  assert.ok(made.ok);
  const platform = made.value;
  let text = '';
  platform.onConsole((byte) => (text += String.fromCharCode(byte)));
  const runUntil = (isThere: () => boolean): void => {
    // A run may end early, when nothing can happen any more.
    for (let done = 0; done < mostInstructions && !isThere(); done += slice) platform.run(slice);
    assert.ok(isThere(), `the system does not answer:\n${text.slice(-2000)}`);
  };
  const take = (): string => {
    const taken = text.replaceAll('\r', '').replaceAll('\x1b[K', '');
    text = '';
    return taken;
  };
  // A script shows the prompt before each of its lines.
  runUntil(() => text.endsWith(prompt));
  const told = take();
  hear?.(told);
  return {
    platform,
    type(line) {
      platform.machine.receive(new TextEncoder().encode(`${line}\r`));
      platform.machine.receive(new TextEncoder().encode(`echo ${mark}\r`));
      // With the prompt behind it, which would be cut in two otherwise.
      runUntil(() => text.includes(`\n${mark}\r\n${prompt}`));
      const lines = take().split('\n');
      const isTyped = (each: string): boolean => each.startsWith(prompt) || each === line;
      return lines.filter((each) => !isTyped(each) && each !== mark).join('\n');
    },
    upload(line, file) {
      const sender = createZmodemSender('file.app', file);
      const outcome = /^(?:Bundle "[^"]*" (?:installed|updated)|.* failed: .*)$/m;
      platform.machine.receive(new TextEncoder().encode(`${line}\r`));
      let all = '';
      for (let done = 0; done < mostInstructions && !outcome.test(all); done += slice) {
        platform.run(slice);
        // A header may have come in part.
        platform.machine.receive(sender.receive(Buffer.from(text, 'latin1')));
        all += take();
      }
      assert.match(all, outcome, `the upload does not end:\n${all.slice(-2000)}`);
      return outcome.exec(all + this.type(''))?.[0] ?? all;
    },
    wait(instructions) {
      // It may end early: when nobody has anything to do, and nothing will come.
      for (let done = 0; done < instructions; done += slice) platform.run(slice);
      return take();
    },
  };
}
