// top: which application, and which thread of a component, has how much of the processor. All are looked at twice, a few a
// turn, and each tells what it has had in all; so the time that the looks themselves take does no harm.
import { timer } from 'camkes';
import { ComponentUsage } from '../../../interfaces/component-usage';
import { processErrorName } from '../../../interfaces/error-names';
import { askProcess, bundlesBehind, usageReply } from '../../../interfaces/process-client';
import { ProcessControlKind, ProcessError } from '../../../interfaces/process-control';
import {
  NowResponse,
  TICKS_PER_MILLISECOND,
  TimerServiceError,
  TimerServiceRequest,
  TimerServiceVerb,
} from '../../../interfaces/timer-service';
import { Activity, Command, CommandError, Session } from '../command';
import { wholeNumberOf } from '../decimal';
import { USAGE_TARGETS, usagesOf } from './component-usages';
import { USAGE_HEADING, UsageRow, restText, sortedRows } from './usage-table';

const MOST_SECONDS: u32 = 3600;

export const topCommands: Command[] = [
  new Command(
    'top',
    '[seconds]',
    'tells how much of the processor each application and each thread of a component has in that time (1 if not given); Ctrl-C ends it',
    0,
    1,
    top,
  ),
];

enum Step {
  FirstOfThreads,
  FirstOfApplications,
  AgainOfApplications,
  AgainOfThreads,
  Show,
}

class Top extends Activity {
  private step: Step = Step.FirstOfThreads;
  private applications: UsageRow[] = [];
  private threads: UsageRow[] = [];
  /** What is looked at next in this step. */
  private next: i32 = 0;
  private sorted: UsageRow[] = [];

  constructor(private milliseconds: u32) {
    super();
  }

  timeOut(session: Session): void {
    this.patience = 0;
    switch (this.step) {
      case Step.FirstOfThreads:
      case Step.AgainOfThreads:
        this.lookAtThreads(USAGE_TARGETS[this.next++]);
        if (this.next == USAGE_TARGETS.length) this.goOn();
        break;
      case Step.FirstOfApplications:
        this.lookAtApplications(session);
        break;
      case Step.AgainOfApplications:
        if (this.next < this.applications.length) lookAgain(this.applications[this.next++]);
        else this.goOn();
        break;
      default:
        this.show(session);
    }
  }

  private goOn(): void {
    this.step = <Step>(this.step + 1);
    this.next = 0;
    if (this.step == Step.Show) this.sorted = sortedRows(this.applications.concat(this.threads));
  }

  private lookAtThreads(target: string): void {
    let usages = usagesOf(target);
    let at = now();
    for (let index = 0; index < usages.length; index++) {
      let usage = usages[index];
      for (let thread = 0; thread < usage.threads.length; thread++) {
        let name = nameOf(usage, thread);
        let used = usage.threads[thread].used;
        if (this.step == Step.FirstOfThreads) this.threads.push(new UsageRow(name, used, at));
        else this.endOf(name, used, at);
      }
    }
  }

  private endOf(name: string, used: u64, at: u64): void {
    for (let index = 0; index < this.threads.length; index++) {
      let row = this.threads[index];
      if (row.name == name) return row.end(used, at, 0);
    }
  }

  /** A part of the applications a turn; when there are no more, the time begins. */
  private lookAtApplications(session: Session): void {
    let rows = this.applications;
    let last = rows.length > 0 ? rows[rows.length - 1].name : '';
    let part = bundlesBehind(ProcessControlKind.ListRunningBundles, last);
    if (part.error != ProcessError.Success) {
      session.output.line('top failed: ' + processErrorName(part.error));
      this.isOver = true;
      return;
    }
    let isNew = false;
    for (let index = 0; index < part.names.length; index++) {
      let name = part.names[index];
      let error = askProcess(ProcessControlKind.GetUsage, name);
      let usage = error == ProcessError.Success ? usageReply() : null;
      if (usage) rows.push(new UsageRow(name, usage.used, now()));
      isNew = isNew || usage != null;
    }
    if (isNew) return;
    this.goOn();
    this.patience = this.milliseconds;
  }

  /** A row a turn; threads that did nothing are left out. */
  private show(session: Session): void {
    let rows = this.sorted;
    if (this.next == 0) session.output.line(USAGE_HEADING);
    while (this.next < rows.length) {
      let row = rows[this.next++];
      if (row.used == 0 && row.memoryBytes == 0) continue;
      session.output.line(row.toString());
      return;
    }
    session.output.line(restText(rows));
    this.isOver = true;
  }
}

function nameOf(usage: ComponentUsage, thread: i32): string {
  let serves = usage.threads[thread].serves;
  return serves.length > 0 ? usage.name + '.' + serves : usage.name;
}

function lookAgain(row: UsageRow): void {
  if (askProcess(ProcessControlKind.GetUsage, row.name) != ProcessError.Success) return;
  let usage = usageReply();
  if (usage) row.end(usage.used, now(), usage.memoryBytes);
}

function top(words: string[], session: Session): CommandError {
  let seconds = words.length > 1 ? wholeNumberOf(words[1], MOST_SECONDS) : 1;
  if (seconds < 1) return CommandError.BadArguments;
  session.activity = new Top(<u32>seconds * 1000);
  return CommandError.None;
}

/** In microseconds; 0 where there is no timer. */
function now(): u64 {
  let error = timer.call(0, new TimerServiceRequest(TimerServiceVerb.Now).encode());
  let response = error == TimerServiceError.Success ? NowResponse.decode(timer.reply()) : null;
  return response ? response.ticks * (1000 / TICKS_PER_MILLISECOND) : 0;
}
