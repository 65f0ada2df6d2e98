/** Connectors of calls. */
import { assemblyText, routine, say, sayDigit } from '../component-text.js';
import type { ConnectorCase } from './connector-case.js';

const adding = 'procedure P { int add(in int left, in int right); }';

/** Calls with 1 and 2, and prints what comes back. */
const client = routine('run', 'li a0, 1', 'li a1, 2', 'call p_add', sayDigit);

/** Prints who calls, and adds. */
const server = routine(
  'p_add',
  'add a0, a0, a1',
  'sw a0, 8(sp)',
  'call p_get_sender_id',
  sayDigit,
  'lw a0, 8(sp)',
);

/** Two clients; the second one waits until the first has been served. */
const twoClients = (connector: string, from: string, settings: string): ConnectorCase => ({
  connectors: [connector],
  texts: {
    'system.camkes': assemblyText({
      procedures: adding,
      components: { A: 'control; uses P p;', S: from },
      instances: 'component A a; component A other; component S s;',
      connections: `connection ${connector} c(from a.p, from other.p, to s.p);`,
      settings: `other.priority = 100; ${settings}`,
    }),
    'A.S': client,
    'S.S': server,
  },
  prints: ['1', '3', '2', '3'],
});

/** A client asks, and is signalled by its badge while it waits. */
const signalled = (connector: string, settings = '', badge = '1'): ConnectorCase => ({
  connectors: [connector],
  texts: {
    'system.camkes': assemblyText({
      procedures: 'procedure P { void ask(); }',
      components: { A: 'control; uses P p;', S: 'provides P p;' },
      connections: `connection ${connector} c(from a.p, to s.p);`,
      settings,
    }),
    'A.S': routine('run', 'call p_ask', say('asked'), 'call p_wait', say('signalled')),
    'S.S': routine(
      'p_ask',
      'call p_largest_badge',
      sayDigit,
      'call p_get_sender_id',
      'call p_emit',
    ),
  },
  prints: [badge, 'asked', 'signalled'],
});

const lengths = 'procedure P { int length(); }';
const writes = `
    lw      a0, p_buf
    la      a1, 8f
    li      a2, 6
    call    memcpy
    .pushsection .rodata
8:  .asciz  "hello"
    .popsection
`;

/** A text goes through the memory beside the call; the server finds that of its caller. */
const besideCalls = (
  connector: string,
  { provides = 'provides P p;', settings = '', find = 'call p_get_sender_id' } = {},
): ConnectorCase => ({
  connectors: [connector],
  texts: {
    'system.camkes': assemblyText({
      procedures: lengths,
      components: { A: 'control; uses P p;', S: provides },
      connections: `connection ${connector} c(from a.p, to s.p);`,
      settings: `a.p_shmem_size = 8192; ${settings}`,
    }),
    'A.S': routine('run', writes, 'call p_length', sayDigit),
    'S.S': routine(
      'p_length',
      find,
      'sw a0, 8(sp)',
      'call p_buf',
      'call puts',
      'lw a0, 8(sp)',
      'call p_buf_size',
      'srli a0, a0, 12',
      sayDigit,
      'lw a0, 8(sp)',
      'call p_buf',
      'call strlen',
    ),
  },
  prints: ['hello', '2', '5'],
});

/** A thread that serves all binds the notification itself, as CAmkES has it. */
const bindsItself = ['s_s_0_control_tcb has a bound notification; it should have none.'];

const single = { provides: 'control; provides P p;', settings: 's.single_threaded = true;' };
/** A server without threads numbers its clients, and knows their badges by those numbers. */
const byNumber = 'call p_get_sender_id\n    call p_enumerate_badge';

