// @ts-nocheck
// Made from the table of labels of the ABI.
import { Capability, invoke, passCapability } from "./capability";
import { KernelError } from "./constants";
import { setWord } from "./message";

/** Memory that becomes objects. */
export class Untyped extends Capability {
  move(): Untyped {
    return new Untyped(this.leave());
  }

  /** Makes objects from free memory and puts capabilities to them into slots. */
  retype(root: Capability | null, type: u32, sizeBits: u32, nodeIndex: u32, nodeDepth: u32, nodeOffset: u32, numObjects: u32): KernelError {
    passCapability(0, root);
    setWord(4, nodeOffset);
    setWord(5, numObjects);
    return <KernelError>invoke(this.slot, 1, 1, 6, type, sizeBits, nodeIndex, nodeDepth);
  }
}

/** A thread: its registers, its spaces, its time. */
export class Thread extends Capability {
  move(): Thread {
    return new Thread(this.leave());
  }

  /** Reads registers of a thread; flag bit 0 suspends it first. The answer has the words registers. */
  readRegisters(flags: u32, count: u32): KernelError {
    return <KernelError>invoke(this.slot, 2, 0, 2, flags, count, 0, 0);
  }

  /** Writes registers of a thread; flag bit 0 resumes it after. */
  writeRegisters(flags: u32, count: u32, registers: StaticArray<u32>): KernelError {
    for (let i = 0; i < registers.length; i++) setWord(2 + i, registers[i]);
    return <KernelError>invoke(this.slot, 3, 0, 2 + registers.length, flags, count, registers.length > 0 ? registers[0] : 0, registers.length > 1 ? registers[1] : 0);
  }

  /** Copies registers between threads; flag bits: 0 suspend source, 1 resume target, 2 frame, 3 integer. */
  copyRegisters(source: Capability | null, flags: u32): KernelError {
    passCapability(0, source);
    return <KernelError>invoke(this.slot, 4, 1, 1, flags, 0, 0, 0);
  }

  /** Sets the address spaces and the IPC buffer of a thread. */
  configure(cspaceRoot: Capability | null, vspaceRoot: Capability | null, bufferFrame: Capability | null, cspaceRootData: u32, vspaceRootData: u32, buffer: u32): KernelError {
    passCapability(0, cspaceRoot);
    passCapability(1, vspaceRoot);
    passCapability(2, bufferFrame);
    return <KernelError>invoke(this.slot, 5, 3, 3, cspaceRootData, vspaceRootData, buffer, 0);
  }

  /** Sets the priority; at most the maximum controlled priority of the authority. */
  setPriority(authority: Capability | null, priority: u32): KernelError {
    passCapability(0, authority);
    return <KernelError>invoke(this.slot, 6, 1, 1, priority, 0, 0, 0);
  }

  /** Sets the highest priority that the thread may give to others. */
  setMCPriority(authority: Capability | null, mcp: u32): KernelError {
    passCapability(0, authority);
    return <KernelError>invoke(this.slot, 7, 1, 1, mcp, 0, 0, 0);
  }

  /** Sets priorities, scheduling context and fault handler. */
  setSchedParams(authority: Capability | null, schedContext: Capability | null, faultEp: Capability | null, mcp: u32, priority: u32): KernelError {
    passCapability(0, authority);
    passCapability(1, schedContext);
    passCapability(2, faultEp);
    return <KernelError>invoke(this.slot, 8, 3, 2, mcp, priority, 0, 0);
  }

  /** Sets who hears when the budget is used up. */
  setTimeoutEndpoint(timeoutEp: Capability | null): KernelError {
    passCapability(0, timeoutEp);
    return <KernelError>invoke(this.slot, 9, 1, 0, 0, 0, 0, 0);
  }

  /** Sets the IPC buffer; address 0 removes it. */
  setIPCBuffer(bufferFrame: Capability | null, buffer: u32): KernelError {
    passCapability(0, bufferFrame);
    return <KernelError>invoke(this.slot, 10, 1, 1, buffer, 0, 0, 0);
  }

