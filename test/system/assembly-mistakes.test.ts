/** An assembly with mistakes makes no image, and the programs that they do not concern are built: their own are told, too. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { buildTexts, problemsOf, type Texts } from '../support/component-system.js';

/** A calls B; C is alone. Each source has a mistake, and so each component that is built is seen. */
const wrong: Texts = {
  'P.idl4': 'procedure P { int f(in int a); }',
  'A.camkes': 'import "P.idl4"; component A { control; uses P p; }',
  'A.S': '.globl run\nrun: frob a0\n call p_f\n ret\n',
  'B.camkes': 'import "P.idl4"; component B { provides P p; }',
  'B.S': '.globl p_f\np_f: frob a0\n ret\n',
  'C.camkes': 'component C { control; attribute int limit; attribute int other = 1; }',
  'C.S': '.globl run\nrun: frob a0\n lw a0, limit\n ret\n',
};

const partsOf = (inner: string, settings = 'c.limit = 3;'): string =>
  `import <std_connector.camkes>; import "A.camkes"; import "B.camkes"; import "C.camkes";
assembly {
  composition {
    component A a; component B b; component C c;
    ${inner}
  }
  configuration {
    ${settings}
  }
}`;

const connection = 'connection seL4RPCCall x(from a.p, to b.p);';
const problemsWith = (system: string, more: Texts = {}): string[] => {
  const built = buildTexts({ ...wrong, 'system.camkes': system, ...more });
  assert.equal(built.image, undefined);
  return problemsOf(built);
};
const inA = 'error unknown-instruction A.S:2';
const inB = 'error unknown-instruction B.S:2';
const inC = 'error unknown-instruction C.S:2';

describe('memory that may be written and not read', () => {
  it('is told at its setting, since it cannot be touched at all', () => {
    const made = (access: string) =>
      buildTexts({
        'system.camkes': `import <std_connector.camkes>;
component A { control; dataport Buf d; }
assembly {
  composition { component A a; component A b; connection seL4SharedData c(from a.d, to b.d); }
  configuration {
    a.d_access = "${access}";
  }
}`,
        'A.S': '.globl run\nrun: ret\n',
      });
    for (const access of ['R', 'RW', 'RX', 'RWX']) assert.deepEqual(problemsOf(made(access)), []);
    const built = made('W');
    assert.deepEqual(problemsOf(built), ['warning access-without-read system.camkes:6']);
    assert.match(built.diagnostics[0]?.message ?? '', /`a\.d_access` is "W".*Write "RW"\./);
  });
});

describe('an interface without a thread', () => {
  it('is told of an instance whose control thread does not serve it', () => {
    const made = (settings: string) =>
      buildTexts({
        'system.camkes': `import <global-connectors.camkes>;
procedure P { int f(in int a); }
component A { control; uses P p; }
component B { provides P p; }
assembly {
  composition { component A a; component B b; connection seL4RPCNoThreads c(from a.p, to b.p); }
  configuration { ${settings} }
}`,
        'A.S': '.globl run\nrun: li a0, 1\n call p_f\n ret\n',
        'B.S': '.globl p_f\np_f: ret\n',
      });
    const built = made('');
    assert.deepEqual(problemsOf(built), ['warning unserved-interface system.camkes:6']);
    assert.match(built.diagnostics[0]?.message ?? '', /`b\.single_threaded = true;`/);
    assert.deepEqual(problemsOf(made('b.single_threaded = true;')), []);
  });
});

