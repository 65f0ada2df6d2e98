/**
 * The services that applications need, in one assembly, with a client whose program a test gives. Applications are in
 * assembly, and a small component stands for SDKRuntime: it tells what applications call, and reports how they end.
 */
import assert from 'node:assert/strict';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { writeCpio } from '../../runtime/toolchain/bundle/cpio.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf } from './component-system.js';
import { systemTexts } from './system-texts.js';
import { keptBuilds } from './kept-builds.js';

/** A bundle from the assembly text of `main`. */
export function applicationOf(name: string, main: string, manifest = ''): Uint8Array {
  const built = buildTexts(
    {
      'cantrip.json': JSON.stringify({ program: `${name}.S`, app: { manifest: 'manifest' } }),
      manifest: `name = ${name}\n${manifest}`,
      [`${name}.S`]: `.globl main\nmain:\n${main}`,
    },
    'cantrip.json',
  );
  assert.deepEqual(
    problemsOf(built),
    [],
    built.diagnostics.map(({ message }) => message).join('\n'),
  );
  assert.ok(built.bundle !== undefined);
  return built.bundle;
}

/** Prints a character on the console of the kernel. */
export const put = (character: string): string => `li a0, '${character}'\nli a7, -12\necall\n`;

const sdk = `
  import { memory, sdk_manager } from 'camkes';
  import { MessageInfo, ObjectType, Received, word } from 'sel4';
  import { receiveInTurn } from 'sel4/turns';
  import { CSpace } from 'sel4/cspace';
  import { ObjDesc } from './interfaces/memory';
  import { allocateHere } from './interfaces/memory-client';
  import { AppEvent, AppEventKind, EndpointResponse, SdkManagerRequest, SdkManagerVerb, encodeNoEvent } from './interfaces/sdk-management';
  let badges: u32 = 0;
  let names: string[] = [''];
  let events: AppEvent[] = [];
  let manager: u32 = 0;
  let given: u32 = 0;
  let objs: ObjDesc[] = [];
  export function pre_init(): void {}
  function endpoint(): u32 {
    if (objs.length == 0) {
      objs = [new ObjDesc(ObjectType.Endpoint, 1, 0), new ObjDesc(ObjectType.Reply, 1, 0)];
      allocateHere(objs);
    }
    return objs[0].cptr;
  }
  export function run(): void { endpoint(); }
  export function loop(): void {
    let received = receiveInTurn(objs[0].cptr, objs[1].cptr);
    let badge = Received.badge(received);
    let label = MessageInfo.label(Received.info(received));
    if (label < 64) events.push(new AppEvent(names[badge], badge, AppEventKind.Faulted, label, word(0), word(label == 3 ? 2 : 1)));
    else events.push(new AppEvent(names[badge], badge, AppEventKind.Exited, 7));
    sdk_manager.emit(manager);
  }
  export function sdk_manager_request(badge: u32, label: u32): u32 {
    if (given != 0) CSpace.remove(given);
    given = 0;
    let request = SdkManagerRequest.decode(sdk_manager.request())!;
    if (request.verb == SdkManagerVerb.GetEndpoint) {
      manager = badge;
      names.push(request.appId);
      given = CSpace.mint(endpoint(), 15, ++badges);
      sdk_manager.sendCapability(given);
      sdk_manager.reply(new EndpointResponse(badges).encode());
    } else if (request.verb == SdkManagerVerb.NextEvent) {
      sdk_manager.reply(events.length > 0 ? events.shift().encode() : encodeNoEvent());
    }
    return 0;
  }`;

