import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyzeCamkes } from '../../../../runtime/toolchain/camkes/analyze.js';
import { checkCamkes, filesOf, plainOptions } from '../../../support/camkes-fixture.js';

const library = `
connector Call { from Procedures with 0 threads; to Procedure; }
connector Signal { from Event with 0 threads; to Events; }
connector Memory { from Dataports with 0 threads; to Dataports with 0 threads; }
procedure Text { int put(in string text); }
`;

describe('a CAmkES system', () => {
  it('has the instances, connections and settings of its assembly', () => {
    const { system } = checkCamkes({
      'a.camkes': `import "b.camkes";
component Client { control; uses Text text; emits Done done; attribute int tries = 3; }
component Server { provides Text print; consumes Done done; }
assembly {
  composition {
    component Client client;
    component Server server;
    connection Call text(from client.text, to server.print);
    connection Signal done(from client.done, to server.done);
  }
  configuration { server._stack_size = 4 * 1024; text.size = 1; «unknown-setting-target:nobody».x = "y"; }
}`,
      'b.camkes': library,
    });
    assert.deepEqual(
      system?.instances.map(({ name, addressSpace, component }) => [
        name,
        addressSpace,
        component.name,
      ]),
      [
        ['client', 'client', 'Client'],
        ['server', 'server', 'Server'],
      ],
    );
    assert.deepEqual(
      system.connections.map(({ name, connector, from, to }) => [
        name,
        connector.name,
        ...[...from, ...to].map((end) => `${end.instance.name}.${end.interface.name}`),
      ]),
      [
        ['text', 'Call', 'client.text', 'server.print'],
        ['done', 'Signal', 'client.done', 'server.done'],
      ],
    );
    assert.deepEqual(
      system.instances.flatMap(({ settings }) => [...settings.values()]).map(textOfSetting),
      ['client.tries = 3 (default)', 'server._stack_size = 4096'],
    );
    assert.deepEqual(system.looseSettings.map(textOfSetting), ['text.size = 1', 'nobody.x = y']);
    assert.equal(system.connections[0]?.settings.get('size')?.instance, 'text');
    assert.equal(system.dialect, 'upstream');
  });

  it('is taken apart: names are paths, exports are followed, what is inside comes behind', () => {
    const { system } = checkCamkes(`${library}
component Leaf { provides Text print; attribute string label; }
component Middle {
  provides Text print;
  attribute string label = "none";
  composition { component Leaf leaf; export leaf.print -> print; }
  configuration { leaf.label <- label; }
}
component Outer {
  provides Text print;
  composition {
    component Middle middle;
    component Leaf spare;
    export middle.print -> print;
  }
  configuration { middle.label = "from outside"; }
}
component Client { uses Text text; }
assembly {
  composition {
    component Outer outer;
    component Client client;
    connection Call c(from client.text, to outer.print);
  }
}`);
    assert.deepEqual(
      system?.instances.map(({ name }) => name),
      ['outer', 'client', 'outer.middle', 'outer.spare', 'outer.middle.leaf'],
    );
    const [end] = system.connections[0]?.to ?? [];
    assert.equal(`${end?.instance.name}.${end?.interface.name}`, 'outer.middle.leaf.print');
    const leaf = system.instances.find(({ name }) => name === 'outer.middle.leaf');
    assert.deepEqual([...leaf!.settings.values()].map(textOfSetting), [
      'outer.middle.leaf.label = from outside',
    ]);
  });

  it('gives one address space to a group, and reaches its instances through its name', () => {
    const { system } = checkCamkes(`${library}
component Client { uses Text text; }
component Server { provides Text print; }
assembly {
  composition {
    group both { component Client client; component Server server; }
    group { component Server other; }
    component Client alone;
    connection Call c(from both.client.text, from alone.text, to both.server.print);
  }
}`);
    assert.deepEqual(
      system?.instances.map(({ name, addressSpace }) => [name, addressSpace]),
      [
        ['alone', 'alone'],
        ['client', 'both'],
        ['server', 'both'],
        ['other', 'unamed_group_0'],
      ],
    );
  });

  it('merges connections that share an end under all their names', () => {
    const { system } = checkCamkes(`${library}
component Client { uses Text text; }
component Server { provides Text print; }
assembly {
  composition {
    component Client b;
    component Client a;
    component Server server;
    component Server other;
    component Client c;
    connection Call second(from b.text, to server.print);
    connection Call alone(from c.text, to other.print);
    connection Call first(from a.text, to server.print);
  }
}`);
    assert.deepEqual(
      system?.connections.map(({ name, from, to }) => [name, from.length, to.length]),
      [
        ['alone', 1, 1],
        ['first.second', 2, 1],
      ],
    );
    assert.deepEqual(
      system.connections[1]?.from.map(({ instance }) => instance.name),
      ['b', 'a'],
    );
  });

  it('is made of all assemblies, which see what the ones before them declare', () => {
    const { system } = checkCamkes({
      'a.camkes': `import "b.camkes";
assembly {
  composition { component Client client; connection Call c(from client.text, to server.print); }
  configuration { server.x = 1; }
}`,
      'b.camkes': `${library}
component Client { uses Text text; }
component Server { provides Text print; attribute int x; }
assembly { composition { component Server server; } }`,
    });
    assert.deepEqual(
      system?.instances.map(({ name }) => name),
      ['server', 'client'],
    );
    assert.equal(system.connections.length, 1);
  });

  it('takes compositions and configurations from elsewhere by name', () => {
    const { system } = checkCamkes(`component C { attribute int x; }
composition parts { component C c; }
configuration values { c.x = 5; }
assembly { composition parts; configuration values; }`);
    assert.deepEqual(
      system?.instances.flatMap(({ settings }) => [...settings.values()]).map(textOfSetting),
      ['c.x = 5'],
    );
  });

  it('reads its standard connectors without a checkout of the library', () => {
    const { system, dialect } = checkCamkes(`import <std_connector.camkes>;
component Uart { hardware; dataport Buf(4096) registers; emits Interrupt interrupt; }
component Driver { dataport Buf(4096) registers; consumes Interrupt interrupt; }
assembly {
  composition {
    component Uart uart;
    component Driver driver;
    connection cantripMMIO registers(from driver.registers, to uart.registers);
    connection cantripIRQ interrupt(from uart.interrupt, to driver.interrupt);
  }
  configuration {
    uart.registers_paddr = 0x40000000;
    uart.registers_size = 4096;
    uart.interrupt_irq_number = 1;
  }
}`);
    assert.equal(system?.connections.length, 2);
    assert.equal(dialect, 'sparrow');
  });

  it('is checked for what only a whole system can have wrong', () => {
    checkCamkes(`component C {}
assembly {
  composition { component C c; }
  configuration { «setting-out-of-range:c._priority = 300;» }
}`);
  });

  it('is not asked for settings that a missing file may have', () => {
    const { diagnostics } = analyzeCamkes(
      'a.camkes',
      filesOf(
        new Map([
          [
            'a.camkes',
            `import <std_connector.camkes>;
import "missing.camkes";
component Uart { hardware; dataport Buf(4096) registers; }
component Driver { dataport Buf(4096) registers; }
assembly {
  composition {
    component Uart uart;
    component Driver driver;
    connection cantripMMIO registers(from driver.registers, to uart.registers);
  }
}`,
          ],
        ]),
      ),
      plainOptions,
    );
    assert.ok(!diagnostics.some(({ code }) => code === 'missing-setting'));
  });

  it('has the schedule of its first assembly', () => {
    const { system } = checkCamkes(`component C {}
assembly { composition { component C a; } schedule { [(0, 10 ticks), (1, 3)] } }
assembly { composition { component C b; } schedule { [(7, 1), (8, 1)] } }`);
    assert.deepEqual(system?.schedule, [
      { domain: 0, duration: 10n, unit: 'ticks' },
      { domain: 1, duration: 3n, unit: 'ticks' },
    ]);
  });

  it('is not there without an assembly, and the file is read all the same', () => {
    const { system, symbols } = checkCamkes('procedure P { void f(void); }');
    assert.equal(system, undefined);
    assert.deepEqual(
      symbols.symbols.map(({ name }) => name),
      ['P', 'f'],
    );
  });
});

function textOfSetting(setting: {
  readonly instance: string;
  readonly attribute: string;
  readonly value: { readonly kind: string; readonly value?: unknown };
  readonly isDefault: boolean;
}): string {
  const { instance, attribute, value, isDefault } = setting;
  return `${instance}.${attribute} = ${String(value.value)}${isDefault ? ' (default)' : ''}`;
}
