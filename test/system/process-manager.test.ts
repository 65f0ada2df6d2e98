/** ProcessManager with applications that run, end, and are taken down; booted, with a small SDKRuntime of the test. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applicationOf, bootCantripos, put } from '../support/cantripos-system.js';

const builtins = {
  busy: applicationOf('busy', `${put('!')}1: j 1b`, 'budget = 1000\nperiod = 10000'),
  leaves: applicationOf('leaves', `${put('L')}li a0, 7\nret`),
  // As guest TypeScript throws: strings with the header of its objects, and an instruction that is none.
  throws: applicationOf(
    'throws',
    `la a0, message\nla a1, file\nli a2, 4\nli a3, 9\nunimp
    .data
    .balign 8
    .word 0, 0, 2, 12
    message: .half 'n', 'o', ' ', 'c', 'a', 't'
    .balign 8
    .word 0, 0, 2, 8
    file: .half 'A', '.', 't', 's'`,
  ),
  fails: applicationOf('fails', `li a0, 5\nli a1, -4\nunimp`),
  divides: applicationOf('divides', '.half 8'),
  fills: applicationOf('fills', 'li a0, 5000\n.half 28'),
  recurs: applicationOf('recurs', '1: addi sp, sp, -16\nsw ra, 0(sp)\nj 1b'),
  falls: applicationOf('falls', `${put('F')}sw zero, 0(zero)\nret`, 'restart = on-fault 2'),
};

const lines = (
  client: string,
  settings = '',
  others: Readonly<Record<string, Uint8Array>> = {},
): string[] =>
  bootCantripos({ builtins: { ...builtins, ...others }, client, settings })
    .trim()
    .split('\n');

describe('the process manager', () => {
  it('starts, suspends, resumes and stops an application, after which all memory is as before', () => {
    const console = lines(`export function run(): void {
      let before = used();
      log('start ' + ask(ProcessControlKind.Start, 'busy') + ' ' + ask(ProcessControlKind.Start, 'busy'));
      for (let turn = 0; turn < 50; turn++) yieldTime();
      log('state ' + state('busy') + ', running ' + running());
      log('suspend ' + ask(ProcessControlKind.Suspend, 'busy') + ' ' + ask(ProcessControlKind.Suspend, 'busy') + ' ' + state('busy'));
      log('resume ' + ask(ProcessControlKind.Resume, 'busy') + ' ' + ask(ProcessControlKind.Resume, 'busy') + ' ' + state('busy'));
      log('memory ' + (status('busy').memoryBytes > 40000).toString());
      log('stop ' + ask(ProcessControlKind.Stop, 'busy') + ' ' + ask(ProcessControlKind.Stop, 'busy') + ' ' + state('busy'));
      log('none ' + ask(ProcessControlKind.Start, 'none') + ' ' + state('none') + ' ' + ask(ProcessControlKind.Start, '../x'));
      log((used() == before).toString());
    }`);
    assert.deepEqual(console, [
      '!start 0 5',
      'state Running, running busy',
      'suspend 0 22 Suspended',
      'resume 0 23 Running',
      'memory true',
      'stop 0 6 Stopped',
      'none 3 none 1',
      'true',
    ]);
  });

  it('hears how an application ended, frees what it had, and starts it again as its manifest says', () => {
    const console = lines(`export function run(): void {
      let before = used();
      ask(ProcessControlKind.Start, 'leaves');
      log(' ' + settle('leaves') + ' ' + status('leaves').lastEnd + ' ' + (used() == before).toString());
      ask(ProcessControlKind.Start, 'falls');
      for (let turn = 0; turn < 100; turn++) yieldTime();
      let told = status('falls');
      log(' ' + settle('falls') + ' ' + told.restarts.toString() + ' ' + told.restartPolicy + ', ' + told.lastEnd);
      log((used() == before).toString() + ' ' + ask(ProcessControlKind.Stop, 'falls'));
    }`);
    assert.match(
      console.join('\n'),
      /^L Exited\(7\) exit 7 true\nFFF Faulted 2 on-fault 2, memory fault at 0x[0-9a-f]+, address 0x0\ntrue 6$/,
    );
  });

  it('tells what an application said that stopped itself, and believes nothing that is no text', () => {
    const console = lines(`export function run(): void {
      let before = used();
      ask(ProcessControlKind.Start, 'throws');
      log(settle('throws') + ' ' + status('throws').lastEnd);
      ask(ProcessControlKind.Start, 'fails');
      log(settle('fails') + ' ' + status('fails').lastEnd);
      ask(ProcessControlKind.Start, 'divides');
      settle('divides');
      ask(ProcessControlKind.Start, 'fills');
      settle('fills');
      ask(ProcessControlKind.Start, 'recurs');
      log(settle('recurs') + ' ' + status('recurs').lastEnd);
      log((used() == before).toString());
    }`);
    assert.match(console[1] ?? '', /^Faulted exception at 0x[0-9a-f]+, number 0x2: no cat/);
    assert.deepEqual(
      console.map((each) => each.replace(/ at 0x.*?: /, ': ')),
      [
        'throws: no cat (A.ts:4:9)',
        'Faulted exception: no cat (A.ts:4:9)',
        'fails: it stopped itself',
        'Faulted exception: it stopped itself',
        'divides: division by zero',
        'fills: out of memory: 5000 bytes are asked for',
        'recurs: its stack of 16384 bytes is full',
        'Faulted memory fault: its stack of 16384 bytes is full',
        'true',
      ],
    );
  });

  it('starts one again for each policy of a manifest, and no more often than it says', () => {
    const ends = (name: string, how: string, policy: string): Uint8Array =>
      applicationOf(name, how, policy === '' ? '' : `restart = ${policy}`);
    const [leaves, falls] = ['li a0, 7\nret', 'sw zero, 0(zero)\nret'];
    const apps = {
      a1: ends('a1', leaves, ''),
      a2: ends('a2', leaves, 'never'),
      a3: ends('a3', leaves, 'on-fault'),
      a4: ends('a4', leaves, 'always'),
      a5: ends('a5', falls, 'never'),
      a6: ends('a6', falls, 'on-fault'),
      a7: ends('a7', falls, 'on-fault 5'),
      a8: ends('a8', falls, 'always'),
    };
    const console = bootCantripos({
      builtins: apps,
      instructions: 1_000_000_000,
      client: `export function run(): void {
        let before = used();
        let slots = CSpace.freeSlots();
        for (let number = 1; number <= 8; number++) {
          let name = 'a' + number.toString();
          ask(ProcessControlKind.Start, name);
          let turns = 0;
          while (turns < 40) { if (state(name) == 'Running') turns = 0; else turns++; yieldTime(); }
          log(name + ' ' + state(name) + ' ' + status(name).restarts.toString());
        }
        log('stop ' + ask(ProcessControlKind.Stop, 'a8') + ' start ' + ask(ProcessControlKind.Start, 'a2') + ' ' + settle('a2'));
        log((used() == before).toString() + ' ' + (CSpace.freeSlots() == slots).toString());
      }`,
    });
    assert.deepEqual(console.trim().split('\n'), [
      'a1 Exited(7) 0',
      'a2 Exited(7) 0',
      'a3 Exited(7) 0',
      'a4 Exited(7) 100',
      'a5 Faulted 0',
      'a6 Faulted 3',
      'a7 Faulted 5',
      'a8 Faulted 100',
      'stop 6 start 0 Exited(7)',
      'true true',
    ]);
  });

  it('has as many applications as there are address spaces, or as memory is enough for, and says so', () => {
    const console = (count: number, manifest: string): string => {
      const names = Array.from({ length: count }, (_unused, number) => `n${number}`);
      const last = names.at(-1) ?? '';
      return bootCantripos({
        builtins: Object.fromEntries(
          names.map((name) => [name, applicationOf(name, '1: j 1b', `budget = 100\n${manifest}`)]),
        ),
        instructions: 2_000_000_000,
        client: `export function run(): void {
          let before = used();
          let count = 0;
          let error = '0';
          while (count < ${count} && error == '0') {
            error = ask(ProcessControlKind.Start, 'n' + count.toString());
            if (error == '0') count++;
          }
          log(count.toString() + ' ' + error + ' ' + ask(ProcessControlKind.Start, '${last}') + ' ' + state('${last}'));
          for (let each = 0; each < count; each++)
            if (ask(ProcessControlKind.Stop, 'n' + each.toString()) != '0') log('not stopped');
          log((used() == before).toString() + ' ' + ask(ProcessControlKind.Start, '${last}') + ' ' + ask(ProcessControlKind.Stop, '${last}'));
        }`,
      });
    };
    const refusal = (name: string): string =>
      `${name} is not started: there are as many applications as there can be.\n`;
    assert.equal(console(18, ''), `${refusal('n16')}${refusal('n17')}16 21 21 none\ntrue 0 0\n`);
    assert.match(console(14, 'stack = 256K\nmemory = 400K'), /^\d 20 20 none\ntrue 0 0\n$/);
  });

  it('gives an application the time that its manifest has, and no more', () => {
    const busy = (name: string, character: string, budget: number): Uint8Array =>
      applicationOf(
        name,
        `1: li t0, 20000\n2: addi t0, t0, -1\nbnez t0, 2b\n${put(character)}j 1b`,
        `budget = ${budget}\nperiod = 10000\npriority = 200`,
      );
    const console = bootCantripos({
      builtins: { one: busy('one', '1', 1000), four: busy('four', '4', 4000) },
      client: `export function run(): void {
        ask(ProcessControlKind.Start, 'one');
        ask(ProcessControlKind.Start, 'four');
        for (let turn = 0; turn < 3000; turn++) yieldTime();
        ask(ProcessControlKind.Stop, 'one');
        ask(ProcessControlKind.Stop, 'four');
        log('END');
      }`,
    });
    const count = (character: string): number => console.split(character).length - 1;
    // Who asks has a lower priority than both, and comes to its end all the same.
    assert.match(console, /END\n$/);
    assert.ok(count('1') > 5, console);
    assert.ok(Math.abs(count('4') / count('1') - 4) < 1, console);
  });

  it('installs, updates and removes a bundle, and tells what is wrong with others', () => {
    const first = applicationOf('extra', `${put('1')}1: j 1b`, 'budget = 1000');
    const second = applicationOf('extra', `${put('2')}1: j 1b`, 'budget = 1000');
    const large = applicationOf('large', `${put('x')}ret`, 'memory = 32K');
    const wide = applicationOf('wide', `${put('x')}ret`, 'memory = 4M\nstack = 16K');
    const client = `
    function bytesOf(which: i32): u8[] {
      if (which == 1) return [${first.join(',')}];
      if (which == 2) return [${second.join(',')}];
      return [${large.join(',')}];
    }
    function name(): string { return Reader.over(pkg_mgmt.reply()).text(); }
    export function run(): void {
      let before = used();
      let frames = upload(bytesOf(1));
      log('install ' + send(PackageManagementRequest.install(frames), frames) + ' ' + name());
      CSpace.remove(frames.cnode);
      log('start ' + ask(ProcessControlKind.Start, 'extra'));
      log('remove ' + send(PackageManagementRequest.uninstall('extra'), null));
      frames = upload(bytesOf(2));
      log('again ' + send(PackageManagementRequest.install(frames), frames));
      log('update ' + send(PackageManagementRequest.update(frames), frames) + ' ' + name() + ' ' + state('extra'));
      CSpace.remove(frames.cnode);
      ask(ProcessControlKind.Stop, 'extra');
      log('remove ' + send(PackageManagementRequest.uninstall('extra'), null) + ' ' + state('extra') + ' ' + (used() == before).toString());
      frames = upload(bytesOf(3));
      send(PackageManagementRequest.install(frames), frames);
      CSpace.remove(frames.cnode);
      log('quota ' + ask(ProcessControlKind.Start, 'large'));
      log('remove ' + send(PackageManagementRequest.uninstall('large'), null) + ' ' + send(PackageManagementRequest.uninstall('busy'), null) + ' ' + send(PackageManagementRequest.uninstall('none'), null));
      log((used() == before).toString());
    }`;
    const console = bootCantripos({ builtins: { ...builtins, wide }, client });
    assert.deepEqual(console.trim().split('\n'), [
      'install 0 extra',
      '1start 0',
      'remove 5',
      'A package is not installed: there is one of this name.',
      'again 4',
      '2update 0 extra Running',
      'remove 0 none true',
      'large is not started: it needs 41920 bytes of memory, and its manifest allows 32768.',
      'quota 19',
      'busy is not uninstalled: it is built in.',
      'remove 0 12 3',
      'true',
    ]);
  });

  it('says when there is no memory for an application, and keeps nothing of it', () => {
    const huge = applicationOf('huge', 'la t0, 1f\nret\n.bss\n1: .space 0x390000', 'memory = 4M');
    const client = (name: string): string => `export function run(): void {
      let before = used();
      let first = ask(ProcessControlKind.Start, '${name}');
      log('|' + first + ' ' + ask(ProcessControlKind.Start, '${name}') + ' ' + state('${name}'));
      ask(ProcessControlKind.Stop, '${name}');
      log((used() == before).toString() + ' ' + ask(ProcessControlKind.Stop, 'none'));
    }`;
    const memory = bootCantripos({ builtins: { huge }, client: client('huge') });
    assert.equal(memory, '|20 20 none\ntrue 3\n');
  });

  it('says what of its manifest the kernel does not give to an application', () => {
    const short = applicationOf('short', 'ret', 'budget = 5\nperiod = 10');
    const console = lines(
      `export function run(): void {
        let before = used();
        log('| ' + ask(ProcessControlKind.Start, 'short') + ' ' + state('short'));
        log((used() == before).toString());
      }`,
      '',
      { short },
    );
    assert.deepEqual(
      console.map((each) => each.replace(/to \d+/, 'to N')),
      [
        'short is not started: the kernel gives no budget of 5 in a period of 10 microseconds, but 20 to N.',
        '| 18 none',
        'true',
      ],
    );
  });

  it('is as it was after a thousand random steps', () => {
    const extra = applicationOf('extra', '1: j 1b', 'budget = 1000');
    const console = bootCantripos({
      builtins,
      instructions: 4_000_000_000,
      client: `
      let seed: u32 = 7;
      function random(below: u32): u32 { seed = seed * 1664525 + 1013904223; return (seed >> 8) % below; }
      let image: StaticArray<u8> = [${extra.join(',')}];
      let bytes: u8[] = [];
      export function run(): void {
        for (let at = 0; at < image.length; at++) bytes.push(image[at]);
        let before = used();
        let slots = CSpace.freeSlots();
        let names: string[] = ['busy', 'leaves', 'falls', 'extra'];
        let done: u32[] = [0, 0, 0, 0, 0, 0];
        for (let step = 0; step < 1000; step++) {
          let name = names[random(4)];
          let kind = random(6);
          let error = ProcessError.Success;
          if (kind == 0) error = call(ProcessControlKind.Start, name);
          else if (kind == 1) error = call(ProcessControlKind.Stop, name);
          else if (kind == 2) error = call(ProcessControlKind.Suspend, name);
          else if (kind == 3) error = call(ProcessControlKind.Resume, name);
          else if (kind == 4) {
            let frames = upload(bytes);
            if (send(PackageManagementRequest.install(frames), frames) == '0') CSpace.remove(frames.cnode);
            else { drop(frames); error = ProcessError.BundleFound; }
          } else if (send(PackageManagementRequest.uninstall(name), null) != '0') error = ProcessError.BundleNotFound;
          if (error == ProcessError.Success) done[kind] += 1;
        }
        for (let index = 0; index < names.length; index++) call(ProcessControlKind.Stop, names[index]);
        send(PackageManagementRequest.uninstall('extra'), null);
        let all = true;
        for (let kind = 0; kind < done.length; kind++) if (done[kind] == 0) all = false;
        log('|' + all.toString() + ' ' + (used() == before).toString() + ' ' + (CSpace.freeSlots() == slots).toString() + ' ' + running());
      }`,
      settings: 'client.heap_size = 524288;',
    });
    assert.equal(console.slice(console.lastIndexOf('|')), '|true true true \n');
  });
});
