/** What a component in guest TypeScript imports, and what is not there: each name is told once, with the reason. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { buildTexts, problemsOf } from '../support/component-system.js';

const told = (source: string, configuration = '', members = '') => {
  const { diagnostics } = buildTexts(
    {
      'system.camkes': `import <std_connector.camkes>; import "A.camkes";
component B { consumes E tick; }
assembly {
  composition { component A a; component A other; component B b;
    connection seL4Notification c(from a.tick, to b.tick); }
  configuration { ${configuration} }
}`,
      'A.camkes': `component A { control; emits E tick; attribute int period; ${members} }`,
      'A.ts': source,
      'B.ts': 'export function tick_handle(): void {}',
      'sizes.ts': 'export const size: i32 = 4;',
    },
    'system.camkes',
    { guestCompiler },
  );
  return {
    problems: problemsOf({ diagnostics }),
    messages: diagnostics.map((each) => each.message),
  };
};

const run = (body: string): string => `export function run(): void {\n${body}\n}\n`;

describe('an import of what is not there', () => {
  it('is told of an interface that is not connected, with the instance', () => {
    const { problems, messages } = told(
      `import { tick } from "camkes";\n${run('tick.emit();\ntick.emit();')}`,
    );
    assert.deepEqual(problems, ['error import-unconnected A.ts:1']);
    assert.match(messages[0] ?? '', /^`tick` of `other` is not connected/);
  });

  it('is told of an attribute that has no value', () => {
    const source = `import { period } from "camkes";\nimport { log } from "sel4";\n${run('log((period + period).toString());')}`;
    const { problems, messages } = told(source, 'a.period = 3;');
    assert.deepEqual(problems, ['error import-without-value A.ts:1']);
    assert.match(messages[0] ?? '', /^`period` of `other` has no value\. Set `other\.period = …;`/);
    assert.deepEqual(told(source, 'a.period = 3; other.period = 4;').problems, []);
  });

  it('is told once of any module, with what may be meant', () => {
    const { problems, messages } = told(
      `import { guard, gaurd } from "camkes";\nimport { logg } from "sel4";\nimport { size, sise } from "./sizes";\n${run('guard.lock();\ngaurd.lock();\nlogg("a");\nlogg(size.toString());\nsise + 1;\nother;')}`,
      '',
      'has mutex guard;',
    );
    assert.deepEqual(problems.sort(), [
      'error ts-2305 A.ts:1',
      'error ts-2305 A.ts:2',
      'error ts-2305 A.ts:3',
      'error unknown-name A.ts:10',
    ]);
    assert.ok(
      messages.includes("Module 'camkes' has no exported member 'gaurd'. Did you mean `guard`?"),
      messages.join('\n'),
    );
  });
});
