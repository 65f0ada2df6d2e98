/**
 * The services that applications use, and the applications of the system, in one assembly: all but the UART and the shell.
 * A client starts and stops applications, and what is logged goes to the kernel's console.
 */
import assert from 'node:assert/strict';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { loadedPrograms } from '../../runtime/toolchain/loaded-programs.js';
import { buildTexts, problemsOf, type Texts } from './component-system.js';
import { systemTexts } from './system-texts.js';
import { keptBuilds } from './kept-builds.js';

const clientText = `
  import { proc_ctrl, timer } from 'camkes';
  import { log } from 'sel4';
  import { Reader, Writer } from 'sel4/postcard';
  import { memoryStats } from './interfaces/memory-client';
  import { BundleState, BundleStatus, ProcessControlKind, ProcessControlRequest, ProcessError } from './interfaces/process-control';
  import { TimerServiceRequest, TimerServiceVerb } from './interfaces/timer-service';
  import { modelCommand } from './components/DebugConsole/commands/model-commands';
  import { SLOT_TARGETS, SlotList } from './components/DebugConsole/commands/capscan-command';
  import { Session } from './components/DebugConsole/command';
  import { Logger } from './components/DebugConsole/logger';
  import { Output } from './components/DebugConsole/output';
  import { Script } from './components/DebugConsole/script';
  class Lines extends Output {
    text: string = '';
    send(text: string): void { this.text += text; }
  }
  class Shell extends Session { push(script: Script): bool { return false; } }
  let room = new Uint8Array(400);
  function call(kind: ProcessControlKind, name: string): ProcessError {
    let to = Writer.over(room);
    new ProcessControlRequest(kind, name).write(to);
    return <ProcessError>proc_ctrl.call(0, room.slice(0, to.length));
  }
  function start(name: string): void {
    let error = call(ProcessControlKind.Start, name);
    if (error != ProcessError.Success) log(name + ' does not start: ' + (<i32>error).toString());
  }
  function stop(name: string): i32 { return call(ProcessControlKind.Stop, name); }
  function used(): string { let s = memoryStats()!; return s.allocatedBytes.toString() + '/' + s.allocatedObjs.toString(); }
  function state(name: string): string {
    if (call(ProcessControlKind.GetBundleState, name) != ProcessError.Success) return 'none';
    return BundleState.read(Reader.over(proc_ctrl.reply()))!.toString();
  }
  function lastEnd(name: string): string {
    call(ProcessControlKind.GetBundleStatus, name);
    return BundleStatus.read(Reader.over(proc_ctrl.reply()))!.lastEnd;
  }
  /** The first part of it: between two parts the memory of a component comes back, which this one does not wait for. */
  function capscan(words: string[]): string {
    if (words.length == 1) return SLOT_TARGETS;
    let lines = new Lines();
    let shell = new Shell([], lines, new Logger());
    new SlotList(words[1]).timeOut(shell);
    return lines.text;
  }
  function command(text: string): void {
    let words = text.split(' ');
    let told = modelCommand(words);
    if (words[0] == 'capscan') told = capscan(words);
    log(('> ' + text + ' ' + (told ? told : '')).trimEnd());
  }
  function sleep(milliseconds: u32): void {
    timer.call(0, new TimerServiceRequest(TimerServiceVerb.Oneshot, 0, milliseconds).encode());
    timer.wait();
    timer.call(0, new TimerServiceRequest(TimerServiceVerb.CompletedTimers).encode());
  }
`;

const components = [
  'MemoryManager',
  'SecurityCoordinator',
  'ProcessManager',
  'SDKRuntime',
  'TimerService',
  'MlCoordinator',
  'SensorManager',
];
const shell = 'components/DebugConsole';

export interface ApplicationOptions {
  /** Names of folders in `runtime/system/apps`, or paths below what `texts` has. */
  readonly apps: readonly string[];
  /** The statements of the client's \`run\`. */
  readonly client: string;
  readonly texts?: Texts;
  readonly instructions?: number;
  /** Changes the client and the assembly. */
  readonly edit?: (text: string) => string;
  /** Is shown the system before it runs. */
  readonly watch?: (platform: Platform) => void;
  /** Is shown the system at the end. */
  readonly look?: (platform: Platform) => void;
}

