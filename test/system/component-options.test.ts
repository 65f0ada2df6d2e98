/** How components in guest TypeScript are compiled: settings of the assembly, release builds, and what is told of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BuildOptions } from '../../runtime/toolchain/build.js';
import type { Footprint } from '../../runtime/toolchain/components/footprint.js';
import { footprintText, unsafeLinesOf } from '../../runtime/toolchain/components/footprint.js';
import { readElf } from '../../runtime/toolchain/elf/read.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf } from '../support/component-system.js';

const texts = (source: string, configuration = '') => ({
  'A.camkes': 'component A { control; }',
  'A.ts': source,
  'system.camkes': `import "A.camkes";
assembly {
  composition { component A a; }
  configuration { ${configuration} }
}`,
});

const built = (source: string, configuration = '', options: Partial<BuildOptions> = {}) =>
  buildTexts(texts(source, configuration), 'system.camkes', { guestCompiler, ...options });

const printing = (text: string): string =>
  `import { instanceName } from 'camkes';
import { log } from 'sel4';
export function run(): void { log(${text}); }
`;

describe('a component whose setting forbids memory after its start', () => {
  const forbidden = 'a.allocation_after_init = "forbidden";';

  it('has an error where it takes some', () => {
    const system = built(printing("'a' + instanceName"), forbidden);
    assert.deepEqual([...new Set(problemsOf(system))], ['error allocation A.ts:3']);
    assert.equal(system.image, undefined);
  });

  it('has none where it takes some in an init function, and runs', () => {
    const source = `import { log } from 'sel4';
let text = '';
export function pre_init(): void { text = 'made ' + (<i32>1).toString(); }
export function run(): void { log(text); }
`;
    const system = built(source, forbidden);
    assert.deepEqual(problemsOf(system), []);
    assert.equal(bootBuilt(system).console, 'made 1\n');
  });

  it('is told in the assembly of a word that the setting does not have', () => {
    const system = built(printing("'a'"), 'a.allocation_after_init = "never";');
    assert.deepEqual(problemsOf(system).map((each) => each.replace(/^\w+ /, '')).length, 1);
    assert.match(problemsOf(system)[0] ?? '', /system\.camkes:4$/);
  });
});

describe('a driver', () => {
  const driver = (configuration = '', settings = '{ "program": "system.camkes" }') =>
    buildTexts(
      {
        'Clock.camkes': 'component Clock { hardware; dataport Buf(4096) registers; }',
        'A.camkes': 'component A { control; dataport Buf(4096) registers; }',
        'A.ts': `import { registers } from 'camkes';
import { log } from 'sel4';
export function run(): void { show(registers.get<u32>(0)); }
function show(value: u32): void {
  log(value.toString());
}
`,
        'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "Clock.camkes";
assembly {
  composition {
    component A a;
    component Clock clock;
    connection seL4HardwareMMIO c(from a.registers, to clock.registers);
  }
  configuration { clock.registers_paddr = 0x40030000; clock.registers_size = 4096; ${configuration} }
}`,
        'cantrip.json': settings,
      },
      'cantrip.json',
      { guestCompiler },
    );

  it('takes no memory after its start, and the way to where it would is told', () => {
    const system = driver();
    assert.deepEqual(problemsOf(system), ['error allocation A.ts:5']);
    const [problem] = system.diagnostics;
    assert.match(problem?.message ?? '', /\(`run` → `show` → .*\).*INSTANCE/);
  });

  it('may where its setting or the project says so', () => {
    assert.deepEqual(problemsOf(driver('a.allocation_after_init = "allowed";')), []);
    const allowed = '{ "program": "system.camkes", "allocationAfterInit": "allowed" }';
    assert.deepEqual(problemsOf(driver('', allowed)), []);
  });
});

describe('a driver that others call', () => {
  /** Of one method: its declaration, and the component's function. */
  const serving = (method: string, source: string, configuration = '', before = '') =>
    buildTexts(
      {
        'pair.h':
          'typedef struct { int left; int right; } pair_t;\ntypedef struct { int a[4]; } four_t;\n',
        'system.camkes': `import <std_connector.camkes>;
procedure P { ${before} ${method}; }
component Clock { hardware; dataport Buf(4096) registers; }
component Driver { provides P p; dataport Buf(4096) registers; }
component User { control; uses P p; }
assembly {
  composition {
    component Driver driver; component User user; component Clock clock;
    connection seL4HardwareMMIO c(from driver.registers, to clock.registers);
    connection seL4RPCCall d(from user.p, to driver.p);
  }
  configuration { clock.registers_paddr = 0x40030000; clock.registers_size = 4096; ${configuration} }
}`,
        'Driver.ts': source,
        'User.ts': 'export function run(): void {}\n',
      },
      'system.camkes',
      { guestCompiler },
    );
  const header = 'include "pair.h";';

  it('may have numbers in its interface, and gives strings, arrays and structs that it has', () => {
    for (const system of [
      serving(
        'int add(in int a, refin int b)',
        'export function p_add(a: i32, b: i32): i32 { return a + b; }',
      ),
      serving(
        'void read(out int values[])',
        `import { P_read } from 'camkes';
let reply: P_read = new P_read([]);
export function pre_init(): void { reply = new P_read([1, 2]); }
export function p_read(): P_read { return reply; }`,
      ),
      serving('string name()', "export function p_name(): string { return 'clock'; }"),
      serving(
        'four_t last()',
        `import { four_t } from 'camkes';
let last = new four_t();
export function p_last(): four_t { return last; }`,
        '',
        header,
      ),
    ]) {
      assert.deepEqual(problemsOf(system), []);
      assert.notEqual(system.image, undefined);
    }
  });

  it('is told at its interface of what a call would take memory for', () => {
    const of = (method: string, source: string): (string | undefined)[] => {
      const system = serving(method, source, '', header);
      assert.equal(system.image, undefined);
      assert.deepEqual(problemsOf(system), ['error allocation system.camkes:4']);
      return [/for (.*), which/.exec(system.diagnostics[0]?.message ?? '')?.[1]];
    };
    assert.deepEqual(
      [
        of(
          'int say(in string text, in int times)',
          'export function p_say(text: string, times: i32): i32 { return times; }',
        ),
        of(
          'void send(in int values[], in string names[])',
          'export function p_send(values: i32[], names: string[]): void {}',
        ),
        of(
          'void set(in pair_t pair)',
          "import { pair_t } from 'camkes'; export function p_set(pair: pair_t): void {}",
        ),
        of(
          'pair_t get()',
          "import { pair_t } from 'camkes'; let kept = new pair_t(); export function p_get(): pair_t { return kept; }",
        ),
      ].flat(),
      [
        '`text` (a string)',
        '`values` (an array) and `names` (an array)',
        '`pair` (a struct)',
        'its result (a struct)',
      ],
    );
  });

  it('is told that a member of a capsule gives copies of its strings', () => {
    const system = buildTexts(
      {
        'system.camkes': `import <std_connector.camkes>;
procedure P { string name(); }
component Driver { provides P p; }
component User { control; uses P p; }
assembly {
  composition {
    group both { component Driver driver; component User user; }
    connection seL4RPCCall d(from both.user.p, to both.driver.p);
  }
  configuration { driver.allocation_after_init = "forbidden"; }
}`,
        'Driver.ts': "export function p_name(): string { return 'clock'; }",
        'User.ts': 'export function run(): void {}\n',
      },
      'system.camkes',
      { guestCompiler },
    );
    assert.deepEqual(problemsOf(system), ['error allocation system.camkes:3']);
  });

  it('takes none for a message of bytes that it reads into memory of its own', () => {
    const system = buildTexts(
      {
        'system.camkes': `import <std_connector.camkes>;
procedure P {}
component Driver { provides P p; }
component User { control; uses P p; }
assembly {
  composition { component Driver driver; component User user; connection cantripRPCCall d(from user.p, to driver.p); }
  configuration { driver.allocation_after_init = "forbidden"; }
}`,
        'Driver.ts': `import { p } from 'camkes';
const bytes = new Uint8Array(4);
export function p_request(badge: u32, label: u32): u32 { p.requestInto(bytes); p.reply(bytes); return bytes[3]; }
`,
        'User.ts': `import { p } from 'camkes';
import { log } from 'sel4';
export function run(): void {
  let message = new Uint8Array(8);
  message[3] = 9;
  log(p.call(0, message).toString() + ' ' + p.reply()[3].toString());
}
`,
      },
      'system.camkes',
      { guestCompiler },
    );
    assert.deepEqual(problemsOf(system), []);
    assert.equal(bootBuilt(system).console, '9 9\n');
  });

  it('may take memory for it where its setting says so', () => {
    const system = serving(
      'int say(in string text)',
      'export function p_say(text: string): i32 { return text.length; }',
      'driver.allocation_after_init = "allowed";',
    );
    assert.deepEqual(problemsOf(system), []);
  });
});

