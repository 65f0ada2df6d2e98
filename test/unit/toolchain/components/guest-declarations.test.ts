import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestDeclarations } from '../../../../runtime/toolchain/components/guest-declarations.js';
import { buildTexts } from '../../../support/component-system.js';

/** The lines for an assembly of two components that are joined by what `connections` says. */
const declared = (left: string, right: string, composition: string): string[] => {
  const { bindings } = buildTexts({
    'system.camkes': `import <std_connector.camkes>; procedure P { int divide(in int a, out int rest); }
      component A { ${left} } component B { ${right} }
      assembly { composition { component A a; component B b; ${composition} } }`,
  });
  assert.ok(bindings !== undefined);
  return guestDeclarations(bindings).trim().split('\n');
};

describe('the modules camkes of an assembly, declared as one', () => {
  it('have the members of a name that several components have', () => {
    assert.deepEqual(
      declared(
        'control; emits E e;',
        'consumes E e;',
        'connection seL4Notification c(from a.e, to b.e);',
      ),
      [
        'export declare namespace e {',
        '  function emit(): void;',
        '  function wait(): void;',
        '  function poll(): bool;',
        '}',
        'export declare const instanceName: string;',
      ],
    );
  });

  it('have the methods that are called, with a class for what comes back beside a result', () => {
    assert.deepEqual(
      declared(
        'control; uses P p;',
        'provides P q;',
        'connection seL4RPCCall c(from a.p, to b.q);',
      ),
      [
        'export declare namespace p {',
        '  function divide(a: i32): P_divide;',
        '}',
        'export declare namespace q {',
        '  function sender(): u32;',
        '}',
        'export class P_divide {',
        '  constructor(public result: i32, public rest: i32) {}',
        '}',
        'export declare const instanceName: string;',
      ],
    );
  });

  it('have locks, and memory with its access', () => {
    const lines = declared(
      'control; has mutex m; has semaphore s; dataport Buf d;',
      'dataport Buf d;',
      'connection seL4SharedData c(from a.d, to b.d);',
    );
    for (const name of ['m', 's', 'd'])
      assert.ok(lines.includes(`export declare namespace ${name} {`), name);
    for (const member of ['lock', 'unlock', 'trywait', 'fence'])
      assert.ok(
        lines.some((line) => line.includes(`function ${member}()`)),
        member,
      );
  });
});
