/** The line that a host prints of a thread that faults: whose thread, where in its source, and why. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { watchFaults, type FaultReport } from '../../runtime/inspect/fault-reports.js';
import { createPlatform } from '../../runtime/platform.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { assemble } from '../../runtime/toolchain/assembly/assemble.js';
import { writeObject } from '../../runtime/toolchain/elf/write-object.js';
import { cCompiler, compileC } from '../support/c-compiler.js';
import { buildTexts, filesOf, problemsOf, type Texts } from '../support/component-system.js';
import { routine } from '../support/component-text.js';

function reportsOf(
  name: string,
  texts: Texts,
  settings: Record<string, unknown> = {},
  optimization: 'debug' | 'release' = 'debug',
): { told: FaultReport[]; console: string } {
  const built = buildTexts(
    {
      'cantrip.json': JSON.stringify({ program: 'system.camkes', ...settings }),
      'system.camkes': `component ${name} { control; }
        assembly { composition { component ${name} ${name.toLowerCase()}; } }`,
      ...texts,
    },
    'system.camkes',
    { guestCompiler, optimization },
  );
  assert.deepEqual(problemsOf(built), []);
  const { image, settings: chosen, programs = [] } = built;
  assert.ok(image !== undefined);
  const made = createPlatform(image, { ...chosen, programs });
  assert.ok(made.ok);
  const told: FaultReport[] = [];
  let console = '';
  made.value.onConsole((byte) => (console += String.fromCharCode(byte)));
  watchFaults(made.value, (report) => told.push(report));
  made.value.run(20_000_000);
  return { told, console };
}

const texts = (reports: { readonly told: readonly FaultReport[] }): string[] =>
  reports.told.map(({ text }) =>
    text.replace(/0x[0-9a-f]{8}/g, '0x…').replace(/\d+ bytes/, 'N bytes'),
  );

const sensor = {
  'Sensor.ts': `const samples = new StaticArray<i32>(4);
export function run(): void { put(samples.length + 1); }
function put(index: i32): void {
  samples[index] = 7;
}`,
};

describe('a report of a fault', () => {
  it('names file, line and column, the thread and why, and that nobody handles it', () => {
    const reports = reportsOf('Sensor', sensor);
    assert.deepEqual(texts(reports), [
      'Sensor.ts:4:3: The thread sensor_sensor_0_control_tcb of sensor faulted at 0x… in put and nobody handles it: the index of an element is outside of its array.',
    ]);
  });

  it('is told beside what the fault handler of the component prints', () => {
    const reports = reportsOf('Sensor', sensor, { faultHandlers: true });
    assert.match(
      texts(reports)[0] ?? '',
      /^Sensor\.ts:4:3: The thread \S+ of sensor faulted at 0x… in put\S*: the index/,
    );
    assert.match(reports.console, /^Fault in sensor, thread control: the index of an element/m);
    assert.equal(reports.told[0]?.isHandled, true);
  });

  it('of what a library refuses names the line that called it', () => {
    const texts = {
      'Finder.ts': `const found = new Map<i32, i32>();
export function run(): void { look(5); }
function look(key: i32): void {
  found.get(key);
}`,
    };
    for (const optimization of ['debug', 'release'] as const) {
      const [report] = reportsOf('Finder', texts, {}, optimization).told;
      // A call that was replaced is known by its line.
      const position = optimization === 'debug' ? /^Finder\.ts:4:\d+: / : /^Finder\.ts:4: /;
      assert.match(report?.text ?? '', position);
      assert.match(report?.text ?? '', /does not exist/);
      assert.equal(report?.place?.file, 'Finder.ts');
    }
  });

  it('names the line of an operator that is a function, such as of strings, in a release build, too', () => {
    const texts = {
      'system.camkes': `import <std_connector.camkes>;
        procedure P { string grow(in int size); string join(in string a, in string b); }
        component A { control; uses P p; }
        component B { provides P p; }
        assembly { composition { component A a; component B b; connection seL4RPCCall c(from a.p, to b.p); } }`,
      'A.ts': 'import { p } from "camkes";\nexport function run(): void { p.grow(300); }',
      'B.ts': `
export function p_grow(size: i32): string {
  let text = '';
  for (let i = 0; i < size; i++) text += 'x';
  return text;
}
export function p_join(a: string, b: string): string {
  return a + b;
}`,
    };
    const [report] = reportsOf('B', texts, {}, 'release').told;
    assert.match(report?.text ?? '', /^B\.ts:4(:\d+)?: .* in p_grow and nobody .*out of memory/);
  });

  it('of a message of the guest has its text without what would move the cursor', () => {
    const reports = reportsOf('Wild', {
      'Wild.ts': "export function run(): void { throw new Error('a\\x1b[2Jb\\nc'); }",
    });
    assert.match(texts(reports)[0] ?? '', /^Wild\.ts:1:31: .*: a \[2Jb c\.$/);
  });

  it('names the line of assembly, and where there are no lines the address and the symbol', () => {
    const source = routine('run', 'nop', 'wrong: lw a0, 64(zero)');
    const report =
      'The thread bad_bad_0_control_tcb of bad faulted at 0x… in wrong and nobody handles it: VM fault at 0x…: load from 0x…, which no page maps or allows.';
    assert.deepEqual(texts(reportsOf('Bad', { 'Bad.S': source })), [`Bad.S:7:1: ${report}`]);
    const { object } = assemble('Bad.S', filesOf({ 'Bad.S': source }));
    const reports = reportsOf('Bad', {
      'Bad.o': writeObject({
        ...object,
        sections: object.sections.map((each) => ({ ...each, lines: [] })),
      }),
    });
    assert.deepEqual(texts(reports), [report]);
    assert.match(reports.told[0]?.text ?? '', /faulted at 0x0001[0-9a-f]{4} in wrong/);
  });

  it('says of an access to a device which of them does not answer to it', () => {
    const system = `import <std_connector.camkes>;
      component Hw { hardware; dataport Buf registers; }
      component Bad { control; dataport Buf registers; }
      assembly {
        composition {
          component Bad bad; component Hw hw;
          connection seL4HardwareMMIO c(from bad.registers, to hw.registers);
        }
        configuration { hw.registers_paddr = PADDR; hw.registers_size = 4096; }
      }`;
    const report = (paddr: string, access: string): string | undefined => {
      const [text] = texts(
        reportsOf('Bad', {
          'system.camkes': system.replace('PADDR', paddr),
          'Bad.S': routine('run', 'lw a0, registers', `wrong: ${access}`),
        }),
      );
      return text?.replace(/^.*VM fault at 0x…: /, '');
    };
    assert.equal(
      report('0x54000000', 'lw a1, 0x7fc(a0)'),
      'load from 0x…, which is uart.0x7fc: the device does not answer to such an access.',
    );
    assert.equal(
      report('0x54000000', 'sb zero, 0x11(a0)'),
      'store to 0x…, which is uart.CTRL: the device does not answer to such an access.',
    );
    const nowhere = 'which is physical address 0x…, where no device is.';
    assert.equal(report('0x40030000', 'lw a1, 8(a0)'), `load from 0x…, ${nowhere}`);
    assert.equal(report('0x40030000', 'jr a0'), 'fetch from 0x…, which no page maps or allows.');
  });

  if (cCompiler === undefined) return;
  const compiler = cCompiler;
  it('names the line of C, where the compiler was asked for lines', () => {
    const source = 'int *nowhere = (int *)64;\nvoid run(void) {\n  *nowhere = 1;\n}\n';
    const object = compileC(compiler, source, {}, ['-O1', '-g']);
    const reports = reportsOf('Bad', { 'Bad.o': object });
    assert.match(
      texts(reports)[0] ?? '',
      /source\.c:3:12: The thread bad_bad_0_control_tcb of bad faulted at 0x… in run/,
    );
  });
});
