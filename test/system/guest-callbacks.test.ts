/**
 * Functions that the runtime calls in a component of guest TypeScript without being asked to by a method: those of its
 * life, and of events and interrupts. What is declared otherwise, or under a name that nothing calls, is told.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const built = (texts: Texts) => buildTexts(texts, 'system.camkes', { guestCompiler });

const system = (source: string, connector = 'seL4Notification'): Record<string, string> => ({
  'A.camkes': 'component A { control; emits E e; }',
  'A.ts': 'import { e } from "camkes";\nexport function run(): void { e.emit(); }',
  'B.camkes': 'component B {\n  control;\n  consumes E e;\n}',
  'B.ts': `import { log } from "sel4";\n${source}`,
  'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
    assembly { composition { component A a; component B b; connection ${connector} c(from a.e, to b.e); } }`,
});

const run = 'export function run(): void { log("run"); }';

const told = (source: string, connector?: string) => {
  const made = built(system(source, connector));
  return { problems: problemsOf(made), message: made.diagnostics[0]?.message ?? '' };
};

describe('a function of a component that the runtime calls', () => {
  it('is called, whatever else there is', () => {
    const made = built(
      system(`export function pre_init(): void { log("pre_init"); }
        export function e__init(): void { log("init"); }
        export function e_handle(): void { log("event"); }
        export function handled(): void {}
        export function run(): i32 { log("run"); return 0; }`),
    );
    assert.deepEqual(problemsOf(made), []);
    assert.deepEqual(bootBuilt(made).console.trim().split('\n').sort(), [
      ...['event', 'init', 'pre_init', 'run'],
    ]);
  });

  it('is wrong at its line where it takes or gives something', () => {
    const signatures: [string, RegExp][] = [
      [
        'run(argument: string): void {}',
        /`run` is `\(string\): void`.*`export function run\(\): void`/,
      ],
      ['pre_init(): string { return ""; }', /`pre_init` is `\(\): string`/],
      ['e__init(number: i64): void {}', /`e__init` is `\(i64\): void`/],
      ['e_handle(badge: u32): void {}', /`e_handle` is `\(u32\): void`.*given nothing/],
    ];
    for (const [text, message] of signatures) {
      const isRun = text.startsWith('run');
      const found = told(`export function ${text}\n${isRun ? '' : run}`);
      assert.deepEqual(found.problems, ['error handler-signature B.ts:2']);
      assert.match(found.message, message);
    }
  });

  it('is guessed where only its name is wrong', () => {
    const event = told(`${run}\nexport function e_handel(): void {}`);
    assert.deepEqual(event.problems, ['warning uncalled-function B.ts:3']);
    assert.match(event.message, /^Nothing calls `e_handel`\. Did you mean `e_handle`\?$/);
    const start = told('export function runn(): void {}');
    assert.deepEqual(start.problems, ['warning uncalled-function B.ts:2']);
    assert.match(start.message, /Did you mean `run`\?/);
  });

  it('is never called where its connector has no calls', () => {
    const { problems, message } = told(
      `${run}\nexport function e_handle(): void {}`,
      'seL4NotificationNative',
    );
    assert.deepEqual(problems, ['warning uncalled-function B.ts:3']);
    assert.match(message, /Nothing calls `e_handle`: .*`seL4NotificationNative`.*`e\.wait\(\)`/);
  });

  it('is missing where nothing of a program is called, in any language', () => {
    const guest = told('');
    assert.deepEqual(guest.problems, ['warning missing-run B.camkes:1']);
    assert.match(guest.message, /`B` does nothing: .*B\.ts.*`export function run\(\): void`/);
    const others = Object.fromEntries(
      Object.entries(system('')).filter(([name]) => name !== 'B.ts'),
    );
    const assembly = built({ ...others, 'B.S': '.globl other\nother: ret\n' });
    assert.deepEqual(problemsOf(assembly), ['warning missing-run B.camkes:1']);
    assert.match(assembly.diagnostics[0]?.message ?? '', /`int run\(void\)`/);
    const served = built({ ...others, 'B.S': '.globl e_handle\ne_handle: ret\n' });
    assert.deepEqual(problemsOf(served), []);
  });
});

const calls = (handler: string): Record<string, string> => ({
  'system.camkes': `import <std_connector.camkes>;
    procedure P { string twice(in string text); uint32_t next(in uint32_t values[]); }
    component A { control; uses P p; }
    component B { provides P p; }
    assembly { composition { component A a; component B b; connection seL4RPCCall c(from a.p, to b.p); } }`,
  'A.ts': `import { p } from "camkes"; import { log } from "sel4";
    export function run(): void { log(p.twice("ab") + p.next([41]).toString()); }`,
  'B.ts': handler,
});

describe('a handler', () => {
  it('may spell its types otherwise', () => {
    const made = built({
      ...calls(`import { Numbers, Count as C } from "./types";
        type Text = string;
        export function p_twice(text: Text): Text { return text + text; }
        export function p_next(values: Numbers): C { return values[0] + 1; }`),
      'types.ts': 'export type Count = u32; export type Numbers = Array<Count>;',
    });
    assert.deepEqual(problemsOf(made), []);
    assert.equal(bootBuilt(made).console, 'abab42\n');
  });

  it('is wrong at its line where it is generic', () => {
    const made = built(
      calls(`export function p_next(values: u32[]): u32 { return values[0]; }
export function p_twice<T>(text: string): string { return text; }
export class Other {}`),
    );
    assert.deepEqual(problemsOf(made), ['error handler-signature B.ts:2']);
    assert.match(made.diagnostics[0]?.message ?? '', /`p_twice` is `<T>\(string\): string`/);
  });

  it('of an interrupt that is missing is told in the language of the component', () => {
    const made = built({
      'system.camkes': `import <std_connector.camkes>;
        component Hw { hardware; emits I i; }
        component D { consumes I i; }
        assembly {
          composition { component Hw hw; component D d; connection seL4HardwareInterrupt c(from hw.i, to d.i); }
          configuration { hw.i_irq_number = 1; }
        }`,
      'D.ts': 'export function i_handel(): void {}',
    });
    assert.deepEqual(problemsOf(made), ['error missing-handler system.camkes:3']);
    assert.match(made.diagnostics[0]?.message ?? '', /Add `export function i_handle\(\): void`\./);
    assert.match(made.diagnostics[0]?.message ?? '', /D\.ts does not export it/);
  });
});
