// top: which application has how much of the processor. Each is looked at twice, one a turn, and ProcessManager tells what
// it has had in all; so the time that the looks themselves take does no harm.
import { timer } from 'camkes';
import { processErrorName } from '../../../interfaces/error-names';
import { askProcess, namesReply, usageReply } from '../../../interfaces/process-client';
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
import { USAGE_HEADING, UsageRow, restText, sortedRows } from './usage-table';

const MOST_SECONDS: u32 = 3600;

export const topCommands: Command[] = [
  new Command(
    'top',
    '[seconds]',
    'tells how much of the processor each application has in that time (1 if not given); Ctrl-C ends it',
    0,
    1,
    top,
  ),
];

class Top extends Activity {
  private names: string[] | null = null;
  private rows: UsageRow[] = [];
  private next: i32 = 0;
  private isSecondLook: bool = false;

  constructor(private milliseconds: u32) {
    super();
  }

  timeOut(session: Session): void {
    let names = this.names;
    this.patience = 0;
    if (!names) this.begin(session);
    else if (!this.isSecondLook) this.lookFirst(names);
    else if (this.next < this.rows.length) this.lookAgain(this.rows[this.next++]);
    else this.show(session);
  }

  private begin(session: Session): void {
    let error = askProcess(ProcessControlKind.GetRunningBundles);
    this.names = error == ProcessError.Success ? namesReply() : null;
    if (this.names) return;
    session.output.line('top failed: ' + processErrorName(error));
    this.isOver = true;
  }

  private lookFirst(names: string[]): void {
    if (this.next < names.length) {
      let name = names[this.next++];
      let usage =
        askProcess(ProcessControlKind.GetUsage, name) == ProcessError.Success ? usageReply() : null;
      if (usage) this.rows.push(new UsageRow(name, usage.used, now()));
      return;
    }
    this.isSecondLook = true;
    this.next = 0;
    this.patience = this.milliseconds;
  }

  private lookAgain(row: UsageRow): void {
    if (askProcess(ProcessControlKind.GetUsage, row.name) != ProcessError.Success) return;
    let usage = usageReply();
    if (usage) row.end(usage.used, now(), usage.memoryBytes);
  }

  private show(session: Session): void {
    this.isOver = true;
    let rows = sortedRows(this.rows);
    session.output.line(USAGE_HEADING);
    for (let index = 0; index < rows.length; index++) session.output.line(rows[index].toString());
    session.output.line(restText(rows));
  }
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
