/** The applications of the system, started in a system with all that they use. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { watchFaults, type FaultReport } from '../../runtime/inspect/fault-reports.js';
import { sdkHeaders } from '../../runtime/system/sdk-sources.js';
import { cCompiler, compileC } from '../support/c-compiler.js';
import { runApplications } from '../support/application-system.js';

const run = (apps: readonly string[], client: string, instructions?: number): string[] =>
  runApplications({ apps, client, ...(instructions === undefined ? {} : { instructions }) })
    .trim()
    .split('\n');

describe('the applications of the system', () => {
  it('log, keep keys, end and fault, and all memory is there again', () => {
    const lines = run(
      ['hello', 'logtest', 'keyval', 'panic', 'suicide'],
      `let before = used();
       start('hello'); sleep(20); log('| ' + state('hello') + ' ' + stop('hello').toString());
       start('logtest'); sleep(50); log('| ' + state('logtest') + ' ' + lastEnd('logtest'));
       start('keyval'); sleep(200); log('| ' + state('keyval'));
       start('panic'); sleep(50); log('| ' + state('panic') + ' ' + lastEnd('panic'));
       start('suicide'); sleep(50); log('| ' + state('suicide'));
       log((used() == before).toString());`,
    );
    assert.deepEqual(
      lines.map((line) => line.replace(/^(::IP {7}0x)[0-9a-f]{8}$/, '$1…')),
      [
        'I am a C app!',
        'Done, sleeping in infinite loop',
        '| Running 0',
        '[logtest]::ping!',
        '[logtest]::DONE',
        '| Exited(0) exit 0',
        '[keyval]::read(foo) failed as expected',
        '[keyval]::write ok',
        '[keyval]::read returned [49, 50, 51, 0, ..]',
        '[keyval]::delete ok',
        '[keyval]::delete ok (for missing key)',
        '| Exited(0)',
        '[panic]::panicked at Goodbye, cruel world',
        '| Exited(101) exit 101',
        '[suicide]::virtual-memory fault:',
        '::IP       0x…',
        '::Addr     0x00000000',
        '::Prefetch 0x0',
        '::FSR      0x7',
        '| Faulted',
        'true',
        'END',
      ],
    );
  });

  it('that fault are told by the host with the line of their source and why', () => {
    const texts = Object.fromEntries(
      Object.entries({
        far: `let cells = new StaticArray<i32>(4);
export function main(): void { put(5); }
function put(at: i32): void {
  cells[at] = 1;
}`,
        zero: `let cats = 0;
export function main(): i32 {
  return 9 / cats;
}`,
        // What the kernel does is not known when it is built.
        full: 'import { yieldTime } from "sel4"; export function main(): void { yieldTime();\n  let all = new Uint8Array(20000);\n  all[1] = 2;\n}',
        quiet: 'export function main(): void {}',
      }).flatMap(([name, source]) => [
        [`apps/${name}/cantrip.json`, `{ "program": "${name}.ts", "app": { "manifest": "it" } }`],
        [`apps/${name}/it`, `name = ${name}\n`],
        [`apps/${name}/${name}.ts`, source],
      ]),
    );
    const told: FaultReport[] = [];
    const toldOfStrangers: string[] = [];
    const console = runApplications({
      apps: ['far', 'zero', 'full', 'quiet'],
      texts,
      client: ['far', 'zero', 'full', 'quiet', 'far']
        .map((name) => `start('${name}'); sleep(50); log('| ' + state('${name}'));`)
        .join('\n'),
      watch: (platform) => {
        watchFaults(platform, (report) => told.push(report));
        const programs = platform.programs.filter((each) => each.isApplication !== true);
        watchFaults({ ...platform, programs }, ({ text }) => toldOfStrangers.push(text));
      },
    });
    const far = `apps/far/far.ts:4:3: The application far faulted at 0x… in put: the index of an element is outside of its array.`;
    assert.deepEqual(
      told.map(({ text }) => text.replace(/0x[0-9a-f]{8}/, '0x…').replace(/which \d+/, 'which N')),
      [
        far,
        'apps/zero/zero.ts:3:10: The application zero faulted at 0x… in main: division by zero.',
        'apps/full/full.ts:2:13: The application full faulted at 0x… in main: out of memory: 20000 bytes are asked for, and its arena of 16384 bytes, of which N are in use, has no room for them; set "heap" in "app" of its cantrip.json to more than 16384.',
        far,
      ],
      console,
    );
    assert.deepEqual(
      told.map(({ thread, kind, isHandled }) => [thread, kind, isHandled]),
      ['far', 'zero', 'full', 'far'].map((name) => [name, 'UserException', true]),
    );
    // Some of their memory was that of the root server, whose lines mean nothing there.
    assert.deepEqual(
      toldOfStrangers.map((text) => text.replaceAll(/0x[0-9a-f]{8}/g, '0x…')),
      ['far', 'zero', 'full', 'far'].map(
        (name) => `The thread ${name} faulted at 0x…: Exception at 0x…: illegal instruction.`,
      ),
    );
    assert.deepEqual(console.match(/^\| .*$/gm), [
      '| Faulted',
      '| Faulted',
      '| Faulted',
      '| Exited(0)',
      '| Faulted',
    ]);
  });

  it('wait for timers and read sensors, at the same time', () => {
    const lines = run(
      ['fibonacci', 'timer', 'sensor'],
      `let before = used();
       start('fibonacci'); start('timer'); start('sensor');
       sleep(4000);
       log('| ' + state('timer') + ' ' + state('sensor') + ' ' + stop('fibonacci').toString());
       log((used() == before).toString());`,
      2_000_000_000,
    );
    const of = (name: string): string[] =>
      lines.flatMap((line) =>
        line.startsWith(`[${name}]::`) ? [line.slice(name.length + 4)] : [],
      );
    const fibonacci = of('fibonacci');
    assert.ok(fibonacci.length > 30, lines.join('\n'));
    assert.deepEqual(fibonacci.slice(0, 8), [
      '[ 0]                    0  0',
      '[ 1]                    1  100',
      '[ 2]                    1  200',
      '[ 3]                    2  300',
      '[ 4]                    3  400',
      '[ 5]                    5  500',
      '[ 6]                    8  600',
      '[ 7]                   13  700',
    ]);
    const timer = of('timer');
    assert.deepEqual(timer.slice(0, 7), [
      'sdk_timer_cancel returned Err(SDKInvalidTimer) with nothing running',
      'sdk_timer_poll returned Ok(0) with nothing running',
      'sdk_timer_oneshot returned Err(SDKNoSuchTimer) with an invalid timer id',
      'Timer 0 started',
      'Timer 0 completed',
      'Timer 1 started',
      'Timer completed: mask 0b0010 ms 75',
    ]);
    assert.equal(timer.at(-1), 'DONE!');
    assert.deepEqual(
      of('sensor'),
      Array<string>(5).fill('temperature 21500 acceleration 500 -250 1000'),
    );
    assert.deepEqual(lines.slice(-3), ['| Exited(0) Exited(0) 0', 'true', 'END']);
  });

  it('that mean ill harm nobody else', () => {
    const bad = ['peek', 'grab', 'hoard', 'spin', 'flood', 'babble'];
    const lines = run(
      ['logtest', 'fibonacci', ...bad],
      `let before = used();
       let names: string[] = ['${bad.join("', '")}'];
       for (let index = 0; index < names.length; index++) {
         start(names[index]);
         sleep(300);
         log('| ' + names[index] + ' ' + state(names[index]));
         start('logtest');
         sleep(300);
         log('| ' + state('logtest'));
         stop(names[index]);
         log('| ' + (used() == before).toString());
       }
       start('spin'); start('flood'); start('fibonacci');
       sleep(1000);
       stop('spin'); stop('flood'); stop('fibonacci');
       log('| ' + (used() == before).toString());`,
      4_000_000_000,
    );
    const told = lines.filter((line) => line.startsWith('| ')).map((line) => line.slice(2));
    const shown = lines.map((line) => line.slice(0, 100)).join('\n');
    const whole = (name: string, state: string): string[] => [
      `${name} ${state}`,
      'Exited(0)',
      'true',
    ];
    assert.deepEqual(
      told,
      [
        ...whole('peek', 'Faulted'),
        ...whole('grab', 'Exited(0)'),
        ...whole('hoard', 'Faulted'),
        ...whole('spin', 'Running'),
        ...whole('flood', 'Running'),
        ...whole('babble', 'Faulted'),
        'true',
      ],
      shown,
    );
    assert.equal(lines.filter((line) => line === '[logtest]::ping!').length, 6, shown);
    assert.ok(lines.includes('[hoard]::I have 31 timers and 8 keys, and want more'), shown);
    assert.ok(lines.filter((line) => line.startsWith('[fibonacci]')).length >= 5, shown);
    assert.ok(!lines.some((line) => line.includes('\u001b')), 'the screen is not cleared');
  });

  it('are not started when their manifest asks for what there is not, and reach no more than it says', () => {
    const app = (name: string, manifest: string, main: string): Record<string, string> => ({
      [`apps/${name}/cantrip.json`]: `{ "program": "${name}.S", "app": { "manifest": "${name}.manifest" } }`,
      [`apps/${name}/${name}.manifest`]: `name = ${name}\n${manifest}\n`,
      [`apps/${name}/${name}.S`]: `.globl main\nmain:\n${main}\n`,
    });
    const lines = runApplications({
      apps: ['nowhere', 'mute'],
      texts: {
        ...app('nowhere', 'devices = thermometer barometer', 'ret'),
        // It has no endpoint, and tries the slot in which others have theirs.
        ...app(
          'mute',
          'endpoints = 0',
          'la t0, CANTRIP_SDK_PARAMS\nlw t0, 0(t0)\nli t1, 0x4101\nsh t1, 0(t0)\nli a0, 1\nli a1, 65 << 12\nli a7, -1\necall\n1: j 1b',
        ),
      },
      client: `let before = used();
        start('nowhere'); log('| ' + state('nowhere'));
        start('mute'); sleep(20); log('| ' + state('mute'));
        stop('mute'); log('| ' + (used() == before).toString());`,
    });
    assert.deepEqual(lines.trim().split('\n'), [
      'nowhere is not started: its manifest names barometer, and there is no such device.',
      'nowhere does not start: 18',
      '| none',
      '| Running',
      '| true',
      'END',
    ]);
  });

  it("are told what is wrong with requests for sound and a model's input, or that no device is there", () => {
    const lines = runApplications({
      apps: ['sound'],
      texts: {
        'apps/sound/cantrip.json':
          '{ "program": "sound.ts", "app": { "manifest": "sound.manifest" } }',
        'apps/sound/sound.manifest': 'name = sound\n',
        'apps/sound/sound.ts': sound,
      },
      client: `start('sound'); sleep(100); log('| ' + state('sound'));`,
    });
    assert.deepEqual(lines.trim().split('\n'), [...soundAnswers('sound'), '| Exited(0)', 'END']);
  });

  it('are told, as the shell is, that there is no ML core', () => {
    const lines = run(
      ['logtest'],
      `command('mldebug');
       for (let index = 0; index < 6; index++) {
         let targets: string[] = ['memory', 'process', 'sdk', 'security', 'timer', 'mlcoord'];
         command('capscan ' + targets[index]);
       }
       command('capscan none'); command('capscan');`,
    );
    assert.deepEqual(lines.slice(0, 6), [
      '::There is no ML core on this board.',
      '::No running model.',
      '::Loadable Models:',
      '::Execution Queue:',
      '::Statistics { runs: 0, load_failures: 0, already_queued: 0 }',
      '> mldebug',
    ]);
    const told = lines.filter((line) => line.startsWith('> capscan'));
    assert.deepEqual(told.slice(0, 6), [
      '> capscan memory',
      '> capscan process',
      '> capscan sdk',
      '> capscan security',
      '> capscan timer',
      '> capscan mlcoord',
    ]);
    assert.equal(told[6], '> capscan none none: BundleNotFound');
    assert.match(told[7] ?? '', /^> capscan capscan <name> lists the slots of$/);
  });

  if (cCompiler !== undefined)
    it('may be written in C and compiled by GCC', () => {
      const object = compileC(cCompiler ?? '', inC, Object.fromEntries(sdkHeaders), ['-Os']);
      const lines = runApplications({
        apps: ['inc'],
        texts: {
          'apps/inc/cantrip.json': '{ "program": "inc.o", "app": { "manifest": "inc.manifest" } }',
          'apps/inc/inc.manifest': 'name = inc\ndevices = thermometer\n',
          'apps/inc/inc.o': object,
        },
        client: `start('inc'); sleep(500); log('| ' + state('inc'));`,
      });
      assert.deepEqual(lines.trim().split('\n'), [
        'I am a C app!',
        '[inc]::ping 0',
        '[inc]::write 0 read 0 100 49 delete 0',
        '[inc]::timer 0 0 4',
        '[inc]::model 16',
        '[inc]::thermometer 0 2 21 accelerometer 22',
        ...soundAnswers('inc'),
        '| Exited(7)',
        'END',
      ]);
    });
});

/** By the numbers of errors: no platform support 13, wrong parameter 20, wrong state 21, no such model 14, too long 2. */
const soundAnswers = (app: string): string[] => [
  `[${app}]::reset 13 20 record 13 20 collect 21 21 stop 13 play 13 write 21 2 stop 13`,
  `[${app}]::params 13 input 14`,
];

