/** The commands of the shell that are about memory, bundles and keys: what they print, in a booted system. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applicationOf, bootCantripos } from '../support/cantripos-system.js';

const builtins = {
  busy: applicationOf('busy', '1: j 1b', 'budget = 1000\nperiod = 10000'),
  falls: applicationOf('falls', 'sw zero, 0(zero)\nret', 'restart = on-fault 2'),
};

/** What the lines print. */
function shell(lines: readonly string[]): string {
  return bootCantripos({
    builtins,
    client: clientOf(lines),
    settings: 'client.heap_size = 524288;',
  });
}

const clientOf = (lines: readonly string[]): string => `
    import { bundleCommand } from './components/DebugConsole/commands/bundle-commands';
    import { keyCommand } from './components/DebugConsole/commands/key-commands';
    import { memoryCommand } from './components/DebugConsole/commands/memory-commands';
    import { NameList, PackageList, RunningList } from './components/DebugConsole/commands/name-list';
    import { Session } from './components/DebugConsole/command';
    import { Logger } from './components/DebugConsole/logger';
    import { Output } from './components/DebugConsole/output';
    import { Script } from './components/DebugConsole/script';
    class Lines extends Output {
      text: string = '';
      send(text: string): void { this.text += text.replaceAll('\\r', ''); }
    }
    class Shell extends Session { push(script: Script): bool { return false; } }
    function all(list: NameList): string {
      let lines = new Lines();
      let shell = new Shell([], lines, new Logger());
      while (!list.isOver) list.timeOut(shell);
      return lines.text;
    }
    function line(text: string): void {
      let words = text.split(' ');
      let told: string | null = null;
      if (words[0] == 'packages') told = all(new PackageList());
      else if (words[0] == 'bundles') told = all(new RunningList());
      if (!told) told = bundleCommand(words);
      if (!told) told = keyCommand(words);
      if (!told) told = memoryCommand(words);
      log('> ' + text + '\\n' + (told ? told.trimEnd() : 'unknown command'));
      for (let turn = 0; turn < 60; turn++) yieldTime();
    }
    export function run(): void { ${lines.map((each) => `line('${each}');`).join('\n')} }`;

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
busy is not uninstalled: it is built in.
> uninstall busy
uninstall failed: UninstallFailed
`,
    );
  });

  it('list all names, however many there are, and however long', () => {
    const names = Array.from(
      { length: 40 },
      (_unused, at) => `${String(at + 10)}${'n'.repeat(30)}`,
    );
    const started = names.slice(0, 16);
    const lines = [...started.map((name) => `start ${name}`), 'bundles', 'packages'];
    const console = bootCantripos({
      builtins: Object.fromEntries(
        names.map((name) => [
          name,
          started.includes(name)
            ? applicationOf(name, '1: j 1b', 'budget = 1000\nperiod = 100000')
            : Uint8Array.of(1),
        ]),
      ),
      client: clientOf(lines),
      settings: 'client.heap_size = 524288;',
      instructions: 300_000_000,
    });
    const listed = (from: string): string[] =>
      console
        .slice(console.indexOf(`> ${from}`))
        .split('> ')[1]
        ?.trim()
        .split('\n')
        .slice(1) ?? [];
    assert.deepEqual(listed('bundles'), started);
    assert.deepEqual(
      listed('packages'),
      names.map((name) => `${name}.app`),
    );
  });

  it('tell how an application ended, and what it had', () => {
    const console = shell(['start falls', 'status falls']);
    assert.match(
      console,
      /^> start falls\nBundle "falls" started.\n> status falls\nfalls: Faulted\n {2}last end: memory fault at 0x[0-9a-f]+, address 0x0\n {2}started again 2 times\n$/,
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
