/** The commands that are for tests alone, as the real shell has them: in the assembly that asks for them, and only there. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { build, type Built } from '../../runtime/toolchain/build.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { filesOnDisk } from '../support/files-on-disk.js';
import { nexusConsole, type NexusConsole } from '../support/nexus-console.js';
import { keptBuilds } from '../support/kept-builds.js';

/** In the order of the alphabet, as `help` lists them. */
const names =
  'get_manifest load_application load_model scecho size_buffer test_alloc test_alloc_error test_mailbox test_malloc ' +
  'test_mfree test_mlcancel test_mlexecute test_mlperiodic test_obj_alloc test_panic test_timer_async ' +
  'test_timer_blocking test_timer_completed test_uart';

describe('the commands of the shell for tests', () => {
  let built: Built;
  let console: NexusConsole;
  const type = (line: string): string => console.type(line).trimEnd();
  const inUse = (): string => /^\d+ bytes in-use, \d+ bytes free/.exec(type('mstats'))?.[0] ?? '';
  /** What a line prints that leaves the memory as it was. */
  const tried = (line: string): string => {
    const earlier = inUse();
    const said = type(line);
    assert.equal(inUse(), earlier, line);
    return said;
  };

  before(() => {
    const source = 'runtime/system/platforms/nexus/tests.camkes';
    built = build(source, filesOnDisk, {
      boards: [nexusBoard()],
      guestCompiler,
      cache: keptBuilds,
    });
    const wrong = built.diagnostics.filter(({ severity }) => severity !== 'information');
    assert.deepEqual(
      wrong.map(({ message }) => message),
      [],
    );
    console = nexusConsole(built);
  });

  it('are there, and tell of arguments that are wrong', () => {
    const known = type('help').split('\n');
    for (const name of names.split(' ')) assert.ok(known.includes(name), name);
    for (const line of [
      'test_malloc',
      'test_malloc x',
      'test_mfree 1',
      'test_mfree 1 y',
      'size_buffer',
      'get_manifest',
      'load_application',
      'load_model a',
      'test_mlexecute a',
      'test_mlcancel a',
      'test_mlperiodic a b',
      'test_mlperiodic a b c',
      'test_timer_async 1',
      'test_timer_async a 1',
      'test_timer_blocking',
      'test_timer_blocking -1',
    ])
      assert.equal(tried(line), `invalid arguments: ${line.split(' ')[0] ?? ''}`);
  });

  it('allocate in the arena of the console', () => {
    assert.match(
      tried('test_alloc'),
      /^heap_value at 0x[0-9a-f]+\nvec at 0x[0-9a-f]+\nAll tests passed!$/,
    );
  });

  it('allocate frames and give them back', () => {
    const earlier = inUse();
    const allocated = type('test_malloc 5000');
    const frames =
      /^Allocated (ObjDescBundle \{ cnode: \d+, depth: 32, objs: \[ObjDesc \{ type_: seL4_RISCV_4K_Page, count: 2, cptr: (\d+) \}\] \})$/.exec(
        allocated,
      );
    const [, bundle = '', slot = ''] = frames ?? [];
    assert.notEqual(slot, '', allocated);
    assert.notEqual(inUse(), earlier);
    assert.equal(type(`test_mfree ${slot} 3`), 'mfree failed: ObjCapInvalid');
    assert.equal(type(`test_mfree ${slot} 2`), `Free'd ${bundle}`);
    assert.equal(inUse(), earlier);
    assert.equal(tried(`test_mfree ${slot} 2`), 'mfree failed: ObjCapInvalid');
    for (const [line, error] of [
      ['test_mfree 1 1', 'mfree failed: ObjCapInvalid'],
      ['test_mfree 4294967295 4294967295', 'mfree failed: ObjCapInvalid'],
      ['test_malloc 0', 'malloc failed: ObjCountInvalid'],
      ['test_malloc 4294967295', 'malloc failed: CapAllocFailed'],
    ] as const)
      assert.equal(tried(line), error);
  });

  it('allocate an object of each type', () => {
    const said = tried('test_obj_alloc').split('\n');
    assert.equal(said.at(-1), 'All tests passed!');
    assert.match(said[4] ?? '', /^Batch alloc ok: ObjDescBundle .*count: 10, cptr: 6 \}\] \}$/);
    assert.match(said[5] ?? '', /^cantrip_object_alloc_in_cnode ok: ObjDescBundle \{/);
  });

  it('allocate an object of each type also where the shell remembers many long lines', () => {
    for (let line = 0; line < 20; line++)
      type(`echo ${String.fromCharCode(0x61 + line).repeat(110)}`);
    assert.equal(tried('test_obj_alloc').split('\n').at(-1), 'All tests passed!');
    assert.equal(tried('test_obj_alloc').split('\n').at(-1), 'All tests passed!');
  });

  it('ask for what is in packages', () => {
    assert.equal(tried('scecho one  two'), 'one two');
    assert.equal(tried('scecho'), '');
    assert.match(tried('size_buffer hello'), /^\d+$/);
    assert.equal(tried('size_buffer none'), 'SizeBuffer failed: BundleNotFound');
    assert.equal(tried('get_manifest hello'), 'name = hello');
    assert.equal(tried('get_manifest none'), 'GetManifest failed: BundleNotFound');
    assert.match(tried('load_application hello'), /^ObjDescBundle \{ cnode: \d+, depth: 1, objs: /);
    assert.equal(tried('load_application none'), 'LoadApplication failed: BundleNotFound');
    assert.equal(tried('load_model hello none'), 'LoadModel failed: BundleNotFound');
    assert.equal(tried('test_mailbox'), 'Test mailbox OK.');
  });

  it('run models, of which there is none', () => {
    assert.equal(tried('test_mlexecute hello none'), 'Execute "hello" "none" err: LoadModelFailed');
    assert.equal(
      tried('test_mlperiodic hello none 0'),
      'Periodic "hello" "none" err: InvalidTimer',
    );
    assert.equal(
      tried('test_mlperiodic hello none 5'),
      'Periodic "hello" "none" err: LoadModelFailed',
    );
    assert.equal(tried('test_mlcancel hello none'), 'Cancel "hello" "none" err: NoSuchModel');
  });

  it('start timers, wait for one, and tell which are over', () => {
    assert.equal(tried('test_timer_completed'), `Timers completed: 0b${'0'.repeat(30)}`);
    assert.equal(tried('test_timer_async 3 10'), 'Starting timer 3 for 10 ms.');
    assert.equal(
      tried('test_timer_async 32 10'),
      'Starting timer 32 for 10 ms.\ncantrip_timer_oneshot failed: NoSuchTimer\ninvalid arguments: test_timer_async',
    );
    assert.equal(
      tried('test_timer_blocking 30'),
      'Blocking 30 ms waiting for timer.\nTimer completed.',
    );
    assert.equal(tried('test_timer_completed'), `Timers completed: 0b${'1000'.padStart(30, '0')}`);
    assert.equal(tried('test_timer_completed'), `Timers completed: 0b${'0'.repeat(30)}`);
  });

  it('write lines that are longer than what the driver keeps', () => {
    const [first, full, long] = tried('test_uart').split('\n');
    assert.equal(first, 'testing...');
    assert.equal(full, 'ok'.repeat(256));
    assert.equal(long, `${'no'.repeat(257)}Success!`);
  });

  it('end the console', () => {
    for (const line of ['test_panic', 'test_alloc_error']) {
      const ending = nexusConsole(built);
      ending.platform.machine.receive(new TextEncoder().encode(`${line}\r`));
      assert.match(
        ending.wait(3_000_000),
        /no fault handler and stops\. Exception at 0x[0-9a-f]{8}/,
        line,
      );
    }
  });
});