/** What is printed behind the memory manager's first line. */
export function runApplications(options: ApplicationOptions): string {
  const { apps, client, texts = {}, instructions = 400_000_000 } = options;
  const edit = options.edit ?? ((text: string): string => text);
  const built = buildTexts(
    {
      ...systemTexts(
        'interfaces',
        'apps',
        shell,
        ...components.map((name) => `components/${name}`),
      ),
      ...texts,
      'cantrip.json': JSON.stringify({
        program: 'system.camkes',
        board: 'nexus',
        dialect: 'sparrow',
        importPaths: ['interfaces', 'components'],
        builtins: apps.map((name) => `apps/${name}`),
      }),
      'Client.camkes':
        edit(`import <MemoryInterface.camkes>; import <ProcessControlInterface.camkes>;
        import <PackageManagementInterface.camkes>; import <TimerServiceInterface.camkes>;
        import <MlCoordinatorInterface.camkes>; import <SDKManagerInterface.camkes>;
        import <SecurityCoordinatorInterface.camkes>;
        component Client { control; uses MemoryInterface memory; uses ProcessControlInterface proc_ctrl; uses Timer timer;
          uses PackageManagementInterface pkg_mgmt; uses MlCoordinatorInterface mlcoord;
          uses SDKManagerInterface sdk_manager; uses SecurityCoordinatorInterface security;
          attribute int cantripos = true; attribute int cnode_headroom = 16; }`),
      'Client.ts': `${edit(clientText)}\nexport function run(): void {\n${client}\nlog('END');\n}`,
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
      'system.camkes': edit(assembly),
    },
    '',
    { guestCompiler, boards: [nexusBoard()], cache: keptBuilds },
  );
  assert.deepEqual(
    problemsOf(built),
    [],
    built.diagnostics
      .slice(0, 3)
      .map(({ file, message }) => `${file}: ${message}`)
      .join('\n'),
  );
  const { image, settings } = built;
  assert.ok(image !== undefined);
  const made = createPlatform(image, { ...settings, programs: loadedPrograms(built) });
  assert.ok(made.ok);
  const platform = made.value;
  platform.machine.surroundings?.set({ temperature: 21_500, acceleration: [500, -250, 1000] });
  options.watch?.(platform);
  let console = '';
  platform.onConsole((byte) => (console += String.fromCharCode(byte)));
  for (let left = instructions; left > 0 && !console.includes('\nEND\n'); left -= 5_000_000)
    platform.run(5_000_000);
  options.look?.(platform);
  return console.replace(/^.*\n/, '');
}

const services = ['memory_manager', 'security_coordinator', 'process_manager', 'sdk_runtime'];
const others = ['timer_service', 'ml_coordinator', 'sensor_manager', 'console', 'client'];

