/** A small function that the optimiser puts into another one several times: each copy has the line of its call. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestPlatform } from '../../../../support/guest-platform.js';
import { markImport, marks } from '../../../../support/watched-program.js';

const library = `${markImport}
let total = 0;
function put(text: string): void {
  for (let at = 0; at < text.length; at++) total += text.charCodeAt(at);
  mark(total);
}
// What is called once is put into its caller, which would be too large then.
export function other(): void {
  put('other');
}
function log(text: string): void {
  put(text);
  mark(10);
}
`;

/** The texts of the lines at which the copies of a function stand, in the order of the code, with those around. */
function callsOf(name: string, body: string): string[] {
  const source = `${library}${body}`;
  const { image } = guestPlatform(source, { isOptimized: true, generated: marks });
  const lines = source.split('\n');
  const run = image.debug?.functions.find((each) => each.name === 'run');
  assert.ok(run !== undefined);
  return run.inlined
    .filter((each) => each.name === name)
    .sort((a, b) => (a.ranges[0]?.from ?? 0) - (b.ranges[0]?.from ?? 0))
    .map(({ call, ranges: [range] }) => {
      const around = run.inlined.filter(
        (each) =>
          each.name !== name &&
          each.ranges.some(({ from, to }) => from <= (range?.from ?? 0) && to > (range?.from ?? 0)),
      );
      return [call, ...around.map((each) => each.call)]
        .map((place) => (place === undefined ? '?' : (lines[place.line - 1] ?? '').trim()))
        .join(' < ');
    });
}

describe('copies of a function that was put into another one', () => {
  it('are of the calls, one after the other', () => {
    assert.deepEqual(
      callsOf(
        'log',
        `export function run(start: i32): i32 {
  log('');
  log('I am a C app!');
  mark(3);
  log('Done');
  return total;
}`,
      ),
      ["log('');", "log('I am a C app!');", "log('Done');"],
    );
  });

  it('are of the calls of a function that is in it too', () => {
    assert.deepEqual(
      callsOf(
        'log',
        `function twice(text: string): void {
  log(text);
  log('b');
}
export function run(start: i32): i32 {
  log('first');
  twice('a');
  return total;
}`,
      ),
      ["log('first');", "log(text); < twice('a');", "log('b'); < twice('a');"],
    );
  });

  it('are told apart by their arguments in the arms of a branch', () => {
    const calls = callsOf(
      'log',
      `export function run(start: i32): i32 {
  if (!(start & 1)) {
    log('even');
    mark(1);
  } else {
    mark(2);
    log('odd');
    mark(3);
  }
  return total;
}`,
    );
    assert.deepEqual(calls.sort(), ["log('even');", "log('odd');"]);
  });
});
