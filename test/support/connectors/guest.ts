/** Connectors between components in guest TypeScript: what a component has of them in the module `camkes`. */
import { assemblyText, routine, sayDigit } from '../component-text.js';
import type { ConnectorCase } from './connector-case.js';

/** A driver, a device, and the hub between them. */
const queueAssembly = assemblyText({
  components: {
    A: 'control; uses VirtQueueDrv q;',
    B: 'control; uses VirtQueueDev q;',
    Hub: 'provides VirtQueues hub;',
  },
  procedures: 'procedure VirtQueueDrv {} procedure VirtQueueDev {} procedure VirtQueues {}',
  connections: 'connection seL4VirtQueues c(from a.q, from b.q, to hub.hub);',
});

const queueDriver = routine(
  'run',
  'lw t0, q_buf\n li t1, 4096\n add t0, t0, t1\n li t1, 4\n sw t1, 0(t0)',
  'call q_notify\n call q_wait',
  'lw t0, q_buf\n li t1, 4096\n add t0, t0, t1\n lw a0, 0(t0)',
  sayDigit,
  'call q_get_size\n srli a0, a0, 10',
  sayDigit,
);
const queueDevice = routine(
  'run',
  'call q_wait',
  'lw t0, q_buf\n li t1, 4096\n add t0, t0, t1\n lw t1, 0(t0)\n addi t1, t1, 1\n sw t1, 0(t0)',
  'call q_notify',
);
const queueDriverText = `
  import { q } from "camkes";
  import { log } from "sel4";
  export function run(): void {
    q.set<u32>(4096, 4);
    q.notify();
    q.wait();
    log(q.get<u32>(4096).toString());
    log((q.size >> 10).toString());
  }`;
const queueDeviceText = `
  import { q } from "camkes";
  export function run(): void { q.wait(); q.set<u32>(4096, q.get<u32>(4096) + 1); q.notify(); }`;