describe('an assembly with mistakes', () => {
  it('without any: each component is built', () => {
    assert.deepEqual(problemsWith(partsOf(connection)), [inA, inB, inC]);
  });

  it('a connection of an interface that there is not: its ends are built as they are declared', () => {
    assert.deepEqual(problemsWith(partsOf('connection seL4RPCCall x(from a.q, to b.p);')), [
      'error unknown-interface system.camkes:5',
      ...[inA, inB],
      inC,
    ]);
  });

  it('a connection whose ends do not fit: each is built with the interface that it declares', () => {
    const other = 'procedure Q { int g(in int a); }';
    const more: Texts = {
      'Q.idl4': other,
      'B.camkes': 'import "Q.idl4"; component B { provides Q p; }',
    };
    assert.deepEqual(problemsWith(partsOf(connection), more), [
      'error type-mismatch system.camkes:5',
      ...[inA, inB, inC],
    ]);
    const events = 'connection seL4Notification x(from a.p, to b.p);';
    assert.deepEqual(problemsWith(partsOf(events)), [
      'error end-kind system.camkes:5',
      'error end-kind system.camkes:5',
      ...[inA, inB, inC],
    ]);
  });

  it('a connector that there is not: methods are called as they usually are', () => {
    assert.deepEqual(problemsWith(partsOf('connection seL4RPCKall x(from a.p, to b.p);')), [
      'error unknown-connector system.camkes:5',
      ...[inA, inB],
      inC,
    ]);
  });

  it('an attribute with a value of another type leaves out its instance', () => {
    assert.deepEqual(problemsWith(partsOf(connection, 'c.limit = "three";')), [
      'error mistyped-setting system.camkes:8',
      inA,
      inB,
    ]);
  });

  it('an instance of what is no component leaves out nobody else', () => {
    const inner = 'component Dd d; connection seL4RPCCall x(from a.p, to d.p);';
    assert.deepEqual(problemsWith(partsOf(inner)), [
      'error unknown-component system.camkes:5',
      ...[inA, inB],
      inC,
    ]);
    const alone = `component Dd d; ${connection}`;
    assert.deepEqual(problemsWith(partsOf(alone)), [
      'error unknown-component system.camkes:5',
      inA,
      inB,
      inC,
    ]);
  });

  it('a mistake in a component leaves out its instances, and one in a procedure those that use it', () => {
    const component = { 'C.camkes': 'component C { control; attribute int limit; provides X x; }' };
    assert.deepEqual(problemsWith(partsOf(connection), component), [
      'error unknown-procedure C.camkes:1',
      inA,
      inB,
    ]);
    const procedure = { 'P.idl4': 'procedure P { int f(in int a, in int a); }' };
    assert.deepEqual(problemsWith(partsOf(connection), procedure), [
      'error duplicate-name P.idl4:1',
      inC,
    ]);
  });

  it('an import that is not there leaves out what has no connection or no value', () => {
    const system = `import "nowhere.camkes";\n${partsOf(connection)}`;
    assert.deepEqual(problemsWith(system), ['error missing-import system.camkes:1', inA, inB, inC]);
  });

  it('several at once are told in one run, each once', () => {
    const inner = `component C k; component Dd d; ${connection}`;
    assert.deepEqual(
      problemsWith(partsOf(inner, 'c.limit = "three"; k.limit = 4; k.nothing = 1;')),
      [
        'error unknown-component system.camkes:5',
        'error mistyped-setting system.camkes:8',
        'warning unknown-setting system.camkes:8',
        inA,
        inB,
        inC,
      ],
    );
  });

  it('text that is no CAmkES leaves out what may lack a connection or a value by it', () => {
    const inner = `${connection} connection connection;`;
    assert.deepEqual(problemsWith(partsOf(inner)), [
      'error reserved-word system.camkes:5',
      'error unknown-connector system.camkes:5',
      'error syntax system.camkes:5',
      inA,
      inB,
      inC,
    ]);
    assert.deepEqual(problemsWith(partsOf('connection seL4RPCCall x(from a.p, to b.'), {}), [
      'error syntax system.camkes:6',
      ...[inA, inB, inC],
    ]);
  });

  it('members of a group that is not understood as a whole are looked at, and not linked', () => {
    const system = `import <std_connector.camkes>; import "A.camkes"; import "B.camkes"; import "C.camkes";
assembly {
  composition {
    group g { component A a; component C c; component C k; }
    connection seL4RPCCall x(from g.a.q, to b.p);
    component B b;
  }
  configuration { c.limit = 1; k.limit = "x"; }
}`;
    const fine = { 'C.S': '.globl run\nrun: lw a0, limit\n call nowhere\n ret\n' };
    assert.deepEqual(
      problemsWith(system).filter((each) => !each.includes('system.camkes')),
      [inB, inA, inC],
    );
    assert.deepEqual(
      problemsWith(system, fine).filter((each) => !each.includes('system.camkes')),
      [inB, inA],
    );
  });
});

