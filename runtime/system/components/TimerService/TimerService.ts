// Timers for clients, each with a bit of a mask; whoever has one that completed is signalled, and asks which. What the
// requests are is in interfaces/timer-service.ts.
import { csr, logger, timer, timer_interrupt } from 'camkes';
import { slotsText } from 'sel4/debug';
import { LogLevel, LogRequest } from '../../interfaces/logger';
import {
  CompletedTimersResponse,
  NowResponse,
  TICKS_PER_MILLISECOND,
  TimerServiceError,
  TimerServiceRequest,
  TimerServiceVerb,
} from '../../interfaces/timer-service';
import { NEVER, TimerError, Timers } from './timers';

// Registers of OpenTitan's rv_timer with one hart and one comparator.
const CTRL: u32 = 0x004;
const INTR_ENABLE: u32 = 0x100;
const INTR_STATE: u32 = 0x104;
const CFG: u32 = 0x10c;
const VALUE_LOW: u32 = 0x110;
const VALUE_HIGH: u32 = 0x114;
const COMPARE_LOW: u32 = 0x118;
const COMPARE_HIGH: u32 = 0x11c;

/** The device's clock of 2.5 MHz gives a tick each 250 clocks. */
const CLOCKS_PER_TICK: u32 = 250;
const STEP: u32 = 1 << 16;

let timers: Timers = new Timers();

export function pre_init(): void {
  csr.set<u32>(CFG, STEP | (CLOCKS_PER_TICK - 1));
  setAlarm(NEVER);
  csr.set<u32>(INTR_STATE, 1);
  csr.set<u32>(INTR_ENABLE, 1);
  csr.set<u32>(CTRL, 1);
}

export function timer_request(badge: u32, _label: u32): u32 {
  let request = TimerServiceRequest.decode(timer.request());
  if (!request) return TimerServiceError.DeserializeFailed;
  switch (request.verb) {
    case TimerServiceVerb.CompletedTimers:
      timer.reply(new CompletedTimersResponse(timers.takeCompleted(badge)).encode());
      return TimerServiceError.Success;
    case TimerServiceVerb.Oneshot:
      return start(badge, request, 0);
    case TimerServiceVerb.Periodic:
      return start(badge, request, ticksOf(request.duration));
    case TimerServiceVerb.Cancel: {
      let error = timers.cancel(badge, request.timerId);
      setAlarm(timers.next);
      return statusOf(error);
    }
    case TimerServiceVerb.Now:
      timer.reply(new NowResponse(now()).encode());
      return TimerServiceError.Success;
    default:
      say(slotsText());
      return TimerServiceError.Success;
  }
}

export function timer_interrupt_handle(): void {
  let clients = timers.expire(now());
  for (let index = 0; index < clients.length; index++) timer.emit(clients[index]);
  setAlarm(timers.next);
  csr.set<u32>(INTR_STATE, 1);
  timer_interrupt.acknowledge();
}

function start(client: u32, request: TimerServiceRequest, period: u64): TimerServiceError {
  let ticks = ticksOf(request.duration);
  let error = timers.start(client, request.timerId, now(), ticks, period);
  setAlarm(timers.next);
  return statusOf(error);
}

/** A period of nothing would complete without end: it is a tick at least. */
function ticksOf(milliseconds: u32): u64 {
  return max<u64>(<u64>milliseconds * TICKS_PER_MILLISECOND, 1);
}

function statusOf(error: TimerError): TimerServiceError {
  switch (error) {
    case TimerError.Success:
      return TimerServiceError.Success;
    case TimerError.NoSuchTimer:
      return TimerServiceError.NoSuchTimer;
    default:
      return TimerServiceError.TimerAlreadyExists;
  }
}

/** The upper half may go on while the lower one is read. */
function now(): u64 {
  while (true) {
    let high = csr.get<u32>(VALUE_HIGH);
    let low = csr.get<u32>(VALUE_LOW);
    if (csr.get<u32>(VALUE_HIGH) == high) return ((<u64>high) << 32) | (<u64>low);
  }
  return 0;
}

/** What lies between the two stores never comes too early. */
function setAlarm(tick: u64): void {
  csr.set<u32>(COMPARE_HIGH, 0xffff_ffff);
  csr.set<u32>(COMPARE_LOW, <u32>tick);
  csr.set<u32>(COMPARE_HIGH, <u32>(tick >> 32));
}

function say(text: string): void {
  logger.call(0, new LogRequest(LogLevel.Info, 'timer_service::' + text).encode());
}
