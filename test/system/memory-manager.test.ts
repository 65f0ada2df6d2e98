/** MemoryManager with clients that ask and give back, booted: what the kernel has is what it says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf } from '../support/component-system.js';
import { systemTexts } from '../support/system-texts.js';
import { keptBuilds } from '../support/kept-builds.js';

/** The console prints what is logged; `program` is the client's. */
function printed(program: string, settings = ''): string {
  const built = buildTexts(
    {
      ...systemTexts('interfaces', 'components/MemoryManager'),
      'cantrip.json': JSON.stringify({
        program: 'system.camkes',
        board: 'nexus',
        dialect: 'sparrow',
        importPaths: ['interfaces', 'components'],
      }),
      'Client.camkes': `import <MemoryInterface.camkes>;
        component Client { control; uses MemoryInterface memory; attribute int cantripos = true; attribute int cnode_headroom = 600; }`,
      'Client.ts': program,
      'Console.camkes': `import <LoggerInterface.camkes>;
        component Console { provides LoggerInterface logger; attribute int cantripos = true; }`,
      'Console.ts': `
        import { logger } from 'camkes';
        import { log } from 'sel4';
        import { LogRequest } from './interfaces/logger';
        export function logger_request(badge: u32, label: u32): u32 {
          let request = LogRequest.decode(logger.request());
          if (request) log(request.text);
          return 0;
        }`,
      'system.camkes': `import <std_connector.camkes>;
        import <MemoryManager/MemoryManager.camkes>; import "Client.camkes"; import "Console.camkes";
        assembly {
          composition {
            component MemoryManager memory_manager; component Client client; component Console console;
            connection cantripRPCOverMultiSharedData m(from client.memory, to memory_manager.memory);
            connection cantripRPCOverMultiSharedData l(from memory_manager.logger, to console.logger);
          }
          configuration {
            memory_manager.heap_size = 262144; client.heap_size = 262144; console.heap_size = 65536;
            memory_manager.memory_stack_size = 16384; client._stack_size = 16384;
            client._priority = 100; ${settings}
          }
        }`,
    },
    'system.camkes',
    { guestCompiler, cache: keptBuilds },
  );
  assert.deepEqual(
    problemsOf(built),
    [],
    built.diagnostics.map(({ message }) => message).join('\n'),
  );
  return bootBuilt(built, 400_000_000).console;
}

const imports = `
  import { log, ObjectType } from 'sel4';
  import { CSpace } from 'sel4/cspace';
  import { MemoryError, MemoryRequestKind, ObjDesc, ObjDescBundle } from './interfaces/memory';
  import { allocate, allocateHere, ask, clientStats, giveBack, giveBackHere, memoryStats } from './interfaces/memory-client';
  function stats(): string {
    let s = memoryStats()!;
    return s.allocatedBytes.toString() + ' ' + s.allocatedObjs.toString() + ' ' + s.freeBytes.toString();
  }
`;

