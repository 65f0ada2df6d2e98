// The driver of OpenTitan's UART. `read` waits until there is a character, unless it is told not to; `write` waits while
// the device has no room. What the requests are is in interfaces/uart.ts.
import {
  logger,
  mmio_region,
  read,
  rx_break_err,
  rx_dataport,
  rx_frame_err,
  rx_nonempty,
  rx_overflow,
  rx_parity_err,
  rx_watermark,
  tx_dataport,
  tx_empty,
  tx_space,
  tx_watermark,
  write,
} from 'camkes';
import {
  CTRL,
  CTRL_NCO_SHIFT,
  CTRL_RX,
  CTRL_TX,
  FIFO_CTRL,
  FIFO_CTRL_RXRST,
  FIFO_CTRL_TXILVL_SHIFT,
  FIFO_CTRL_TXRST,
  INTR_ENABLE,
  INTR_STATE,
  INTR_STATE_RX_BREAK_ERR as RX_BREAK_ERR,
  INTR_STATE_RX_FRAME_ERR as RX_FRAME_ERR,
  INTR_STATE_RX_OVERFLOW as RX_OVERFLOW,
  INTR_STATE_RX_PARITY_ERR as RX_PARITY_ERR,
  INTR_STATE_RX_WATERMARK as RX_WATERMARK,
  INTR_STATE_TX_EMPTY as TX_EMPTY,
  INTR_STATE_TX_WATERMARK as TX_WATERMARK,
  RDATA,
  STATUS,
  STATUS_RXEMPTY as RXEMPTY,
  STATUS_TXFULL as TXFULL,
  WDATA,
} from 'registers/uart';
import { beginRest, endRest } from 'sel4/turns';
import { LogLevel, LogRequest } from '../../interfaces/logger';
import { encodeUsage } from '../../interfaces/own-usage';
import {
  CountResponse,
  ReadRequest,
  ReadVerb,
  UartDriverError,
  WriteRequest,
  WriteVerb,
} from '../../interfaces/uart';
import { ByteRing } from './byte-ring';

const LINE_ERRORS: u32 = RX_OVERFLOW | RX_FRAME_ERR | RX_BREAK_ERR | RX_PARITY_ERR;

const CLOCK_HZ: u64 = 2_500_000;
const BAUD: u64 = 115_200;
/** Emptied, an interrupt for each character, and one when fewer than half of the characters to send are left. */
const FIFOS: u32 = FIFO_CTRL_RXRST | FIFO_CTRL_TXRST | (3 << FIFO_CTRL_TXILVL_SHIFT);

const RX_BYTES: i32 = 2048;

let received: ByteRing = new ByteRing(RX_BYTES);
/** Whether somebody who reads is to be woken. */
let isAwaited: bool = false;
let enabled: u32 = RX_WATERMARK | LINE_ERRORS;
/** Characters that found no room here since it was told last. */
let lost: u32 = 0;

export function pre_init(): void {
  mmio_region.set<u32>(FIFO_CTRL, FIFOS);
  mmio_region.set<u32>(INTR_STATE, 0xffff_ffff);
  mmio_region.set<u32>(INTR_ENABLE, enabled);
  // As the last thing, since characters may come at once: an interrupt tells of the first alone.
  let speed = <u32>((BAUD << 20) / CLOCK_HZ);
  mmio_region.set<u32>(CTRL, (speed << CTRL_NCO_SHIFT) | CTRL_TX | CTRL_RX);
}

// ---- what comes in

export function rx_watermark_handle(): void {
  mmio_region.set<u32>(INTR_STATE, RX_WATERMARK);
  while (!(mmio_region.get<u32>(STATUS) & RXEMPTY)) {
    if (!received.push(<u8>mmio_region.get<u32>(RDATA))) lost++;
  }
  rx_watermark.acknowledge();
  if (isAwaited && received.length > 0) {
    isAwaited = false;
    rx_nonempty.post();
  }
  if (lost > 0) {
    let count = lost;
    lost = 0;
    warn(count.toString() + ' characters came faster than they were read, and are lost');
  }
}

