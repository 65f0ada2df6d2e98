// capscan: what a service, or an application, has in its slots, a line a slot. Each service has its own CSpace looked
// through by the kernel, a few slots a turn, and the lines come on the kernel's console, which is the same line.
import { memory, mlcoord, proc_ctrl, sdk_manager, security, timer } from 'camkes';
import { dumpSlotsFrom } from 'sel4/debug';
import { Writer } from 'sel4/postcard';
import { processErrorName } from '../../../interfaces/error-names';
import { MemoryRequest } from '../../../interfaces/memory';
import { MlCoordRequest, MlCoordVerb } from '../../../interfaces/ml-coordinator';
import { askProcess } from '../../../interfaces/process-client';
import { ProcessControlKind, ProcessError } from '../../../interfaces/process-control';
import { SdkManagerRequest, SdkManagerVerb } from '../../../interfaces/sdk-management';
import { SecurityRequest } from '../../../interfaces/security';
import { nextSlotOf } from '../../../interfaces/slot-list';
import { TimerServiceRequest, TimerServiceVerb } from '../../../interfaces/timer-service';
import { Activity, Session } from '../command';

const ROOM: i32 = 16;
/** Of the console itself, in a turn. */
const SLOTS: u32 = 16;
const NO_SERVICE: i32 = -1;
export const SLOT_TARGETS: string =
  'capscan <name> lists the slots of\n  console (DebugConsole)\n  memory (MemoryManager)\n  process (ProcessManager)\n  mlcoord (MlCoordinator)\n  sdk (SDKRuntime)\n  security (SecurityCoordinator)\n  timer (TimerService)\nor of an application that was started, by its name\n';

export class SlotList extends Activity {
  private next: u32 = 1;

  constructor(private target: string) {
    super();
  }

  timeOut(session: Session): void {
    let told = this.target == 'console' ? this.ofConsole() : this.ofOther();
    if (told.length > 0) session.output.line(told);
    this.isOver = told.length > 0 || this.next == 0;
  }

  private ofConsole(): string {
    this.next = dumpSlotsFrom(this.next, SLOTS);
    return '';
  }

  /** What went wrong; empty: nothing. Applications have so few slots that they come at once. */
  private ofOther(): string {
    let target = this.target;
    let first = this.next;
    this.next = 0;
    let status = this.ask(first);
    if (status != NO_SERVICE)
      return status == 0 ? '' : 'capscan ' + target + ' failed: ' + status.toString();
    let error = askProcess(ProcessControlKind.CapScanBundle, target);
    return error == ProcessError.Success ? '' : target + ': ' + processErrorName(error);
  }

  /** The status, or that there is no such service. */
  private ask(first: u32): i32 {
    let target = this.target;
    let room = new Uint8Array(ROOM);
    let to = Writer.over(room);
    let status = NO_SERVICE;
    let reply: Uint8Array = room;
    if (target == 'memory') {
      MemoryRequest.capscanPart(first).write(to);
      status = memory.call(0, room.subarray(0, to.length));
      if (status == 0) reply = memory.reply();
    } else if (target == 'process') {
      status = askProcess(ProcessControlKind.CapScanPart, '', first);
      if (status == 0) reply = proc_ctrl.reply();
    } else if (target == 'security') {
      SecurityRequest.capScanPart(first).write(to);
      status = security.call(0, room.subarray(0, to.length));
      if (status == 0) reply = security.reply();
    } else if (target == 'sdk') {
      let request = new SdkManagerRequest(SdkManagerVerb.CapscanPart, '', '', first);
      status = sdk_manager.call(0, request.encode());
      if (status == 0) reply = sdk_manager.reply();
    } else if (target == 'timer') {
      let request = new TimerServiceRequest(TimerServiceVerb.CapscanPart, 0, 0, first);
      status = timer.call(0, request.encode());
      if (status == 0) reply = timer.reply();
    } else if (target == 'mlcoord') {
      let request = new MlCoordRequest(MlCoordVerb.CapscanPart, '', '', 0, first).encode();
      status = request ? mlcoord.call(0, request) : NO_SERVICE;
      if (status == 0) reply = mlcoord.reply();
    }
    if (status == 0) this.next = nextSlotOf(reply);
    return status;
  }
}
