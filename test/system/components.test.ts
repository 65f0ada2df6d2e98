/**
 * Components in assembly, from their sources to what they print: each connector with two components, the life of a
 * component, and the live capabilities against the specification.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { viewThreads } from '../../runtime/inspect/threads.js';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { build } from '../../runtime/toolchain/build.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';
import { assemblyText, routine, say, sayDigit } from '../support/component-text.js';
import { filesOnDisk } from '../support/files-on-disk.js';

/** What the components print; everything else has to be right, too. */
function printed(texts: Texts): string {
  const built = buildTexts(texts);
  assert.deepEqual(problemsOf(built), []);
  const { console, differences } = bootBuilt(built);
  assert.deepEqual(differences, []);
  return console;
}

const assembly = (composition: string, configuration = ''): string => `
import <std_connector.camkes>;
import "A.camkes";
import "B.camkes";
assembly {
  composition { component A a; component B b; ${composition} }
  configuration { ${configuration} }
}`;

describe('the asm sample', () => {
  it('calculates, and the capabilities are those of its specification', () => {
    const built = build('extension/samples/asm', filesOnDisk, { boards: [nexusBoard()] });
    assert.deepEqual(problemsOf(built), []);
    const { console, differences } = bootBuilt(built);
    assert.deepEqual(differences, []);
    assert.equal(
      console,
      'sum: 26\nquotient: 3\nremainder: 2\nthanks to adder\nthe client is done\n',
    );
  });
});

describe('a system for a kernel without debugging system calls', () => {
  it('makes none: it runs as ever, and prints nothing', () => {
    const boards = [nexusBoard()];
    const built = build('extension/samples/asm', filesOnDisk, { boards, hasDebugCalls: false });
    const { console, platform } = bootBuilt(built);
    assert.equal(console, '');
    const threads = viewThreads(platform);
    assert.deepEqual(
      threads.flatMap(({ fault }) => fault ?? []),
      [],
    );
    const names = new Set(threads.map(({ name }) => name));
    assert.deepEqual([...names], ['rootserver', "child of: 'rootserver'"]);
  });
});

describe('the life of a component', () => {
  it('goes from pre_init over the interfaces to post_init and run', () => {
    const texts = {
      'system.camkes': assembly('connection seL4Notification e(from a.e, to b.e);'),
      'A.camkes': 'component A { control; emits E e; }',
      'A.S': routine('run', 'call e_emit'),
      'B.camkes': 'component B { control; consumes E e; }',
      'B.S': ['pre_init', 'e__init', 'post_init']
        .map((name) => routine(name, say(name)))
        .concat(routine('run', say('run'), 'call e_wait', say('event')))
        .join(''),
    };
    assert.equal(printed(texts), 'pre_init\ne__init\npost_init\nrun\nevent\n');
  });
});

describe('connectors of events', () => {
  it('seL4Notification: a registered function is called once, at the next event', () => {
    const texts = {
      'system.camkes': assembly(
        'connection seL4Notification e(from a.e, to b.e);',
        'a.priority = 100;',
      ),
      'A.camkes': 'component A { control; emits E e; }',
      'A.S': routine('run', 'call e_emit', 'call e_emit'),
      'B.camkes': 'component B { control; consumes E e; }',
      'B.S':
        routine('heard', 'call camkes_print') +
        routine(
          'run',
          'la a0, heard',
          'la a1, 8f',
          'call e_reg_callback',
          'call e_wait',
          say('waited'),
          '.pushsection .rodata',
          '8: .asciz "heard "',
          '.popsection',
        ),
    };
    assert.equal(printed(texts), 'heard waited\n');
  });

  it('seL4NotificationNative: wait and poll go to the notification itself', () => {
    const texts = {
      'system.camkes': assembly('connection seL4NotificationNative e(from a.e, to b.e);'),
      'A.camkes': 'component A { control; emits E e; }',
      'A.S': routine('run', 'call e_emit'),
      'B.camkes': 'component B { control; consumes E e; }',
      'B.S': routine(
        'run',
        'call e_wait',
        say('woken'),
        'call e_poll',
        'bnez a0, 1f',
        say('none'),
        '1:',
      ),
    };
    assert.equal(printed(texts), 'woken\nnone\n');
  });
});

describe('connectors of data', () => {
  it('seL4SharedData: what one writes the other reads', () => {
    const texts = {
      'system.camkes': assembly(
        'connection seL4SharedData d(from a.d, to b.d); connection seL4Notification e(from a.e, to b.e);',
        'b.d_access = "R";',
      ),
      'A.camkes': 'component A { control; dataport Buf d; emits E e; }',
      'A.S': routine('run', 'lw t0, d', 'li t1, 0x6968', 'sw t1, 4(t0)', 'call e_emit'),
      'B.camkes': 'component B { control; dataport Buf d; consumes E e; }',
      'B.S': routine('run', 'call e_wait', 'lw a0, d', 'addi a0, a0, 4', 'call puts'),
    };
    assert.equal(printed(texts), 'hi\n');
  });
});

describe('locks', () => {
  it('a semaphore counts: what was posted before anybody waits is not lost, and trywait tells when none is left', () => {
    const texts = {
      'system.camkes': assemblyText({
        components: { A: 'control; has semaphore s; has mutex m;' },
        connections: '',
        settings: 'a.s_value = 1;',
      }),
      'A.S': routine(
        'run',
        'call s_post',
        'call s_wait',
        sayDigit,
        'call s_trywait',
        sayDigit,
        'call s_trywait',
        'neg a0, a0',
        sayDigit,
        'call m_lock',
        'call m_unlock',
        'call m_lock',
        sayDigit,
      ),
    };
    assert.equal(printed(texts), '0\n0\n1\n0\n');
  });

  it('a mutex keeps a thread out until the other one is done; a semaphore counts', () => {
    const texts = {
      'system.camkes': assembly('connection seL4RPCCall c(from a.c, to b.c);', 'b.s_value = 0;'),
      'P.idl4': 'procedure P { void go(); }',
      'A.camkes': 'import "P.idl4"; component A { control; uses P c; }',
      'A.S': routine('run', 'call c_go', say('back')),
      'B.camkes':
        'import "P.idl4"; component B { control; provides P c; has mutex m; has semaphore s; has binary_semaphore b; }',
      'B.S':
        routine('c_go', 'call s_post', 'call m_lock', say('served'), 'call m_unlock') +
        routine(
          'run',
          'call m_lock',
          'call s_wait',
          say('holding'),
          'call m_unlock',
          'call b_post',
          'call b_wait',
          say('taken'),
        ),
    };
    assert.equal(printed(texts), 'holding\ntaken\nserved\nback\n');
  });
});