describe('the settings of a project', () => {
  const project = (settings: string, source = printing("'a' + instanceName")) =>
    buildTexts({ ...texts(source), 'cantrip.json': settings }, 'cantrip.json', { guestCompiler });

  it('forbid memory after the start to every component', () => {
    const settings = '{ "program": "system.camkes", "allocationAfterInit": "forbidden" }';
    assert.deepEqual([...new Set(problemsOf(project(settings)))], ['error allocation A.ts:3']);
  });

  it('say how guest TypeScript is compiled', () => {
    const [debug, release] = (['debug', 'release'] as const).map(
      (each) =>
        project(`{ "program": "system.camkes", "optimization": "${each}" }`).footprints?.[0],
    );
    assert.ok((release?.textBytes ?? 0) < (debug?.textBytes ?? 0));
  });
});

describe('an arena in which no object has room', () => {
  it('is an error at its setting', () => {
    const system = built(printing("'a'"), 'a.heap_size = 40;');
    assert.deepEqual(problemsOf(system), ['error arena-too-small system.camkes:4']);
    assert.equal(system.image, undefined);
  });
});

describe('a release build', () => {
  // More zeros than a page has, which an optimised module has in no segment.
  const zeros = Array<string>(6000).fill('0').join(', ');
  const source = `import { log } from 'sel4';
const table: StaticArray<u8> = [1, ${zeros}];
export function run(): void {
  let sum = 0;
  for (let index = 0; index < table.length; index++) {
    table[index] += 1;
    sum += table[index];
  }
  log(sum.toString());
}
`;

  it('prints what a debug build prints, in fewer instructions', () => {
    const [debug, release] = (['debug', 'release'] as const).map((optimization) =>
      built(source, '', { optimization }),
    );
    for (const system of [debug, release]) {
      assert.deepEqual(system && problemsOf(system), []);
      assert.equal(system && bootBuilt(system).console, '6002\n');
    }
    const text = (system: typeof debug): number => system?.footprints?.[0]?.textBytes ?? 0;
    assert.ok(text(release) < text(debug));
  });
});

