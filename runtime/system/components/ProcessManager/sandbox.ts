// What an application is made of: a thread with its time, an address space, and a CNode in which it finds no more than
// its endpoint to the SDK and the page for parameters. The capabilities to all of that are in a CNode that the
// application does not have; so giving back what is in there is the end of it, whatever it did.
import {
  AsidPool,
  CNode,
  KernelError,
  ObjectType,
  Page,
  PageTable,
  Rights,
  SchedulingContext,
  Thread,
  TimeControl,
  word,
} from 'sel4';
import { CopyRegion } from 'sel4/copy-region';
import { CSpace } from 'sel4/cspace';
import { dumpNode } from 'sel4/debug';
import { FrameBytes, copyOut } from '../../interfaces/frame-bytes';
import { ImageBytes } from '../../interfaces/image-bytes';
import { MemoryError, ObjDesc, ObjDescBundle } from '../../interfaces/memory';
import { allocate, allocateHere, giveBack, giveBackHere } from '../../interfaces/memory-client';
import { ProcessError } from '../../interfaces/process-control';
import { BundleImage, Section, SectionFlag } from './bundle-image';
import { Memory, lastWords } from './last-words';
import { Layout, PAGE_BYTES } from './layout';
import { Manifest } from './manifest';

// The CNode with everything.
const THREAD: u32 = 0;
const CONTEXT: u32 = 1;
const NODE: u32 = 2;
const ROOT: u32 = 3;
const TABLE: u32 = 4;
const FIRST_PAGE: u32 = 5;

/** The application's own CNode: slot 0 stays empty. */
const NODE_BITS: u32 = 2;
const ENDPOINT_SLOT: u32 = 1;
const PARAMETERS_SLOT: u32 = 2;

const CONTEXT_BITS: u32 = 7;
const ALL_RIGHTS: u32 = Rights.Write | Rights.Read | Rights.Grant | Rights.GrantReply;
const NO_EXECUTE: u32 = 1;
/** The kernel's order of registers: pc, ra, sp, gp, then s0 to s11 and a0 to a7. */
const REGISTER_SP: i32 = 2;
const REGISTER_A0: i32 = 16;
const REGISTERS: i32 = 32;

let page: Uint8Array = new Uint8Array(PAGE_BYTES);
let registers: StaticArray<u32> = new StaticArray<u32>(REGISTERS);

/** The application's memory, page by page. */
class SandboxMemory extends Memory {
  constructor(
    private frames: FrameBytes,
    private pages: u32[],
  ) {
    super();
  }

  read(address: u32, into: Uint8Array): bool {
    let start = address & ~(PAGE_BYTES - 1);
    let page = this.pages.indexOf(start);
    if (page < 0 || (address & (PAGE_BYTES - 1)) + <u32>into.length > PAGE_BYTES) return false;
    this.frames.read(<u32>page * PAGE_BYTES + (address - start), into);
    return !this.frames.isBroken;
  }
}

export class Sandbox {
  /** What of its manifest is in the way of building it; empty for nothing. */
  refusal: string = '';
  private holder: ObjDesc[] = [];
  private objects: ObjDescBundle = new ObjDescBundle(0, 0, []);
  /** A capability to the thread, which we keep. */
  private thread: u32 = 0;
  /** The CNode with everything, once it is there: a large application has hundreds of pages to be taken out of it. */
  private node: CNode = CSpace.own();
  /** Where the pages of the program are mapped, in their order. */
  private programPages: u32[] = [];
  /** Microseconds of the processor, as far as the kernel was asked. */
  private used: u64 = 0;

  constructor(
    private manifest: Manifest,
    private layout: Layout,
  ) {}

  get memoryBytes(): u32 {
    let sum = this.objects.sizeBytes;
    for (let index = 0; index < this.holder.length; index++) sum += this.holder[index].sizeBytes;
    return <u32>sum;
  }

