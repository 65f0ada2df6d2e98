/** The commands of the shell that are about memory, bundles and keys: what they print, in a booted system. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applicationOf, bootCantripos, put } from '../support/cantripos-system.js';

const builtins = {
  busy: applicationOf('busy', '1: j 1b', 'budget = 1000\nperiod = 10000'),
  falls: applicationOf('falls', 'sw zero, 0(zero)\nret', 'restart = on-fault 2'),
};

/** What the lines print; behind a line that installs come bytes. */
function shell(lines: readonly string[], uploads: readonly Uint8Array[] = []): string {
  const bytes = uploads.flatMap((each) => [...each]);
  return bootCantripos({
    builtins,
    client: `
    import { bundleCommand } from './components/DebugConsole/commands/bundle-commands';
    import { keyCommand } from './components/DebugConsole/commands/key-commands';
    import { memoryCommand } from './components/DebugConsole/commands/memory-commands';
    import { Terminal, uploadCommand } from './components/DebugConsole/commands/upload-commands';
    let bytes: StaticArray<u8> = [${[0, ...bytes].join(',')}];
    let at = 1;
    class Bytes extends Terminal {
      read(into: Uint8Array): i32 {
        let count = min(into.length, 100);
        for (let each = 0; each < count; each++) into[each] = bytes[at + each];
        at += count;
        return count;
      }
    }
    let terminal = new Bytes();
    function line(text: string): void {
      let words = text.split(' ');
      let told = bundleCommand(words);
      if (!told) told = keyCommand(words);
      if (!told) told = memoryCommand(words);
      if (!told) told = uploadCommand(words, terminal);
      log('> ' + text + '\\n' + (told ? told.trimEnd() : 'unknown command'));
      for (let turn = 0; turn < 60; turn++) yieldTime();
    }
    export function run(): void { ${lines.map((each) => `line('${each}');`).join('\n')} }`,
    settings: 'client.heap_size = 524288;',
  });
}

describe('commands about bundles', () => {
  it('print what the real shell prints', () => {
    const console = shell([
      'packages',
      'start busy',
      'start busy',
      'bundles',
      'status busy',
      'suspend busy',
      'resume busy',
      'resume busy',
      'stop busy',
      'status busy',
      'status none',
      'start none',
      'start',
      'uninstall busy',
    ]);
    assert.equal(
      console,
      `> packages
busy.app
falls.app
> start busy
Bundle "busy" started.
> start busy
start failed: BundleRunning
> bundles
busy
> status busy
busy: Running
> suspend busy
Bundle "busy" suspended.
> resume busy
Bundle "busy" resumed.
> resume busy
resume failed: BundleNotSuspended
> stop busy
Bundle "busy" stopped.
> status busy
busy: Stopped
> status none
status failed: BundleNotFound
> start none
start failed: BundleNotFound
> start
invalid arguments: start
> uninstall busy
uninstall failed: UninstallFailed
`,
    );
  });

  it('tell how an application ended, and what it had', () => {
    const console = shell(['start falls', 'status falls', 'ps']);
    assert.match(
      console,
      /^> start falls\nBundle "falls" started.\n> status falls\nfalls: Faulted\n {2}last end: memory fault at 0x[0-9a-f]+, address 0x0\n {2}started again 2 times\n> ps\nNAME +STATE +PRIO +BUDGET\/PERIOD +MEMORY RESTARTS LAST END\nfalls +Faulted +100 +10000\/10000 +0 +2 memory fault/,
    );
  });

  it('take a bundle from the terminal, and all bytes of one that is refused', () => {
    const first = applicationOf('extra', `${put('1')}1: j 1b`, 'budget = 1000');
    const broken = first.slice();
    broken[70] = 0;
    const second = applicationOf('extra', `${put('2')}1: j 1b`, 'budget = 1000');
    const size = String(first.length);
    const console = shell(
      [
        `install ${size}`,
        `install ${size}`,
        `install ${size}`,
        'start extra',
        `update ${String(second.length)}`,
        'stop extra',
        'uninstall extra',
        'packages',
        'install x',
      ],
      [first, broken, first, second],
    );
    assert.equal(
      console,
      `> install ${size}
Bundle "extra" installed.
A package is not installed: the checksum is wrong of the section at byte 0.
> install ${size}
install failed: BundleDataInvalid
A package is not installed: there is one of this name.
> install ${size}
install failed: BundleFound
1> start extra
Bundle "extra" started.
2> update ${String(second.length)}
Bundle "extra" updated.
> stop extra
Bundle "extra" stopped.
> uninstall extra
Bundle "extra" uninstalled.
> packages
busy.app
falls.app
> install x
invalid arguments: install
`,
    );
  });
});

describe('commands about memory and keys', () => {
  it('print what the real shell prints', () => {
    const console = shell([
      'mstats',
      'kvwrite busy note some text',
      'kvread busy note',
      'kvdelete busy note',
      'kvread busy note',
      'kvread none note',
      'kvread busy',
    ]);
    const value = [...Buffer.from('some text'), ...Array<number>(91).fill(0)].join(', ');
    assert.match(
      console,
      /^> mstats\n\d+ bytes in-use, \d+ bytes free, \d+ bytes requested, \d+ overhead\n\d+ objs in-use, \d+ objs requested\n/,
    );
    assert.equal(
      console.slice(console.indexOf('> kvwrite')),
      `> kvwrite busy note some text
Write key "note" = "some text".
> kvread busy note
Read key "note" = [${value}].
> kvdelete busy note
Delete key "note".
> kvread busy note
Read key "note" failed: KeyNotFound
> kvread none note
Read key "note" failed: BundleNotFound
> kvread busy
invalid arguments: kvread
`,
    );
  });
});
