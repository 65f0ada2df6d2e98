// The shell on the control thread, the logger on its own. A message that comes while a line is typed is shown above it.
// While the shell waits for a key, it holds nothing, so that the memory of what was logged meanwhile can be reclaimed.
import { logger, rx_dataport, timer, tx_lock, uart_read } from 'camkes';
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
import { packageNames } from '../../interfaces/security-client';
import { allCommands } from './command-table';
import { Sleep } from './commands/timer';
import { KeyQueue } from './key-queue';
import { LineEditor } from './line-editor';
import { Logger } from './logger';
import { PROMPT, Shell } from './shell';
import { UartOutput } from './uart-output';

const READ_BYTES: u32 = 64;
/** Of what goes on for a while. */
const TIMER: u32 = 0;
/** Milliseconds from one look for keys to the next: where they are what goes on, and where a person is waited for. */
const SHORT_WAIT: u32 = 5;
const LONG_WAIT: u32 = 50;
/** Who has been silent for so long is a person. */
const SILENCE: u32 = 250;
/** In milliseconds, where the line cannot be read. */
const FAILURE_PAUSE: u32 = 1000;
const TAB: u8 = 0x09;
const CLEAR_LINE: string = '\r\x1b[K';
const readRequest: Uint8Array = new ReadRequest(READ_BYTES).encode();
const tryReadRequest: Uint8Array = new ReadRequest(READ_BYTES, ReadVerb.TryRead).encode();

let output: UartOutput = new UartOutput();
let shell: Shell = new Shell(allCommands(), output, new Logger());

class Packages extends NameSource {
  packages(): string[] {
    let names = packageNames();
    return names ? names : [];
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
  if (waited < activity.patience) {
    let isShort = activity.hasKeys && waited < SILENCE;
    pause = min(activity.patience - waited, isShort ? SHORT_WAIT : LONG_WAIT);
    waited += pause;
  } else {
    waited = 0;
    activity.timeOut(shell);
  }
}

/** Without a timer, all time is over at once. */
function wait(): void {
  let request = new TimerServiceRequest(TimerServiceVerb.Oneshot, TIMER, pause);
  pause = 0;
  if (timer.call(0, request.encode()) != TimerServiceError.Success) waited = u32.MAX_VALUE;
  else while (!isOver()) rest();
}

function rest(): void {
  beginRest();
  timer.wait();
  endRest();
}

function isOver(): bool {
  timer.call(0, new TimerServiceRequest(TimerServiceVerb.CompletedTimers).encode());
  let response = CompletedTimersResponse.decode(timer.reply());
  return !response || (response.timerMask & (1 << TIMER)) != 0;
}

// ---- keys

function read(): void {
  if (!isTyping) prompt();
  beginRest();
  let error = uart_read.call(0, readRequest);
  endRest();
  if (error == UartDriverError.Success) takeKeys();
  else shell.activity = new Sleep(FAILURE_PAUSE);
}

/** Does not wait; how many there were. */
function tryRead(): i32 {
  return uart_read.call(0, tryReadRequest) == UartDriverError.Success ? takeKeys() : 0;
}

function takeKeys(): i32 {
  let response = CountResponse.decode(uart_read.reply());
  let count = response ? <i32>min(response.count, READ_BYTES) : 0;
  for (let at = 0; at < count; at++) keys.push(rx_dataport.get<u8>(<u32>at));
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