/** A label and three bytes go there, a label and as many words come back; the client is known by its badge. */
const bufferMessage = (
  connector: string,
  { settings = '', from = 'a.p', badge = '1' },
): ConnectorCase => ({
  connectors: [],
  title: `${connector} with bytes instead of methods`,
  texts: {
    'system.camkes': assemblyText({
      procedures: 'procedure P {}',
      components: { A: 'control; uses P p;', S: 'provides P p;' },
      connections: `connection ${connector} c(from ${from}, to s.p);`,
      settings,
    }),
    'A.S': routine(
      'run',
      'call p_message',
      'li t1, 0x030201',
      'sw t1, 0(a0)',
      'li a0, 4',
      'li a1, 3',
      'call p_call',
      'sw a1, 8(sp)',
      sayDigit,
      'lw a0, 8(sp)',
      sayDigit,
      'call p_message',
      'lw a0, 4(a0)',
      sayDigit,
    ),
    'S.S': routine(
      'p_request',
      'sw a1, 8(sp)',
      'sw a2, 4(sp)',
      'sw a3, 0(sp)',
      sayDigit,
      'lw a0, 0(sp)',
      sayDigit,
      'lw a2, 4(sp)',
      'lbu t0, 2(a2)',
      'addi t0, t0, 4',
      'sw t0, 4(a2)',
      'lw a0, 8(sp)',
      'addi a0, a0, 1',
      'li a1, 8',
    ),
  },
  prints: [badge, '4', '5', '8', '7'],
});

