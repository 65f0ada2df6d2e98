// All memory that the system does not need itself is here, and goes to those who ask. A request brings the CNode that
// its objects go to; what the requests are is in interfaces/memory.ts.
import { client_quota, logger, memory } from 'camkes';
import { CSpace } from 'sel4/cspace';
import { Reader, Writer } from 'sel4/postcard';
import { dumpSlots } from 'sel4/debug';
import { LogLevel, LogRequest } from '../../interfaces/logger';
import { MemoryError, MemoryRequest, MemoryRequestKind } from '../../interfaces/memory';
import { encodeUsage } from '../../interfaces/own-usage';
import { listSlots } from '../../interfaces/slot-list';
import { KernelObjects } from './kernel-objects';
import { MemoryManager } from './global-memory';
import { Slabs } from './slabs';

const STATS_BYTES: i32 = 64;

let objects: KernelObjects = new KernelObjects();
let manager: MemoryManager = start();

function start(): MemoryManager {
  let slabs = new Slabs(objects);
  let overhead = objects.addAll(slabs);
  return new MemoryManager(slabs, objects, overhead, <u32>client_quota);
}

export function run(): void {
  let stats = manager.stats();
  say(
    'Global memory: ' +
      stats.allocatedBytes.toString() +
      ' allocated ' +
      stats.freeBytes.toString() +
      ' free, reserved: ' +
      stats.overheadBytes.toString(),
  );
}

/** On the thread that receives, whose message tells where capabilities go. */
export function memory__init(): void {
  memory.acceptCapabilities();
}

export function memory_request(badge: u32, _label: u32): u32 {
  let node = memory.takeCapability();
  objects.open(node);
  let error = answer(badge);
  if (node != 0) CSpace.remove(node);
  return error;
}

function answer(badge: u32): MemoryError {
  let request = MemoryRequest.read(Reader.over(memory.request()));
  if (!request) return MemoryError.DeserializeFailed;
  let bundle = request.bundle;
  if (bundle) {
    if (!objects.hasNode) return MemoryError.ObjCapInvalid;
    return request.kind == MemoryRequestKind.Alloc
      ? manager.alloc(badge, bundle)
      : manager.free(bundle);
  }
  switch (request.kind) {
    case MemoryRequestKind.Stats: {
      let bytes = new Uint8Array(STATS_BYTES);
      manager.stats().write(Writer.over(bytes));
      memory.reply(bytes);
      break;
    }
    case MemoryRequestKind.ClientStats: {
      let bytes = new Uint8Array(STATS_BYTES);
      manager.clientStats(badge).write(Writer.over(bytes));
      memory.reply(bytes);
      break;
    }
    case MemoryRequestKind.Debug: {
      let lines = manager.debugLines();
      for (let index = 0; index < lines.length; index++) say(lines[index]);
      break;
    }
    case MemoryRequestKind.ComponentUsage:
      memory.reply(encodeUsage());
      break;
    case MemoryRequestKind.CapscanPart:
      memory.reply(listSlots(request.slot));
      break;
    default:
      dumpSlots();
  }
  return MemoryError.Success;
}

function say(text: string): void {
  logger.call(0, new LogRequest(LogLevel.Info, text).encode());
}