export function read_request(_badge: u32, _label: u32): u32 {
  let request = ReadRequest.decode(read.request());
  if (!request) return UartDriverError.DeserializeFailed;
  if (request.verb == ReadVerb.ComponentUsage) {
    read.reply(encodeUsage());
    return UartDriverError.Success;
  }
  if (request.limit > rx_dataport.size) return UartDriverError.BadLimit;
  let limit = request.limit;
  if (request.verb == ReadVerb.Read) while (received.length == 0) rest();
  let count = min<u32>(limit, <u32>received.length);
  for (let at: u32 = 0; at < count; at++) rx_dataport.set<u8>(at, received.shift());
  read.reply(new CountResponse(count).encode());
  return UartDriverError.Success;
}

/** A key may be long in coming: nothing is held meanwhile, so that memory of what is written can be reclaimed. */
function rest(): void {
  isAwaited = true;
  beginRest();
  rx_nonempty.wait();
  endRest();
}

// ---- what goes out

export function write_request(_badge: u32, _label: u32): u32 {
  let request = WriteRequest.decode(write.request());
  if (!request) return UartDriverError.DeserializeFailed;
  if (request.verb == WriteVerb.Flush) return UartDriverError.Success;
  if (request.available > tx_dataport.size) return UartDriverError.BadLimit;
  for (let at: u32 = 0; at < request.available; at++) {
    while (mmio_region.get<u32>(STATUS) & TXFULL) waitForSpace();
    mmio_region.set<u32>(WDATA, tx_dataport.get<u8>(at));
  }
  write.reply(new CountResponse(request.available).encode());
  return UartDriverError.Success;
}

function waitForSpace(): void {
  enable(TX_WATERMARK | TX_EMPTY);
  // It may have become free before the interrupts were on.
  if (mmio_region.get<u32>(STATUS) & TXFULL) tx_space.wait();
  else disable(TX_WATERMARK | TX_EMPTY);
}

function hasSpace(): void {
  let waits = (enabled & TX_EMPTY) != 0;
  disable(TX_WATERMARK | TX_EMPTY);
  mmio_region.set<u32>(INTR_STATE, TX_WATERMARK | TX_EMPTY);
  if (waits) tx_space.post();
}

export function tx_watermark_handle(): void {
  hasSpace();
  tx_watermark.acknowledge();
}

export function tx_empty_handle(): void {
  hasSpace();
  tx_empty.acknowledge();
}

function enable(causes: u32): void {
  enabled |= causes;
  mmio_region.set<u32>(INTR_ENABLE, enabled);
}

function disable(causes: u32): void {
  enabled &= ~causes;
  mmio_region.set<u32>(INTR_ENABLE, enabled);
}

// ---- what goes wrong on the line

export function rx_overflow_handle(): void {
  mmio_region.set<u32>(INTR_STATE, RX_OVERFLOW);
  rx_overflow.acknowledge();
  warn('the FIFO of the UART overflowed; characters are lost');
}

export function rx_frame_err_handle(): void {
  mmio_region.set<u32>(INTR_STATE, RX_FRAME_ERR);
  rx_frame_err.acknowledge();
  warn('a character without a stop bit came, and is lost');
}

export function rx_break_err_handle(): void {
  mmio_region.set<u32>(INTR_STATE, RX_BREAK_ERR);
  rx_break_err.acknowledge();
  warn('the line was held low for a break');
}

export function rx_parity_err_handle(): void {
  mmio_region.set<u32>(INTR_STATE, RX_PARITY_ERR);
  rx_parity_err.acknowledge();
  warn('a character with a wrong parity bit came, and is lost');
}

function warn(text: string): void {
  logger.call(0, new LogRequest(LogLevel.Warn, 'uart_driver::' + text).encode());
}
