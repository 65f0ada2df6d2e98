/** MailboxDriver as its client sees it: a message to what answers at the other end, and the message from there. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf } from '../support/component-system.js';
import { systemTexts } from '../support/system-texts.js';
import { keptBuilds } from '../support/kept-builds.js';

const texts = {
  ...systemTexts('interfaces', 'components/MailboxDriver'),
  'cantrip.json': JSON.stringify({
    program: 'system.camkes',
    board: 'nexus',
    dialect: 'sparrow',
    importPaths: ['interfaces', 'components'],
  }),
  'system.camkes': `import <std_connector.camkes>; import <global-connectors.camkes>;
    import <MailboxDriver/MailboxDriver.camkes>;
    component Client { control; uses MailboxInterface api; dataport Buf page; attribute int cantripos = true; }
    component Console {
      provides LoggerInterface logger; dataport Buf page; attribute int cantripos = true;
    }
    component Hardware {
      hardware; dataport Buf mmio; emits Interrupt wtirq; emits Interrupt rtirq; emits Interrupt eirq;
    }
    assembly {
      composition {
        component MailboxDriver driver; component Hardware hardware_; component Client client;
        component Console console;
        connection cantripMMIO mmio(from driver.mailbox_mmio, to hardware_.mmio);
        connection cantripIRQ irq(from hardware_.wtirq, from hardware_.eirq, to driver.irq);
        connection cantripIRQ rtirq(from hardware_.rtirq, to driver.rtirq);
        connection cantripRPCCall api(from client.api, to driver.api);
        connection cantripRPCOverMultiSharedData log(from driver.logger, to console.logger);
        connection seL4SharedDataWithCaps page(from client.page, to console.page);
      }
      configuration {
        hardware_.mmio_paddr = 0x540f1000; hardware_.mmio_size = 0x1000;
        hardware_.wtirq_irq_number = 39; hardware_.rtirq_irq_number = 40; hardware_.eirq_irq_number = 41;
        driver.rx_semaphore_value = 0; driver.tx_semaphore_value = 0;
      }
    }`,
  'Client.ts': `
    import { Page, log, word } from 'sel4';
    import { api, page } from 'camkes';
    import { MailboxMessage, MailboxRequest, MailboxVerb } from './interfaces/mailbox';
    function send(address: u32, size: u32): u32 {
      return api.call(0, new MailboxRequest(MailboxVerb.Send, address, size).encode());
    }
    export function run(): void {
      log('junk ' + api.call(0, new Uint8Array(0)).toString() + ' ' + send(0, 0x8000_0000).toString());
      new Page(page.frame(0)).getAddress();
      let address = word(0);
      for (let turn: u32 = 0; turn < 3; turn++) {
        let size = 64 + 4 * turn;
        let sent = send(address, size);
        let status = api.call(0, new MailboxRequest(MailboxVerb.Recv).encode());
        let message = MailboxMessage.decode(api.reply());
        let same = message ? message.address == address && message.size == size : false;
        let ends = page.get<u32>(0).toString(16) + ' ' + page.get<u32>(size - 4).toString(16);
        log(sent.toString() + status.toString() + (same ? ' same ' : ' other ') + ends);
      }
      // Answered with words in the mailbox itself: the driver's clients have no use for them.
      log(send(address, 1).toString());
      log(api.call(0, new MailboxRequest(MailboxVerb.Recv).encode()).toString());
    }`,
  'Console.ts': `
    import { logger } from 'camkes';
    import { log } from 'sel4';
    import { LogRequest } from './interfaces/logger';
    export function logger_request(badge: u32, label: u32): u32 {
      let request = LogRequest.decode(logger.request());
      if (request) log(request.text);
      return 0;
    }`,
};

describe('MailboxDriver', () => {
  it('sends where a message lies, and waits for the next one', () => {
    const built = buildTexts(texts, 'system.camkes', { guestCompiler, cache: keptBuilds });
    assert.deepEqual(problemsOf(built), []);
    const { console, differences } = bootBuilt(built);
    assert.deepEqual(differences, []);
    assert.deepEqual(console.split('\n').slice(0, 4), [
      'junk 2 4',
      ...['12345678 87654321', '12345678 87654321', '12345678 87654321'].map(
        (ends) => `00 same ${ends}`,
      ),
    ]);
  });
});
