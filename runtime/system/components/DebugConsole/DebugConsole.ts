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
import { CountResponse, ReadRequest, UartDriverError } from '../../interfaces/uart';
import { CommandNames } from './command-names';
import { allCommands } from './command-table';
import { LineEditor } from './line-editor';
import { Logger } from './logger';
import { PROMPT, Shell } from './shell';
import { UartOutput } from './uart-output';

const READ_BYTES: u32 = 64;
/** Of `sleep`. */
const TIMER: u32 = 0;
/** In milliseconds, where the line cannot be read. */
const FAILURE_PAUSE: u32 = 1000;
const CLEAR_LINE: string = '\r\x1b[K';
const readRequest: Uint8Array = new ReadRequest(READ_BYTES).encode();

let output: UartOutput = new UartOutput();
let shell: Shell = new Shell(allCommands(), output, new Logger());
let editor: LineEditor = new LineEditor(PROMPT, new CommandNames(shell.commands));
/** Whether the prompt is on the screen. */
let isTyping: bool = false;
/** Keys that were read, and are not yet dealt with. */
let keys: Uint8Array = new Uint8Array(<i32>READ_BYTES);
let keyCount: i32 = 0;
let nextKey: i32 = 0;
/** What is logged. */
let message: Uint8Array = new Uint8Array(REQUEST_BYTES);
let view: LogView = new LogView();

export function run(): void {
  shell.run('source -q autostart.repl');
}

/** One command at most: what it has used is reclaimed before the next. */
export function loop(): void {
  if (shell.pause > 0) pause();
  else if (shell.hasScript) shell.runNextOfScript();
  else if (nextKey < keyCount) type();
  else read();
}

// ---- the shell

/** A line that is refused is not run. */
function type(): void {
  if (!isTyping) prompt();
  if (!hasEnded()) return;
  let refusal = editor.takeRefusal();
  let typed = editor.takeLine();
  if (refusal.length > 0) output.line(refusal);
  else shell.run(typed);
}

/** Takes keys up to the end of the line. */
function hasEnded(): bool {
  let isEnded: bool = false;
  tx_lock.lock();
  while (nextKey < keyCount && !isEnded) {
    isEnded = editor.feed(keys[nextKey]);
    nextKey++;
  }
  output.sendLocked(editor.takeOutput());
  isTyping = !isEnded;
  tx_lock.unlock();
  return isEnded;
}

function prompt(): void {
  tx_lock.lock();
  editor.begin();
  output.sendLocked(editor.takeOutput());
  isTyping = true;
  tx_lock.unlock();
}

function read(): void {
  if (!isTyping) prompt();
  let response = ask() == UartDriverError.Success ? CountResponse.decode(uart_read.reply()) : null;
  if (!response) {
    shell.pause = FAILURE_PAUSE;
    return;
  }
  nextKey = 0;
  keyCount = <i32>min(response.count, READ_BYTES);
  for (let at = 0; at < keyCount; at++) keys[at] = rx_dataport.get<u8>(<u32>at);
}

function ask(): u32 {
  beginRest();
  let error = uart_read.call(0, readRequest);
  endRest();
  return error;
}

function pause(): void {
  let request = new TimerServiceRequest(TimerServiceVerb.Oneshot, TIMER, shell.pause);
  shell.pause = 0;
  if (timer.call(0, request.encode()) != TimerServiceError.Success) {
    output.line('invalid arguments: sleep');
    return;
  }
  while (!isOver()) rest();
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

// ---- the logger

export function logger_request(_badge: u32, _label: u32): u32 {
  logger.requestInto(message);
  if (!view.read(message)) return LoggerError.DeserializeFailed;
  if (shell.logger.takes(view.level)) show();
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
