// The shell on the control thread, the logger on its own. A message that comes while a line is typed is shown above it.
// While the shell waits for a key, it holds nothing, so that the memory of what was logged meanwhile can be reclaimed.
import { logger, rx_dataport, timer, tx_lock, uart_read } from 'camkes';
import { yieldTime } from 'sel4';
import { beginRest, endRest } from 'sel4/turns';
import { LogView, LoggerError, REQUEST_BYTES } from '../../interfaces/logger';
import {
  CompletedTimersResponse,
  TimerServiceError,
  TimerServiceRequest,
  TimerServiceVerb,
} from '../../interfaces/timer-service';
import { CountResponse, ReadRequest, ReadVerb, UartDriverError } from '../../interfaces/uart';
import { CommandNames, NameSource } from './command-names';
import { packagesBehind } from '../../interfaces/security-client';
import { Activity } from './command';
import { allCommands } from './command-table';
import { Sleep } from './commands/timer';
import { KEYS_LOST, KeyQueue } from './key-queue';
import { LineEditor } from './line-editor';
import { Logger } from './logger';
import { PROMPT, Shell } from './shell';
import { UartOutput } from './uart-output';

const READ_BYTES: u32 = 64;
/** Of what goes on for a while. */
const TIMER: u32 = 31;
/** Milliseconds from one look for keys to the next: where they are what goes on, and where a person is waited for. */
const SHORT_WAIT: u32 = 5;
const LONG_WAIT: u32 = 50;
/** Who has been silent for so long is a person. */
const SILENCE: u32 = 250;
/** In the place of a short silence, where there is no timer. */
const MOST_LOOKS: u32 = 200;
/** In milliseconds, where the line cannot be read. */
const FAILURE_PAUSE: u32 = 1000;
const TAB: u8 = 0x09;
const BELL: string = '\x07';
const CLEAR_LINE: string = '\r\x1b[K';
const readRequest: Uint8Array = new ReadRequest(READ_BYTES).encode();
const tryReadRequest: Uint8Array = new ReadRequest(READ_BYTES, ReadVerb.TryRead).encode();

let output: UartOutput = new UartOutput();
let shell: Shell = new Shell(allCommands(), output, new Logger());

/** About as many as somebody looks through. */
const MOST_NAMES: i32 = 100;

class Packages extends NameSource {
  /** They come in their order, so these are in one piece, and right behind what they begin with. */
  packages(start: string): string[] {
    let found: string[] = [];
    let last = start;
    while (found.length < MOST_NAMES) {
      let part = packagesBehind(last);
      if (!part || part.length == 0) break;
      for (let index = 0; index < part.length; index++) {
        last = part[index];
        if (!last.startsWith(start)) return found;
        found.push(last);
      }
    }
    return found;
  }
}

let names: CommandNames = new CommandNames(shell.commands, new Packages());
let editor: LineEditor = new LineEditor(PROMPT, names);
/** Whether the prompt is on the screen. */
let isTyping: bool = false;
/** Keys that were read, and are not yet dealt with. */
let keys: KeyQueue = new KeyQueue();
/** Milliseconds that an activity has waited. */
let waited: u32 = 0;
/** Milliseconds to wait before anything else. */
let pause: u32 = 0;
/** What is logged. */
let message: Uint8Array = new Uint8Array(REQUEST_BYTES);
let view: LogView = new LogView();

export function run(): void {
  shell.hasTimer = isThereTimer();
  shell.run('source -q autostart.repl');
}

/** One command at most: what it has used is reclaimed before the next. */
export function loop(): void {
  if (pause > 0) wait();
  else if (shell.activity != null) goOn();
  else if (shell.hasScript) runScript();
  else if (!keys.isEmpty) type();
  else read();
}

// ---- the shell

/** One key: it may have a screen of words shown, and what that takes is reclaimed before the next. */
function type(): void {
  if (!isTyping) prompt();
  let key = keys.shift();
  // A service may have something to log while it is asked.
  if (key == TAB) names.prepare(editor.beforeCursor);
  tx_lock.lock();
  isTyping = !editor.feed(key);
  output.sendLocked(editor.takeOutput());
  tx_lock.unlock();
  if (!isTyping) runTyped();
  if (keys.takeGap()) tellOfGap();
}

/** What comes next may be the end of a line that was lost. */
function tellOfGap(): void {
  editor.refuse(KEYS_LOST);
  tx_lock.lock();
  if (isTyping) output.sendLocked(CLEAR_LINE);
  output.sendLocked(KEYS_LOST + '\r\n');
  if (isTyping) output.sendLocked(editor.shownAgain);
  tx_lock.unlock();
}

