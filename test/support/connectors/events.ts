/** Connectors of events. */
import { assemblyText, routine, say, sayDigit } from '../component-text.js';
import type { ConnectorCase } from './connector-case.js';

/** Prints "more" or "no more". */
const asked = `
    call    e_poll
    bnez    a0, 1f
    ${say('no more')}
    j       2f
1:  ${say('more')}
2:
`;

const emitter = 'control; emits E e;';
const consumer = 'control; consumes E e;';

export const eventCases: readonly ConnectorCase[] = [
  {
    connectors: ['seL4Notification'],
    texts: {
      'system.camkes': assemblyText({
        components: { A: emitter, B: consumer },
        connections: 'connection seL4Notification c(from a.e, to b.e);',
        settings: 'a.priority = 100;',
      }),
      'A.S': routine('run', 'call e_emit', 'call e_emit'),
      'B.S': routine('run', 'call e_wait', say('one'), 'call e_wait', say('two'), asked),
    },
    prints: ['one', 'two', 'no more'],
  },
  {
    // The emitter goes before the consumer: a notification alone would keep one event of three.
    connectors: ['seL4NotificationQueue'],
    texts: {
      'system.camkes': assemblyText({
        components: { A: emitter, B: consumer },
        connections: 'connection seL4NotificationQueue c(from a.e, to b.e);',
        settings: 'b.priority = 100;',
      }),
      'A.S': routine('run', 'call e_emit', 'call e_emit', 'call e_emit', say('emitted')),
      'B.S':
        routine('heard', 'call puts') +
        routine(
          'run',
          'call e_wait',
          say('one'),
          'call e_wait',
          say('two'),
          'la a0, heard',
          'la a1, 8f',
          'call e_reg_callback',
          asked,
          '.pushsection .rodata',
          '8: .asciz "three, by a function"',
          '.popsection',
        ),
    },
    prints: ['emitted', 'one', 'two', 'three, by a function', 'no more'],
  },
  {
    connectors: ['seL4NotificationNative'],
    texts: {
      'system.camkes': assemblyText({
        components: { A: emitter, B: consumer },
        connections: 'connection seL4NotificationNative c(from a.e, to b.e);',
      }),
      'A.S': routine('run', 'call e_emit'),
      'B.S': routine('run', 'call e_wait', say('one'), asked),
    },
    prints: ['one', 'no more'],
  },
  {
    // Each emitter has a badge; those that came before the consumer waited arrive in one.
    connectors: ['seL4NotificationBind'],
    texts: {
      'system.camkes': assemblyText({
        components: { A: emitter, B: consumer },
        instances: 'component A a; component A other; component B b;',
        connections: 'connection seL4NotificationBind c(from a.e, from other.e, to b.e);',
        settings: 'a.e_attributes = "1"; other.e_attributes = "2"; b.priority = 100;',
      }),
      'A.S': routine('run', 'call e_emit'),
      'B.S': routine(
        'run',
        'call e_notification',
        'call camkes_notification_wait',
        sayDigit,
        asked,
      ),
    },
    prints: ['3', 'no more'],
  },
  {
    // Both events are signals of one notification; who waits for one is not woken by the other.
    connectors: ['seL4GlobalAsynch'],
    texts: {
      'system.camkes': assemblyText({
        components: {
          A: 'control; emits E d; emits E e;',
          B: 'control; consumes E d; consumes E e;',
        },
        connections:
          'connection seL4GlobalAsynch c(from a.d, to b.d); connection seL4GlobalAsynch f(from a.e, to b.e);',
      }),
      'A.S': routine('run', 'call d_emit', 'call e_emit'),
      'B.S': routine(
        'run',
        'call e_wait',
        'call e_notification_badge',
        sayDigit,
        asked,
        'call d_wait',
        'call d_notification_badge',
        sayDigit,
      ),
    },
    prints: ['5', 'no more', '3'],
  },
  {
    // Its own emitter is a dummy: other connections signal, and a thread tells the component with which badge.
    connectors: ['seL4GlobalAsynchCallback'],
    texts: {
      'system.camkes': assemblyText({
        components: {
          A: 'control; emits E e;',
          Dummy: 'emits E never;',
          B: 'consumes E d; consumes E e;',
        },
        connections:
          'connection seL4GlobalAsynch c(from a.e, to b.e); connection seL4GlobalAsynchCallback f(from dummy.never, to b.d);',
      }),
      'A.S': routine('run', 'call e_emit'),
      'B.S': routine('d_callback', sayDigit),
      'Dummy.S': '',
    },
    prints: ['3'],
  },
  {
    // A thread that waits for one end gets its event, although another one is told of all: that gets the rest.
    connectors: [],
    title: 'seL4GlobalAsynchCallback beside a thread that waits itself',
    texts: {
      'system.camkes': assemblyText({
        components: {
          A: 'control; emits E e; emits E f;',
          Dummy: 'emits E never;',
          B: 'control; consumes E d; consumes E e; consumes E f;',
        },
        connections: `connection seL4GlobalAsynch c(from a.e, to b.e); connection seL4GlobalAsynch g(from a.f, to b.f);
          connection seL4GlobalAsynchCallback k(from dummy.never, to b.d);`,
        settings: 'a.priority = 50; b.priority = 100;',
      }),
      'A.S': routine('run', 'call e_emit', 'call f_emit', 'call e_emit'),
      'B.S': routine('run', 'call e_wait', say('waited')) + routine('d_callback', sayDigit),
      'Dummy.S': '',
    },
    prints: ['waited', '5', '3'],
  },
  {
    // What came while a function of the one thread waited for something else is told behind it.
    connectors: [],
    title: 'seL4GlobalAsynch to one thread whose functions wait',
    texts: {
      'system.camkes': assemblyText({
        procedures: 'procedure P { void go(); }',
        components: {
          A: 'control; emits E e; emits E d; emits E f;',
          C: 'control; uses P p;',
          B: 'control; provides P p; consumes E d; consumes E e; consumes E f;',
        },
        connections: `connection seL4GlobalAsynch l(from a.d, to b.d); connection seL4GlobalAsynch m(from a.e, to b.e);
          connection seL4GlobalAsynch h(from a.f, to b.f); connection seL4RPCNoThreads k(from c.p, to b.p);`,
        settings: 'b.single_threaded = true; a.priority = 50; c.priority = 100;',
      }),
      'A.S': routine(
        'run',
        'call f_emit',
        'call d_emit',
        'call e_emit',
        'call f_emit',
        'call d_emit',
      ),
      'C.S': routine('run', 'call p_go', say('went')),
      'B.S':
        routine('p_go', 'call d_wait', say('waited in a call')) +
        routine('e_handle', 'call d_wait', say('waited in an event')) +
        routine('f_handle', say('told')),
    },
    prints: ['waited in a call', 'told', 'went', 'waited in an event', 'told'],
    differences: ['b_b_0_control_tcb has a bound notification; it should have none.'],
  },
];
