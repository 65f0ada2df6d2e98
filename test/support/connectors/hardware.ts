/** Connectors of devices of board nexus. Their interrupts are raised by the registers that are there to test them. */
import { assemblyText, routine, say, sayDigit } from '../component-text.js';
import type { ConnectorCase } from './connector-case.js';

const uart = 'hw.r_paddr = 0x54000000; hw.r_size = 0x1000;';
const timer = 'hw.r_paddr = 0x54011000; hw.r_size = 0x1000;';

/** Raises the interrupts `bits` of the UART whose registers lie where the word `at` points. */
const raiseUart = (bits: number, at: string): string => `
    lw      t0, ${at}
    li      t1, ${String(bits)}
    sw      t1, 4(t0)                       # INTR_ENABLE
    sw      t1, 8(t0)                       # INTR_TEST
`;

/** Takes them back. */
const lowerUart = (bits: number, at: string): string => `
    lw      t0, ${at}
    sw      zero, 4(t0)
    li      t1, ${String(bits)}
    sw      t1, 0(t0)                       # INTR_STATE
`;

const raiseTimer = `
    lw      t0, irq_0
    li      t1, 1
    sw      t1, 0x100(t0)
    sw      t1, 0x108(t0)
`;
const lowerTimer = `
    lw      t0, irq_0
    sw      zero, 0x100(t0)
    li      t1, 1
    sw      t1, 0x104(t0)
`;

const registers = (connector: string): ConnectorCase => ({
  connectors: [connector],
  texts: {
    'system.camkes': assemblyText({
      components: { Hw: 'hardware; dataport Buf r;', D: 'control; dataport Buf r;' },
      connections: `connection ${connector} c(from d.r, to hw.r);`,
      settings: timer,
    }),
    // What is written into the upper half of the time that is compared with is read again.
    'D.S': routine('run', 'lw t0, r', 'li t1, 7', 'sw t1, 0x11c(t0)', 'lw a0, 0x11c(t0)', sayDigit),
  },
  prints: ['7'],
});

const ofTree = (settings: string): string =>
  `configuration { irq.dtb = dtb({"path": "/soc/timersw@54011000"}); irq.generate_interrupts = 1; ${settings} }`;
/** Without it there is no board whose device tree could be asked. */
const project = '{ "program": "system.camkes", "board": "nexus" }';

/** The device is a node of the device tree: its registers and its interrupt come of one query. */
const inTree = (connector: string, isHardware: boolean): ConnectorCase => ({
  connectors: [connector],
  texts: {
    'cantrip.json': project,
    'system.camkes': assemblyText({
      components: {
        Hw: isHardware ? 'hardware; emits X source;' : 'emits X source;',
        D: `control; consumes X irq; has semaphore done; composition { } ${ofTree('')}`,
      },
      connections: `connection ${connector} c(from hw.source, to d.irq);`,
      settings: 'd.done_value = 0;',
    }),
    ...(isHardware ? {} : { 'Hw.S': '' }),
    'D.S':
      routine('run', raiseTimer, 'call done_wait', say('handled')) +
      // Told which one, as CAmkES does it.
      routine(
        'irq_irq_handle',
        'sw a0, 8(sp)',
        'lw a0, 4(a0)',
        'addi a0, a0, -30',
        sayDigit,
        lowerTimer,
        'lw a0, 8(sp)',
        'call irq_irq_acknowledge',
        sayDigit,
        'call done_post',
      ),
  },
  prints: ['8', '0', 'handled'],
});

const threadless = (connector: string, isHardware: boolean): ConnectorCase => ({
  connectors: [connector],
  texts: {
    'cantrip.json': project,
    'system.camkes': assemblyText({
      components: {
        Hw: isHardware ? 'hardware; emits X source;' : 'emits X source;',
        D: `control; consumes X irq; composition { } ${ofTree('')}`,
      },
      connections: `connection ${connector} c(from hw.source, to d.irq);`,
      settings: 'd.single_threaded = true;',
    }),
    ...(isHardware ? {} : { 'Hw.S': '' }),
    'D.S':
      routine('run', raiseTimer, say('raised')) +
      routine('irq_handle', lowerTimer, 'call irq_acknowledge', sayDigit),
  },
  prints: ['raised', '0'],
  differences: ['d_d_0_control_tcb has a bound notification; it should have none.'],
});

