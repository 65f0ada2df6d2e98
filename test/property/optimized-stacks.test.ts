/**
 * The calls that an optimised build shows are those of the source: at each call of `mark` it has the frames of a debug
 * build, and where it says at which line a call stands, that is the line. Of most it says so.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomCallProgram } from '../support/random-calls.js';
import { seenFrames, watchedProgram, type SeenFrame } from '../support/watched-program.js';
import { firstSeed } from '../support/first-seed.js';

const programs = 6;
const mostMarks = 200;

interface Tally {
  calls: number;
  /** With a line. */
  told: number;
}

const numbered = (source: string): string =>
  source
    .split('\n')
    .map((line, index) => `${index + 1} ${line}`)
    .join('\n');

const textOf = (frames: readonly SeenFrame[]): string =>
  frames.map(({ function: name, line }) => `${name}:${line ?? '?'}`).join(' < ');

function compare(seed: number, source: string, tally: Tally): void {
  const optimized = watchedProgram(source, { isOptimized: true });
  const debug = watchedProgram(source, { isOptimized: false });
  const lines = source.split('\n');
  const textAt = (line = 0): string | undefined => lines[line - 1]?.trim();
  for (let marks = 0; marks < mostMarks; marks += 1) {
    const goesOn = optimized.runToMark();
    assert.equal(debug.runToMark(), goesOn);
    if (!goesOn) return;
    const [mine = [], others = []] = [optimized, debug].map(({ platform }) =>
      seenFrames(platform, 'all'),
    );
    const place = `seed ${seed}, mark ${marks}: ${textOf(mine)}, not ${textOf(others)}`;
    for (const [index, { function: name, line, isInlined }] of mine.entries()) {
      const other = others[index];
      if (other?.function !== name) break;
      if (index > 0 && mine[index - 1]?.isInlined === true) {
        tally.calls += 1;
        if (line !== undefined) tally.told += 1;
      }
      // Of two arms that end in the same call, with other arguments, the optimiser leaves one.
      const isReplaced = index > 0 && mine[index - 1]?.isInlined === true;
      const same = (of = 0): string | undefined =>
        isReplaced ? textAt(of) : textAt(of)?.replaceAll(/\(.*/g, '');
      assert.ok(
        line === undefined || same(line) === same(other.line),
        `${place}\n${numbered(source)}`,
      );
      if (isInlined && line === undefined) break;
    }
  }
}

describe('the frames of an optimised build', () => {
  it('stand at the lines where those of the debug build stand', () => {
    const first = firstSeed(101);
    for (let seed = first; seed < first + programs; seed += 1)
      compare(seed, randomCallProgram(seed), { calls: 0, told: 0 });
  });

  // How many differs much from program to program, so these are always the same.
  it('have a line in nine of ten replaced calls', (context) => {
    const tally: Tally = { calls: 0, told: 0 };
    for (let seed = 1; seed <= programs; seed += 1) compare(seed, randomCallProgram(seed), tally);
    context.diagnostic(`${tally.told} of ${tally.calls} replaced calls have a line`);
    assert.ok(tally.told > tally.calls * 0.9);
  });
});
