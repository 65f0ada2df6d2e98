// The root server: a root task that creates the system which a capDL specification describes, and retires.
//
// A specification is a list of objects and of capabilities to them. The toolchain turns it into a *load table*: a
// list of steps, each of which is one invocation just as the kernel takes it. So this program is a loop over them;
// it knows no object but untyped memory and CNodes. What only the running kernel can tell is its own work: which
// memory is free, and where BootInfo has the capabilities that have no fixed slot.
//
//     (1) list the untyped memory that the kernel has handed over
//     (2) build a larger CSpace: a CNode with a place for every object of the system
//     (3) perform the steps
//     (4) give up every capability that gives power over the system, and stop
//
// When it has stopped, its CSpace holds no more than what keeps the system in being: the thread's own things, and
// those mapped frames, page tables, threads and scheduling contexts that no CNode of the system holds. A component
// that takes over the untyped memory also gets the CNode with them, and may then revoke the memory that the root
// server itself lies in. Any refusal of the kernel ends in a sentence that names the object.
import { BootInfo, InitialSlot, bootInfoAt, copyBytes } from "boot-info";
import { FIRST_OWN_STEP, LoadTable, OBJECT_CNODE, OwnStep, Step, loadTableAt } from "load-table";
import { CNode, KernelError, Thread } from "sel4";
import { copyOfBootInfo } from "./boot-info-copy";
import { buildCSpace } from "./cspace";
import { UntypedList } from "./untyped-list";
import { Report } from "./report";

export function load_system(bootInfoAddress: usize, tableAddress: usize): void {
  const info = bootInfoAt(bootInfoAddress);
  const table = loadTableAt(tableAddress);
  const report = new Report(table);
  const memory = new UntypedList(info, report);
  buildCSpace(info, table, memory, report);
  perform(info, table, memory, report);
  retire(info, memory, report);
}

/** (3) */
function perform(info: BootInfo, table: LoadTable, memory: UntypedList, report: Report): void {
  const objects = new CNode(OBJECT_CNODE);
  for (let step = table.firstStep; ; step = step.next) {
    const label = step.label;
    if (label < FIRST_OWN_STEP) {
      const error = step.invoke();
      if (error != KernelError.NoError) throw new Error(report.refused(step, error));
      continue;
    }
    switch (label) {
      case OwnStep.End:
        return;
      case OwnStep.Create:
        memory.create(objects, step);
        break;
      case OwnStep.CreateAt:
        memory.createAt(objects, step);
        break;
      case OwnStep.Copy:
        // The content of a frame that is mapped there for the moment.
        copyBytes(step.word(0), table.at(step.word(1)), step.word(2));
        break;
      case OwnStep.CopyBootInfo:
        copyOfBootInfo(info, step, memory);
        break;
      case OwnStep.NameThread:
        if (table.hasDebugCalls) table.nameThread(step);
        break;
      case OwnStep.HandOver:
        memory.handOver(step);
        break;
    }
  }
}

/**
 * (4) The control capabilities and the untyped memory go; then nobody can make an object or take one away who was
 * not given the means by the specification. Deleting a slot that is empty already is no error.
 */
function retire(info: BootInfo, memory: UntypedList, report: Report): void {
  const own = new CNode(InitialSlot.InitThreadCNode);
  report.own(own.delete(InitialSlot.IRQControl, 32));
  report.own(own.delete(InitialSlot.ASIDControl, 32));
  report.own(own.delete(InitialSlot.Domain, 32));
  report.own(own.delete(info.schedcontrolStart, 32));
  memory.giveUp();
  const self = new Thread(InitialSlot.InitThreadTCB);
  while (true) self.suspend();
}