describe('the memory manager', () => {
  it('makes objects in the slots that a client names, and counts them', () => {
    const console = printed(`${imports}
      export function run(): void {
        let before = memoryStats()!;
        let objs = [new ObjDesc(ObjectType.TCB, 1, 0), new ObjDesc(ObjectType.Page, 3, 0)];
        log('alloc ' + (<i32>allocateHere(objs)).toString());
        let between = memoryStats()!;
        log((between.allocatedBytes - before.allocatedBytes).toString() + ' ' + between.allocatedObjs.toString() + ' ' + (before.freeBytes - between.freeBytes).toString());
        log('free ' + (<i32>giveBackHere(objs)).toString());
        let after = memoryStats()!;
        log((after.freeBytes == before.freeBytes).toString() + ' ' + after.allocatedBytes.toString());
        ask(MemoryRequestKind.Debug);
      }`);
    const lines = console.trim().split('\n');
    assert.match(lines[0] ?? '', /^Global memory: 0 allocated \d+ free, reserved: \d+$/);
    assert.deepEqual(lines.slice(1, 5), ['alloc 0', '12800 4 12800', 'free 0', 'true 0']);
    assert.match(lines[5] ?? '', /^[ *]\[ *\d+, bits [ \d]\d\] watermark +\d+ available \d+$/);
  });

  it('is as it was after hundreds of random requests, and everything can be had in one piece again', () => {
    const console = printed(`${imports}
      let seed: u32 = 12345;
      function random(below: u32): u32 { seed = seed * 1664525 + 1013904223; return (seed >> 8) % below; }
      const types: u32[] = [ObjectType.TCB, ObjectType.Endpoint, ObjectType.Notification, ObjectType.Reply, ObjectType.Page, ObjectType.PageTable];
      function some(): ObjDesc[] {
        let objs: ObjDesc[] = [];
        for (let left = 1 + random(3); left > 0; left--) {
          let kind = random(9);
          if (kind == 6) objs.push(new ObjDesc(ObjectType.CNode, 1 + random(7), 0));
          else if (kind == 7) objs.push(new ObjDesc(ObjectType.SchedContext, 7 + random(2), 0));
          else if (kind == 8) objs.push(new ObjDesc(ObjectType.Untyped, 4 + random(12), 0));
          else objs.push(new ObjDesc(types[kind], 1 + random(9), 0));
        }
        return objs;
      }
      export function run(): void {
        let before = stats();
        let held: ObjDesc[][] = [];
        let failed = 0;
        let freeSlots = CSpace.freeSlots();
        for (let step = 0; step < 400; step++) {
          if (held.length > 0 && random(2) == 0) {
            let index = <i32>random(<u32>held.length);
            if (giveBackHere(held[index]) != MemoryError.Success) failed += 1;
            held.splice(index, 1);
          } else {
            let objs = some();
            if (allocateHere(objs) == MemoryError.Success) held.push(objs);
            else failed += 1;
          }
        }
        log('failed ' + failed.toString() + ', held ' + (held.length > 0).toString());
        let between = memoryStats()!;
        let wanted: u64 = 0;
        let objects: u32 = 0;
        for (let index = 0; index < held.length; index++)
          for (let each = 0; each < held[index].length; each++) {
            wanted += held[index][each].sizeBytes;
            objects += held[index][each].retypeCount;
          }
        log('exact ' + (between.allocatedBytes == <u32>wanted && between.allocatedObjs == objects).toString());
        while (held.length > 0) giveBackHere(held.pop());
        log((stats() == before).toString() + ' ' + (CSpace.freeSlots() == freeSlots).toString());
        let large = [new ObjDesc(ObjectType.Untyped, 20, 0)];
        log((<i32>allocateHere(large)).toString());
      }`);
    assert.deepEqual(console.trim().split('\n').slice(1), [
      'failed 0, held true',
      'exact true',
      'true true',
      '0',
    ]);
  });

  it('does all of a request or nothing of it', () => {
    const console = printed(`${imports}
      function attempt(objs: ObjDesc[]): string { return (<i32>allocateHere(objs)).toString(); }
      export function run(): void {
        let before = stats();
        log('too much ' + attempt([new ObjDesc(ObjectType.Page, 300, 0), new ObjDesc(ObjectType.Untyped, 24, 0)]));
        log('type ' + attempt([new ObjDesc(ObjectType.Page, 2, 0), new ObjDesc(12, 1, 0)]));
        log('count ' + attempt([new ObjDesc(ObjectType.CNode, 40, 0)]));
        let slot = CSpace.allocate();
        let objs = [new ObjDesc(ObjectType.Endpoint, 1, slot)];
        let bundle = new ObjDescBundle(CSpace.root(), 32, objs);
        log('first ' + (<i32>allocate(bundle)).toString());
        let two = [new ObjDesc(ObjectType.Page, 2, CSpace.allocateRun(2)), new ObjDesc(ObjectType.Endpoint, 1, slot)];
        log('slot in use ' + (<i32>allocate(new ObjDescBundle(CSpace.root(), 32, two))).toString());
        two[1].cptr = 1 << 20;
        log('no such slot ' + (<i32>allocate(new ObjDescBundle(CSpace.root(), 32, two))).toString());
        log('no CNode ' + (<i32>allocate(new ObjDescBundle(0, 32, two))).toString());
        log('another object ' + (<i32>allocate(new ObjDescBundle(slot, 32, two))).toString());
        log('free ' + (<i32>giveBack(bundle)).toString() + ' ' + (stats() == before).toString());
        log('again ' + (<i32>giveBack(bundle)).toString() + ' ' + (stats() == before).toString());
        let told = memoryStats()!;
        log('out of memory ' + told.outOfMemory.toString() + ' ' + told.untypedSlabTooSmall.toString());
      }`);
    assert.deepEqual(console.trim().split('\n').slice(1), [
      'too much 8',
      'type 4',
      'count 3',
      'first 0',
      'slot in use 5',
      'no such slot 5',
      'no CNode 5',
      'another object 5',
      'free 0 true',
      'again 0 true',
      'out of memory 1 0',
    ]);
  });

  it('finds what a client has lost, and leaves to a client what it has copied', () => {
    const console = printed(`${imports}
      export function run(): void {
        let before = stats();
        let objs = [new ObjDesc(ObjectType.Endpoint, 2, 0)];
        allocateHere(objs);
        let copy = CSpace.copy(objs[0].cptr, 15);
        giveBackHere(objs);
        let s = memoryStats()!;
        log(s.allocatedObjs.toString());
        CSpace.remove(copy);
        log((stats() == before).toString());
        let node = [new ObjDesc(ObjectType.CNode, 5, 0)];
        allocateHere(node);
        let inside = new ObjDescBundle(node[0].cptr, 5, [new ObjDesc(ObjectType.Page, 9, 3)]);
        log((<i32>allocate(inside)).toString() + ' ' + memoryStats()!.allocatedObjs.toString());
        giveBackHere(node);
        log((stats() == before).toString());
      }`);
    assert.deepEqual(console.trim().split('\n').slice(1), ['1', 'true', '0 10', 'true']);
  });

  it('goes on when all memory or all slots are used up, and a client has no more than its quota', () => {
    const hungry = `${imports}
      export function run(): void {
        let before = stats();
        let held: ObjDesc[][] = [];
        let error = MemoryError.Success;
        while (held.length < 1000) {
          let objs = [new ObjDesc(ObjectType.Page, 4, 0)];
          error = allocateHere(objs);
          if (error != MemoryError.Success) break;
          held.push(objs);
        }
        let client = clientStats()!;
        log((<i32>error).toString() + ' ' + (client.bytes == <u32>held.length * 16384).toString() + ' ' + client.quotaBytes.toString());
        while (held.length > 0) giveBackHere(held.pop());
        log((stats() == before).toString());
      }`;
    const lines = (settings: string): string[] =>
      printed(hungry, settings).trim().split('\n').slice(1);
    assert.deepEqual(lines('client.cnode_headroom = 2000; memory_manager.cnode_headroom = 2500;'), [
      '8 true 0',
      'true',
    ]);
    assert.deepEqual(lines('client.cnode_headroom = 100;'), ['6 true 0', 'true']);
    assert.deepEqual(lines('memory_manager.cnode_headroom = 40;'), ['6 true 0', 'true']);
    assert.deepEqual(lines('memory_manager.client_quota = 100000;'), ['10 true 100000', 'true']);
  });
});
