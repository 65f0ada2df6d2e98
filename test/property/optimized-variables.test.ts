/**
 * Whatever an optimised build shows of a variable, a debug build of the same source shows at the same moment: at each
 * call of `mark` in every frame, and in between, at each instruction, one of the values that the variable has in that
 * function between the marks around. A share of them is shown at all.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomVariableProgram } from '../support/random-variables.js';
import { nowhere, seenFrames, watchedProgram, type SeenFrame } from '../support/watched-program.js';
import { firstSeed } from '../support/first-seed.js';

const programs = 3;
const mostMarks = 40;
const mostSteps = 700;

interface Tally {
  asked: number;
  shown: number;
}

/** A frame with the one of the debug build that it stands for. */
function pairsOf(
  optimized: readonly SeenFrame[],
  debug: readonly SeenFrame[],
): (readonly [SeenFrame, SeenFrame])[] {
  const pairs: (readonly [SeenFrame, SeenFrame])[] = [];
  let next = 0;
  for (const frame of optimized) {
    const found = debug.findIndex(
      (each, index) => index >= next && each.function === frame.function,
    );
    const other = debug[found];
    if (other === undefined) continue;
    next = found + 1;
    pairs.push([frame, other]);
  }
  return pairs;
}

function compareAtMarks(seed: number, source: string, tally: Tally): void {
  const optimized = watchedProgram(source, { isOptimized: true });
  const debug = watchedProgram(source, { isOptimized: false });
  for (let marks = 0; marks < mostMarks; marks += 1) {
    const goesOn = optimized.runToMark();
    assert.equal(debug.runToMark(), goesOn);
    if (!goesOn) return;
    const frames = [optimized, debug].map(({ platform }) => seenFrames(platform, 'all'));
    for (const [mine, other] of pairsOf(frames[0] ?? [], frames[1] ?? []))
      for (const [name, value] of mine.values) {
        tally.asked += 1;
        if (value === nowhere) continue;
        tally.shown += 1;
        assert.equal(
          value,
          other.values.get(name),
          `seed ${seed}, mark ${marks}: ${name} in ${mine.function}, line ${mine.line}\n${numbered(source)}`,
        );
      }
  }
}

const numbered = (source: string): string =>
  source
    .split('\n')
    .map((line, index) => `${index + 1} ${line}`)
    .join('\n');

/** By mark, by function and name: the values. Code that others do not run is moved before loops, with its line. */
type Values = Map<string, Set<string>>[];

function valuesBetweenMarks(source: string, isOptimized: boolean): Values {
  const program = watchedProgram(source, { isOptimized });
  const found: Values = [new Map<string, Set<string>>()];
  // What comes before the first mark begins with the whole initialisation.
  if (!program.runToMark()) return found;
  for (let steps = 0, way = 'mark'; steps < mostSteps && way !== 'end'; steps += 1) {
    const values = found.at(-1);
    for (const frame of seenFrames(program.platform, way === 'mark' ? 'all' : 'innermost'))
      for (const [name, value] of frame.values) {
        const key = `${frame.function} ${name}`;
        values?.set(key, (values.get(key) ?? new Set()).add(value));
      }
    way = program.step();
    if (way === 'mark') found.push(new Map());
  }
  return found;
}

function compareBetweenMarks(seed: number, source: string): void {
  const optimized = valuesBetweenMarks(source, true);
  const debug = valuesBetweenMarks(source, false);
  // Code moves across a mark; the last parts may not be complete.
  for (let part = 0; part < Math.min(optimized.length, debug.length) - 2; part += 1)
    for (const [key, values] of optimized[part] ?? []) {
      const known = [part - 1, part, part + 1].flatMap((each) => [
        ...(debug[each]?.get(key) ?? []),
      ]);
      if (known.length === 0) continue;
      for (const value of values)
        assert.ok(
          value === nowhere || known.includes(value),
          `seed ${seed}, part ${part}: ${key} is ${value}, not ${known.join()}\n${numbered(source)}`,
        );
    }
}

describe('variables of an optimised build', () => {
  it('have the values of the debug build, or none, in every frame at every mark', () => {
    const first = firstSeed(101);
    for (let seed = first; seed < first + programs; seed += 1)
      compareAtMarks(seed, randomVariableProgram(seed), { asked: 0, shown: 0 });
  });

  it('have at each instruction between two marks a value that they have there', () => {
    const seed = firstSeed(201);
    compareBetweenMarks(seed, randomVariableProgram(seed));
  });

  // How many differs much from program to program, so these are always the same.
  it('have a value in one of four cases', (context) => {
    const tally: Tally = { asked: 0, shown: 0 };
    for (let seed = 1; seed <= programs; seed += 1)
      compareAtMarks(seed, randomVariableProgram(seed), tally);
    context.diagnostic(`${tally.shown} of ${tally.asked} are shown`);
    assert.ok(tally.shown > tally.asked / 4);
  });
});
