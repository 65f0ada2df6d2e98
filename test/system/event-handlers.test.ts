/** A component that has a function for an event, and waits for it, too, waits for ever: it is told at the event. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const problemsWith = (source: Texts): string[] =>
  problemsOf(
    buildTexts(
      {
        'A.camkes': 'component A { control;\n  consumes E e; }',
        'B.camkes': 'component B { control; emits E e; }',
        'B.S': '.globl run\nrun: tail e_emit\n',
        'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
          assembly {
            composition { component A a; component B b; connection seL4Notification c(from b.e, to a.e); }
          }`,
        ...source,
      },
      'system.camkes',
      { guestCompiler },
    ),
  );

describe('an event with a function that is called for each', () => {
  const told = ['warning event-taken A.camkes:2'];

  it('has none left for who waits for it, asks for it, or registers a function', () => {
    const handler = '.globl run, e_handle\ne_handle: ret\n';
    for (const verb of ['wait', 'poll', 'reg_callback'])
      assert.deepEqual(problemsWith({ 'A.S': `${handler}run: tail e_${verb}\n` }), told);
    assert.deepEqual(problemsWith({ 'A.S': `${handler}run: ret\n` }), []);
    assert.deepEqual(problemsWith({ 'A.S': '.globl run\nrun: tail e_wait\n' }), []);
  });

  it('is told in guest TypeScript, too', () => {
    const handler = 'import { e } from "camkes";\nexport function e_handle(): void {}\n';
    const waits = `${handler}export function run(): void { e.wait(); }\n`;
    assert.deepEqual(problemsWith({ 'A.ts': waits }), told);
    assert.deepEqual(problemsWith({ 'A.ts': `${handler}export function run(): void {}\n` }), []);
  });
});
