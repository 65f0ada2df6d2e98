/** DebugConsole on the real UARTDriver and TimerService: what is typed, what is shown, and what is logged meanwhile. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform } from '../../runtime/platform.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import type { Built } from '../../runtime/toolchain/build.js';
import { buildTexts, problemsOf, type Texts } from '../support/component-system.js';
import { crc32 } from '../../runtime/toolchain/bundle/crc32.js';
import { createZmodemSender } from '../../runtime/terminal/zmodem-sender.js';
import { systemTexts } from '../support/system-texts.js';
import { keptBuilds } from '../support/kept-builds.js';

const settings = {
  program: 'system.camkes',
  board: 'nexus',
  dialect: 'sparrow',
  importPaths: ['interfaces', 'components'],
};

const timed = `connection cantripMMIO n(from timer_service.csr, to clock.csr);
  connection cantripIRQ i4(from clock.timer_interrupt, to timer_service.timer_interrupt);
  connection cantripRPCCallSignal t(from debug_console.timer, to timer_service.timer);`;
const timerSettings = `clock.csr_paddr = 0x54011000; clock.csr_size = 4096;
  clock.timer_interrupt_irq_number = 38; timer_service.heap_size = 32768;
  timer_service.allocation_after_init = "allowed";`;

const textsOf = ({
  isTimed = true,
  hasMemory = false,
}: {
  readonly isTimed?: boolean;
  readonly hasMemory?: boolean;
} = {}): Texts => ({
  ...systemTexts(
    'interfaces',
    ...(hasMemory ? ['components/MemoryManager'] : []),
    'components/DebugConsole',
    'components/ProcessManager',
    'components/SecurityCoordinator',
    'components/UARTDriver',
    'components/TimerService',
  ),
  'cantrip.json': JSON.stringify(settings),
  // Stands in for those whom the shell asks, and logs when it is asked. Asked for `noise`, it wakes the other one.
  'Others.camkes': `import <MemoryInterface.camkes>; import <ProcessControlInterface.camkes>;
      import <SecurityCoordinatorInterface.camkes>; import <LoggerInterface.camkes>;
      import <PackageManagementInterface.camkes>; import <MlCoordinatorInterface.camkes>;
      import <SDKManagerInterface.camkes>;
      ${isTimed ? '' : 'import <TimerServiceInterface.camkes>;'}
      component Others { ${isTimed ? '' : 'provides Timer clock;'} provides MlCoordinatorInterface mlcoord; provides SDKManagerInterface sdk_manager; provides SecurityCoordinatorInterface security; ${hasMemory ? '' : 'provides MemoryInterface memory;'}
        provides ProcessControlInterface proc_ctrl; provides PackageManagementInterface pkg_mgmt; uses LoggerInterface logger; emits Go go; attribute int cantripos = true; }`,
  'Others.ts': `
      import { go, logger, security } from 'camkes';
      import { Reader } from 'sel4/postcard';
      import { SecurityRequest } from './interfaces/security';
      import { LogLevel, LogRequest } from './interfaces/logger';
      export function clock_request(badge: u32, label: u32): u32 { return 5; }
      export function memory_request(badge: u32, label: u32): u32 { return 8; }
      export function mlcoord_request(badge: u32, label: u32): u32 { return 9; }
      export function sdk_manager_request(badge: u32, label: u32): u32 { return 0; }
      export function pkg_mgmt_request(badge: u32, label: u32): u32 { return 7; }
      export function proc_ctrl_request(badge: u32, label: u32): u32 { return 7; }
      export function security_request(badge: u32, label: u32): u32 {
        logger.call(0, new LogRequest(LogLevel.Info, 'others::asked').encode());
        let request = SecurityRequest.read(Reader.over(security.request()));
        if (request && request.bundle == 'noise') go.emit();
        return 3;
      }`,
  // Logs much, and at last something.
  'Noise.camkes': `import <LoggerInterface.camkes>;
      component Noise { control; uses LoggerInterface logger; consumes Go go; attribute int cantripos = true; }`,
  'Noise.ts': `
      import { go, logger } from 'camkes';
      import { LogLevel, LogRequest } from './interfaces/logger';
      export function run(): void {
        go.wait();
        let long = new LogRequest(LogLevel.Info, 'x'.repeat(500)).encode();
        for (let times = 0; times < 100; times++) logger.call(0, long);
        let wrong = new Uint8Array(1); wrong[0] = 9; let junk = logger.call(0, wrong);
        let hidden = logger.call(0, new LogRequest(LogLevel.Debug, 'noise::hidden').encode());
        logger.call(0, new LogRequest(LogLevel.Info,
          'noise::\x1b[2J ' + junk.toString() + hidden.toString()).encode());
      }`,
  'system.camkes': `import <std_connector.camkes>;
      import <UARTDriver/UARTDriver.camkes>; import <TimerService/TimerService.camkes>;
      import <DebugConsole/DebugConsole.camkes>; ${hasMemory ? 'import <MemoryManager/MemoryManager.camkes>;' : ''} import "Others.camkes"; import "Noise.camkes";
      component Uart { hardware; dataport Buf mmio_region; emits Interrupt tx_watermark; emits Interrupt rx_watermark;
        emits Interrupt tx_empty; emits Interrupt rx_overflow; emits Interrupt rx_frame_err;
        emits Interrupt rx_break_err; emits Interrupt rx_parity_err; }
      component Clock { hardware; dataport Buf csr; emits Interrupt timer_interrupt; }
      assembly {
        composition {
          component UARTDriver uart_driver; component Uart uart;
          ${isTimed ? 'component TimerService timer_service; component Clock clock;' : ''}
          component DebugConsole debug_console; component Others others;
          component Noise noise;
          ${hasMemory ? 'component MemoryManager memory_manager;' : ''}
          connection cantripMMIO m(from uart_driver.mmio_region, to uart.mmio_region);
          connection cantripIRQ i1(from uart.rx_watermark, to uart_driver.rx_watermark);
          connection cantripIRQ i2(from uart.tx_watermark, from uart.tx_empty, to uart_driver.irq);
          connection cantripIRQ i3(from uart.rx_overflow, from uart.rx_frame_err, from uart.rx_break_err,
            from uart.rx_parity_err, to uart_driver.line_error);
          ${isTimed ? timed : 'connection cantripRPCCallSignal t(from debug_console.timer, to others.clock);'}
          connection seL4Notification g(from others.go, to noise.go);
          connection cantripSharedData d1(from debug_console.tx_dataport, to uart_driver.tx_dataport);
          connection cantripSharedData d2(from debug_console.rx_dataport, to uart_driver.rx_dataport);
          connection cantripRPCCall r(from debug_console.uart_read, to uart_driver.read);
          connection cantripRPCCall w(from debug_console.uart_write, to uart_driver.write);
          connection cantripRPCCall p(from debug_console.proc_ctrl, to others.proc_ctrl);
          connection cantripRPCCallSignal a(from debug_console.mlcoord, to others.mlcoord);
          connection cantripRPCCallSignal b(from debug_console.sdk_manager, to others.sdk_manager);
          connection cantripRPCOverMultiSharedData k(from debug_console.pkg_mgmt, to others.pkg_mgmt);
          connection cantripRPCOverMultiSharedData s(from debug_console.security, to others.security);
          connection cantripRPCOverMultiSharedData mm(from debug_console.memory, to ${hasMemory ? 'memory_manager' : 'others'}.memory);
          connection cantripRPCOverMultiSharedData l(from uart_driver.logger,
            ${isTimed ? 'from timer_service.logger,' : ''} ${hasMemory ? 'from memory_manager.logger,' : ''} from others.logger, from noise.logger, to debug_console.logger);
        }
        configuration {
          uart.mmio_region_paddr = 0x54000000; uart.mmio_region_size = 4096;
          uart.tx_watermark_irq_number = 1; uart.rx_watermark_irq_number = 2; uart.tx_empty_irq_number = 3;
          uart.rx_overflow_irq_number = 4; uart.rx_frame_err_irq_number = 5; uart.rx_break_err_irq_number = 6;
          uart.rx_parity_err_irq_number = 8;
          uart_driver.rx_nonempty_value = 0; uart_driver.tx_space_value = 0;
          ${isTimed ? timerSettings : ''}
          ${hasMemory ? 'memory_manager.heap_size = 131072; memory_manager.memory_stack_size = 16384;' : ''}
          uart_driver.heap_size = 32768; others.heap_size = 65536;
          debug_console.timer_attributes = 1; noise.heap_size = 65536; debug_console.heap_size = 49152; debug_console._stack_size = 16384;
          debug_console.logger_stack_size = 16384;
          uart_driver.allocation_after_init = "allowed";
          noise._priority = 100;
        }
      }`,
});
const builtOf = (texts: Texts): Built =>
  buildTexts(texts, 'system.camkes', {
    guestCompiler,
    boards: [nexusBoard()],
    cache: keptBuilds,
  });
const built = builtOf(textsOf());

/** What came since the last time, with the ends of lines as newlines. */
type Terminal = (text: string | Uint8Array, instructions?: number) => string;