const assembly = `import <std_connector.camkes>;
  ${components.map((name) => `import <${name}/${name}.camkes>;`).join(' ')}
  import "Client.camkes"; import "Console.camkes";
  component Cpio { hardware; dataport Buf(0x20000) cpio; }
  component Device { hardware; dataport Buf registers; emits Interrupt event; }
  component Vector { hardware; dataport Buf CSR; dataport Buf(0x400000) TCM; emits Interrupt host_req; emits Interrupt finish;
    emits Interrupt instruction_fault; emits Interrupt data_fault; }
  component Bus { hardware; dataport Buf(0x1000) registers; }
  component Clock { hardware; dataport Buf csr; emits Interrupt timer_interrupt; }
  assembly {
    composition {
      component MemoryManager memory_manager; component SecurityCoordinator security_coordinator;
      component ProcessManager process_manager; component SDKRuntime sdk_runtime;
      component TimerService timer_service; component MlCoordinator ml_coordinator;
      component SensorManager sensor_manager; component Client client; component Console console;
      component Cpio cpio; component Device spi; component Bus bus; component Clock clock;
      component Vector vctop;
      connection cantripMMIO vc(from ml_coordinator.CSR, to vctop.CSR);
      connection cantripMMIO vt(from ml_coordinator.TCM, to vctop.TCM);
      connection cantripIRQ vi(from vctop.host_req, from vctop.finish, from vctop.instruction_fault, from vctop.data_fault,
        to ml_coordinator.irq);
      connection cantripRPCOverMultiSharedData m(from client.memory, from security_coordinator.memory,
        from process_manager.memory, from sdk_runtime.memory, from ml_coordinator.memory, to memory_manager.memory);
      connection cantripRPCCall b(from security_coordinator.api, to console.api);
      connection cantripRPCOverMultiSharedData s(from client.security, from process_manager.security, from sdk_runtime.security,
        from ml_coordinator.security, to security_coordinator.security);
      connection cantripRPCOverMultiSharedData l(from memory_manager.logger, from security_coordinator.logger,
        from process_manager.logger, from sdk_runtime.logger, from timer_service.logger,
        from ml_coordinator.logger, to console.logger);
      connection cantripRPCOverMultiSharedData k(from client.pkg_mgmt, to process_manager.pkg_mgmt);
      connection cantripRPCCall p(from client.proc_ctrl, to process_manager.proc_ctrl);
      connection cantripRPCCallSignal d(from process_manager.sdk_manager, from client.sdk_manager, to sdk_runtime.sdk_manager);
      connection cantripRPCCallSignal t(from client.timer, from sdk_runtime.timer, from ml_coordinator.timer,
        to timer_service.timer);
      connection cantripRPCCallSignal a(from client.mlcoord, from sdk_runtime.mlcoord, to ml_coordinator.mlcoord);
      connection cantripRPCCall i(from sdk_runtime.i2c, to sensor_manager.i2c);
      connection cantripMMIO c(from security_coordinator.cpio_archive, to cpio.cpio);
      connection cantripMMIO f(from security_coordinator.spi_mmio, to spi.registers);
      connection cantripIRQ fe(from spi.event, to security_coordinator.spi_event);
      connection cantripMMIO r(from sensor_manager.registers, to bus.registers);
      connection cantripMMIO n(from timer_service.csr, to clock.csr);
      connection cantripIRQ q(from clock.timer_interrupt, to timer_service.timer_interrupt);
    }
    configuration {
      cpio.cpio_file = "ext_builtins.cpio"; cpio.cpio_size = 0x20000;
      spi.registers_paddr = 0x54040000; spi.registers_size = 4096; spi.event_irq_number = 37;
      security_coordinator.spi_idle_value = 0;
      bus.registers_paddr = 0x54030000; bus.registers_size = 4096;
      clock.csr_paddr = 0x54011000; clock.csr_size = 4096; clock.timer_interrupt_irq_number = 38;
      vctop.CSR_paddr = 0x5c000000; vctop.CSR_size = 4096; vctop.TCM_paddr = 0x5a000000; vctop.TCM_size = 0x400000;
      vctop.host_req_irq_number = 32; vctop.finish_irq_number = 33; vctop.instruction_fault_irq_number = 34;
      vctop.data_fault_irq_number = 35;
      sensor_manager.devices = "thermometer 0x48 accelerometer 0x53";
      timer_service.allocation_after_init = "allowed"; sensor_manager.allocation_after_init = "allowed";
      security_coordinator.allocation_after_init = "allowed";
      ${services.map((name) => `${name}.heap_size = 131072;`).join(' ')}
      ${others.map((name) => `${name}.heap_size = 65536;`).join(' ')}
      memory_manager.memory_stack_size = 16384; security_coordinator.security_stack_size = 16384;
      process_manager.proc_ctrl_stack_size = 16384; process_manager._stack_size = 16384;
      process_manager.sdk_manager_stack_size = 16384;
      sdk_runtime._stack_size = 16384; sdk_runtime.sdk_manager_stack_size = 16384; sdk_runtime.timer_stack_size = 16384;
      client._stack_size = 16384; client._priority = 120; client.timer_has_thread = false;
      client.mlcoord_has_thread = false; client.sdk_manager_has_thread = false;
    }
  }`;
