// The driver of the mailbox to the security core. A message is two words: its length with the high bit, which says that
// it lies in memory, and its physical address. Who receives waits until one has come; who sends waits while the FIFO is
// full. What the requests are is in interfaces/mailbox.ts.
import { api, eirq, logger, mailbox_mmio, rtirq, rx_semaphore, tx_semaphore, wtirq } from 'camkes';
import {
  INTR_ENABLE,
  INTR_STATE,
  INTR_STATE_EIRQ as EIRQ,
  INTR_STATE_RTIRQ as RTIRQ,
  INTR_STATE_WTIRQ as WTIRQ,
  ERROR,
  MBOXR,
  MBOXW,
  RIRQT,
  STATUS,
  STATUS_EMPTY as EMPTY,
  STATUS_FULL as FULL,
  WIRQT,
} from 'registers/mailbox';
import { LogLevel, LogRequest } from '../../interfaces/logger';
import {
  MailboxError,
  MailboxMessage,
  MailboxRequest,
  MailboxVerb,
} from '../../interfaces/mailbox';
import { encodeUsage } from '../../interfaces/own-usage';

const LONG_MESSAGE: u32 = 0x8000_0000;
/** No message that comes without a page is longer. */
const MOST_INLINE_BYTES: u32 = 256;

let readerWaits: bool = false;
let writerWaits: bool = false;

export function pre_init(): void {
  mailbox_mmio.set<u32>(WIRQT, 0);
  mailbox_mmio.set<u32>(RIRQT, 0);
  mailbox_mmio.set<u32>(INTR_STATE, WTIRQ | RTIRQ | EIRQ);
  mailbox_mmio.set<u32>(INTR_ENABLE, WTIRQ | RTIRQ | EIRQ);
}

export function api_request(_badge: u32, _label: u32): u32 {
  let request = MailboxRequest.decode(api.request());
  if (!request) return MailboxError.DeserializeFailed;
  if (request.verb == MailboxVerb.ComponentUsage) {
    api.reply(encodeUsage());
    return MailboxError.Success;
  }
  if (request.verb == MailboxVerb.Send) {
    if (request.size >= LONG_MESSAGE) return MailboxError.SendFailed;
    give(request.size | LONG_MESSAGE);
    give(request.address);
    return MailboxError.Success;
  }
  let header = take();
  if (!(header & LONG_MESSAGE)) {
    let bytes = min<u32>(header, MOST_INLINE_BYTES);
    for (let words = (bytes + 3) >> 2; words > 0; words--) take();
    say(
      LogLevel.Error,
      'a message of ' + bytes.toString() + ' bytes came without a page, and is lost',
    );
    return MailboxError.RecvFailed;
  }
  api.reply(new MailboxMessage(take(), header & ~LONG_MESSAGE).encode());
  return MailboxError.Success;
}

function give(word: u32): void {
  while (mailbox_mmio.get<u32>(STATUS) & FULL) {
    writerWaits = true;
    tx_semaphore.wait();
  }
  mailbox_mmio.set<u32>(MBOXW, word);
}

function take(): u32 {
  while (mailbox_mmio.get<u32>(STATUS) & EMPTY) {
    readerWaits = true;
    rx_semaphore.wait();
  }
  return mailbox_mmio.get<u32>(MBOXR);
}

/** A word came into an empty FIFO. One that came before the reader looked needs no signal. */
export function rtirq_handle(): void {
  mailbox_mmio.set<u32>(INTR_STATE, RTIRQ);
  rtirq.acknowledge();
  if (!readerWaits) return;
  readerWaits = false;
  rx_semaphore.post();
}

/** The other side has taken all. */
export function wtirq_handle(): void {
  mailbox_mmio.set<u32>(INTR_STATE, WTIRQ);
  wtirq.acknowledge();
  if (!writerWaits) return;
  writerWaits = false;
  tx_semaphore.post();
}

export function eirq_handle(): void {
  let error = mailbox_mmio.get<u32>(ERROR);
  mailbox_mmio.set<u32>(INTR_STATE, EIRQ);
  eirq.acknowledge();
  say(
    LogLevel.Error,
    'the mailbox reports an error: read ' +
      (error & 1).toString() +
      ', write ' +
      ((error >> 1) & 1).toString(),
  );
}

function say(level: LogLevel, text: string): void {
  logger.call(0, new LogRequest(level, 'mailbox_driver::' + text).encode());
}