function boot({ image, settings: made, programs = [] } = built): Terminal {
  assert.ok(image !== undefined);
  const created = createPlatform(image, { ...made, programs });
  assert.ok(created.ok);
  const platform = created.value;
  let console = '';
  platform.onConsole((byte) => (console += String.fromCharCode(byte)));
  return (text, instructions = 10_000_000) => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    for (let at = 0; at < bytes.length; at += 16) {
      platform.machine.receive(bytes.subarray(at, at + 16));
      platform.run(3_000_000);
    }
    platform.run(instructions);
    const shown = console.replaceAll('\r\n', '\n');
    console = '';
    return shown;
  };
}

describe('DebugConsole', () => {
  it('is built without a problem', () => {
    assert.deepEqual(
      problemsOf(built),
      [],
      built.diagnostics.map(({ message }) => message).join('\n'),
    );
  });

  it('tells what came of each command, and shows what was typed as if a line had waited for it', () => {
    const type = boot();
    assert.match(type(''), /^others::asked\nCANTRIP> /);
    assert.equal(
      type('add 1.25 2\recho a  "b  c"\rhelp sleep\r'),
      [
        'add 1.25 2',
        '3.25',
        'CANTRIP> echo a  "b  c"',
        'a b  c',
        'CANTRIP> help sleep',
        'sleep <milliseconds>',
        '  waits before the next command',
        'CANTRIP> ',
      ].join('\n'),
    );
    assert.equal(
      type('nonsense a\rsleep\rsleep 4294967296\rsleep 10\rsource a.repl\r'),
      [
        'nonsense a',
        'unknown command: nonsense',
        'CANTRIP> sleep',
        'invalid arguments: sleep',
        'CANTRIP> sleep 4294967296',
        'invalid arguments: sleep',
        'CANTRIP> sleep 10',
        'CANTRIP> source a.repl',
        'others::asked',
        'source a.repl failed: BundleNotFound',
        'CANTRIP> ',
      ].join('\n'),
    );
    assert.equal(
      type('mldebug\rcapscan sdk\rcapscan all\rcapscan\r'),
      [
        'mldebug',
        'mldebug failed: 9',
        'CANTRIP> capscan sdk',
        'CANTRIP> capscan all',
        'all: UnknownError',
        'CANTRIP> capscan',
        'capscan <name> lists the slots of',
        '  console (DebugConsole)',
        '  memory (MemoryManager)',
        '  process (ProcessManager)',
        '  mlcoord (MlCoordinator)',
        '  sdk (SDKRuntime)',
        '  security (SecurityCoordinator)',
        '  timer (TimerService)',
        'or of an application that was started, by its name',
        'CANTRIP> ',
      ].join('\n'),
    );
    assert.match(type('help\r'), /^help\n\?\nadd\nbuiltins\n(?:\w+\n)+update\nCANTRIP> $/);
    assert.equal(
      type('loglevel loud\rloglevel off\rsource a\r'),
      'loglevel loud\nUnknown log level loud\nINFO\nCANTRIP> loglevel off\nOFF\n' +
        'CANTRIP> source a\nsource a failed: BundleNotFound\nCANTRIP> ',
    );
  });

  it('shows above the line that is typed what is logged, as long as it goes on', () => {
    const type = boot();
    const shown = type('source noise\recho hel') + type('', 80_000_000);
    assert.equal(shown.split('x'.repeat(500)).length - 1, 100);
    assert.ok(
      shown.endsWith('CANTRIP> echo hel\r\x1b[Knoise::.[2J 20\nCANTRIP> echo hel'),
      shown.slice(-100),
    );
    assert.equal(type('lo\r'), 'lo\nhello\nCANTRIP> ');
  });

  it('shows while a command waits what is logged', () => {
    const type = boot();
    const shown = type('source noise\rsleep 20\r') + type('', 80_000_000);
    assert.equal(shown.split('x'.repeat(500)).length - 1, 100);
    assert.equal(type('echo ok\r'), 'echo ok\nok\nCANTRIP> ');
  });

  it('refuses a line that is too long or no text, and runs the next', () => {
    const type = boot();
    assert.match(
      type('echo ' + 'y'.repeat(200) + '\recho ok\r'),
      /\nline too long: it may have 128 characters\nCANTRIP> echo ok\nok\nCANTRIP> $/,
    );
    const junk = Uint8Array.from({ length: 600 }, (_, index) => (index * 7 + 3) & 0xff);
    type(junk);
    type('\x03\recho \xe4\r');
    assert.equal(type('echo ok\r'), 'echo ok\nok\nCANTRIP> ');
    // The console of the test has a character for each byte.
    const echoed = Buffer.from(type('echo \xe4\r'), 'latin1').toString();
    assert.equal(echoed, 'echo \xe4\n\xe4\nCANTRIP> ');
    const wrong = Buffer.from('echo \xe4\r', 'latin1');
    assert.match(type(wrong), /\nbad character encoding\nCANTRIP> $/);
  });

  it('tells of keys that it has no room for, and runs no line that was cut', () => {
    const type = boot();
    const lines = `echo ${'a'.repeat(60)}\r`.repeat(9);
    let shown = type(`sleep 2500000\r${lines}echo cut`);
    for (let turn = 0; turn < 200 && !shown.includes('keys were lost'); turn += 1)
      shown += type('', 50_000_000);
    assert.ok(shown.includes('\x07'), 'the bell rings');
    assert.match(shown, /Kkeys were lost: no more than 512 wait while a command runs\nCANTRIP> /);
    assert.match(type(' here\r'), /\nkeys were lost: [^\n]*\nCANTRIP> $/);
    assert.equal(type('echo ok\r'), 'echo ok\nok\nCANTRIP> ');
  });
});

