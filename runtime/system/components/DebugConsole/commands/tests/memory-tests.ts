// test_malloc, test_mfree and test_obj_alloc: objects of MemoryManager, in slots of the console itself.
import { ObjectType } from 'sel4';
import { CSpace } from 'sel4/cspace';
import { isFrame } from 'sel4/debug';
import { memoryErrorName } from '../../../../interfaces/error-names';
import { MemoryError, ObjDesc, ObjDescBundle } from '../../../../interfaces/memory';
import {
  allocate,
  allocateHere,
  giveBack,
  giveBackHere,
  memoryStats,
} from '../../../../interfaces/memory-client';
import { Activity, Command, CommandError, Session } from '../../command';
import { wholeNumberOf } from '../../decimal';
import { memoryCommand } from '../memory-commands';
import { bundleText } from './bundle-text';

const PAGE_BYTES: i64 = 4096;
const CONTEXT_BITS: u32 = 8;
/** 128 slots. */
const NODE_BITS: u32 = 7;

export function memoryTests(): Command[] {
  return [
    new Command('test_malloc', '<bytes>', 'allocates frames for so many bytes', 1, 1, malloc),
    new Command('test_mfree', '<slot> <count>', 'gives frames back', 2, 2, mfree),
    new Command('test_obj_alloc', '', 'allocates an object of each type', 0, 0, allTypes),
  ];
}

function malloc(words: string[], session: Session): CommandError {
  let bytes = wholeNumberOf(words[1], 0xffff_ffff);
  if (bytes < 0) return CommandError.BadArguments;
  let frames = [new ObjDesc(ObjectType.Page, <u32>((bytes + PAGE_BYTES - 1) / PAGE_BYTES), 0)];
  let error = bytes == 0 ? MemoryError.ObjCountInvalid : allocateHere(frames);
  session.output.line(
    error == MemoryError.Success
      ? 'Allocated ' + bundleText(here(frames))
      : 'malloc failed: ' + memoryErrorName(error),
  );
  return CommandError.None;
}

/** Only what is a frame: the console needs what else it has. */
function mfree(words: string[], session: Session): CommandError {
  let slot = wholeNumberOf(words[1], 0xffff_ffff);
  let count = wholeNumberOf(words[2], 0xffff_ffff);
  if (slot < 0 || count < 0) return CommandError.BadArguments;
  let frames = [new ObjDesc(ObjectType.Page, <u32>count, <u32>slot)];
  let areFrames: bool = count > 0 && slot + count <= <i64>CSpace.end();
  for (let at = slot; areFrames && at < slot + count; at++) areFrames = isFrame(<u32>at);
  let error = areFrames ? giveBackHere(frames) : MemoryError.ObjCapInvalid;
  session.output.line(
    error == MemoryError.Success
      ? "Free'd " + bundleText(here(frames))
      : 'mfree failed: ' + memoryErrorName(error),
  );
  return CommandError.None;
}

function here(objs: ObjDesc[]): ObjDescBundle {
  return new ObjDescBundle(CSpace.root(), <u8>CSpace.depth, objs);
}

// ---- all types

/** One step a turn: what a step takes of the arena is reclaimed before the next. */
class AllTypes extends Activity {
  private step: i32 = 0;
  private isRight: bool = true;
  private freeBefore: u32 = 0;

  timeOut(session: Session): void {
    let step = this.step++;
    if (step == 0) this.freeBefore = tellStats(session);
    else if (step <= TYPES.length) this.tryType(TYPES[step - 1], session);
    else if (step == TYPES.length + 1) this.note(tellStats(session) == this.freeBefore);
    else if (step == TYPES.length + 2) this.note(tryBatch('Batch', batch(2, 10), session));
    else {
      this.note(tryBatch('cantrip_object_alloc_in_cnode', batch(1, 2), session));
      session.output.line(this.isRight ? 'All tests passed!' : 'Not all is as it was.');
      this.isOver = true;
    }
  }