/** What a client of the services may import. */
export const clientImports = `
  import { PAGE, pkg_mgmt, proc_ctrl } from 'camkes';
  import { log, yieldTime, ObjectType, KernelError } from 'sel4';
  import { CSpace } from 'sel4/cspace';
  import { Reader, Writer } from 'sel4/postcard';
  import { FrameBytes } from './interfaces/frame-bytes';
  import { ObjDesc, ObjDescBundle } from './interfaces/memory';
  import { allocate, allocateHere, giveBack, giveBackHere, memoryStats } from './interfaces/memory-client';
  import { BundleState, BundleStatus, ProcessControlKind, ProcessControlRequest, ProcessError, readNames } from './interfaces/process-control';
  import { PackageManagementRequest } from './interfaces/package-management';
  import { bundlesBehind } from './interfaces/process-client';
  import { packageNames } from './interfaces/security-client';
  function used(): string { let s = memoryStats()!; return s.allocatedBytes.toString() + '/' + s.allocatedObjs.toString(); }
  let room = new Uint8Array(400);
  function call(kind: ProcessControlKind, name: string): ProcessError {
    let to = Writer.over(room);
    new ProcessControlRequest(kind, name).write(to);
    return <ProcessError>proc_ctrl.call(0, room.slice(0, to.length));
  }
  function ask(kind: ProcessControlKind, name: string = ''): string { return (<i32>call(kind, name)).toString(); }
  function state(name: string): string {
    if (call(ProcessControlKind.GetBundleState, name) != ProcessError.Success) return 'none';
    return BundleState.read(Reader.over(proc_ctrl.reply()))!.toString();
  }
  function status(name: string): BundleStatus {
    call(ProcessControlKind.GetBundleStatus, name);
    return BundleStatus.read(Reader.over(proc_ctrl.reply()))!;
  }
  function running(): string { call(ProcessControlKind.GetRunningBundles, ''); return readNames(Reader.over(proc_ctrl.reply()))!.join(' '); }
  /** Lets others run until a bundle is no longer running. */
  function settle(name: string): string {
    for (let turns = 0; turns < 10000; turns++) { let now = state(name); if (now != 'Running') return now; yieldTime(); }
    return 'Running';
  }
  function send(request: PackageManagementRequest, frames: ObjDescBundle | null): string {
    let bytes = new Uint8Array(256);
    let to = Writer.over(bytes);
    request.write(to);
    if (frames) pkg_mgmt.sendCapability(frames.cnode);
    return (<i32>pkg_mgmt.call(0, bytes.subarray(0, to.length))).toString();
  }
  let page = new Uint8Array(4096);
  function upload(bytes: u8[]): ObjDescBundle {
    let count = <u32>(bytes.length + 4095) / 4096;
    let node = [new ObjDesc(ObjectType.CNode, 4, 0)];
    allocateHere(node);
    let frames = new ObjDescBundle(node[0].cptr, 4, [new ObjDesc(ObjectType.Page, count, 0)]);
    allocate(frames);
    let into = new FrameBytes(frames, PAGE.region);
    for (let at: u32 = 0; at < count; at++) {
      page.fill(0);
      for (let each: u32 = 0; each < 4096 && at * 4096 + each < <u32>bytes.length; each++) page[each] = bytes[at * 4096 + each];
      into.writePage(at, page);
    }
    into.close();
    return frames;
  }
  function drop(frames: ObjDescBundle): void {
    giveBack(frames);
    giveBackHere([new ObjDesc(ObjectType.CNode, 4, frames.cnode)]);
  }
`;

export interface CantriposOptions {
  readonly builtins: Readonly<Record<string, Uint8Array>>;
  readonly client: string;
  readonly settings?: string;
  readonly instructions?: number;
}

