/** SecurityCoordinator with packages, built in and installed, and keys; booted with MemoryManager behind it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { makeBundle } from '../../runtime/toolchain/bundle/bundle.js';
import { writeCpio } from '../../runtime/toolchain/bundle/cpio.js';
import { physAddr, virtAddr } from '../../runtime/base/address.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import type { Built } from '../../runtime/toolchain/build.js';
import { bootBuilt, buildTexts, problemsOf, type Ran } from '../support/component-system.js';
import { systemTexts } from '../support/system-texts.js';
import { keptBuilds } from '../support/kept-builds.js';

function bundleOf(name: string, bytes: readonly number[]): Uint8Array {
  const segment = {
    virtualAddress: virtAddr(0x1_0000),
    physicalAddress: physAddr(0),
    bytes: Uint8Array.from(bytes),
    memorySizeBytes: bytes.length,
    readable: true,
    writable: false,
    executable: true,
  };
  const image = { name, entry: virtAddr(0x1_0000), segments: [segment], symbols: [], lines: [] };
  const made = makeBundle(image, { name, text: `name = ${name}\n` });
  assert.ok(made.ok);
  return made.value;
}

const long = Array.from({ length: 6000 }, (_, index) => (index % 250) + 1);
const archive = writeCpio([
  { name: 'hello.app', bytes: bundleOf('hello', [1, 2, 3, 4]) },
  { name: 'long.app', bytes: bundleOf('long', long) },
  { name: 'm.model', bytes: Uint8Array.from([9, 8, 7]) },
]);

/** Bytes in a client's program. */
const bytesText = (bytes: Uint8Array): string => `[${bytes.join(',')}]`;

const printed = (program: string): string[] => linesOf(boot(systemWith(program)));

const linesOf = ({ console }: Ran): string[] => console.trim().split('\n').slice(1);

const boot = (built: Built, flash?: Uint8Array): Ran => bootBuilt(built, 400_000_000, flash);