describe('an assembly with mistakes, of components in guest TypeScript', () => {
  it('tells what is wrong with those that are understood, and nothing of what the others lack', () => {
    const texts: Texts = {
      'P.idl4': wrong['P.idl4'] ?? '',
      'A.camkes': wrong['A.camkes'] ?? '',
      'B.camkes': wrong['B.camkes'] ?? '',
      'C.camkes': 'component C { control; attribute int limit = 2; }',
      'A.ts': 'import { p } from "camkes";\nexport function run(): void {\n  p.f(1);\n}\n',
      'B.ts': 'export function p_f(a: i32): i32 {\n  return nothing;\n}\n',
      'C.ts': 'import { limit } from "camkes";\nexport function run(): void {\n  limitt;\n}\n',
    };
    const system = partsOf('connection seL4RPCCall x(from a.q, to b.p);', '');
    const built = buildTexts({ ...texts, 'system.camkes': system }, 'system.camkes', {
      guestCompiler,
    });
    assert.deepEqual(problemsOf(built), [
      'error unknown-interface system.camkes:5',
      'error unknown-name B.ts:2',
      'error unknown-name C.ts:3',
    ]);
  });

  const ends = (sources: Texts, connections: string): readonly string[] =>
    problemsOf(
      buildTexts(
        {
          'P.idl4': 'procedure P { int f(in int a); }',
          'Q.idl4': 'procedure Q { int g(in string a); }',
          'A.camkes':
            'import "P.idl4"; component A { control; uses P p; emits E e; consumes I i; dataport Buf d; }',
          'B.camkes':
            'import "Q.idl4"; component B { provides Q q; consumes E e; dataport Buf d; }',
          'H.camkes': 'component H { hardware; emits I i; dataport Buf d; }',
          'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes"; import "H.camkes";
assembly {
  composition {
    component A a; component B b; component H h;
    ${connections}
  }
  configuration { h.i_irq_number = 5; }
}`,
          ...sources,
        },
        'system.camkes',
        { guestCompiler },
      ),
    );

  const called: Texts = {
    'A.ts':
      'import { p, e, i, d } from "camkes";\nexport function run(): void {\n  p.f(1); e.emit(); i.acknowledge(); d.size;\n}\nexport function i_handle(): void {}\n',
    'B.ts':
      'import { e, d } from "camkes";\nexport function q_g(a: string): i32 {\n  return d.size;\n}\nexport function e_handle(): void {}\n',
  };
  const wrongEnds = `connection seL4RPCCall rpc(from a.p, to b.q);
    connection seL4Notification event(from a.e, to b.ee);
    connection seL4SharedData data(from a.d, to b.dd);
    connection seL4HardwareInterrupt irq(from h.i, to a.j);`;

  it('knows each interface as its component declares it, whatever the other end is', () => {
    const told = ends(called, wrongEnds);
    assert.deepEqual(
      told.filter((each) => !each.includes('system.camkes')),
      [],
    );
    const wrongly: Texts = {
      'A.ts': String(called['A.ts']).replace('p.f(1)', 'p.f("1")'),
      'B.ts': String(called['B.ts']).replace('a: string', 'a: i32'),
    };
    assert.deepEqual(
      ends(wrongly, wrongEnds).filter((each) => !each.includes('system.camkes')),
      ['error ts-2322 A.ts:3', 'error handler-signature B.ts:2'],
    );
  });

  it('guesses nothing where it may have been another connector', () => {
    const missing = 'connection seL4RPCCall rpc(from a.p, to b.q); connection';
    const wrongly: Texts = { 'A.ts': 'nothing;', 'B.ts': 'nothing;' };
    assert.deepEqual(
      ends(wrongly, missing).filter((each) => !each.includes('system.camkes')),
      [],
    );
  });

  it('that are more than anybody reads still leave the others', () => {
    const many = Array.from({ length: 300 }, (_, index) => `x${String(index)}.`);
    const lines = many.map(
      (each) => `connection seL4RPCCall r${each.slice(0, -1)}(from ${each}p, to b.q);`,
    );
    const told = ends({ ...called, 'A.ts': 'nothing;' }, [wrongEnds, ...lines].join('\n'));
    assert.ok(told.length > 250);
    assert.deepEqual(
      told.filter((each) => !each.includes('system.camkes')),
      ['error unknown-name A.ts:1'],
    );
  });
});
