// ps and mem: all applications that were started, each with what it has and may have. A row a turn, so that what it takes is
// reclaimed before the next one.
import { ProcessControlKind, ProcessError } from '../../../interfaces/process-control';
import { askProcess, bundlesBehind, statusReply } from '../../../interfaces/process-client';
import { clientStats, memoryStats } from '../../../interfaces/memory-client';
import { processErrorName } from '../../../interfaces/error-names';
import { Activity, Session } from '../command';

export class BundleTable extends Activity {
  /** A part of them: those behind the last name of the part before. */
  private names: string[] = [];
  private next: i32 = 0;
  private isBegun: bool = false;

  constructor(
    /** Of the memory alone, and of all of it. */
    private isOfMemory: bool,
    /** Bytes of all components together, of the memory. */
    private ofComponents: u32 = 0,
  ) {
    super();
  }

  timeOut(session: Session): void {
    if (this.next < this.names.length) return this.showRow(this.names[this.next], session);
    let error = this.takeNames();
    if (error != ProcessError.Success) {
      session.output.line('get_bundles failed: ' + processErrorName(error));
      this.isOver = true;
      return;
    }
    if (!this.isBegun) this.begin(session);
    if (this.names.length == 0) this.end(session);
  }

  private takeNames(): ProcessError {
    let last = this.names.length > 0 ? this.names[this.names.length - 1] : '';
    let part = bundlesBehind(ProcessControlKind.ListBundles, last);
    this.names = part.names;
    this.next = 0;
    return part.error;
  }

  private begin(session: Session): void {
    this.isBegun = true;
    if (this.isOfMemory) session.output.line(memoryRow('NAME', 'BYTES', 'LIMIT'));
    else
      session.output.line(
        row('NAME', 'STATE', 'PRIO', 'BUDGET/PERIOD', 'MEMORY', 'RESTARTS', 'LAST END'),
      );
  }

  private showRow(name: string, session: Session): void {
    this.next++;
    if (askProcess(ProcessControlKind.GetBundleStatus, name) != ProcessError.Success) return;
    let status = statusReply();
    if (!status) return;
    if (this.isOfMemory) {
      let limit = status.memoryLimit == 0 ? '-' : status.memoryLimit.toString();
      session.output.line(memoryRow(name, status.memoryBytes.toString(), limit));
      return;
    }
    session.output.line(
      row(
        name,
        status.state.toString(),
        status.priority.toString(),
        status.budget.toString() + '/' + status.period.toString(),
        status.memoryBytes.toString(),
        status.restarts.toString(),
        status.lastEnd,
      ),
    );
  }

  private end(session: Session): void {
    this.isOver = true;
    if (!this.isOfMemory) return;
    let own = clientStats();
    if (own) session.output.line(memoryRow('(console)', own.bytes.toString(), '-'));
    let all = memoryStats();
    if (!all) return;
    session.output.line(memoryRow('(in use)', all.allocatedBytes.toString(), '-'));
    session.output.line(memoryRow('(free)', all.freeBytes.toString(), '-'));
    session.output.line(memoryRow('(system)', all.overheadBytes.toString(), '-'));
    // What those have as programs, and what else was made at the start: objects of the kernel, tables, shared pages.
    let components = min(this.ofComponents, all.overheadBytes);
    session.output.line(memoryRow('  components', components.toString(), '-'));
    let rest = all.overheadBytes - components;
    session.output.line(memoryRow('  objects, pages', rest.toString(), '-'));
  }
}

function memoryRow(name: string, bytes: string, limit: string): string {
  return name.padEnd(16) + ' ' + bytes.padStart(8) + ' ' + limit.padStart(8);
}

function row(
  name: string,
  state: string,
  priority: string,
  time: string,
  memory: string,
  restarts: string,
  end: string,
): string {
  let start = name.padEnd(16) + ' ' + state.padEnd(12) + ' ' + priority.padStart(4) + ' ';
  let rest = time.padStart(15) + ' ' + memory.padStart(8) + ' ' + restarts.padStart(8) + ' ' + end;
  return (start + rest).trimEnd();
}