  /** Sets the fault handler and the address spaces. */
  setSpace(faultEp: Capability | null, cspaceRoot: Capability | null, vspaceRoot: Capability | null, cspaceRootData: u32, vspaceRootData: u32): KernelError {
    passCapability(0, faultEp);
    passCapability(1, cspaceRoot);
    passCapability(2, vspaceRoot);
    return <KernelError>invoke(this.slot, 11, 3, 2, cspaceRootData, vspaceRootData, 0, 0);
  }

  /** Stops a thread and takes it out of every queue. */
  suspend(): KernelError {
    return <KernelError>invoke(this.slot, 12, 0, 0, 0, 0, 0, 0);
  }

  /** Lets a thread run; a blocked system call starts over. */
  resume(): KernelError {
    return <KernelError>invoke(this.slot, 13, 0, 0, 0, 0, 0, 0);
  }

  /** Lets signals wake the thread while it receives from an endpoint. */
  bindNotification(notification: Capability | null): KernelError {
    passCapability(0, notification);
    return <KernelError>invoke(this.slot, 14, 1, 0, 0, 0, 0, 0);
  }

  /** Undoes BindNotification. */
  unbindNotification(): KernelError {
    return <KernelError>invoke(this.slot, 15, 0, 0, 0, 0, 0, 0);
  }

  /** Sets the register tp. */
  setTLSBase(tlsBase: u32): KernelError {
    return <KernelError>invoke(this.slot, 16, 0, 1, tlsBase, 0, 0, 0);
  }

  /** Clears, then sets flag bits; bit 0 disables the FPU. The answer has the words flags. */
  setFlags(clear: u32, set: u32): KernelError {
    return <KernelError>invoke(this.slot, 17, 0, 2, clear, set, 0, 0);
  }
}

/** A table of capabilities. */
export class CNode extends Capability {
  move(): CNode {
    return new CNode(this.leave());
  }

  /** Deletes every capability that was derived from this one. */
  revoke(index: u32, depth: u32): KernelError {
    return <KernelError>invoke(this.slot, 18, 0, 2, index, depth, 0, 0);
  }

  /** Empties a slot; the last capability to an object destroys it. */
  delete(index: u32, depth: u32): KernelError {
    return <KernelError>invoke(this.slot, 19, 0, 2, index, depth, 0, 0);
  }

  /** Restarts the senders that wait at the endpoint with the badge of this capability. */
  cancelBadgedSends(index: u32, depth: u32): KernelError {
    return <KernelError>invoke(this.slot, 20, 0, 2, index, depth, 0, 0);
  }

  /** Copies a capability with the same or fewer rights. */
  copy(srcRoot: Capability | null, destIndex: u32, destDepth: u32, srcIndex: u32, srcDepth: u32, rights: u32): KernelError {
    passCapability(0, srcRoot);
    setWord(4, rights);
    return <KernelError>invoke(this.slot, 21, 1, 5, destIndex, destDepth, srcIndex, srcDepth);
  }

  /** Copies a capability and gives it a badge or a guard. */
  mint(srcRoot: Capability | null, destIndex: u32, destDepth: u32, srcIndex: u32, srcDepth: u32, rights: u32, badge: u32): KernelError {
    passCapability(0, srcRoot);
    setWord(4, rights);
    setWord(5, badge);
    return <KernelError>invoke(this.slot, 22, 1, 6, destIndex, destDepth, srcIndex, srcDepth);
  }

  /** Moves a capability to an empty slot. */
  moveCapability(srcRoot: Capability | null, destIndex: u32, destDepth: u32, srcIndex: u32, srcDepth: u32): KernelError {
    passCapability(0, srcRoot);
    return <KernelError>invoke(this.slot, 23, 1, 4, destIndex, destDepth, srcIndex, srcDepth);
  }