  /** Makes all of it, or nothing. The thread does not run yet. `endpoint` is a slot of ours, and stays. */
  build(image: BundleImage, bytes: ImageBytes, window: CopyRegion, endpoint: u32): ProcessError {
    let error = this.allocateAll();
    if (error != ProcessError.Success) return error;
    error = this.prepareSpace();
    if (
      error == ProcessError.Success &&
      this.load(image, bytes, window) &&
      this.mapAll(image) &&
      this.prepareThread(image.entry, endpoint)
    )
      return ProcessError.Success;
    this.destroy();
    return error == ProcessError.Success ? ProcessError.StartFailed : error;
  }

  /** A further capability to the page for parameters, in a slot of ours; 0: there was none. */
  copyParameters(): u32 {
    return copyOut(this.objects, FIRST_PAGE + 1);
  }

  resume(): bool {
    return new Thread(this.thread).resume() == KernelError.NoError;
  }

  suspend(): bool {
    return new Thread(this.thread).suspend() == KernelError.NoError;
  }

  /** Microseconds of the processor that it has had. The kernel tells what came since it was asked last. */
  takeTime(): u64 {
    let slot = this.takeOut(CONTEXT);
    if (slot == 0) return this.used;
    if (new SchedulingContext(slot).consumed() == KernelError.NoError)
      this.used += ((<u64>word(1)) << 32) | (<u64>word(0));
    this.putBack(CONTEXT, slot);
    return this.used;
  }

  /** What the application finds in its slots, on the console of the kernel; false: we have no slot to look by. */
  dumpSlots(): bool {
    let slot = this.takeOut(NODE);
    if (slot == 0) return false;
    let isDone = dumpNode(new CNode(slot), NODE_BITS);
    this.putBack(NODE, slot);
    return isDone;
  }

  destroy(): void {
    if (this.thread != 0) {
      this.suspend();
      CSpace.remove(this.thread);
      this.thread = 0;
    }
    giveBack(this.objects);
    giveBackHere(this.holder);
  }

  private get pages(): u32 {
    return this.layout.stackPages + 2 + this.layout.imagePages;
  }

  private allocateAll(): ProcessError {
    let count = FIRST_PAGE + this.pages;
    let bits = <u32>(32 - clz(count - 1));
    this.holder = [new ObjDesc(ObjectType.CNode, bits, 0)];
    this.objects = new ObjDescBundle(0, <u8>bits, [
      new ObjDesc(ObjectType.TCB, 1, THREAD),
      new ObjDesc(ObjectType.SchedContext, CONTEXT_BITS, CONTEXT),
      new ObjDesc(ObjectType.CNode, NODE_BITS, NODE),
      new ObjDesc(ObjectType.PageTable, 2, ROOT),
      new ObjDesc(ObjectType.Page, this.pages, FIRST_PAGE),
    ]);
    let most = this.manifest.memoryBytes;
    if (this.memoryBytes > most) {
      this.refusal =
        'it needs ' +
        this.memoryBytes.toString() +
        ' bytes of memory, and its manifest allows ' +
        most.toString();
      return ProcessError.QuotaExceeded;
    }
    let error = allocateHere(this.holder);
    if (error != MemoryError.Success) return errorOf(error);
    this.objects.cnode = this.holder[0].cptr;
    this.node = new CNode(this.objects.cnode);
    error = allocate(this.objects);
    if (error == MemoryError.Success) return ProcessError.Success;
    giveBackHere(this.holder);
    return errorOf(error);
  }

  /** The kernel's pool has 16 address spaces; one more is refused. */
  private prepareSpace(): ProcessError {
    let slot = this.takeOut(ROOT);
    let table = this.takeOut(TABLE);
    if (slot == 0 || table == 0) return ProcessError.OutOfSlots;
    let root = new PageTable(slot);
    let error = new AsidPool(CSpace.asidPool()).assign(root);
    let isFull = error == KernelError.DeleteFirst;
    if (error == KernelError.NoError)
      error = new PageTable(table).map(root, this.layout.spanStart, 0);
    this.putBack(TABLE, table);
    this.putBack(ROOT, slot);
    if (isFull) return ProcessError.OutOfSlots;
    return error == KernelError.NoError ? ProcessError.Success : ProcessError.StartFailed;
  }