const inC = `#include <cantrip.h>
#include <cantrip/sdk.h>
static char line[100];
static char *at;
static void text(const char *from) { while (*from != 0) *at++ = *from++; *at = 0; }
static void number(uint32_t value) {
  char digits[10];
  int count = 0;
  *at++ = ' ';
  do digits[count++] = (char)('0' + value % 10); while ((value /= 10) != 0);
  while (count > 0) *at++ = digits[--count];
  *at = 0;
}
static void begin(const char *from) { at = line; text(from); }
int main(void) {
  debug_printf("\\n%s\\n", "I am a C app!");
  begin("ping"); number(sdk_ping()); sdk_log(line);
  uint8_t value[KEY_VALUE_DATA_SIZE] = "1";
  size_t count = sizeof value;
  begin("write"); number(sdk_write_key("k", value, 1));
  value[0] = 0;
  text(" read"); number(sdk_read_key("k", value, &count)); number(count); number(value[0]);
  text(" delete"); number(sdk_delete_key("k")); sdk_log(line);
  uint32_t mask = 0;
  begin("timer"); number(sdk_timer_oneshot(2, 20)); number(sdk_timer_wait(&mask)); number(mask); sdk_log(line);
  begin("model"); number(sdk_model_oneshot("hello_world.kelvin", &mask)); sdk_log(line);
  uint8_t pointer = 0;
  count = 2;
  begin("thermometer"); number(sdk_transfer("thermometer", &pointer, 1, value, &count)); number(count); number(value[0]);
  text(" accelerometer"); number(sdk_transfer("accelerometer", &pointer, 1, value, &count)); sdk_log(line);
  static uint32_t samples[600];
  count = 600;
  begin("reset"); number(sdk_audio_reset(1, 1, 30, 16)); number(sdk_audio_reset(0, 0, 3, 1));
  text(" record"); number(sdk_audio_record_start(16000, 4096, 0)); number(sdk_audio_record_start(10, 4096, 1));
  text(" collect"); number(sdk_audio_record_collect(samples, &count));
  number(sdk_audio_record_collect_non_blocking(samples, &count));
  text(" stop"); number(sdk_audio_record_stop());
  text(" play"); number(sdk_audio_play_start(16000, 4096));
  text(" write"); number(sdk_audio_play_write(samples, 511)); number(sdk_audio_play_write(samples, 600));
  text(" stop"); number(sdk_audio_play_stop()); sdk_log(line);
  ModelInput input;
  begin("params"); number(sdk_model_get_input_params("hello_world.kelvin", &mask, &input));
  text(" input"); number(sdk_model_set_input(31, 0, value, 4)); sdk_log(line);
  return 7;
}
`;