  /** Moves a capability and gives it a guard. */
  mutate(srcRoot: Capability | null, destIndex: u32, destDepth: u32, srcIndex: u32, srcDepth: u32, badge: u32): KernelError {
    passCapability(0, srcRoot);
    setWord(4, badge);
    return <KernelError>invoke(this.slot, 24, 1, 5, destIndex, destDepth, srcIndex, srcDepth);
  }

  /** Moves the pivot to the destination and the source to the pivot. */
  rotate(pivotRoot: Capability | null, srcRoot: Capability | null, destIndex: u32, destDepth: u32, destBadge: u32, pivotIndex: u32, pivotDepth: u32, pivotBadge: u32, srcIndex: u32, srcDepth: u32): KernelError {
    passCapability(0, pivotRoot);
    passCapability(1, srcRoot);
    setWord(4, pivotDepth);
    setWord(5, pivotBadge);
    setWord(6, srcIndex);
    setWord(7, srcDepth);
    return <KernelError>invoke(this.slot, 25, 2, 8, destIndex, destDepth, destBadge, pivotIndex);
  }
}

/** Makes handlers of interrupts. */
export class InterruptControl extends Capability {
  move(): InterruptControl {
    return new InterruptControl(this.leave());
  }

  /** Makes the handler of an interrupt. */
  get(root: Capability | null, irq: u32, index: u32, depth: u32): KernelError {
    passCapability(0, root);
    return <KernelError>invoke(this.slot, 26, 1, 3, irq, index, depth, 0);
  }

  /** Makes the handler of an interrupt with an edge or level trigger. */
  getTrigger(root: Capability | null, irq: u32, trigger: u32, index: u32, depth: u32): KernelError {
    passCapability(0, root);
    return <KernelError>invoke(this.slot, 46, 1, 4, irq, trigger, index, depth);
  }
}

/** One interrupt. */
export class InterruptHandler extends Capability {
  move(): InterruptHandler {
    return new InterruptHandler(this.leave());
  }

  /** Lets the interrupt be delivered again. */
  ack(): KernelError {
    return <KernelError>invoke(this.slot, 27, 0, 0, 0, 0, 0, 0);
  }

  /** Sets the notification that the interrupt signals. */
  setNotification(notification: Capability | null): KernelError {
    passCapability(0, notification);
    return <KernelError>invoke(this.slot, 28, 1, 0, 0, 0, 0, 0);
  }

  /** Undoes SetNotification. */
  clear(): KernelError {
    return <KernelError>invoke(this.slot, 29, 0, 0, 0, 0, 0, 0);
  }
}

/** Power over the domains. */
export class DomainControl extends Capability {
  move(): DomainControl {
    return new DomainControl(this.leave());
  }

  /** Moves a thread to a domain. */
  set(thread: Capability | null, domain: u32): KernelError {
    passCapability(0, thread);
    return <KernelError>invoke(this.slot, 30, 1, 1, domain, 0, 0, 0);
  }

  /** Writes an entry of the domain schedule. */
  scheduleConfigure(index: u32, domain: u32, durationLow: u32, durationHigh: u32): KernelError {
    return <KernelError>invoke(this.slot, 31, 0, 4, index, domain, durationLow, durationHigh);
  }

  /** Starts the domain schedule at an entry. */
  scheduleSetStart(index: u32): KernelError {
    return <KernelError>invoke(this.slot, 32, 0, 1, index, 0, 0, 0);
  }
}

/** Gives processor time. */
export class TimeControl extends Capability {
  move(): TimeControl {
    return new TimeControl(this.leave());
  }