  /** Fills the pages of sections, which are not mapped yet. What has no data is zero already. */
  private load(image: BundleImage, bytes: ImageBytes, window: CopyRegion): bool {
    let into = new FrameBytes(this.programFrames(), window);
    let number: u32 = 0;
    let isDone: bool = true;
    for (let index = 0; index < image.sections.length && isDone; index++) {
      let section = image.sections[index];
      let dataEnd = section.address + section.fileBytes;
      for (let at = startOf(section); at < section.end && isDone; at += PAGE_BYTES) {
        let start = max(at, section.address);
        let end = min(at + PAGE_BYTES, dataEnd);
        if (start < end) {
          page.fill(0);
          let part = page.subarray(<i32>(start - at), <i32>(end - at));
          bytes.read(section.offset + (start - section.address), part);
          isDone = into.writePage(number, page);
        }
        this.programPages.push(at);
        number += 1;
      }
    }
    into.close();
    return isDone;
  }

  private programFrames(): ObjDescBundle {
    let first = FIRST_PAGE + 2 + this.layout.stackPages;
    return new ObjDescBundle(this.objects.cnode, this.objects.depth, [
      new ObjDesc(ObjectType.Page, this.layout.imagePages, first),
    ]);
  }

  /** Of one that ran off its stack, at whose end a page is that nothing maps; empty for another address. */
  stackWords(address: u32): string {
    let layout = this.layout;
    if (address >= layout.stackStart || layout.stackStart - address > PAGE_BYTES) return '';
    return 'its stack of ' + (layout.stackPages * PAGE_BYTES).toString() + ' bytes is full';
  }

  /** Of an application that has stopped itself; empty where it did not, or says nothing. */
  lastWords(window: CopyRegion): string {
    let error = new Thread(this.thread).readRegisters(0, <u32>REGISTERS);
    if (error != KernelError.NoError) return '';
    for (let index = 0; index < REGISTERS; index++) registers[index] = word(<u32>index);
    let frames = new FrameBytes(this.programFrames(), window);
    let said = lastWords(new SandboxMemory(frames, this.programPages), registers, REGISTER_A0);
    frames.close();
    return said;
  }

  private mapAll(image: BundleImage): bool {
    let slot = this.takeOut(ROOT);
    if (slot == 0) return false;
    let root = new PageTable(slot);
    let layout = this.layout;
    let both: u32 = Rights.Read | Rights.Write;
    let index = FIRST_PAGE;
    let isDone =
      this.map(root, index, layout.ipcBuffer, both, NO_EXECUTE) &&
      this.map(root, index + 1, layout.parameters, both, NO_EXECUTE);
    index += 2;
    for (let at: u32 = 0; at < layout.stackPages && isDone; at++) {
      isDone = this.map(root, index, layout.stackStart + at * PAGE_BYTES, both, NO_EXECUTE);
      index += 1;
    }
    for (let each = 0; each < image.sections.length && isDone; each++) {
      let section = image.sections[each];
      let rights: u32 = (section.flags & SectionFlag.WRITE) != 0 ? both : <u32>Rights.Read;
      let attributes: u32 = (section.flags & SectionFlag.EXECUTE) != 0 ? 0 : NO_EXECUTE;
      for (let at = startOf(section); at < section.end && isDone; at += PAGE_BYTES) {
        isDone = this.map(root, index, at, rights, attributes);
        index += 1;
      }
    }
    this.putBack(ROOT, slot);
    return isDone;
  }

  /** A frame is mapped by the capability that stays: with a copy the mapping would go. */
  private map(root: PageTable, index: u32, address: u32, rights: u32, attributes: u32): bool {
    let slot = this.takeOut(index);
    if (slot == 0) return false;
    let error = new Page(slot).map(root, address, rights, attributes);
    this.putBack(index, slot);
    return error == KernelError.NoError;
  }