function systemWith(program: string): Built {
  const built = buildTexts(
    {
      ...systemTexts(
        'interfaces',
        'components/MemoryManager',
        'components/SecurityCoordinator',
        'components/ProcessManager',
        'components/MailboxDriver',
      ),
      'cantrip.json': JSON.stringify({
        program: 'system.camkes',
        board: 'nexus',
        dialect: 'sparrow',
        importPaths: ['interfaces', 'components'],
      }),
      'builtins.cpio': archive,
      'Client.camkes': `import <MemoryInterface.camkes>; import <SecurityCoordinatorInterface.camkes>;
        component Client { control; uses MemoryInterface memory; uses SecurityCoordinatorInterface security;
          attribute int cantripos = true; attribute int cnode_headroom = 100; has copyregion PAGE; }`,
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
        import <MemoryManager/MemoryManager.camkes>; import <SecurityCoordinator/SecurityCoordinator.camkes>;
        import <MailboxDriver/MailboxDriver.camkes>;
        import "Client.camkes"; import "Console.camkes";
        component Mailbox { hardware; dataport Buf mmio; emits Interrupt wtirq; emits Interrupt rtirq; emits Interrupt eirq; }
        component Cpio { hardware; dataport Buf(0x20000) cpio; }
        component Spi { hardware; dataport Buf registers; emits Interrupt event; }
        assembly {
          composition {
            component MemoryManager memory_manager; component SecurityCoordinator security_coordinator;
            component Client client; component Console console; component Cpio cpio; component Spi spi;
            component MailboxDriver mailbox_driver; component Mailbox mailbox;
            connection cantripMMIO mm(from mailbox_driver.mailbox_mmio, to mailbox.mmio);
            connection cantripIRQ mi(from mailbox.wtirq, from mailbox.eirq, to mailbox_driver.irq);
            connection cantripIRQ mr(from mailbox.rtirq, to mailbox_driver.rtirq);
            connection cantripRPCCall ma(from security_coordinator.api, to mailbox_driver.api);
            connection cantripRPCOverMultiSharedData m(from client.memory, from security_coordinator.memory, to memory_manager.memory);
            connection cantripRPCOverMultiSharedData s(from client.security, to security_coordinator.security);
            connection cantripRPCOverMultiSharedData l(from memory_manager.logger, from security_coordinator.logger, from mailbox_driver.logger, to console.logger);
            connection cantripMMIO c(from security_coordinator.cpio_archive, to cpio.cpio);
            connection cantripMMIO f(from security_coordinator.spi_mmio, to spi.registers);
            connection cantripIRQ fe(from spi.event, to security_coordinator.spi_event);
          }
          configuration {
            cpio.cpio_file = "builtins.cpio"; cpio.cpio_size = 0x20000;
            spi.registers_paddr = 0x54040000; spi.registers_size = 4096; spi.event_irq_number = 37;
            security_coordinator.spi_idle_value = 0;
            mailbox.mmio_paddr = 0x540f1000; mailbox.mmio_size = 4096;
            mailbox.wtirq_irq_number = 39; mailbox.rtirq_irq_number = 40; mailbox.eirq_irq_number = 41;
            mailbox_driver.rx_semaphore_value = 0; mailbox_driver.tx_semaphore_value = 0;
            memory_manager.heap_size = 131072; security_coordinator.heap_size = 131072;
            client.heap_size = 262144; console.heap_size = 65536;
            memory_manager.memory_stack_size = 16384; security_coordinator.security_stack_size = 16384;
            client._stack_size = 16384; client._priority = 100;
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
  return built;
}

const imports = `
  import { PAGE } from 'camkes';
  import { log, ObjectType, KernelError } from 'sel4';
  import { CSpace } from 'sel4/cspace';
  import { Reader } from 'sel4/postcard';
  import { security } from 'camkes';
  import { FrameBytes } from './interfaces/frame-bytes';
  import { ObjDesc, ObjDescBundle } from './interfaces/memory';
  import { allocate, allocateHere, giveBack, giveBackHere, memoryStats } from './interfaces/memory-client';
  import { SecurityError, SecurityRequest, SecurityRequestKind } from './interfaces/security';
  import { askSecurity, keyValueReply, loadApplication, loadModel, packageNames, textReply } from './interfaces/security-client';
  function free(): u32 { return memoryStats()!.freeBytes; }
  function ask(kind: SecurityRequestKind, name: string): string {
    return (<i32>askSecurity(SecurityRequest.named(kind, name))).toString();
  }
`;

const upload = (name: string, bytes: Uint8Array): string => `
  function ${name}(): ObjDescBundle {
    let bytes: u8[] = ${bytesText(bytes)};
    let count = <u32>(bytes.length + 4095) / 4096;
    let node = [new ObjDesc(ObjectType.CNode, 3, 0)];
    allocateHere(node);
    let frames = new ObjDescBundle(node[0].cptr, 3, [new ObjDesc(ObjectType.Page, count, 0)]);
    allocate(frames);
    let into = new FrameBytes(frames, PAGE.region);
    let page = new Uint8Array(4096);
    for (let at: u32 = 0; at < count; at++) {
      page.fill(0);
      for (let each: u32 = 0; each < 4096 && at * 4096 + each < <u32>bytes.length; each++) page[each] = bytes[at * 4096 + each];
      into.writePage(at, page);
    }
    into.close();
    return frames;
  }
  function drop_${name}(frames: ObjDescBundle): void {
    giveBack(frames);
    giveBackHere([new ObjDesc(ObjectType.CNode, 3, frames.cnode)]);
  }`;

describe('the security coordinator', () => {
  it('has the packages of its archive, and gives copies of what is in them', () => {
    const lines = printed(`${imports}
      export function run(): void {
        log(packageNames()!.join(' '));
        log(ask(SecurityRequestKind.Echo, 'hi') + ' ' + textReply());
        log(ask(SecurityRequestKind.SizeBuffer, 'long') + ' ' + Reader.over(security.reply()).size().toString());
        log(ask(SecurityRequestKind.GetManifest, 'hello.app') + ' ' + textReply().trim());
        let before = free();
        let loaded = loadApplication('long');
        let frames = loaded.frames!;
        let bytes = new FrameBytes(frames, PAGE.region);
        let some = new Uint8Array(4);
        bytes.read(4094, some);
        log((<i32>loaded.error).toString() + ' ' + frames.count.toString() + ' ' + some.toString());
        bytes.close();
        giveBack(frames);
        giveBackHere([new ObjDesc(ObjectType.CNode, frames.depth, frames.cnode)]);
        log((free() == before).toString());
        log((<i32>loadApplication('none').error).toString());
        log(ask(SecurityRequestKind.Uninstall, 'hello') + ' ' + ask(SecurityRequestKind.Uninstall, 'none'));
        log(ask(SecurityRequestKind.TestMailbox, '') + ' ' + (free() == before).toString());
      }`);
    // The data of `long` begins behind the manifest and two headers.
    const at = 4094 - (48 + 'name = long\n'.length + 48);
    assert.deepEqual(lines, [
      'hello.app long.app m.model',
      '0 hi',
      `0 ${bundleOf('long', long).length}`,
      '0 name = hello',
      `0 2 ${long.slice(at, at + 4).join(',')}`,
      'true',
      '3',
      'hello is not uninstalled: it is built in.',
      '17 3',
      '0 true',
    ]);
  });

  it('installs what is whole and has no name that is taken, and tells what is wrong with other packages', () => {
    const whole = bundleOf('extra', long);
    const wrong = whole.slice();
    wrong[300] = 0;
    const lines = printed(`${imports}${upload('whole', whole)}${upload('wrong', wrong)}
      ${upload('cut', whole.subarray(0, 4000))}${upload('junk', Uint8Array.from([1, 2, 3]))}
      function install(frames: ObjDescBundle): string {
        return (<i32>askSecurity(SecurityRequest.install(frames), frames.cnode)).toString();
      }
      export function run(): void {
        let before = free();
        let frames = whole();
        log(install(frames) + ' ' + textReply());
        CSpace.remove(frames.cnode);
        log(packageNames()!.join(' '));
        let again = whole();
        log(install(again));
        log((<i32>askSecurity(SecurityRequest.update(again), again.cnode)).toString() + ' ' + textReply());
        CSpace.remove(again.cnode);
        let other = wrong();
        log(install(other)); drop_wrong(other);
        other = cut();
        log(install(other)); drop_cut(other);
        other = junk();
        log(install(other)); drop_junk(other);
        log((<i32>askSecurity(SecurityRequest.install(frames))).toString());
        log(ask(SecurityRequestKind.Uninstall, 'extra') + ' ' + (free() == before).toString());
      }`);
    assert.deepEqual(lines, [
      '0 extra',
      'extra.app hello.app long.app m.model',
      'A package is not installed: there is one of this name.',
      '4',
      '0 extra',
      'A package is not installed: the checksum is wrong of the section at byte 61.',
      '2',
      'A package is not installed: it ends too early, within the section at byte 61: 4096 bytes came, and its headers say at least 6109.',
      '2',
      'A package is not installed: no section begins at byte 0.',
      '2',
      '13',
      '0 true',
    ]);
  });

  it('has an installed package before a built-in one of its name, and that one again afterwards', () => {
    const other = bundleOf('hello', long);
    const lines = printed(`${imports}${upload('other', other)}
      function size(): string {
        return ask(SecurityRequestKind.SizeBuffer, 'hello') + ' ' + Reader.over(security.reply()).size().toString();
      }
      export function run(): void {
        let frames = other();
        log((<i32>askSecurity(SecurityRequest.install(frames), frames.cnode)).toString() + ' ' + textReply());
        CSpace.remove(frames.cnode);
        log(packageNames()!.join(' ') + ', ' + size());
        let again = other();
        log((<i32>askSecurity(SecurityRequest.install(again), again.cnode)).toString());
        drop_other(again);
        log(ask(SecurityRequestKind.Uninstall, 'hello') + ', ' + size());
        log(ask(SecurityRequestKind.Uninstall, 'hello'));
      }`);
    // In the flash all pages of the file count.
    assert.deepEqual(lines, [
      'hello goes before the built-in package of this name, until it is uninstalled.',
      '0 hello',
      'hello.app long.app m.model, 0 8192',
      'A package is not installed: there is one of this name.',
      '4',
      `0, 0 ${bundleOf('hello', [1, 2, 3, 4]).length}`,
      'hello is not uninstalled: it is built in.',
      '17',
    ]);
  });

  it('has after a reboot what was installed before, and updates and removes that', () => {
    const whole = bundleOf('extra', long);
    const built = systemWith(`${imports}${upload('whole', whole)}
      export function run(): void {
        let names = packageNames()!;
        log(names.join(' '));
        let before = free();
        if (!names.includes('extra.app')) {
          let frames = whole();
          log((<i32>askSecurity(SecurityRequest.install(frames), frames.cnode)).toString() + ' ' + textReply());
          CSpace.remove(frames.cnode);
          log((free() == before).toString());
          return;
        }
        let loaded = loadApplication('extra');
        let frames = loaded.frames!;
        let bytes = new FrameBytes(frames, PAGE.region);
        let some = new Uint8Array(4);
        bytes.read(4094, some);
        log(frames.count.toString() + ' ' + some.toString());
        bytes.close();
        log((<i32>askSecurity(SecurityRequest.update(frames), frames.cnode)).toString());
        CSpace.remove(frames.cnode);
        log(ask(SecurityRequestKind.Uninstall, 'extra') + ' ' + packageNames()!.join(' '));
        log((free() == before).toString());
      }`);
    const first = boot(built);
    assert.deepEqual(linesOf(first), ['hello.app long.app m.model', '0 extra', 'true']);
    const second = boot(built, first.platform.machine.flash?.contents());
    const at = 4094 - (48 + 'name = extra\n'.length + 48);
    assert.deepEqual(linesOf(second), [
      'extra.app hello.app long.app m.model',
      `2 ${long.slice(at, at + 4).join(',')}`,
      '0',
      '0 hello.app long.app m.model',
      'true',
    ]);
    const third = boot(built, second.platform.machine.flash?.contents());
    assert.equal(linesOf(third)[0], 'hello.app long.app m.model');
  });

  it('tells what does not fit into the flash', () => {
    const lines = printed(`${imports}
      function install(name: string, count: u32): i32 {
        let frames = new ObjDescBundle(0, 9, [new ObjDesc(ObjectType.Page, count, 0)]);
        let node = [new ObjDesc(ObjectType.CNode, 9, 0)];
        allocateHere(node);
        frames.cnode = node[0].cptr;
        allocate(frames);
        let into = new FrameBytes(frames, PAGE.region);
        let page = new Uint8Array(4096);
        page.fill(1);
        for (let at: u32 = 0; at < count; at++) into.writePage(at, page);
        into.close();
        let request = new SecurityRequest(SecurityRequestKind.InstallModel);
        request.bundle = 'b';
        request.model = name;
        request.contents = frames;
        let error = askSecurity(request, frames.cnode);
        if (error == 0) CSpace.remove(frames.cnode);
        else { giveBack(frames); giveBackHere(node); }
        return error;
      }
      export function run(): void {
        let before = free();
        log(install('large', 300).toString());
        log(install('small', 3).toString() + ' ' + packageNames()!.join(' '));
        log(ask(SecurityRequestKind.Uninstall, 'small') + ' ' + (free() == before).toString());
      }`);
    assert.deepEqual(lines, [
      'A package is not installed: it needs 1284 KiB of flash, and 1024 KiB are free.',
      '28',
      '0 hello.app long.app m.model small',
      '0 true',
    ]);
  });

  it('keeps a package of two hundred pages, to the last byte', () => {
    const built = systemWith(`${imports}
      let page = new Uint8Array(4096);
      let found = new Uint8Array(4096);
      function fill(number: u32): void {
        for (let at = 0; at < 4096; at++) page[at] = <u8>(number * 31 + <u32>at * 7 + (<u32>at >> 8)) | 1;
      }
      export function run(): void {
        if (packageNames()!.includes('large')) {
          let loaded = loadModel('large', 'large');
          let bytes = new FrameBytes(loaded.frames!, PAGE.region);
          let same: u32 = 0;
          for (let at: u32 = 0; at < 200; at++) {
            fill(at);
            bytes.read(at * 4096, found);
            let isSame: bool = true;
            for (let index = 0; index < 4096; index++) if (page[index] != found[index]) isSame = false;
            if (isSame) same++;
          }
          log(same.toString() + ' of ' + loaded.frames!.count.toString());
          return;
        }
        let frames = new ObjDescBundle(0, 8, [new ObjDesc(ObjectType.Page, 200, 0)]);
        let node = [new ObjDesc(ObjectType.CNode, 8, 0)];
        allocateHere(node);
        frames.cnode = node[0].cptr;
        allocate(frames);
        let into = new FrameBytes(frames, PAGE.region);
        for (let at: u32 = 0; at < 200; at++) { fill(at); into.writePage(at, page); }
        into.close();
        let request = new SecurityRequest(SecurityRequestKind.InstallModel);
        request.bundle = 'b';
        request.model = 'large';
        request.contents = frames;
        log((<i32>askSecurity(request, frames.cnode)).toString());
      }`);
    const first = boot(built);
    assert.deepEqual(linesOf(first), ['0']);
    const second = boot(built, first.platform.machine.flash?.contents());
    assert.deepEqual(linesOf(second), ['200 of 200']);
  });

  it('lists as many packages as the flash has room for, with the longest names', () => {
    const lines = printed(`${imports}
      export function run(): void {
        let count = 0;
        while (true) {
          let frames = new ObjDescBundle(0, 1, [new ObjDesc(ObjectType.Page, 1, 0)]);
          let node = [new ObjDesc(ObjectType.CNode, 1, 0)];
          allocateHere(node);
          frames.cnode = node[0].cptr;
          allocate(frames);
          let request = SecurityRequest.installModel('b', count.toString().padStart(32, 'n'), frames);
          let error = askSecurity(request, frames.cnode);
          if (error == SecurityError.Success) { CSpace.remove(frames.cnode); count++; continue; }
          log(count.toString() + ' ' + (<i32>error).toString());
          break;
        }
        let names = packageNames()!;
        let isSorted: bool = true;
        for (let at = 1; at < names.length; at++) if (names[at - 1] >= names[at]) isSorted = false;
        log(names.length.toString() + ' ' + isSorted.toString() + ' ' + names[names.length - 1]);
      }`);
    assert.deepEqual(lines.slice(-2), ['256 28', `259 true ${'9'.padStart(32, 'n')}`]);
  });

  it('keeps keys for each bundle', () => {
    const lines = printed(
      `${imports}
      function write(bundle: string, key: string, count: i32): string {
        let value = new Uint8Array(count);
        value.fill(7);
        return (<i32>askSecurity(SecurityRequest.writeKey(bundle, key, value))).toString();
      }
      function keyed(kind: SecurityRequestKind, bundle: string, key: string): string {
        return (<i32>askSecurity(SecurityRequest.ofKey(kind, bundle, key))).toString();
      }
      export function run(): void {
        log(write('hello', 'a', 3) + ' ' + write('long', 'a', 100) + ' ' + write('none', 'a', 1) + ' ' + write('hello', 'b', 101));
        let result = keyed(SecurityRequestKind.ReadKey, 'hello', 'a');
        let value = keyValueReply()!;
        log(result + ' ' + value.length.toString() + ' ' + value.subarray(0, 4).toString());
        log(keyed(SecurityRequestKind.ReadKey, 'hello', 'b'));
        log(keyed(SecurityRequestKind.DeleteKey, 'hello', 'a') + ' ' + keyed(SecurityRequestKind.DeleteKey, 'hello', 'a') + ' ' + keyed(SecurityRequestKind.ReadKey, 'hello', 'a'));
        log(keyed(SecurityRequestKind.ReadKey, 'long', 'a'));
      }`,
    );
    assert.deepEqual(lines, ['0 0 3 7', '0 100 7,7,7,0', '5', '0 5 5', '0']);
  });

  it('lets no bundle have all of the room for keys, and loses none when it is full', () => {
    const lines = printed(`${imports}
      let value = new Uint8Array(100);
      function fill(bundle: string): string {
        let count = 0;
        while (true) {
          value.fill(<u8>count);
          let key = 'k'.repeat(40) + count.toString();
          let error = askSecurity(SecurityRequest.writeKey(bundle, key, value));
          if (error != SecurityError.Success) return count.toString() + ' ' + (<i32>error).toString();
          count++;
        }
      }
      function kept(bundle: string): i32 {
        let count = 0;
        for (; count < 100; count++) {
          let key = 'k'.repeat(40) + count.toString();
          let error = askSecurity(SecurityRequest.ofKey(SecurityRequestKind.ReadKey, bundle, key));
          if (error != SecurityError.Success || keyValueReply()![0] != <u8>count) break;
        }
        return count;
      }
      export function run(): void {
        let bundles = 'hello long m a b c d e f g h i j k l n o p'.split(' ');
        for (let index = 3; index < bundles.length; index++) {
          let node = [new ObjDesc(ObjectType.CNode, 1, 0)];
          allocateHere(node);
          let frames = new ObjDescBundle(node[0].cptr, 1, [new ObjDesc(ObjectType.Page, 1, 0)]);
          allocate(frames);
          askSecurity(SecurityRequest.installModel('b', bundles[index], frames), frames.cnode);
          CSpace.remove(frames.cnode);
        }
        for (let index = 0; index < bundles.length; index++) bundles[index] += ' ' + fill(bundles[index]);
        log(bundles.join(', '));
        log(kept('hello').toString() + ' ' + kept('o').toString() + ' ' + kept('p').toString());
      }`);
    const many = ['hello', 'long', 'm', ...Array.from('abcdefghijklno')];
    assert.deepEqual(lines, [
      [...many.map((name) => `${name} 6 29`), 'p 2 28'].join(', '),
      '6 6 2',
    ]);
  });
});
