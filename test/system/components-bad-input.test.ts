/** What is wrong with a component is told where it is asked for, and the rest of the system is built all the same. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { build } from '../../runtime/toolchain/build.js';
import type { GuestCompiler } from '../../runtime/toolchain/guest/compiler-port.js';
import type { Diagnostic } from '../../runtime/toolchain/text/diagnostic.js';
import { noRange } from '../../runtime/toolchain/text/diagnostic.js';
import {
  bootBuilt,
  buildTexts,
  filesOf,
  problemsOf,
  type Texts,
} from '../support/component-system.js';

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

  it('a program that an earlier build wrote beside the assembly is not taken for the one of now', () => {
    const built = buildTexts({ ...good, a_group_bin: new Uint8Array(100_000) });
    assert.deepEqual(problemsOf(built), []);
    assert.equal(bootBuilt(built).console, '');
  });

  it('a component without a source is an error at it, and the others are built', () => {
    const built = buildTexts({ ...good, 'A.S': undefined } as unknown as Texts);
    assert.deepEqual(problemsOf(built), ['error component-without-source A.camkes:1']);
    assert.equal(built.image, undefined);
    assert.deepEqual(
      built.programs?.map(({ key }) => key),
      ['b'],
    );
  });

  it('a component with an empty list of sources is no mistake; its threads wait', () => {
    const built = withSettings({ components: { A: [] } }, { 'A.S': undefined } as unknown as Texts);
    assert.deepEqual(problemsOf(built), []);
    assert.deepEqual(bootBuilt(built).console, '');
  });

  it('where no component has a source, all of them wait, with a warning at each', () => {
    const built = buildTexts({ ...good, 'A.S': undefined, 'B.S': undefined } as unknown as Texts);
    assert.deepEqual(problemsOf(built), [
      'warning component-without-source A.camkes:1',
      'warning component-without-source B.camkes:1',
    ]);
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

  it('two devices at one address are an error at the second, since a page has one frame', () => {
    const built = buildTexts({
      'A.camkes':
        'component A { control; dataport Buf m; } component H { hardware; dataport Buf m; }',
      'A.S': '.globl run\nrun: ret\n',
      'system.camkes': `import <std_connector.camkes>; import "A.camkes";
assembly {
  composition {
    component A a; component A b; component H h; component H k;
    connection seL4HardwareMMIO c(from a.m, to h.m); connection seL4HardwareMMIO d(from b.m, to k.m);
  }
  configuration {
    h.m_paddr = 0x40000000; h.m_size = 0x1000;
    k.m_paddr = 0x40000000; k.m_size = 0x1000;
  }
}`,
    });
    assert.deepEqual(problemsOf(built), ['error device-overlap system.camkes:9']);
    assert.equal(built.image, undefined);
  });

  it('a stack of less than a page is an error at its setting, told once', () => {
    const built = buildTexts({
      ...good,
      'system.camkes': (good['system.camkes'] as string).replace(
        /}$/,
        '  configuration {\n    a._stack_size = 100;\n  }\n}',
      ),
    });
    assert.deepEqual(problemsOf(built), ['error setting-out-of-range system.camkes:5']);
    assert.equal(built.image, undefined);
  });

  it('a number that is out of range hides no mistake of a source, and makes none', () => {
    for (const setting of [
      'a._stack_size = 100',
      'a.heap_size = 0x10000000000',
      'a._priority = 300',
    ]) {
      const built = buildTexts({
        ...good,
        'A.S': '.globl run\nrun:\n frob a0\n ret\n',
        'system.camkes': (good['system.camkes'] as string).replace(
          /}$/,
          `  configuration {\n    ${setting};\n  }\n}`,
        ),
      });
      assert.deepEqual(
        problemsOf(built),
        ['error setting-out-of-range system.camkes:5', 'error unknown-instruction A.S:3'],
        setting,
      );
      assert.equal(built.image, undefined);
      assert.deepEqual(
        built.programs?.map(({ key }) => key),
        ['b'],
      );
    }
  });

  it('files that import each other are read once each, and the system is built', () => {
    const built = buildTexts({
      ...good,
      'A.camkes': 'import "P.idl4"; import "B.camkes"; component A { control; uses P p; }',
      'B.camkes': 'import "P.idl4"; import "A.camkes"; component B { provides P p; }',
    });
    assert.equal(
      built.diagnostics.some(({ severity }) => severity === 'error'),
      false,
    );
    assert.notEqual(built.image, undefined);
  });

  it('a component that is a part of itself is an error', () => {
    const built = buildTexts({
      ...good,
      'B.camkes': `import "P.idl4"; component B {
  provides P p;
  composition { component B inner; export inner.p -> p; }
}`,
    });
    assert.ok(problemsOf(built).some((each) => /^error \S+ B\.camkes:3$/.test(each)));
    assert.equal(built.image, undefined);
  });

  it('a component within itself is an error at the inner one, and the programs are built all the same', () => {
    const built = buildTexts({
      ...good,
      'B.camkes': `import "P.idl4";
component B {
  provides P p;
  composition { component B inner; }
}`,
    });
    assert.deepEqual(problemsOf(built), [
      'error forward-reference B.camkes:4',
      'error cyclic-hierarchy B.camkes:4',
    ]);
    assert.deepEqual(
      built.programs?.map(({ key }) => key),
      ['a', 'b'],
    );
    assert.equal(built.image, undefined);
  });

  it('a crash of the compiler is an error of the component that it compiled, and the others are built', () => {
    const crash: Diagnostic = {
      file: 'A.ts',
      range: noRange,
      severity: 'error',
      code: 'compiler-crash',
      message: 'It failed.',
    };
    const guestCompiler: GuestCompiler = {
      compile: () => ({ diagnostics: [crash], exports: [], unsafeLines: new Map(), files: [] }),
      editorFiles: () => new Map(),
    };
    const { 'A.S': replaced, ...others } = good;
    const built = buildTexts({ ...others, 'A.ts': '' }, 'system.camkes', { guestCompiler });
    assert.equal(replaced, good['A.S']);
    assert.deepEqual(problemsOf(built), ['error compiler-crash A.ts:1']);
    assert.deepEqual(
      built.programs?.map(({ key }) => key),
      ['b'],
    );
    assert.equal(built.image, undefined);
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

describe('an object that is older than its source', () => {
  const times: Record<string, number> = { 'B.c': 2, 'B.o': 1 };
  const staleIn = (texts: Texts, source = 'system.camkes'): string[] => {
    const files = { ...filesOf(texts), modifiedAt: (path: string) => times[path] };
    const { diagnostics } = build(source, files, { boards: [nexusBoard()] });
    return diagnostics
      .filter(({ code }) => code === 'stale-object')
      .map(({ file, message }) => `${file}: ${message}`);
  };
  const { 'B.S': assembly, ...others } = good;
  const objects: Texts = {
    ...others,
    'B.c': 'int p_f(int a) { return a; }',
    'B.o': new Uint8Array(4),
  };

  it('is a warning at the component, with the command that makes it again', () => {
    assert.equal(assembly, good['B.S']);
    assert.deepEqual(staleIn(objects), [
      'B.camkes: B.o is older than B.c: the component `B` is linked as it was before the last change. Compile B.c again: `riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 -ffreestanding -Iinclude/B -c B.c`.',
    ]);
  });

  it('is one at the setting that names it', () => {
    const settings = { program: 'system.camkes', components: { B: 'B.o' } };
    const [told = ''] = staleIn({ ...objects, 'cantrip.json': JSON.stringify(settings) }, '.');
    assert.match(told, /^cantrip\.json: B\.o is older/);
  });

  it('is none when it is newer, and where times are not known', () => {
    times['B.o'] = 3;
    assert.deepEqual(staleIn(objects), []);
    assert.equal(
      problemsOf(buildTexts(objects)).some((each) => each.includes('stale')),
      false,
    );
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
    assert.deepEqual(problemsOf(built), []);
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
