/** The sensors on the I2C bus of nexus, by the drivers of SensorManager. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { createPlatform } from '../../runtime/platform.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { buildTexts, problemsOf } from '../support/component-system.js';
import { keptBuilds } from '../support/kept-builds.js';

const ofSystem = (name: string): string =>
  readFileSync(path.resolve('runtime/system/components/SensorManager', name), 'utf8');

const built = buildTexts(
  {
    'i2c-host.ts': ofSystem('i2c-host.ts'),
    'thermometer.ts': ofSystem('thermometer.ts'),
    'accelerometer.ts': ofSystem('accelerometer.ts'),
    'Bus.camkes': 'component Bus { hardware; dataport Buf(4096) registers; }',
    'Meter.camkes': 'component Meter { control; dataport Buf(4096) registers; }',
    'Meter.ts': `
      import { registers } from 'camkes';
      import { log } from 'sel4';
      import { I2cHost, I2cRegisters } from './i2c-host';
      import { Thermometer } from './thermometer';
      import { Accelerometer } from './accelerometer';
      class Bus extends I2cRegisters {
        read(register: u32): u32 { return registers.get<u32>(register); }
        write(register: u32, value: u32): void { registers.set<u32>(register, value); }
      }
      export function run(): void {
        let host = new I2cHost(new Bus(), 2_500_000);
        let warmth = new Thermometer(host);
        let nobody = new Thermometer(host, 0x11);
        let motion = new Accelerometer(host);
        log('nobody ' + (<i32>nobody.measure()).toString());
        log('start ' + (<i32>motion.start()).toString());
        log('too long ' + (<i32>host.transfer(0x48, new Uint8Array(63), new Uint8Array(0))).toString());
        for (let turn = 0; turn < 2; turn++) {
          log(<i32>warmth.measure() == 0 ? warmth.milliCelsius.toString() : 'cold');
          log('nobody ' + (<i32>nobody.measure()).toString());
          if (motion.measure() != 0) log('still');
          log(motion.milliG[0].toString() + ' ' + motion.milliG[1].toString() + ' ' + motion.milliG[2].toString());
        }
      }`,
    'system.camkes': `import <std_connector.camkes>; import "Bus.camkes"; import "Meter.camkes";
      assembly {
        composition {
          component Bus bus; component Meter meter;
          connection seL4HardwareMMIO registers(from meter.registers, to bus.registers);
        }
        configuration { bus.registers_paddr = 0x54030000; bus.registers_size = 0x1000;
          meter.allocation_after_init = "allowed"; }
      }`,
  },
  'system.camkes',
  { guestCompiler, cache: keptBuilds },
);

describe('the sensors of nexus', () => {
  it('are measured by their drivers, and who is not there is told', () => {
    assert.deepEqual(problemsOf(built), []);
    const { image, settings, programs = [] } = built;
    assert.ok(image !== undefined);
    const made = createPlatform(image, { ...settings, programs });
    assert.ok(made.ok);
    const platform = made.value;
    platform.machine.surroundings?.set({ temperature: -12_500, acceleration: [500, -250, 1000] });
    let console = '';
    platform.onConsole((byte) => (console += String.fromCharCode(byte)));
    platform.run(100_000_000);
    const once = '-12500\nnobody 1\n500 -250 1000\n';
    assert.equal(console, `nobody 1\nstart 0\ntoo long 2\n${once}${once}`);
  });
});