/** What is printed behind the memory manager's first line. */
export function bootCantripos(options: CantriposOptions): string {
  const { builtins, client, settings = '', instructions = 100_000_000 } = options;
  const archive = writeCpio(
    Object.entries(builtins).map(([name, bytes]) => ({ name: `${name}.app`, bytes })),
  );
  const built = buildTexts(
    {
      ...systemTexts(
        'interfaces',
        'components/MemoryManager',
        'components/SecurityCoordinator',
        'components/ProcessManager',
        'components/DebugConsole',
      ),
      'cantrip.json': JSON.stringify({
        program: 'system.camkes',
        board: 'nexus',
        dialect: 'sparrow',
        importPaths: ['interfaces', 'components'],
      }),
      'builtins.cpio': archive,
      'Client.camkes': `import <MemoryInterface.camkes>; import <SecurityCoordinatorInterface.camkes>;
        import <ProcessControlInterface.camkes>; import <PackageManagementInterface.camkes>;
        component Client { control; uses MemoryInterface memory; uses SecurityCoordinatorInterface security;
          uses ProcessControlInterface proc_ctrl; uses PackageManagementInterface pkg_mgmt;
          attribute int cantripos = true; attribute int cnode_headroom = 100; has copyregion PAGE; has copyregion UPLOAD; }`,
      'Client.ts': clientImports + client,
      'Sdk.camkes': `import <MemoryInterface.camkes>; import <SDKManagerInterface.camkes>;
        component Sdk { control; uses MemoryInterface memory; provides SDKManagerInterface sdk_manager;
          attribute int cantripos = true; attribute int cnode_headroom = 20; }`,
      'Sdk.ts': sdk,
      'Console.camkes': `import <LoggerInterface.camkes>;
        import <MailboxInterface.camkes>;
        component Console { provides LoggerInterface logger; provides MailboxInterface api; attribute int cantripos = true; }`,
      'Console.ts': `
        import { logger } from 'camkes';
        import { log } from 'sel4';
        import { LogRequest } from './interfaces/logger';
        export function logger_request(badge: u32, label: u32): u32 {
          let request = LogRequest.decode(logger.request());
          if (request) log(request.text);
          return 0;
        }
        export function api_request(badge: u32, label: u32): u32 { return 4; }`,
      'system.camkes': `import <std_connector.camkes>;
        import <MemoryManager/MemoryManager.camkes>; import <SecurityCoordinator/SecurityCoordinator.camkes>;
        import <ProcessManager/ProcessManager.camkes>;
        import "Client.camkes"; import "Console.camkes"; import "Sdk.camkes";
        component Cpio { hardware; dataport Buf(0x20000) cpio; }
        component Spi { hardware; dataport Buf registers; emits Interrupt event; }
        assembly {
          composition {
            component MemoryManager memory_manager; component SecurityCoordinator security_coordinator;
            component ProcessManager process_manager; component Sdk sdk;
            component Client client; component Console console; component Cpio cpio; component Spi spi;
            connection cantripRPCOverMultiSharedData m(from client.memory, from security_coordinator.memory, from process_manager.memory, from sdk.memory, to memory_manager.memory);
            connection cantripRPCOverMultiSharedData s(from client.security, from process_manager.security, to security_coordinator.security);
            connection cantripRPCOverMultiSharedData l(from memory_manager.logger, from security_coordinator.logger, from process_manager.logger, to console.logger);
            connection cantripRPCCall b(from security_coordinator.api, to console.api);
            connection cantripRPCCall p(from client.proc_ctrl, to process_manager.proc_ctrl);
            connection cantripRPCOverMultiSharedData k(from client.pkg_mgmt, to process_manager.pkg_mgmt);
            connection cantripRPCCallSignal d(from process_manager.sdk_manager, to sdk.sdk_manager);
            connection cantripMMIO c(from security_coordinator.cpio_archive, to cpio.cpio);
            connection cantripMMIO f(from security_coordinator.spi_mmio, to spi.registers);
            connection cantripIRQ fe(from spi.event, to security_coordinator.spi_event);
          }
          configuration {
            cpio.cpio_file = "builtins.cpio"; cpio.cpio_size = 0x20000;
            spi.registers_paddr = 0x54040000; spi.registers_size = 4096; spi.event_irq_number = 37;
            security_coordinator.spi_idle_value = 0;
            memory_manager.heap_size = 131072; security_coordinator.heap_size = 131072; process_manager.heap_size = 131072;
            console.heap_size = 65536; sdk.heap_size = 65536;
            memory_manager.memory_stack_size = 16384; security_coordinator.security_stack_size = 16384;
            process_manager.proc_ctrl_stack_size = 16384; process_manager.pkg_mgmt_stack_size = 16384;
            client._stack_size = 16384; client._priority = 50; ${settings.includes('client.heap_size') ? '' : 'client.heap_size = 262144;'} ${settings}
          }
        }`,
    },
    'system.camkes',
    { guestCompiler, boards: [nexusBoard()], cache: keptBuilds },
  );
  assert.deepEqual(
    problemsOf(built),
    [],
    built.diagnostics.map(({ message }) => message).join('\n'),
  );
  return bootBuilt(built, instructions).console.replace(/^.*\n/, '');
}