describe('the footprint of a component', () => {
  const system = built(
    printing("'a' + instanceName"),
    'a.heap_size = 8192; a._stack_size = 0x3000;',
  );
  const program = system.programs?.[0];
  const footprint = system.footprints?.[0];

  it('has every byte of the ELF file that is mapped', () => {
    assert.deepEqual(problemsOf(system), []);
    const elf = program && readElf('a', program.elf);
    assert.ok(elf?.ok === true && footprint !== undefined);
    const { sections } = elf.value;
    const sizeOf = (isWanted: (section: (typeof sections)[number]) => boolean): number =>
      sections.filter(isWanted).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const isMapped = ({ flags }: (typeof sections)[number]): boolean => (flags & 2) !== 0;
    const isCode = ({ name }: (typeof sections)[number]): boolean => name.startsWith('.text');
    assert.equal(footprint.textBytes, sizeOf(isCode));
    assert.equal(
      footprint.dataBytes,
      sizeOf((section) => isMapped(section) && !isCode(section) && section.type === 1),
    );
    assert.equal(
      footprint.zeroBytes + footprint.arenaBytes,
      sizeOf(({ name }) => /^\.(guest\.)?bss/.test(name)),
    );
  });

  it('has no arena where nothing takes memory', () => {
    const constant = built(printing("'a'"), 'a.heap_size = 8192;');
    assert.deepEqual(
      [footprint, ...(constant.footprints ?? [])].map((each) => each?.arenaBytes),
      [8192, 0],
    );
  });

  it('has the capabilities, stacks and frames of the specification', () => {
    assert.ok(footprint !== undefined);
    const objects = new Map(system.spec?.objects.map((object) => [object.name, object]));
    const cnode = objects.get('a_cnode');
    assert.equal(footprint.capabilities, cnode?.slots.size);
    assert.equal(footprint.slots, 2 ** (cnode?.sizeBits ?? 0));
    assert.equal(footprint.stackBytes, 0x3000);
    const frames = [...objects.values()].filter(({ type }) => type === 'frame');
    assert.equal(footprint.frames, frames.length);
    assert.equal(footprint.frameBytes, 4096 * frames.length);
  });

  it('counts the lines that touch raw memory, of which there are none in the component itself', () => {
    assert.equal(program?.unsafeLines.has('A.ts'), false);
    assert.ok((footprint?.unsafeLines ?? 0) > 0);
    assert.equal(footprint?.unsafeLines, unsafeLinesOf(system.programs ?? []));
  });

  it('is shown as a table', () => {
    const row: Footprint = {
      ...{ name: 'a', textBytes: 1, dataBytes: 2, zeroBytes: 3, arenaBytes: 4, stackBytes: 5 },
      ...{ capabilities: 6, slots: 8, frames: 7, frameBytes: 28672, unsafeLines: 9 },
      startBytes: 0,
      stacks: [{ name: 'a (p)', needBytes: 96, stackBytes: 4096, isLeast: true }],
    };
    const lines = footprintText([row]).split('\n');
    const [, , line = ''] = lines;
    assert.deepEqual(line.trim().split(/\s{2,}/), [
      'a',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6 of 8',
      '7 (28 KiB)',
      '9',
    ]);
    assert.match(lines.join('\n'), /THREAD +NEEDS +HAS\n +a \(p\) +96\+ +4096/);
  });
});
