/** The SDK runtime booted, with clients that ask as applications do: each by an endpoint and a page of its own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf } from '../support/component-system.js';
import { systemTexts } from '../support/system-texts.js';
import { keptBuilds } from '../support/kept-builds.js';

/** What an application does by the SDK, done by a component, which may be several. */
const mebibyte = 1024 * 1024;

const asking = `
  import { PAGE, memory, sdk_manager } from 'camkes';
  import { MessageInfo, ObjectType, call, log, send, setCapability } from './kernel';
  import { CSpace } from 'sel4/cspace';
  import { Reader, Writer } from 'sel4/postcard';
  import { ObjDesc } from './interfaces/memory';
  import { allocateHere } from './interfaces/memory-client';
  import { EndpointResponse, SdkManagerRequest, SdkManagerVerb, AppEvent } from './interfaces/sdk-management';
  import { SdkRequest, SdkVerb } from './interfaces/sdk-runtime';
  export class App {
    endpoint: u32 = 0;
    page: u32 = 0;
    badge: u32 = 0;
    constructor(public id: string) {
      sdk_manager.acceptCapabilities();
      let error = sdk_manager.call(0, new SdkManagerRequest(SdkManagerVerb.GetEndpoint, id).encode());
      if (error != 0) log(id + ' gets no endpoint: ' + error.toString());
      let response = error == 0 ? EndpointResponse.decode(sdk_manager.reply()) : null;
      if (response) this.badge = response.badge;
      this.endpoint = sdk_manager.takeCapability();
      let objs = [new ObjDesc(ObjectType.Page, 1, 0)];
      allocateHere(objs);
      this.page = objs[0].cptr;
      sdk_manager.sendCapability(this.page);
      let given = sdk_manager.call(0, new SdkManagerRequest(SdkManagerVerb.GiveParameters, id).encode());
      if (given != 0 && error == 0) log(id + ' gives no page: ' + given.toString());
    }
    /** Without waiting for an answer. */
    tell(verb: u32, number: u32): void {
      this.write(verb, number, 0, '', '');
      setCapability(0, this.page);
      send(this.endpoint, MessageInfo.make(verb, 0, 1));
    }
    write(verb: u32, number: u32, duration: u32, name: string, text: string): void {
      let request = new SdkRequest(verb);
      request.number = number;
      request.duration = duration;
      request.name = name;
      request.bytes = Uint8Array.wrap(String.UTF8.encode(text));
      let bytes = new Uint8Array(2048);
      request.encode(Writer.over(bytes));
      PAGE.map(this.page);
      PAGE.write(0, bytes);
      PAGE.unmap(this.page);
    }
    ask(verb: u32, number: u32 = 0, duration: u32 = 0, name: string = '', text: string = ''): string {
      this.write(verb, number, duration, name, text);
      setCapability(0, this.page);
      let info = call(this.endpoint, MessageInfo.make(verb, 0, 1));
      let answer = new Uint8Array(8);
      PAGE.map(this.page);
      PAGE.read(2048, answer);
      PAGE.unmap(this.page);
      return MessageInfo.label(info).toString() + ' ' + answer.join(',');
    }
  }
  /** With this capability in place of the page. */
  export function askWith(slot: u32, app: App): string {
    app.write(64, 0, 0, '', '');
    setCapability(0, slot);
    return MessageInfo.label(call(app.endpoint, MessageInfo.make(64, 0, 1))).toString();
  }
  /** 0 where there is no memory for it. */
  export function largePage(): u32 {
    let objs = [new ObjDesc(ObjectType.MegaPage, 1, 0)];
    return allocateHere(objs) == 0 ? objs[0].cptr : 0;
  }
  export function givePage(slot: u32, id: string): u32 {
    sdk_manager.sendCapability(slot);
    return sdk_manager.call(0, new SdkManagerRequest(SdkManagerVerb.GiveParameters, id).encode());
  }
  /** What a capability may be of: a frame that may only be read, an endpoint, a notification, a thread. */
  export function askWithAnything(app: App): string {
    let told = askWith(app.endpoint, app);
    let objs = [
      new ObjDesc(ObjectType.Page, 1, 0), new ObjDesc(ObjectType.Endpoint, 1, 0),
      new ObjDesc(ObjectType.Notification, 1, 0), new ObjDesc(ObjectType.TCB, 1, 0),
    ];
    if (allocateHere(objs) != 0) return 'no memory';
    told += ' ' + askWith(CSpace.copy(objs[0].cptr, 2), app);
    for (let index = 1; index < objs.length; index++) told += ' ' + askWith(objs[index].cptr, app);
    return told;
  }
  export function askWithoutPage(endpoint: u32, label: u32): u32 {
    return MessageInfo.label(call(endpoint, MessageInfo.make(label, 0)));
  }
  export function fault(endpoint: u32): void { send(endpoint, MessageInfo.make(6, 0)); }
  export function manage(verb: u32, id: string, device: string = ''): u32 {
    return sdk_manager.call(0, new SdkManagerRequest(verb, id, device).encode());
  }
  export function nextEvent(): string {
    manage(SdkManagerVerb.NextEvent, '');
    let event = AppEvent.decode(sdk_manager.reply());
    return event ? event.appId + ' ' + (<u32>event.kind).toString() + ' ' + event.code.toString() : 'none';
  }
`;