  private prepareThread(entry: u32, endpoint: u32): bool {
    let node = this.takeOut(NODE);
    let root = this.takeOut(ROOT);
    let buffer = this.takeOut(FIRST_PAGE);
    let context = this.takeOut(CONTEXT);
    this.thread = copyOut(this.objects, THREAD);
    let isDone: bool = node != 0 && root != 0 && buffer != 0 && context != 0 && this.thread != 0;
    isDone = isDone && this.fillNode(node, endpoint) && this.configure(node, root, buffer);
    isDone = isDone && this.schedule(context, endpoint) && this.writeRegisters(entry);
    this.putBack(CONTEXT, context);
    this.putBack(FIRST_PAGE, buffer);
    this.putBack(ROOT, root);
    this.putBack(NODE, node);
    return isDone;
  }

  private fillNode(slot: u32, endpoint: u32): bool {
    if (this.manifest.endpoints == 0) return true;
    let node = new CNode(slot);
    let all = new CNode(this.objects.cnode);
    let own = CSpace.own();
    let depth = this.objects.depth;
    let given = node.copy(own, ENDPOINT_SLOT, NODE_BITS, endpoint, CSpace.depth, ALL_RIGHTS);
    let parameters = node.copy(all, PARAMETERS_SLOT, NODE_BITS, FIRST_PAGE + 1, depth, ALL_RIGHTS);
    return given == KernelError.NoError && parameters == KernelError.NoError;
  }

  private configure(node: u32, root: u32, buffer: u32): bool {
    let guard = (CSpace.depth - NODE_BITS) << 3;
    let error = new Thread(this.thread).configure(
      new CNode(node),
      new PageTable(root),
      new Page(buffer),
      guard,
      0,
      this.layout.ipcBuffer,
    );
    return error == KernelError.NoError;
  }

  /** Faults go to the endpoint of the SDK, whether the application has it or not. */
  private schedule(context: u32, endpoint: u32): bool {
    let manifest = this.manifest;
    let thread = new Thread(this.thread);
    let fault = new CNode(endpoint);
    let priority = <u32>manifest.priority;
    let own = new Thread(CSpace.ownThread());
    let control = new TimeControl(CSpace.timeControl());
    let time = new CNode(context);
    let error = control.configureFlags(time, manifest.budget, 0, manifest.period, 0, 0, 0, 0);
    if (error == KernelError.RangeError) this.refusal = timeText(manifest, word(0), word(1));
    if (error != KernelError.NoError) return false;
    CSpace.name(this.thread, manifest.name);
    return thread.setSchedParams(own, time, fault, priority, priority) == KernelError.NoError;
  }

  private writeRegisters(entry: u32): bool {
    let layout = this.layout;
    registers.fill(0);
    registers[0] = entry;
    registers[REGISTER_SP] = layout.stackEnd;
    registers[REGISTER_A0] = layout.ipcBuffer;
    if (this.manifest.endpoints > 0) {
      registers[REGISTER_A0 + 1] = ENDPOINT_SLOT;
      registers[REGISTER_A0 + 2] = PARAMETERS_SLOT;
    }
    registers[REGISTER_A0 + 3] = layout.parameters;
    let error = new Thread(this.thread).writeRegisters(0, <u32>REGISTERS, registers);
    return error == KernelError.NoError;
  }

  private takeOut(index: u32): u32 {
    return CSpace.takeFrom(this.node, index, this.objects.depth);
  }

  private putBack(index: u32, slot: u32): void {
    if (slot != 0) CSpace.giveTo(this.node, index, this.objects.depth, slot);
  }
}

function timeText(manifest: Manifest, least: u32, most: u32): string {
  return (
    'the kernel gives no budget of ' +
    manifest.budget.toString() +
    ' in a period of ' +
    manifest.period.toString() +
    ' microseconds, but ' +
    least.toString() +
    ' to ' +
    most.toString()
  );
}

function startOf(section: Section): u32 {
  return section.address & ~(PAGE_BYTES - 1);
}

function errorOf(error: MemoryError): ProcessError {
  switch (error) {
    case MemoryError.CapAllocFailed:
      return ProcessError.OutOfSlots;
    case MemoryError.AllocFailed:
      return ProcessError.OutOfMemory;
    case MemoryError.QuotaExceeded:
      return ProcessError.QuotaExceeded;
    default:
      return ProcessError.StartFailed;
  }
}
