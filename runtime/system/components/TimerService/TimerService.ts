// Timers for clients, each with a bit of a mask; whoever has one that completed is signalled, and asks which. What the
// requests are is in interfaces/timer-service.ts.
import { csr, timer, timer_interrupt } from 'camkes';
import {
  CFG0 as CFG,
  CFG0_STEP_SHIFT as CFG_STEP_SHIFT,
  COMPARE_LOWER0_0 as COMPARE_LOW,
  COMPARE_UPPER0_0 as COMPARE_HIGH,
  CTRL,
  INTR_ENABLE0 as INTR_ENABLE,
  INTR_STATE0 as INTR_STATE,
  TIMER_V_LOWER0 as VALUE_LOW,
  TIMER_V_UPPER0 as VALUE_HIGH,
} from 'registers/rv_timer';
import { dumpSlots } from 'sel4/debug';
import { encodeUsage } from '../../interfaces/own-usage';
import {
  CompletedTimersResponse,
  NowResponse,
  TICKS_PER_MILLISECOND,
  TimerServiceError,
  TimerServiceRequest,
  TimerServiceVerb,
} from '../../interfaces/timer-service';
import { listSlots } from '../../interfaces/slot-list';
import { NEVER, TimerError, Timers } from './timers';

/** The device's clock of 2.5 MHz gives a tick each 250 clocks. */
const CLOCKS_PER_TICK: u32 = 250;
const STEP: u32 = 1 << CFG_STEP_SHIFT;

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
    case TimerServiceVerb.ComponentUsage:
      timer.reply(encodeUsage());
      return TimerServiceError.Success;
    case TimerServiceVerb.CapscanPart:
      timer.reply(listSlots(request.slot));
      return TimerServiceError.Success;
    default:
      dumpSlots();
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