export const callCases: readonly ConnectorCase[] = [
  bufferMessage('cantripRPCCall', {}),
  bufferMessage('cantripRPCCallSignal', { settings: 'a.p_attributes = 2;', badge: '2' }),
  twoClients('seL4RPCCall', 'provides P p;', ''),
  {
    ...twoClients('seL4RPCCall', 'provides P p;', 's.p_passive = true;'),
    connectors: [],
    title: 'seL4RPCCall to a server that is passive, and runs on the time of its callers',
  },
  twoClients('seL4RPCCallNoType', 'provides P p;', ''),
  twoClients('cantripRPCCall', 'provides P p;', ''),
  {
    connectors: ['seL4DirectCall'],
    texts: {
      'system.camkes': assemblyText({
        procedures: adding,
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        instances: 'group g { component A a; component S s; }',
        connections: 'connection seL4DirectCall c(from g.a.p, to g.s.p);',
      }),
      'A.S': client,
      'S.S': routine('p_add', 'add a0, a0, a1'),
    },
    prints: ['3'],
  },
  {
    // One thread takes calls of two interfaces, and signals.
    connectors: ['seL4RPCNoThreads'],
    texts: {
      'system.camkes': assemblyText({
        procedures: adding,
        components: {
          A: 'control; uses P p; uses P q; emits E e;',
          S: 'control; provides P p; provides P q; consumes E e;',
        },
        connections: `connection seL4RPCNoThreads c(from a.p, to s.p);
          connection seL4RPCNoThreads d(from a.q, to s.q); connection seL4GlobalAsynch f(from a.e, to s.e);`,
        settings: 's.single_threaded = true;',
      }),
      'A.S': routine(
        'run',
        'li a0, 1',
        'li a1, 2',
        'call p_add',
        sayDigit,
        'call e_emit',
        'li a0, 6',
        'li a1, 3',
        'call q_add',
        sayDigit,
      ),
      'S.S':
        routine(
          'run',
          'li a0, 3',
          'la a1, 0',
          'la a2, told',
          'li a3, 7',
          'call single_threaded_component_register_handler',
        ) +
        routine('told', 'mv a0, a1', sayDigit) +
        routine('e_handle', say('event')) +
        server +
        routine('q_add', 'sub a0, a0, a1'),
    },
    prints: ['0', '3', 'event', '7', '3'],
    differences: bindsItself,
  },
  signalled('seL4RPCCallSignal'),
  signalled('seL4TimeServer'),
  signalled('cantripRPCCallSignal', 'a.p_attributes = 2;', '2'),
  {
    ...signalled('seL4PicoServerSignal', 's.single_threaded = true;', '2'),
    differences: bindsItself,
    texts: {
      ...signalled('seL4PicoServerSignal').texts,
      'system.camkes': assemblyText({
        procedures: 'procedure P { void ask(); }',
        components: { A: 'control; uses P p;', S: 'control; provides P p;' },
        connections: 'connection seL4PicoServerSignal c(from a.p, to s.p);',
        settings: 's.single_threaded = true;',
      }),
      'S.S': routine(
        'p_ask',
        'call p_largest_badge',
        'sw a0, 8(sp)',
        sayDigit,
        'lw a0, 8(sp)',
        'call p_emit',
      ),
    },
  },
  besideCalls('seL4RPCDataport'),
  besideCalls('seL4RPCDataportSignal'),
  besideCalls('seL4SerialServer'),
  {
    ...besideCalls('seL4RPCDataportNoThreads', { ...single, find: byNumber }),
    differences: bindsItself,
  },
  { ...besideCalls('seL4PicoServer', { ...single, find: byNumber }), differences: bindsItself },
  {
    connectors: ['seL4Ethdriver'],
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P { int last(); }',
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        instances: 'component A a; component A other; component S s;',
        connections: 'connection seL4Ethdriver c(from a.p, from other.p, to s.p);',
        settings: 'a.p_mac = [2, 0, 0, 0, 0, 9]; other.priority = 100;',
      }),
      'A.S': routine('run', 'call p_last', sayDigit),
      'S.S': routine(
        'p_last',
        'call p_get_sender_id',
        'sb zero, 5(sp)',
        'mv a1, sp',
        'sw a0, 8(sp)',
        'call p_get_mac',
        'lw a0, 8(sp)',
        'call p_has_mac',
        'bnez a0, 1f',
        'sb zero, 5(sp)',
        '1:',
        'lbu a0, 5(sp)',
      ),
    },
    prints: ['9', '0'],
  },
  {
    connectors: ['seL4GPIOServer'],
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P { int owner(in int pin); }',
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        instances: 'component A a; component A other; component S s;',
        connections: 'connection seL4GPIOServer c(from a.p, from other.p, to s.p);',
        settings: `other.priority = 100;
          a.p_pins = gpio({"pins": [3, 4]}); other.p_pins = gpio({"pins": [7]});`,
      }),
      'A.S': routine(
        'run',
        'call p_num_allocated_pins',
        sayDigit,
        'call p_get_allocated_pins',
        'lw a0, 0(a0)',
        'call p_owner',
        sayDigit,
      ),
      'S.S': routine('p_owner', 'call p_get_pin_assignee'),
    },
    prints: ['2', '1', '1', '2'],
  },
  {
    // As CantripOS calls: what is asked for is in the label, what it is about in a page that both have.
    connectors: ['cantripRPCOverMultiSharedData'],
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P {}',
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        connections: 'connection cantripRPCOverMultiSharedData c(from a.p, to s.p);',
      }),
      'A.S': routine(
        'run',
        'lw t0, p_data',
        'li t1, 4',
        'sw t1, 0(t0)',
        'li a0, 5',
        'call p_call',
        sayDigit,
        'lw t0, p_data',
        'li t1, 2048',
        'add t0, t0, t1',
        'lw a0, 0(t0)',
        sayDigit,
      ),
      'S.S': routine(
        'p_request',
        'lw t0, 0(a2)',
        'addi t0, t0, 1',
        'li t1, 2048',
        'add t1, t1, a2',
        'sw t0, 0(t1)',
        'addi a0, a1, 3',
      ),
    },
    prints: ['8', '5'],
  },
  {
    // And the server tells the client of something by a signal, which it waits for.
    connectors: [],
    title: 'cantripRPCSignalOverMultiSharedData in assembly',
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P {}',
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        connections: 'connection cantripRPCSignalOverMultiSharedData c(from a.p, to s.p);',
        settings: 'a.p_attributes = 2;',
      }),
      'A.S': routine(
        'run',
        'lw t0, p_data',
        'li t1, 4',
        'sw t1, 0(t0)',
        'li a0, 5',
        'call p_call',
        sayDigit,
        'call p_wait',
        say('signalled'),
      ),
      'S.S': routine(
        'p_request',
        'lw t0, 0(a2)',
        'add t0, t0, a1',
        'sw t0, 8(sp)',
        'call p_emit',
        'lw a0, 8(sp)',
      ),
    },
    prints: ['9', 'signalled'],
  },
];