const client = (name: string): string => `
  import <MemoryInterface.camkes>; import <SDKManagerInterface.camkes>;
  component ${name} {
    control; uses MemoryInterface memory; uses SDKManagerInterface sdk_manager;
    attribute int cantripos = true; attribute int cnode_headroom = 32; has copyregion PAGE;
  }`;

function printed(
  programs: Readonly<Record<string, string>>,
  settings = '',
  memoryBytes = 4 * mebibyte,
): string {
  const names = Object.keys(programs);
  const each = (text: (name: string) => string): string => names.map(text).join(' ');
  const built = buildTexts(
    {
      ...systemTexts(
        'interfaces',
        'components/MemoryManager',
        'components/SDKRuntime',
        'components/TimerService',
      ),
      'cantrip.json': JSON.stringify({
        program: 'system.camkes',
        board: 'nexus',
        dialect: 'sparrow',
        importPaths: ['interfaces', 'components'],
      }),
      'kernel.ts': `
        import { log, MessageInfo, ObjectType, setCapability, Endpoint } from 'sel4';
        export { log, MessageInfo, ObjectType, setCapability };
        export function call(slot: u32, info: u32): u32 { return new Endpoint(slot).call(info); }
        export function send(slot: u32, info: u32): void { new Endpoint(slot).send(info); }`,
      'asking.ts': asking,
      ...Object.fromEntries(
        Object.entries(programs).flatMap(([name, text]) => [
          [`${name}.camkes`, client(name)],
          [
            `${name}.ts`,
            `import { log } from 'sel4';\nimport { App, manage, nextEvent, askWith, askWithAnything, askWithoutPage, fault, givePage, largePage } from './asking';\n${text}`,
          ],
        ]),
      ),
      'Others.camkes': `import <LoggerInterface.camkes>; import <SecurityCoordinatorInterface.camkes>;
        import <MlCoordinatorInterface.camkes>; import <I2cInterface.camkes>;
        component Others {
          provides LoggerInterface logger; provides SecurityCoordinatorInterface security;
          provides MlCoordinatorInterface mlcoord; provides I2cInterface i2c;
          attribute int cantripos = true;
        }`,
      'Others.ts': `
        import { i2c, logger } from 'camkes';
        import { log } from 'sel4';
        import { LogRequest } from './interfaces/logger';
        import { TransferResponse } from './interfaces/i2c';
        export function logger_request(badge: u32, label: u32): u32 {
          let request = LogRequest.decode(logger.request());
          if (request) log(request.text);
          return 0;
        }
        export function security_request(badge: u32, label: u32): u32 { return 5; }
        export function mlcoord_request(badge: u32, label: u32): u32 { return 11; }
        export function i2c_request(badge: u32, label: u32): u32 {
          let bytes = new Uint8Array(2);
          bytes[0] = 25;
          i2c.reply(new TransferResponse(bytes).encode());
          return 0;
        }`,
      'Clock.camkes':
        'component Clock { hardware; dataport Buf csr; emits Interrupt timer_interrupt; }',
      'system.camkes': `import <std_connector.camkes>;
        import <MemoryManager/MemoryManager.camkes>; import <SDKRuntime/SDKRuntime.camkes>;
        import <TimerService/TimerService.camkes>; import "Others.camkes"; import "Clock.camkes"; ${each((name) => `import "${name}.camkes";`)}
        assembly {
          composition {
            component MemoryManager memory_manager; component SDKRuntime sdk_runtime;
            component Others others; component Clock clock; component TimerService timer_service; ${each((name) => `component ${name} ${name.toLowerCase()};`)}
            connection cantripRPCOverMultiSharedData m(${each((name) => `from ${name.toLowerCase()}.memory,`)} from sdk_runtime.memory, to memory_manager.memory);
            connection cantripRPCOverMultiSharedData l(from memory_manager.logger, from sdk_runtime.logger, from timer_service.logger, to others.logger);
            connection cantripRPCOverMultiSharedData s(from sdk_runtime.security, to others.security);
            connection cantripRPCCallSignal t(from sdk_runtime.timer, to timer_service.timer);
            connection cantripMMIO n(from timer_service.csr, to clock.csr);
            connection cantripIRQ q(from clock.timer_interrupt, to timer_service.timer_interrupt);
            connection cantripRPCCallSignal a(from sdk_runtime.mlcoord, to others.mlcoord);
            connection cantripRPCCall i(from sdk_runtime.i2c, to others.i2c);
            connection cantripRPCCallSignal k(${each((name) => `from ${name.toLowerCase()}.sdk_manager,`)} to sdk_runtime.sdk_manager);
          }
          configuration {
            clock.csr_paddr = 0x54011000; clock.csr_size = 4096; clock.timer_interrupt_irq_number = 38;
            timer_service.heap_size = 16384; timer_service.allocation_after_init = "allowed"; sdk_runtime.timer_stack_size = 16384;
            memory_manager.heap_size = 262144; memory_manager.memory_stack_size = 16384;
            sdk_runtime.heap_size = 65536; sdk_runtime._stack_size = 16384; sdk_runtime.sdk_manager_stack_size = 16384;
            others.heap_size = 65536; ${names.map((name, index) => `${name.toLowerCase()}.sdk_manager_attributes = ${String(index + 1)};`).join(' ')} ${each((name) => `${name.toLowerCase()}.heap_size = 131072; `)}
            ${settings}
          }
        }`,
    },
    'system.camkes',
    { guestCompiler, cache: keptBuilds },
  );
  assert.deepEqual(
    problemsOf(built),
    [],
    built.diagnostics.map(({ file, message }) => `${file}: ${message}`).join('\n'),
  );
  const withMemory = { ...built, settings: { ...built.settings, memoryBytes } };
  return bootBuilt(withMemory, 200_000_000).console.replace(/^Global memory.*\n/m, '');
}