  /** Gives a scheduling context its budget and period in µs; flag bit 0: sporadic. */
  configureFlags(schedContext: Capability | null, budgetLow: u32, budgetHigh: u32, periodLow: u32, periodHigh: u32, extraRefills: u32, badge: u32, flags: u32): KernelError {
    passCapability(0, schedContext);
    setWord(4, extraRefills);
    setWord(5, badge);
    setWord(6, flags);
    return <KernelError>invoke(this.slot, 33, 1, 7, budgetLow, budgetHigh, periodLow, periodHigh);
  }
}

/** Processor time. */
export class SchedulingContext extends Capability {
  move(): SchedulingContext {
    return new SchedulingContext(this.leave());
  }

  /** Gives processor time to a thread or a notification. */
  bind(object: Capability | null): KernelError {
    passCapability(0, object);
    return <KernelError>invoke(this.slot, 34, 1, 0, 0, 0, 0, 0);
  }

  /** Takes the processor time back from everyone. */
  unbind(): KernelError {
    return <KernelError>invoke(this.slot, 35, 0, 0, 0, 0, 0, 0);
  }

  /** Takes the processor time back from one object. */
  unbindObject(object: Capability | null): KernelError {
    passCapability(0, object);
    return <KernelError>invoke(this.slot, 36, 1, 0, 0, 0, 0, 0);
  }

  /** Tells and clears the processor time used, in µs. The answer has the words consumed_low, consumed_high. */
  consumed(): KernelError {
    return <KernelError>invoke(this.slot, 37, 0, 0, 0, 0, 0, 0);
  }

  /** Lets the thread of another scheduling context run first. The answer has the words consumed_low, consumed_high. */
  yieldTo(): KernelError {
    return <KernelError>invoke(this.slot, 38, 0, 0, 0, 0, 0, 0);
  }
}

/** A page table, or a whole address space. */
export class PageTable extends Capability {
  move(): PageTable {
    return new PageTable(this.leave());
  }

  /** Maps a second-level page table: 4 MiB of addresses. */
  map(vspace: Capability | null, vaddr: u32, attributes: u32): KernelError {
    passCapability(0, vspace);
    return <KernelError>invoke(this.slot, 39, 1, 2, vaddr, attributes, 0, 0);
  }

  /** Unmaps and clears a page table. */
  unmap(): KernelError {
    return <KernelError>invoke(this.slot, 40, 0, 0, 0, 0, 0, 0);
  }
}

/** A frame of memory. */
export class Page extends Capability {
  move(): Page {
    return new Page(this.leave());
  }

  /** Maps a frame, or changes the rights of its mapping; attribute bit 0: never execute. */
  map(vspace: Capability | null, vaddr: u32, rights: u32, attributes: u32): KernelError {
    passCapability(0, vspace);
    return <KernelError>invoke(this.slot, 41, 1, 3, vaddr, rights, attributes, 0);
  }

  /** Removes the mapping of this frame capability. */
  unmap(): KernelError {
    return <KernelError>invoke(this.slot, 42, 0, 0, 0, 0, 0, 0);
  }

  /** Tells the physical address of a frame. The answer has the words paddr. */
  getAddress(): KernelError {
    return <KernelError>invoke(this.slot, 43, 0, 0, 0, 0, 0, 0);
  }
}

/** Makes pools of address spaces. */
export class AsidControl extends Capability {
  move(): AsidControl {
    return new AsidControl(this.leave());
  }

  /** Makes a pool of 16 ASIDs from 4 KiB of untyped memory. */
  makePool(untyped: Capability | null, root: Capability | null, index: u32, depth: u32): KernelError {
    passCapability(0, untyped);
    passCapability(1, root);
    return <KernelError>invoke(this.slot, 44, 2, 2, index, depth, 0, 0);
  }
}

/** Room for address spaces. */
export class AsidPool extends Capability {
  move(): AsidPool {
    return new AsidPool(this.leave());
  }

  /** Makes a page table the root of an address space. */
  assign(vspace: Capability | null): KernelError {
    passCapability(0, vspace);
    return <KernelError>invoke(this.slot, 45, 1, 0, 0, 0, 0, 0);
  }
}