  private tryType(type: ObjectType, session: Session): void {
    this.note(tryOne(nameOf(type), new ObjDesc(type, countOf(type), 0), session));
  }

  private note(isRight: bool): void {
    if (!isRight) this.isRight = false;
  }
}

const TYPES: ObjectType[] = [
  ObjectType.Untyped,
  ObjectType.TCB,
  ObjectType.Endpoint,
  ObjectType.Notification,
  ObjectType.CNode,
  ObjectType.Page,
  ObjectType.PageTable,
  ObjectType.SchedContext,
  ObjectType.Reply,
];

/** Of one that has a size, its bits. */
function countOf(type: ObjectType): u32 {
  if (type == ObjectType.Untyped) return 12;
  if (type == ObjectType.CNode) return 5;
  return type == ObjectType.SchedContext ? CONTEXT_BITS : 1;
}

function nameOf(type: ObjectType): string {
  switch (type) {
    case ObjectType.Untyped:
      return 'untyped';
    case ObjectType.TCB:
      return 'tcb';
    case ObjectType.Endpoint:
      return 'endpoint';
    case ObjectType.Notification:
      return 'notification';
    case ObjectType.CNode:
      return 'cnode';
    case ObjectType.Page:
      return 'frame';
    case ObjectType.PageTable:
      return 'page table';
    case ObjectType.SchedContext:
      return 'sched context';
    default:
      return 'reply';
  }
}

function allTypes(_words: string[], session: Session): CommandError {
  session.activity = new AllTypes();
  return CommandError.None;
}

/** Gives how many bytes are free. */
function tellStats(session: Session): u32 {
  let told = memoryCommand(['mstats'])!.trimEnd().split('\n');
  for (let index = 0; index < told.length; index++) session.output.line(told[index]);
  let stats = memoryStats();
  return stats ? stats.freeBytes : 0;
}

function tryOne(name: string, obj: ObjDesc, session: Session): bool {
  let objs = [obj];
  let error = allocateHere(objs);
  if (error != MemoryError.Success) return failed('alloc ' + name, error, session);
  error = giveBackHere(objs);
  return error == MemoryError.Success || failed('free ' + name, error, session);
}

/** As for a process: a thread, endpoints, replies, time and pages. */
function batch(endpoints: u32, pages: u32): ObjDesc[] {
  let behind = 1 + 2 * endpoints;
  return [
    new ObjDesc(ObjectType.TCB, 1, 0),
    new ObjDesc(ObjectType.Endpoint, endpoints, 1),
    new ObjDesc(ObjectType.Reply, endpoints, 1 + endpoints),
    new ObjDesc(ObjectType.SchedContext, CONTEXT_BITS, behind),
    new ObjDesc(ObjectType.Page, pages, behind + 1),
  ];
}

/** In a CNode of their own. */
function tryBatch(name: string, objs: ObjDesc[], session: Session): bool {
  let node = [new ObjDesc(ObjectType.CNode, NODE_BITS, 0)];
  let error = allocateHere(node);
  if (error != MemoryError.Success) return failed('alloc cnode', error, session);
  let bundle = new ObjDescBundle(node[0].cptr, <u8>NODE_BITS, objs);
  error = allocate(bundle);
  let isRight: bool = error == MemoryError.Success || failed(name + ' alloc', error, session);
  if (isRight) {
    session.output.line(name + (name == 'Batch' ? ' alloc ok: ' : ' ok: ') + bundleText(bundle));
    error = giveBack(bundle);
    isRight = error == MemoryError.Success || failed(name + ' free', error, session);
  }
  error = giveBackHere(node);
  return (error == MemoryError.Success || failed('free cnode', error, session)) && isRight;
}

function failed(what: string, error: MemoryError, session: Session): bool {
  session.output.line(what + ' failed: ' + memoryErrorName(error));
  return false;
}