describe('the SDK runtime', () => {
  it('answers by the badge, and nobody whom it does not know', () => {
    const console = printed({
      One: `export function run(): void {
        let app = new App('one');
        log('ping ' + app.ask(64));
        log('log ' + app.ask(65, 0, 0, '', 'hello'));
        log('read ' + app.ask(66, 0, 0, 'foo'));
        log('device ' + app.ask(90, 2, 0, 'thermometer'));
        log('grant ' + manage(4, 'one', 'thermometer').toString());
        log('device ' + app.ask(90, 2, 0, 'thermometer'));
        log('model ' + app.ask(74, 0, 0, 'conv'));
        log('unknown ' + app.ask(100));
        log('no page ' + askWithoutPage(app.endpoint, 64).toString());
        log('again ' + (new App('one').badge).toString());
        log('release ' + manage(1, 'one').toString());
        log('gone');
        let other = new App('other');
        log('badge ' + other.badge.toString());
      }`,
    });
    assert.equal(
      console,
      `ping 0 0,0,0,0,0,0,0,0
[one]::hello
log 0 0,0,0,0,0,0,0,0
read 5 0,0,0,0,0,0,0,0
device 22 0,0,0,0,0,0,0,0
grant 0
device 0 2,25,0,0,0,0,0,0
model 13 2,25,0,0,0,0,0,0
unknown 9 2,25,0,0,0,0,0,0
no page 8
one gets no endpoint: 3
again 0
release 0
gone
badge 2
`,
    );
  });

  it('uses no capability that an application sends but counts it, so that none does harm', () => {
    const console = printed({
      One: `export function run(): void {
        let app = new App('one');
        log(askWithAnything(app));
        log(askWithoutPage(app.endpoint, 64).toString() + ' ' + askWith(app.page, app));
        manage(1, 'one');
        log('parameters of nobody ' + manage(5, 'one').toString());
        let other = new App('other');
        log('ping ' + other.ask(64));
      }`,
    });
    assert.equal(console, '8 0 0 0 0\n8 0\nparameters of nobody 6\nping 0 0,0,0,0,0,0,0,0\n');
  });

  it('counts a page of 4 MiB as it does others, and maps none as the page for parameters', () => {
    const program = `export function run(): void {
      let app = new App('one');
      let large = largePage();
      log((large != 0).toString() + ' ' + askWith(large, app));
      log(givePage(large, 'one').toString() + ' ' + app.ask(64));
      let other = new App('other');
      log('ping ' + other.ask(64));
    }`;
    const console = printed({ One: program }, '', 16 * mebibyte);
    assert.equal(console, 'true 0\n0 8 0,0,0,0,0,0,0,0\nping 0 0,0,0,0,0,0,0,0\n');
  });

  it('lets one wait while another asks, and wakes it', () => {
    const programs = {
      One: `export function run(): void {
        let app = new App('one');
        log('start ' + app.ask(69, 3, 200));
        log('one waits');
        log('waited ' + app.ask(72));
        log('start ' + app.ask(69, 4, 10));
        log('waited ' + app.ask(72));
      }`,
      Two: `export function run(): void {
        let app = new App('two');
        for (let turn = 0; turn < 3; turn++) log('ping ' + app.ask(64));
        app.ask(70, 0, 5000);
        log('cancel ' + app.ask(71, 0));
      }`,
    };
    const console = printed(programs, 'one._priority = 100; two._priority = 90;');
    const lines = console.split('\n');
    assert.ok(lines.includes('waited 0 8,0,0,0,0,0,0,0'), console);
    assert.ok(lines.includes('waited 0 16,0,0,0,0,0,0,0'), console);
    assert.equal(lines.filter((line) => line.startsWith('ping 0')).length, 3, console);
    assert.ok(lines.includes('cancel 0 0,0,0,0,0,0,0,0'), console);
  });

  it('tells the manager of exits and faults, and prints faults as CantripOS does', () => {
    const told = `export function sdk_manager_signalled(): void { log('event ' + nextEvent()); }`;
    const console = printed({
      One: `${told}
        export function run(): void { new App('one').tell(89, 3); }`,
      Two: `${told}
        export function run(): void { fault(new App('two').endpoint); }`,
    });
    const lines = console.split('\n');
    assert.ok(lines.includes('event one 0 3'), console);
    assert.ok(lines.includes('event two 1 6'), console);
    assert.ok(lines.includes('[two]::virtual-memory fault:'), console);
    assert.match(console, /^::Addr {5}0x[0-9a-f]{8}$/m);
  });
});