export const guestConnectorCases: readonly ConnectorCase[] = [
  {
    // More than an IPC buffer holds goes through the memory of each client; one with two threads writes one by one.
    connectors: ['seL4RPCOverMultiSharedData'],
    texts: {
      'system.camkes': assemblyText({
        procedures:
          'procedure P { string twice(in string text, in int64_t number, out int64_t next); }',
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        instances: 'component A a; component A other; component S s;',
        connections: 'connection seL4RPCOverMultiSharedData c(from a.p, from other.p, to s.p);',
        settings: 'other.priority = 100; a.heap_size = 16384; other.heap_size = 16384;',
      }),
      'A.ts': `
        import { p } from "camkes";
        import { log } from "sel4";
        export function run(): void {
          let reply = p.twice("0123456789".repeat(100), 4999999999);
          log(reply.result.length.toString() + " " + reply.result.slice(998, 1003) + " " + reply.next.toString());
        }`,
      'S.ts': `
        import { p, P_twice } from "camkes";
        import { log } from "sel4";
        export function p_twice(text: string, number: i64): P_twice {
          log(p.sender().toString());
          return new P_twice(text + text, number + 1);
        }`,
    },
    prints: ['1', '2000 89012 5000000000', '2', '2000 89012 5000000000'],
  },
  {
    // Each end tells the other that something is in the queue.
    connectors: ['seL4VirtQueues'],
    texts: {
      'system.camkes': queueAssembly,
      'A.ts': `
        import { q } from "camkes";
        import { log } from "sel4";
        export function run(): void {
          q.set<u32>(4096, 20);
          q.notify();
          q.wait();
          log("back: " + q.get<u32>(4096).toString() + ", of " + q.size.toString());
        }`,
      'B.ts': `
        import { q } from "camkes";
        export function run(): void { q.wait(); q.set<u32>(4096, q.get<u32>(4096) + 1); q.notify(); }`,
      'Hub.S': '',
    },
    prints: ['back: 21, of 8192'],
  },
  ...(['A', 'B'] as const).map((inAssembly): ConnectorCase => ({
    // The same between a driver and a device of which one is in assembly.
    connectors: [],
    title: `a queue whose ${inAssembly === 'A' ? 'driver' : 'device'} is in assembly`,
    texts: {
      'system.camkes': queueAssembly,
      ...(inAssembly === 'A'
        ? { 'A.S': queueDriver, 'B.ts': queueDeviceText }
        : { 'A.ts': queueDriverText, 'B.S': queueDevice }),
      'Hub.S': '',
    },
    prints: ['5', '8'],
  })),
  {
    // Two interrupts of one device are bits of one notification; each has its function.
    connectors: ['cantripIRQ'],
    texts: {
      'system.camkes': assemblyText({
        components: {
          Hw: 'hardware; dataport Buf r; emits X tx; emits X empty;',
          D: 'control; dataport Buf r; consumes X irq; has semaphore done;',
        },
        connections: `connection cantripMMIO m(from d.r, to hw.r);
          connection cantripIRQ c(from hw.tx, from hw.empty, to d.irq);`,
        settings: `hw.r_paddr = 0x54000000; hw.r_size = 0x1000; hw.tx_irq_number = 1; hw.empty_irq_number = 3; d.done_value = 0;`,
      }),
      'D.ts': `
        import { r, done, empty, tx } from "camkes";
        import { log } from "sel4";
        export function run(): void { raise(1); done.wait(); raise(4); done.wait(); log("both"); }
        function raise(bits: u32): void { r.set<u32>(4, bits); r.set<u32>(8, bits); }
        function lower(): void { r.set<u32>(4, 0); r.set<u32>(0, 5); done.post(); }
        export function tx_handle(): void { log("tx"); lower(); tx.acknowledge(); }
        export function empty_handle(): void { log("empty"); lower(); empty.acknowledge(); }`,
    },
    prints: ['tx', 'empty', 'both'],
  },
  {
    // A message of CantripOS is bytes in a page that both have; what they are is a matter of the two components.
    connectors: [],
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P {}',
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        connections: 'connection cantripRPCOverMultiSharedData c(from a.p, to s.p);',
      }),
      'A.ts': `
        import { p } from "camkes";
        import { Reader, Writer } from "sel4/postcard";
        import { log } from "sel4";
        export function run(): void {
          let message = new Uint8Array(64);
          let writer = Writer.over(message);
          writer.text("hello");
          let label = p.call(7, message);
          log(label.toString() + " " + Reader.over(p.reply()).text());
        }`,
      'S.ts': `
        import { p } from "camkes";
        import { Reader, Writer } from "sel4/postcard";
        import { log } from "sel4";
        export function p_request(badge: u32, label: u32): u32 {
          let text = Reader.over(p.request()).text();
          log(badge.toString() + " says " + text);
          let message = new Uint8Array(64);
          Writer.over(message).text(text + " to you");
          p.reply(message);
          return label + 1;
        }`,
    },
    prints: ['1 says hello', '8 hello to you'],
  },
  {
    // The same functions where the bytes go through the IPC buffer; threads of a client call one after the other.
    connectors: [],
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P {} procedure Q { void go(); }',
        components: {
          A: 'control; uses P p; provides Q q;',
          B: 'control; uses Q q;',
          S: 'provides P p;',
        },
        connections: `connection cantripRPCCall c(from a.p, to s.p);
          connection seL4RPCCall d(from b.q, to a.q);`,
      }),
      'A.ts': `
        import { p } from "camkes";
        import { Reader, Writer } from "sel4/postcard";
        import { log } from "sel4";
        function ask(text: string): void {
          let message = new Uint8Array(64);
          let writer = Writer.over(message);
          writer.text(text);
          let label = p.call(7, message.slice(0, writer.length));
          log(label.toString() + " " + Reader.over(p.reply()).text() + " " + p.reply().length.toString());
        }
        export function run(): void { ask("run"); ask("run again"); }
        export function q_go(): void { ask("go"); }`,
      'B.ts': `
        import { q } from "camkes";
        export function run(): void { q.go(); q.go(); }`,
      'S.ts': `
        import { p } from "camkes";
        import { Reader, Writer } from "sel4/postcard";
        export function p_request(badge: u32, label: u32): u32 {
          let text = Reader.over(p.request()).text();
          let message = new Uint8Array(20);
          Writer.over(message).text(text + text);
          if (text != "go") p.reply(message);
          return label + badge;
        }`,
    },
    prints: ['8 runrun 20', '8 run againrun again 20', '8  0', '8  0'],
  },
  ...['cantripRPCCallSignal', 'cantripRPCSignalOverMultiSharedData'].map((connector) => ({
    // The server tells a client of something later; each client knows it by its own signal.
    connectors: connector === 'cantripRPCCallSignal' ? [] : [connector],
    title: `${connector} in guest TypeScript`,
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P {}',
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        instances: 'component A a; component A other; component S s;',
        connections: `connection ${connector} c(from a.p, from other.p, to s.p);`,
        settings: 'a.p_attributes = 1; other.p_attributes = 2; other.priority = 100;',
      }),
      'A.ts': `
        import { p } from "camkes";
        import { log } from "sel4";
        export function run(): void {
          let before = p.poll();
          let message = new Uint8Array(1);
          message[0] = 5;
          p.call(0, message);
          log((before ? "early" : "none") + " " + p.reply()[0].toString());
          p.wait();
          log("signal");
        }`,
      'S.ts': `
        import { p } from "camkes";
        export function p_request(badge: u32, label: u32): u32 {
          let message = new Uint8Array(1);
          message[0] = p.request()[0] + <u8>badge;
          p.reply(message);
          p.emit(badge);
          return 0;
        }`,
    },
    prints: ['none 6', 'signal', 'none 7', 'signal'],
  })),
  ...['cantripRPCCall', 'cantripRPCOverMultiSharedData'].map((connector) => ({
    // A capability goes along with a request, and another with its reply; what nobody takes is gone.
    connectors: [],
    title: `a capability in messages of ${connector}`,
    texts: {
      'cantrip.json': '{ "program": "system.camkes", "board": "nexus", "dialect": "sparrow" }',
      'system.camkes': assemblyText({
        procedures: 'procedure P {}',
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        connections: `connection ${connector} c(from a.p, to s.p);`,
        settings: 'a.cantripos = 1; s.cantripos = 1; a.cnode_headroom = 8; s.cnode_headroom = 8;',
      }),
      'A.ts': `
        import { p } from "camkes";
        import { CNode, Rights, log } from "sel4";
        import { CSpace } from "sel4/cspace";
        const none = new Uint8Array(0);
        const all = Rights.Write | Rights.Read | Rights.Grant | Rights.GrantReply;
        export function run(): void {
          let free = CSpace.freeSlots();
          log(p.call(0, none).toString() + " " + p.takeCapability().toString());
          p.sendCapability(CSpace.receiveNode());
          p.acceptCapabilities();
          log(p.call(1, none).toString());
          let came = p.takeCapability();
          let there = CSpace.copy(CSpace.receiveNode(), all);
          log((came != 0).toString() + " " + (there != 0).toString());
          let moved = CSpace.takeFrom(new CNode(came), 5, CSpace.receiveNodeBits());
          log((moved != 0).toString());
          p.sendCapability(moved);
          log(p.call(2, none).toString() + " " + p.call(2, none).toString());
          CSpace.remove(came); CSpace.remove(there); CSpace.remove(moved);
          log((free - CSpace.freeSlots()).toString() + " in use: the next place");
        }`,
      'S.ts': `
        import { p } from "camkes";
        import { CNode } from "sel4";
        import { CSpace } from "sel4/cspace";
        let kept: u32 = 0;
        export function p__init(): void { p.acceptCapabilities(); }
        export function p_request(badge: u32, label: u32): u32 {
          if (label == 2) { if (kept) CSpace.remove(kept); kept = 0; return 20; }
          let came = p.takeCapability();
          if (!came) return 10;
          // The client's own CNode of objects: a capability to it goes into it, and it goes back.
          let error = new CNode(came).copy(CSpace.own(), 5, CSpace.receiveNodeBits(), came, CSpace.depth, 15);
          p.sendCapability(came);
          kept = came;
          return error == 0 ? 11 : 12;
        }`,
    },
    prints: ['10 0', '11', 'true true', 'true', '20 20', '1 in use: the next place'],
  })),
  {
    // A thread of the client has a function that is called for each signal, while the control thread does other things.
    connectors: [],
    title: 'a signal of cantripRPCCallSignal that a thread waits for',
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P {}',
        components: { A: 'control; uses P p; has semaphore told;', S: 'provides P p;' },
        instances: 'component A a; component S s;',
        connections: 'connection cantripRPCCallSignal c(from a.p, to s.p);',
        settings: 'a.p_attributes = 1; a.told_value = 0;',
      }),
      'A.ts': `
        import { p, told } from "camkes";
        import { log } from "sel4";
        let times = 0;
        export function p_signalled(): void { times += 1; log("signal " + times.toString()); told.post(); }
        export function run(): void {
          for (let round = 0; round < 2; round++) { p.call(0, new Uint8Array(0)); told.wait(); }
          log("done");
        }`,
      'S.ts': `
        import { p } from "camkes";
        export function p_request(badge: u32, label: u32): u32 { p.emit(badge); return 0; }`,
    },
    prints: ['signal 1', 'signal 2', 'done'],
  },
  {
    // One component with much: a call that is answered by a signal, memory beside it, signals of others, and registers.
    connectors: [],
    texts: {
      'cantrip.json': '{ "program": "system.camkes", "board": "nexus" }',
      'system.camkes': assemblyText({
        procedures: 'procedure P { void ask(); }',
        components: {
          A: `control; uses P p; consumes E e; consumes X device; dataport Buf d;
            composition { } configuration { device.dtb = dtb({"path": "/soc/timersw@54011000"}); }`,
          S: 'provides P p; emits E e; dataport Buf d;',
          Hw: 'hardware; emits X source;',
        },
        connections: `connection seL4RPCDataportSignal c(from a.p, to s.p);
          connection seL4GlobalAsynch f(from s.e, to a.e); connection seL4DTBHW t(from hw.source, to a.device);
          connection seL4SharedDataWithCaps m(from a.d, to s.d);`,
        settings: 'a.allocation_after_init = "allowed";',
      }),
      'A.ts': `
        import { d, device_0, e, p, p_buf } from "camkes";
        import { log } from "sel4";
        export function run(): void {
          p_buf.set<u32>(8, 40);
          p.ask();
          e.wait();
          log("event, and " + (p.poll() ? "a signal" : "none"));
          log(p_buf.get<u32>(8).toString() + " of " + p_buf.size.toString() + ", frames: " + d.frameCount().toString());
          device_0.set<u32>(0x11c, 5);
          log(device_0.get<u32>(0x11c).toString() + " " + (d.frame(0) != 0 ? "held" : "missing"));
        }`,
      'S.ts': `
        import { e, p, p_buf } from "camkes";
        export function p_ask(): void {
          let client = p.sender();
          if (p.clientCount() != 1 || p.clientBadge(0) != client) return;
          p_buf.set<u32>(client, 8, p_buf.get<u32>(client, 8) + 1);
          p.emit(client);
          e.emit();
        }`,
    },
    prints: ['event, and a signal', '41 of 4096, frames: 1', '5 held'],
  },
  ...[
    'seL4Notification',
    'seL4NotificationQueue',
    'seL4NotificationNative',
    'seL4NotificationBind',
  ].map((connector) => ({
    connectors: [],
    title: `${connector} in guest TypeScript`,
    texts: {
      'system.camkes': assemblyText({
        components: { A: 'control; emits E e;', B: 'control; consumes E e;' },
        connections: `connection ${connector} c(from a.e, to b.e);`,
        settings: 'a.e_attributes = "1";',
      }),
      'A.ts': 'import { e } from "camkes"; export function run(): void { e.emit(); }',
      'B.ts': `
          import { e } from "camkes";
          import { log } from "sel4";
          export function run(): void { e.wait(); log(e.poll() ? "more" : "one event"); }`,
    },
    prints: ['one event'],
  })),
  ...['seL4RPCCall', 'cantripRPCCall', 'seL4RPCCallNoType', 'seL4RPCDataport'].map((connector) => ({
    // And memory that both have beside the calls.
    connectors: [],
    title: `${connector} and shared data in guest TypeScript`,
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P { int add(in int left, in string right); }',
        components: {
          A: 'control; uses P p; dataport Buf d;',
          B: 'provides P p; dataport Buf d;',
        },
        connections: `connection ${connector} c(from a.p, to b.p);
          connection ${connector.startsWith('cantrip') ? 'cantripSharedData' : 'seL4SharedData'} m(from a.d, to b.d);`,
      }),
      'A.ts': `
        import { d, p } from "camkes";
        import { log } from "sel4";
        export function run(): void { d.set<u32>(8, 30); log(p.add(5, "seven").toString()); }`,
      'B.ts': `
        import { d } from "camkes";
        export function p_add(left: i32, right: string): i32 {
          return left + right.length + <i32>d.get<u32>(8);
        }`,
    },
    prints: ['40'],
  })),
];
