/** What is wrong with a component is told where it is asked for, and the rest of the system is built all the same. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const good: Texts = {
  'P.idl4': 'procedure P { int f(in int a); }',
  'A.camkes': 'import "P.idl4"; component A { control; uses P p; }',
  'A.S': '.globl run\nrun: li a0, 1\n call p_f\n ret\n',
  'B.camkes': 'import "P.idl4"; component B { provides P p; }',
  'B.S': '.globl p_f\np_f: ret\n',
  'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
assembly {
  composition { component A a; component B b; connection seL4RPCCall c(from a.p, to b.p); }
}`,
};

const withSettings = (settings: object, more: Texts = {}) =>
  buildTexts(
    { ...good, ...more, 'cantrip.json': JSON.stringify({ program: 'system.camkes', ...settings }) },
    '.',
  );

describe('bad input of a component', () => {
  it('that is none: the system has no problem', () => {
    assert.deepEqual(problemsOf(buildTexts(good)), []);
  });

  it('a component without a source is a warning at it; its threads wait, and the others are built', () => {
    const built = buildTexts({ ...good, 'A.S': undefined } as unknown as Texts);
    assert.deepEqual(problemsOf(built), ['warning component-without-source A.camkes:1']);
    assert.deepEqual(
      built.programs?.map(({ key }) => key),
      ['b'],
    );
    assert.deepEqual(bootBuilt(built).console, '');
  });

  it('an interface without its function is an error at the interface, with the method', () => {
    const built = buildTexts({ ...good, 'B.S': '.globl other\nother: ret\n' });
    assert.deepEqual(problemsOf(built), ['error missing-handler B.camkes:1']);
    assert.match(
      built.diagnostics[0]?.message ?? '',
      /`p_f` for its interface `p`.*`int p_f\(int a\)`/,
    );
    assert.equal(built.diagnostics[0]?.related?.[0]?.file, 'P.idl4');
    assert.equal(built.image, undefined);
    assert.deepEqual(
      built.programs?.map(({ key }) => key),
      ['a'],
    );
  });

  it('a parameter of a type that nobody knows is an error at its method', () => {
    const built = buildTexts({ ...good, 'P.idl4': 'procedure P {\n  int f(in packet_t a);\n}' });
    assert.deepEqual(problemsOf(built), ['error rpc-type P.idl4:2']);
    assert.equal(built.image, undefined);
  });

  it('a call of what no connection gives is an error at the call', () => {
    const built = buildTexts({ ...good, 'A.S': '.globl run\nrun:\n call p_g\n ret\n' });
    assert.deepEqual(problemsOf(built), ['error undefined-symbol A.S:3']);
  });

  it('a mistake in a source is told there, once for all instances', () => {
    const two = (good['system.camkes'] as string).replace(
      'component A a;',
      'component A a; component A a2;',
    );
    const built = buildTexts({
      ...good,
      'system.camkes': two.replace('from a.p,', 'from a.p, from a2.p,'),
      'A.S': '.globl run\nrun:\n frob a0\n ret\n',
    });
    assert.deepEqual(problemsOf(built), ['error unknown-instruction A.S:3']);
  });

  it('a function of one name in two sources of a component is an error at the second', () => {
    const built = withSettings(
      { components: { B: ['B.S', 'B2.S'] } },
      { 'B2.S': '\n.globl p_f\np_f: ret\n' },
    );
    assert.deepEqual(problemsOf(built), ['error duplicate-symbol B2.S:3']);
  });

  it('a setting that names no source is an error at the setting', () => {
    assert.deepEqual(problemsOf(withSettings({ components: { B: 'nowhere.S' } })), [
      'error missing-file cantrip.json:1',
    ]);
    assert.deepEqual(problemsOf(withSettings({ components: { B: 'b.c' } })), [
      'error component-source cantrip.json:1',
    ]);
    assert.deepEqual(problemsOf(withSettings({ components: { C: 'B.S' } })), [
      'warning unknown-component cantrip.json:1',
    ]);
    assert.deepEqual(problemsOf(withSettings({ components: { B: 3 } })), [
      'error bad-setting cantrip.json:1',
    ]);
  });

  it('an object that is damaged or of another machine is an error at it', () => {
    const damaged = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0]);
    const built = withSettings({ components: { B: 'b.o' } }, { 'b.o': damaged });
    assert.equal(built.image, undefined);
    assert.deepEqual(
      built.diagnostics.map(({ file, severity }) => `${severity} ${file}`),
      ['error b.o'],
    );
  });

  it('a message that is too large for its buffer is a fault of the component that sends it', () => {
    const built = buildTexts({
      ...good,
      'P.idl4': 'procedure P { int f(in char a[]); }',
      'A.S': '.globl run\nrun: li a0, 1000\n la a1, run\n call p_f\n la a0, run\n call puts\n',
    });
    assert.deepEqual(problemsOf(built), []);
    assert.equal(bootBuilt(built).console.includes('puts'), false);
  });
});

describe('groups', () => {
  it('instances of one type in one address space are linked side by side, and keep their names apart', () => {
    const built = buildTexts({
      ...good,
      'A.S':
        '.globl run\nrun: addi sp, sp, -16\n sw ra, 12(sp)\n call get_instance_name\n call puts\n lw ra, 12(sp)\n addi sp, sp, 16\n ret\n',
      'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
assembly {
  composition {
    group g { component A a; component A a2; }
    component B b;
    connection seL4RPCCall c(from g.a.p, from g.a2.p, to b.p);
  }
}`,
    });
    // Both call through one capability, as the reference tools have it.
    const shared = 'warning shared-badge system.camkes:6';
    assert.deepEqual(problemsOf(built), [shared, shared]);
    const { console, differences } = bootBuilt(built);
    assert.deepEqual(differences, []);
    assert.deepEqual(console.trim().split('\n').sort(), ['a', 'a2']);
  });

  it('a direct call between members of a group is a call of the function itself', () => {
    const built = buildTexts({
      ...good,
      'A.S':
        '.globl run\nrun: addi sp, sp, -16\n sw ra, 12(sp)\n li a0, 64\n call p_f\n call putchar\n lw ra, 12(sp)\n addi sp, sp, 16\n ret\n',
      'B.S': '.globl p_f\np_f: addi a0, a0, 1\n ret\n',
      'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
assembly {
  composition {
    group g { component A a; component B b; }
    connection seL4DirectCall c(from g.a.p, to g.b.p);
  }
}`,
    });
    assert.deepEqual(problemsOf(built), []);
    assert.equal(bootBuilt(built).console, 'A');
  });
});
