/** UARTDriver and TimerService as their clients see them: characters in and out, timers that signal. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform } from '../../runtime/platform.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { buildTexts, problemsOf } from '../support/component-system.js';
import { systemTexts } from '../support/system-texts.js';
import { keptBuilds } from '../support/kept-builds.js';

const settings = {
  program: 'system.camkes',
  board: 'nexus',
  dialect: 'sparrow',
  importPaths: ['interfaces', 'components'],
};

const client = `
  import { log } from 'sel4';
  import { read, rx, timer, tx, write } from 'camkes';
  import { CompletedTimersResponse, TimerServiceRequest, TimerServiceVerb } from './interfaces/timer-service';
  import { CountResponse, ReadRequest, WriteRequest, WriteVerb } from './interfaces/uart';
  function say(text: string): void {
    let bytes = Uint8Array.wrap(String.UTF8.encode(text + '\\n'));
    for (let at = 0; at < bytes.length; at++) tx.set<u8>(at, bytes[at]);
    write.call(0, new WriteRequest(WriteVerb.Write, <u32>bytes.length).encode());
  }
  function ask(verb: TimerServiceVerb, id: u32 = 0, duration: u32 = 0): u32 {
    return timer.call(0, new TimerServiceRequest(verb, id, duration).encode());
  }
  function completed(): u32 {
    ask(TimerServiceVerb.CompletedTimers);
    let response = CompletedTimersResponse.decode(timer.reply());
    return response ? response.timerMask : 0xffff_ffff;
  }
`;

const built = buildTexts(
  {
    ...systemTexts('interfaces', 'components/UARTDriver', 'components/TimerService'),
    'cantrip.json': JSON.stringify(settings),
    'Client.camkes': `import <UARTDriverInterface.camkes>; import <TimerServiceInterface.camkes>;
      component Client { control; uses uart_read_inf read; uses uart_write_inf write; uses Timer timer;
        dataport Buf rx; dataport Buf tx; attribute int cantripos = true; }`,
    'Client.ts': `${client}
      export function run(): void {
        say('junk ' + read.call(0, new Uint8Array(0)).toString() + ' ' + write.call(0, bytesOf(9)).toString()
          + ' ' + timer.call(0, bytesOf(77)).toString());
        say('too much ' + read.call(0, new ReadRequest(4097).encode()).toString() + ' '
          + write.call(0, new WriteRequest(WriteVerb.Write, 4097).encode()).toString());
        say('cancel ' + ask(TimerServiceVerb.Cancel, 3).toString() + ' ' + ask(TimerServiceVerb.Oneshot, 32, 1).toString());
        say('start ' + ask(TimerServiceVerb.Oneshot, 3, 20).toString() + ask(TimerServiceVerb.Oneshot, 3, 20).toString()
          + ask(TimerServiceVerb.Periodic, 31, 15).toString());
        let seen = '';
        for (let turn = 0; turn < 3; turn++) {
          timer.wait();
          seen += ' ' + completed().toString(16);
        }
        say('completed' + seen + ' ' + ask(TimerServiceVerb.Cancel, 31).toString());
        let text = '';
        while (!text.endsWith('.')) {
          read.call(0, new ReadRequest(16).encode());
          let response = CountResponse.decode(read.reply());
          let count = response ? response.count : 0;
          for (let at: u32 = 0; at < count; at++) text += String.fromCharCode(rx.get<u8>(at));
        }
        say('read ' + text);
      }
      function bytesOf(first: u8): Uint8Array { let bytes = new Uint8Array(1); bytes[0] = first; return bytes; }`,
    'Console.camkes': `import <LoggerInterface.camkes>;
      component Console { provides LoggerInterface logger; attribute int cantripos = true; }`,
    'Console.ts': `
      import { logger } from 'camkes';
      import { log } from 'sel4';
      import { LogRequest } from './interfaces/logger';
      export function logger_request(badge: u32, label: u32): u32 {
        let request = LogRequest.decode(logger.request());
        if (request) log(request.text);
        return 0;
      }`,
    'system.camkes': `import <std_connector.camkes>;
      import <UARTDriver/UARTDriver.camkes>; import <TimerService/TimerService.camkes>;
      import "Client.camkes"; import "Console.camkes";
      component Uart { hardware; dataport Buf mmio_region; emits Interrupt tx_watermark; emits Interrupt rx_watermark;
        emits Interrupt tx_empty; emits Interrupt rx_overflow; emits Interrupt rx_frame_err;
        emits Interrupt rx_break_err; emits Interrupt rx_parity_err; }
      component Clock { hardware; dataport Buf csr; emits Interrupt timer_interrupt; }
      assembly {
        composition {
          component UARTDriver uart_driver; component TimerService timer_service; component Uart uart;
          component Clock clock; component Client client; component Console console;
          connection cantripMMIO m(from uart_driver.mmio_region, to uart.mmio_region);
          connection cantripIRQ i1(from uart.rx_watermark, to uart_driver.rx_watermark);
          connection cantripIRQ i2(from uart.tx_watermark, from uart.tx_empty, to uart_driver.irq);
          connection cantripIRQ i3(from uart.rx_overflow, from uart.rx_frame_err, from uart.rx_break_err,
            from uart.rx_parity_err, to uart_driver.line_error);
          connection cantripMMIO n(from timer_service.csr, to clock.csr);
          connection cantripIRQ i4(from clock.timer_interrupt, to timer_service.timer_interrupt);
          connection cantripRPCCallSignal t(from client.timer, to timer_service.timer);
          connection cantripSharedData d1(from client.tx, to uart_driver.tx_dataport);
          connection cantripSharedData d2(from client.rx, to uart_driver.rx_dataport);
          connection cantripRPCCall r(from client.read, to uart_driver.read);
          connection cantripRPCCall w(from client.write, to uart_driver.write);
          connection cantripRPCOverMultiSharedData l(from uart_driver.logger, from timer_service.logger, to console.logger);
        }
        configuration {
          uart.mmio_region_paddr = 0x54000000; uart.mmio_region_size = 4096;
          uart.tx_watermark_irq_number = 1; uart.rx_watermark_irq_number = 2; uart.tx_empty_irq_number = 3;
          uart.rx_overflow_irq_number = 4; uart.rx_frame_err_irq_number = 5; uart.rx_break_err_irq_number = 6;
          uart.rx_parity_err_irq_number = 8;
          uart_driver.rx_nonempty_value = 0; uart_driver.tx_space_value = 0;
          clock.csr_paddr = 0x54011000; clock.csr_size = 4096; clock.timer_interrupt_irq_number = 38;
          uart_driver.allocation_after_init = "allowed"; timer_service.allocation_after_init = "allowed";
          uart_driver.heap_size = 32768; timer_service.heap_size = 32768; client.heap_size = 65536;
        }
      }`,
  },
  'system.camkes',
  { guestCompiler, boards: [nexusBoard()], cache: keptBuilds },
);

describe('UARTDriver and TimerService', () => {
  it('are built without a problem', () => {
    assert.deepEqual(
      problemsOf(built),
      [],
      built.diagnostics.map(({ message }) => message).join('\n'),
    );
  });

  it('answer requests, refuse what is none, and signal who waits', () => {
    const { image, settings: made, programs = [] } = built;
    assert.ok(image !== undefined);
    const created = createPlatform(image, { ...made, programs });
    assert.ok(created.ok);
    const platform = created.value;
    let console = '';
    platform.onConsole((byte) => (console += String.fromCharCode(byte)));
    // Typed before the driver is there: late, and not lost.
    platform.machine.receive(new TextEncoder().encode('e'.repeat(40)));
    platform.run(50_000_000);
    const before = [
      'junk 2 2 3',
      'too much 3 3',
      'cancel 1 1',
      'start 020',
      'completed 80000000 8 80000000 0',
    ];
    assert.deepEqual(console.trim().split('\n'), before);
    platform.machine.receive(new TextEncoder().encode('x'.repeat(100)));
    platform.run(10_000_000);
    platform.machine.receive(new TextEncoder().encode('.'));
    platform.run(10_000_000);
    assert.deepEqual(console.trim().split('\n').slice(before.length), [
      `read ${'e'.repeat(40)}${'x'.repeat(100)}.`,
    ]);
  });
});
