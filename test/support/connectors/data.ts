/** Connectors of data. */
import { assemblyText, routine, say, sayDigit } from '../component-text.js';
import type { ConnectorCase } from './connector-case.js';

/** One writes and tells, the other reads. */
const shared = (
  connector: string,
  settings = '',
  reader: readonly string[] = [],
): ConnectorCase => ({
  connectors: [connector],
  texts: {
    'system.camkes': assemblyText({
      components: {
        A: 'control; dataport Buf(8192) d; emits E e;',
        B: 'control; dataport Buf(8192) d; consumes E e;',
      },
      connections: `connection ${connector} c(from a.d, to b.d); connection seL4Notification f(from a.e, to b.e);`,
      settings,
    }),
    'A.S': routine(
      'run',
      'lw t0, d',
      'li t1, 4096',
      'add t0, t0, t1',
      'li t1, 0x6968',
      'sw t1, 0(t0)',
      'call e_emit',
    ),
    'B.S': routine(
      'run',
      'call e_wait',
      'lw a0, d',
      'li t1, 4096',
      'add a0, a0, t1',
      'call puts',
      'call d_get_size',
      'srli a0, a0, 12',
      sayDigit,
      ...reader,
    ),
  },
  prints: ['hi', '2', ...(reader.length > 0 ? ['2', '1'] : [])],
});

/** How many frames it holds, and whether it holds a capability to the second. */
const frames = [
  'call d_get_num_frame_caps',
  sayDigit,
  'li a0, 1',
  'call d_get_nth_frame_cap',
  'snez a0, a0',
  sayDigit,
];

export const dataCases: readonly ConnectorCase[] = [
  shared('seL4SharedData', 'b.d_access = "R";'),
  shared('cantripSharedData'),
  shared('seL4DMASharedData', 'c.size = 8192;', frames),
  shared('seL4SharedDataWithCaps', 'c.size = 8192;', frames),
  {
    connectors: ['seL4MessageQueue'],
    texts: {
      'system.camkes': assemblyText({
        components: { A: 'control; dataport Buf d;', B: 'control; dataport Buf d;' },
        connections: 'connection seL4MessageQueue c(from a.d, to b.d);',
        settings: 'a.d_id = 1; b.d_id = 1;',
      }),
      'A.S': routine('run', 'lw t0, d', 'li t1, 0x6968', 'sw t1, 0(t0)', 'call d_notify'),
      'B.S': routine(
        'run',
        'call d_wait',
        'lw a0, d',
        'call puts',
        'call d_poll',
        'bnez a0, 1f',
        say('no more'),
        '1:',
      ),
    },
    prints: ['hi', 'no more'],
  },
];