/** A line that is refused is not run. */
function runTyped(): void {
  let refusal = editor.takeRefusal();
  let typed = editor.takeLine();
  waited = 0;
  if (refusal.length > 0) output.line(refusal);
  else shell.run(typed);
}

function prompt(): void {
  tx_lock.lock();
  editor.begin();
  output.sendLocked(editor.takeOutput());
  isTyping = true;
  tx_lock.unlock();
}

function runScript(): void {
  tryRead();
  waited = 0;
  if (keys.takeInterrupt()) shell.interrupt();
  else shell.runNextOfScript();
}

// ---- what goes on for a while

function goOn(): void {
  let activity = shell.activity!;
  let count = tryRead();
  if (activity.hasKeys) {
    if (count > 0) waited = 0;
    while (!keys.isEmpty && !activity.isOver) activity.key(keys.shift());
  } else if (keys.takeInterrupt()) {
    shell.interrupt();
    return;
  }
  if (!activity.isOver && count == 0) passTime();
  let told = activity.takeOutput();
  if (told.length > 0) output.send(told);
  if (!activity.isOver) return;
  shell.activity = null;
  activity.finish(shell);
}

/** A while, or the activity hears that its time is over. */
function passTime(): void {
  let activity = shell.activity!;
  if (!shell.hasTimer) {
    passTurn(activity);
  } else if (waited < activity.patience) {
    let isShort = activity.hasKeys && waited < SILENCE;
    pause = min(activity.patience - waited, isShort ? SHORT_WAIT : LONG_WAIT);
    waited += pause;
  } else {
    waited = 0;
    activity.timeOut(shell);
  }
}

/**
 * Without a timer nobody can tell how long silence lasts. Who has keys has them for as long as they come, and a short
 * silence is a number of looks for them; for all others time is over at once.
 */
function passTurn(activity: Activity): void {
  if (!activity.hasKeys) activity.timeOut(shell);
  else if (activity.patience > SILENCE * 4) {
    output.send(activity.takeOutput());
    waited = 0;
    waitForKeys();
  } else if (waited < MOST_LOOKS) {
    waited++;
    yieldTime();
  } else {
    waited = 0;
    activity.timeOut(shell);
  }
}

function wait(): void {
  let request = new TimerServiceRequest(TimerServiceVerb.Oneshot, TIMER, pause);
  pause = 0;
  if (timer.call(0, request.encode()) != TimerServiceError.Success) shell.hasTimer = false;
  else while (!isOver()) rest();
}

function rest(): void {
  beginRest();
  timer.wait();
  endRest();
}

/** Timers of commands may be among those that are over. */
function isOver(): bool {
  timer.call(0, new TimerServiceRequest(TimerServiceVerb.CompletedTimers).encode());
  let response = CompletedTimersResponse.decode(timer.reply());
  if (!response) return true;
  shell.completedTimers |= response.timerMask & ~(1 << TIMER);
  return (response.timerMask & (1 << TIMER)) != 0;
}

/** A service that knows no timer of ours is one. */
function isThereTimer(): bool {
  let error = timer.call(0, new TimerServiceRequest(TimerServiceVerb.Cancel, TIMER).encode());
  return error == TimerServiceError.Success || error == TimerServiceError.NoSuchTimer;
}

// ---- keys

function read(): void {
  if (!isTyping) prompt();
  if (!waitForKeys()) shell.activity = new Sleep(FAILURE_PAUSE);
}

function waitForKeys(): bool {
  beginRest();
  let error = uart_read.call(0, readRequest);
  endRest();
  if (error == UartDriverError.Success) takeKeys();
  return error == UartDriverError.Success;
}

/** Does not wait; how many there were. */
function tryRead(): i32 {
  return uart_read.call(0, tryReadRequest) == UartDriverError.Success ? takeKeys() : 0;
}

function takeKeys(): i32 {
  let response = CountResponse.decode(uart_read.reply());
  let count = response ? <i32>min(response.count, READ_BYTES) : 0;
  let isGap: bool = false;
  for (let at = 0; at < count; at++) if (keys.push(rx_dataport.get<u8>(<u32>at))) isGap = true;
  if (isGap) output.send(BELL);
  return count;
}

// ---- the logger

export function logger_request(_badge: u32, _label: u32): u32 {
  logger.requestInto(message);
  if (!view.read(message)) return LoggerError.DeserializeFailed;
  let activity = shell.activity;
  let isQuiet = activity != null && activity.isQuiet;
  if (!isQuiet && shell.logger.takes(view.level)) show();
  return LoggerError.Success;
}

/** The line that is being typed goes on below it. */
function show(): void {
  tx_lock.lock();
  if (isTyping) output.sendLocked(CLEAR_LINE);
  output.sendMessage(message, view.start, view.end);
  if (isTyping) output.sendLocked(editor.shownAgain);
  tx_lock.unlock();
}