export const hardwareCases: readonly ConnectorCase[] = [
  registers('seL4HardwareMMIO'),
  registers('cantripMMIO'),
  {
    connectors: ['seL4HardwareInterrupt'],
    texts: {
      'system.camkes': assemblyText({
        components: {
          Hw: 'hardware; dataport Buf r; emits X irq;',
          D: 'control; dataport Buf r; consumes X irq; has semaphore done;',
        },
        connections: `connection seL4HardwareMMIO m(from d.r, to hw.r);
          connection seL4HardwareInterrupt c(from hw.irq, to d.irq);`,
        settings: `${uart} hw.irq_irq_number = 1; d.done_value = 0;`,
      }),
      'D.S':
        routine('run', raiseUart(1, 'r'), 'call done_wait', say('handled')) +
        routine(
          'irq_handle',
          lowerUart(1, 'r'),
          'call irq_acknowledge',
          sayDigit,
          'call done_post',
        ),
    },
    prints: ['0', 'handled'],
  },
  {
    // An interrupt and an event signal one notification; the driver waits for each by its bits.
    connectors: ['seL4GlobalAsynchHardwareInterrupt'],
    texts: {
      'system.camkes': assemblyText({
        components: {
          Hw: 'hardware; dataport Buf r; emits X irq;',
          D: 'control; dataport Buf r; consumes X irq; consumes E e;',
          A: 'control; emits E e;',
        },
        connections: `connection seL4HardwareMMIO m(from d.r, to hw.r);
          connection seL4GlobalAsynchHardwareInterrupt c(from hw.irq, to d.irq);
          connection seL4GlobalAsynch f(from a.e, to d.e);`,
        settings: `${uart} hw.irq_irq_number = 1;`,
      }),
      'A.S': routine('run', 'call e_emit'),
      'D.S': routine(
        'run',
        raiseUart(1, 'r'),
        'call irq_wait',
        lowerUart(1, 'r'),
        'call irq_acknowledge',
        sayDigit,
        'call e_wait',
        say('event'),
      ),
    },
    prints: ['0', 'event'],
    // The driver pairs the interrupt with its badge when it starts, as CAmkES has it.
    differences: [
      'Interrupt 1 gives W instead of RW for c_d_global_endpoint.',
      'Interrupt 1 has badge 3 for c_d_global_endpoint; it should be 0.',
    ],
  },
  {
    connectors: [],
    title: 'cantripIRQ with a function for each of two sources',
    texts: {
      'system.camkes': assemblyText({
        components: {
          Hw: 'hardware; dataport Buf r; emits X tx; emits X empty;',
          D: 'control; dataport Buf r; consumes X irq; has semaphore done;',
        },
        connections: `connection cantripMMIO m(from d.r, to hw.r);
          connection cantripIRQ c(from hw.tx, from hw.empty, to d.irq);`,
        settings: `${uart} hw.tx_irq_number = 1; hw.empty_irq_number = 3; d.done_value = 0;`,
      }),
      'D.S':
        routine(
          'run',
          raiseUart(1, 'r'),
          'call done_wait',
          raiseUart(4, 'r'),
          'call done_wait',
          say('both'),
        ) +
        routine(
          'tx_handle',
          lowerUart(1, 'r'),
          say('tx'),
          'call tx_acknowledge',
          'call done_post',
        ) +
        routine(
          'empty_handle',
          lowerUart(4, 'r'),
          say('empty'),
          'call empty_acknowledge',
          'call done_post',
        ),
    },
    prints: ['tx', 'empty', 'both'],
  },
  inTree('seL4DTBHardware', false),
  inTree('seL4DTBHW', true),
  threadless('seL4DTBHardwareThreadless', false),
  threadless('seL4DTBHWThreadless', true),
  {
    // It names devices for a library of drivers, and gives nothing: the system is the same with it.
    connectors: ['seL4InitHardware'],
    texts: {
      'system.camkes': assemblyText({
        components: { A: 'emits X source;', D: 'control; consumes X devices;' },
        connections: 'connection seL4InitHardware c(from a.source, to d.devices);',
        settings: 'd.fdt_bind_driver_paths = ["/soc/timersw@54011000"];',
      }),
      'A.S': '',
      'D.S': routine('run', say('runs')),
    },
    prints: ['runs'],
  },
  {
    // The debugger hears of each fault, and says where the thread is to go on.
    connectors: ['seL4GDB'],
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P {}',
        components: { A: 'control; uses P p;', S: 'provides P p;' },
        connections: 'connection seL4GDB c(from a.p, to s.p);',
      }),
      'A.S': routine('run', say('before'), '.globl wrong', 'wrong: unimp', say('behind')),
      'S.S': routine(
        'p_fault',
        'sw a2, 8(sp)',
        'mv a0, a1',
        sayDigit,
        'lw a0, 8(sp)',
        'addi a0, a0, 2',
      ),
    },
    prints: ['before', '3', 'behind'],
  },
];