/** The same in guest TypeScript. */
const sound = `import {
  sdk_audio_play_start, sdk_audio_play_stop, sdk_audio_play_write, sdk_audio_record_collect,
  sdk_audio_record_collect_non_blocking, sdk_audio_record_start, sdk_audio_record_stop, sdk_audio_reset,
  sdk_bytes, sdk_log, sdk_model_get_input_params, sdk_model_set_input, SdkError,
} from 'sdk';
let line = '';
function number(error: SdkError): void { line += ' ' + (<i32>error).toString(); }
export function main(): void {
  let samples = new Uint32Array(600);
  line = 'reset'; number(sdk_audio_reset(true, true, 30, 16)); number(sdk_audio_reset(false, false, 3, 1));
  line += ' record'; number(sdk_audio_record_start(16000, 4096, false)); number(sdk_audio_record_start(10, 4096, true));
  line += ' collect'; number(sdk_audio_record_collect(600).error);
  number(sdk_audio_record_collect_non_blocking(600).error);
  line += ' stop'; number(sdk_audio_record_stop());
  line += ' play'; number(sdk_audio_play_start(16000, 4096));
  line += ' write'; number(sdk_audio_play_write(samples.subarray(0, 511))); number(sdk_audio_play_write(samples));
  line += ' stop'; number(sdk_audio_play_stop()); sdk_log(line);
  line = 'params'; number(sdk_model_get_input_params('hello_world.kelvin').error);
  line += ' input'; number(sdk_model_set_input(31, 0, sdk_bytes('abcd'))); sdk_log(line);
}
`;
