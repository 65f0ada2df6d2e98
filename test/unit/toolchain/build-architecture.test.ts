/** Systems that are not for the emulated boards: they compile to capDL, and become no image. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { build, type BuildOptions } from '../../../runtime/toolchain/build.js';
import { check } from '../../../runtime/toolchain/check.js';
import { printSpec } from '../../../runtime/toolchain/capdl/print.js';
import { filesInMemory } from '../../support/files-in-memory.js';

const system = `import <std_connector.camkes>;
component Keyboard { hardware; provides IOPort port; }
component Driver { control; uses IOPort port; }
assembly {
  composition {
    component Keyboard keyboard;
    component Driver driver;
    connection seL4HardwareIOPort ports(from driver.port, to keyboard.port);
  }
  configuration { keyboard.port_attributes = "0x60:0x64"; }
}
`;
const files = filesInMemory({
  'system.camkes': system,
  'cantrip.json': '{ "program": "system.camkes", "architecture": "x86_64" }',
});
const built = (options: Partial<BuildOptions> = {}) =>
  build('.', files, { boards: [], ...options });
const said = (options: Partial<BuildOptions> = {}): string[] =>
  built(options).diagnostics.map(
    ({ file, range, code }) => `${file}:${range.start.character} ${code}`,
  );

describe('a system for another architecture', () => {
  it('becomes no image, which is told where the architecture is set', () => {
    assert.deepEqual(said(), ['cantrip.json:46 architecture-not-run']);
    assert.equal(
      built().diagnostics[0]?.message,
      'system.camkes is compiled for x86_64, and the emulated boards are riscv32: its capDL can be had (`cantrip build -o FILE.cdl`), but no image. To run it here, set "architecture": "riscv32" in cantrip.json, or give --architecture riscv32.',
    );
  });

  it('has its capDL, and a check finds nothing wrong with it', () => {
    const { spec, diagnostics } = built({ product: 'specification' });
    assert.deepEqual(diagnostics, []);
    assert.match(spec === undefined ? '' : printSpec(spec), /^arch x86_64\n[^]*io_ports/);
    assert.deepEqual(check('.', files, { boards: [] }), []);
    assert.deepEqual(check('system.camkes', files, { boards: [] }), []);
  });

  it('is for the architecture that the caller chooses', () => {
    assert.deepEqual(said({ architecture: 'riscv32' }), [
      'system.camkes:34 connector-not-compiled',
    ]);
    assert.deepEqual(
      check('system.camkes', files, { boards: [], architecture: 'aarch64' }).map(
        ({ message }) => message,
      ),
      [
        '`ports` is a seL4HardwareIOPort, and that makes no objects here: aarch64 does not have what it needs, which only ia32 and x86_64 have; "architecture" in cantrip.json says what to compile for.',
      ],
    );
    assert.deepEqual(said({ architecture: 'ia32' }), ['system.camkes:0 architecture-not-run']);
  });

  it('in capDL is written again as it is, and not loaded', () => {
    const { spec } = built({ product: 'specification' });
    const cdl = filesInMemory({ 'a.cdl': spec === undefined ? '' : printSpec(spec) });
    const codesOf = (options: Partial<BuildOptions>): string[] =>
      build('a.cdl', cdl, { boards: [], ...options })
        .diagnostics.filter(({ severity }) => severity === 'error')
        .map(({ code }) => code);
    assert.deepEqual(codesOf({ product: 'specification' }), []);
    assert.deepEqual(codesOf({}), ['load-architecture']);
  });
});