describe('DebugConsole without a timer', () => {
  const untimed = builtOf(textsOf({ isTimed: false }));

  it('takes what comes of a file for as long as it comes, and says first how to end one', () => {
    const type = boot(untimed);
    type('');
    let heard = type('rz\r').replaceAll('\n', '\r\n');
    assert.match(heard, /^rz\r\nThere is no timer: an upload waits for as long as nothing comes\./);
    assert.ok(heard.endsWith('\x11'), 'it waits for the sender');
    const sender = createZmodemSender('file.app', new Uint8Array(3000).fill(7));
    let told = '';
    for (let turn = 0; turn < 100 && !/^CANTRIP> /m.test(told); turn += 1) {
      heard = type(sender.receive(Buffer.from(heard, 'latin1'))).replaceAll('\n', '\r\n');
      told += heard.replaceAll('\r', '');
    }
    // The stand-in has no memory for it.
    assert.match(
      told,
      /\nupload failed: there is not enough memory for it\. mem tells .*\nCANTRIP> $/,
    );
    for (const cancelled of ['\x03', '\x18\x18\x18\x18\x18']) {
      type('rz\r');
      assert.match(type(cancelled), /\nupload failed: it was cancelled\nCANTRIP> $/);
    }
    assert.equal(
      type('sleep 10\r'),
      'sleep 10\nThere is no timer: sleep does not wait.\nCANTRIP> ',
    );
    assert.equal(type('echo ok\r'), 'echo ok\nok\nCANTRIP> ');
  });

  it('receives a whole file all the same, and gives its memory back', () => {
    const type = boot(builtOf(textsOf({ isTimed: false, hasMemory: true })));
    type('');
    const file = Uint8Array.from({ length: 9000 }, (_, index) => (index * 31) & 0xff);
    const used = (): string | undefined =>
      /^\d+ bytes in-use, \d+ bytes free/m.exec(type('mstats\r'))?.[0];
    const before = used();
    assert.ok(before !== undefined);
    const sent = (line: string): string => {
      const sender = createZmodemSender('file.app', file);
      let heard = type(`${line}\r`).replaceAll('\n', '\r\n');
      let told = '';
      for (let turn = 0; turn < 300 && !/^CANTRIP> /m.test(told); turn += 1) {
        heard = type(sender.receive(Buffer.from(heard, 'latin1'))).replaceAll('\n', '\r\n');
        told += heard.replaceAll('\r', '');
      }
      return told;
    };
    const sum = crc32(file).toString(16).padStart(8, '0');
    assert.match(sent('rz'), new RegExp(`^size: 9000, crc32: ${sum}$`, 'm'));
    assert.match(
      sent('install -z'),
      new RegExp(`^Received 9000 bytes of data, crc32 ${sum}$`, 'm'),
    );
    assert.equal(used(), before);
    assert.equal(type('echo ok\r'), 'echo ok\nok\nCANTRIP> ');
  });
});
