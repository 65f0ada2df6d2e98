/** The key store of SecurityCoordinator in the serial flash of nexus: what is written there outlives a reboot. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform } from '../../runtime/platform.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { buildTexts, problemsOf } from '../support/component-system.js';
import { keptBuilds } from '../support/kept-builds.js';

const component = 'runtime/system/components/SecurityCoordinator';
const ofSystem = (name: string): string => readFileSync(path.resolve(component, name), 'utf8');

const built = buildTexts(
  {
    'crc32.ts': ofSystem('crc32.ts'),
    'flash.ts': ofSystem('flash.ts'),
    'key-store.ts': ofSystem('key-store.ts'),
    'spi-flash.ts': ofSystem('spi-flash.ts'),
    'Spi.camkes': 'component Spi { hardware; dataport Buf(4096) registers; }',
    'Keeper.camkes': 'component Keeper { control; dataport Buf(4096) registers; }',
    'Keeper.ts': `
      import { registers } from 'camkes';
      import { log } from 'sel4';
      import { KeyStore } from './key-store';
      import { SpiFlash, SpiHost } from './spi-flash';
      class Host extends SpiHost {
        read(register: u32): u32 { return registers.get<u32>(register); }
        write(register: u32, value: u32): void { registers.set<u32>(register, value); }
      }
      export function run(): void {
        let flash = new SpiFlash(new Host(), 0xff_e000, 4096);
        log('id ' + flash.identify().toString(16));
        let store = new KeyStore(flash);
        let boots = store.read('keeper', 'boots');
        let count = boots ? <i32>boots[0] : 0;
        let long = new Uint8Array(100);
        for (let index = 0; index < 40; index++) {
          long.fill(<u8>(count * 40 + index));
          let outcome = store.write('keeper', 'long', long);
          if (outcome != 0) log('not written: ' + (<i32>outcome).toString());
        }
        let last = store.read('keeper', 'long');
        let next = new Uint8Array(1);
        next[0] = <u8>(count + 1);
        store.write('keeper', 'boots', next);
        log('boot ' + count.toString() + ', last ' + (last ? last[99].toString() : 'none'));
        if (flash.isBroken) log('broken');
      }`,
    'system.camkes': `import <std_connector.camkes>; import "Spi.camkes"; import "Keeper.camkes";
      assembly {
        composition {
          component Spi spi; component Keeper keeper;
          connection seL4HardwareMMIO registers(from keeper.registers, to spi.registers);
        }
        configuration {
          spi.registers_paddr = 0x54040000; spi.registers_size = 0x1000; keeper.heap_size = 131072;
          keeper.allocation_after_init = "allowed";
        }
      }`,
  },
  'system.camkes',
  { guestCompiler, cache: keptBuilds },
);

/** Boots with what the flash holds; gives the console's text and what it holds then. */
function boot(flash: Uint8Array): { console: string; flash: Uint8Array } {
  const { image, settings, programs = [] } = built;
  assert.ok(image !== undefined);
  const made = createPlatform(image, { ...settings, programs, flash });
  assert.ok(made.ok);
  const platform = made.value;
  let console = '';
  platform.onConsole((byte) => (console += String.fromCharCode(byte)));
  platform.run(400_000_000);
  const after = platform.machine.flash;
  assert.ok(after !== undefined);
  return { console, flash: after.contents() };
}

describe('the key store in the flash of nexus', () => {
  it('is built without a problem', () => {
    assert.deepEqual(problemsOf(built), []);
    assert.equal(nexusBoard().devices.find(({ name }) => name === 'spi_host')?.base, 0x5404_0000);
  });

  it('has after a reboot what was written before, also when its banks have changed places', () => {
    const first = boot(new Uint8Array());
    assert.equal(first.console, 'id ef4018\nboot 0, last 39\n');
    const second = boot(first.flash);
    assert.equal(second.console, 'id ef4018\nboot 1, last 79\n');
    const third = boot(second.flash);
    assert.equal(third.console, 'id ef4018\nboot 2, last 119\n');
  });

  it('begins anew in a flash that holds something else', () => {
    const junk = new Uint8Array(0x100_0000).map((_byte, index) => (index * 7919) & 0xff);
    assert.equal(boot(junk).console, 'id ef4018\nboot 0, last 39\n');
  });
});
