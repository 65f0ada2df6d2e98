import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCamkes, fixed, messageOf, titlesOf } from '../../../support/camkes-fixture.js';

const library = `struct Point { int x; int y = 2; }
component C {
  attribute int n; attribute int m = 7; attribute string s; attribute int list[];
  attribute Point point; attribute unsigned int u;
  has semaphore lock;
}
`;
const settings = (text: string): string =>
  `${library}assembly { composition { component C a; component C b; } configuration { ${text} } }`;

const valuesOf = (checked: ReturnType<typeof checkCamkes>, name: string): unknown =>
  checked.system?.instances
    .flatMap((each) => [...each.settings.values()])
    .filter(({ instance, attribute }) => `${instance}.${attribute}` === name)
    .map(({ value }) => ('value' in value ? value.value : value.kind))[0];

describe('settings of CAmkES', () => {
  it('warns of names that nothing has', () => {
    const checked = checkCamkes(
      settings(
        '«unknown-setting-target:aa».n = 1; a.«unknown-setting:nn» = 1; a.lock_value = 2; b._priority = 3;',
      ),
    );
    assert.deepEqual(
      checked.diagnostics.map(({ severity }) => severity),
      ['warning', 'warning'],
    );
    assert.deepEqual(titlesOf(checked), [
      'Replace by `a`',
      'Remove this setting',
      'Replace by `n`',
      'Declare `attribute int nn` in component `C`',
    ]);
  });

  it('knows settings of the interfaces of a component, and of standard connections', () => {
    checkCamkes(`import <std_connector.camkes>;
component D { dataport Buf d; }
assembly { composition {
  component D a; component D b;
  connection seL4SharedData c(from a.d, to b.d);
} configuration { a.d_access = "R"; b.«unknown-setting:d_acces» = "W"; c.size = 4096; c.«unknown-setting:sizes» = 1; } }`);
  });

  it('lets a connector of the project read what it likes', () => {
    checkCamkes(`connector Own { from Dataport; to Dataport; }
component D { dataport Buf d; }
assembly { composition {
  component D a; component D b; connection Own c(from a.d, to b.d);
} configuration { a.d_anything = 1; c.size = 1; } }`);
  });

  it('refuses what is set twice', () => {
    const checked = checkCamkes(settings('a.n = 1; «duplicate-setting:a.n» = 2;'));
    assert.equal(
      messageOf(checked, 'duplicate-setting'),
      '`a.n` is set twice. Remove one of the two.',
    );
  });

  it('compares a value with the type of its attribute', () => {
    const checked = checkCamkes(
      settings(`a.n = «mistyped-setting:"x"»; a.s = «mistyped-setting:1»; a.list = «mistyped-setting:1»;
a.u = «mistyped-setting:1»; b.list = «mistyped-setting:[1, "x"]»; b.n = 1; b.s = "x" "y"; b.point = {"x": 1};
a.point = «mistyped-setting:{"y": 1}»;`),
    );
    assert.match(checked.diagnostics[0]!.message, /^`a\.n` cannot be "x": its type is `int`\.$/);
    assert.match(fixed(checked, 'Make it a list'), /a\.list = \[1\];/);
    checkCamkes(settings('b.point = «extra-field:{"x": 1, "z": 1}»;'));
  });

  it('takes what the bits of a whole number can hold, with a sign or without', () => {
    const text = (values: string): string => `component C { attribute int n; attribute int64_t w;
attribute uint64_t u; attribute int list[]; }
assembly { composition { component C a; } configuration { ${values} } }`;
    for (const [name, least, most] of [
      ['n', '-0x80000000', '0xffffffff'],
      ['w', '-0x8000000000000000', '0xffffffffffffffff'],
      ['u', '-1', '0xffffffffffffffff'],
    ] as const)
      for (const value of [least, most]) checkCamkes(text(`a.${name} = ${value};`));
    const checked = checkCamkes(text('a.n = «mistyped-setting:8589934599»;'));
    assert.equal(
      checked.diagnostics[0]?.message,
      '`a.n` cannot be 8589934599: its type is `int`, which has 32 bits, for -2147483648 to 4294967295.',
    );
    checkCamkes(text('a.n = «mistyped-setting:-0x80000001»;'));
    checkCamkes(text('a.w = «mistyped-setting:1 << 64»;'));
    checkCamkes(text('a.u = «mistyped-setting:0x10000000000000000»;'));
    checkCamkes(text('a.list = «mistyped-setting:[1, 1 << 40]»;'));
  });

  it('takes a value from another attribute, from its default, or from its own', () => {
    const checked = checkCamkes(settings('a.n <- b.n; b.n <- b.m; b.s <- a.s; a.m <- b.u;'));
    assert.equal(valuesOf(checked, 'a.n'), 7n);
    assert.equal(valuesOf(checked, 'b.s'), undefined);
    assert.equal(valuesOf(checked, 'a.m'), 7n);
  });

  it('picks from a dictionary by its keys', () => {
    const checked = checkCamkes(
      settings(
        'a.point = {"x": 1, "y": 3}; a.n <- a.point["y"]; b.n <- a.point[«missing-key:"z"»];',
      ),
    );
    assert.equal(valuesOf(checked, 'a.n'), 3n);
  });

  it('gives the fields of a struct their defaults', () => {
    const { system } = checkCamkes(settings('a.point = {"x": 1}; b.point = {"x": 1, "y": 5};'));
    const fields = system?.instances.map(({ settings: all }) => {
      const value = all.get('point')?.value;
      return value?.kind === 'dictionary'
        ? value.entries.map((entry) =>
            entry.map((each) => ('value' in each ? each.value : each.kind)),
          )
        : [];
    });
    assert.deepEqual(fields, [
      [
        ['x', 1n],
        ['y', 2n],
      ],
      [
        ['x', 1n],
        ['y', 5n],
      ],
    ]);
  });

  it('does not know what a device tree says', () => {
    const checked = checkCamkes(
      settings('a.n <- b.n; b.n = dtb({"path": "/soc"})["reg"]; a.s = «unknown-query:dbt»({});'),
    );
    assert.equal(valuesOf(checked, 'a.n'), 'unknown');
  });

  it('finds attributes that take their values from each other', () => {
    const checked = checkCamkes(
      settings('a.n <- «cyclic-attribute-reference:b.n»; b.n <- a.n; a.m <- a.n;'),
    );
    assert.match(messageOf(checked, 'cyclic-attribute-reference'), /`a\.n` <- `b\.n` <- `a\.n`\.$/);
  });

  it('asks which value is meant when the source is set twice, and for an instance in an assembly', () => {
    checkCamkes(
      settings('a.n <- «ambiguous-attribute-reference:b.n»; b.n = 1; «duplicate-setting:b.n» = 2;'),
    );
    checkCamkes(settings('a.n <- «attribute-reference:m»;'));
  });

  it('takes attributes of the component around, which has to have them', () => {
    const checked = checkCamkes(`${library}component Outer {
  attribute int depth = 4;
  composition { component C inner; }
  configuration { inner.n <- depth; inner.m <- «unknown-attribute:dept»; }
}
assembly { composition { component Outer o; } }`);
    assert.equal(valuesOf(checked, 'o.inner.n'), 4n);
  });

  it('needs sizes and numbers of threads that make sense', () => {
    checkCamkes(`component C {
  maybe dataport Buf(«dataport-size:0») a; maybe dataport Buf(«dataport-size:1 / 2») b; maybe dataport Buf(2.0) c;
  maybe dataport Buf(1 << 40) d;
}
connector K { from Event with «thread-count:1 - 2» threads; to Event with «thread-count:1.5» threads; }`);
  });
});
