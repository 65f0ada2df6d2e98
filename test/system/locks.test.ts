/** Mutexes and semaphores of a component, and what is told of a thread that misuses them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { viewFault } from '../../runtime/inspect/faults.js';
import { programFault } from '../../runtime/inspect/program-fault.js';
import { threadsOf } from '../../runtime/inspect/thread-state.js';
import { routine, say, sayDigit } from '../support/component-text.js';
import { bootBuilt, buildTexts, problemsOf } from '../support/component-system.js';

interface Told {
  readonly prints: readonly string[];
  /** What is said of threads that stopped. */
  readonly faults: readonly string[];
}

interface Misuse {
  readonly settings?: string;
  readonly optimization?: 'debug' | 'release';
}

/** `A.S` is the source of an instance `a`, whose thread for interface `p` is called by `C.S`. */
function told(source: string, { settings = '', optimization = 'debug' }: Misuse = {}): Told {
  const built = buildTexts(
    {
      'system.camkes': `import <std_connector.camkes>;
        procedure P { void go(); }
        component A { control; provides P p; has mutex m; has semaphore s; has binary_semaphore b; }
        component C { control; uses P p; }
        assembly {
          composition { component A a; component C c; connection seL4RPCCall k(from c.p, to a.p); }
          configuration { c._priority = 100; ${settings} }
        }`,
      'A.S': source.includes('p_go:') ? source : `${source}${routine('p_go')}`,
      'C.S': routine('run', 'call p_go'),
    },
    'system.camkes',
    { optimization },
  );
  assert.deepEqual(problemsOf(built), []);
  const { console, platform } = bootBuilt(built);
  const faults = threadsOf(platform).flatMap((thread) => {
    const fault = viewFault(platform, thread);
    return fault === undefined
      ? []
      : [programFault(platform, thread, fault)?.sentence ?? fault.kind];
  });
  const lines = console.split('\n').slice(0, -1);
  return { prints: lines.filter((line) => !line.startsWith('Thread ')), faults };
}

describe('a mutex', () => {
  it('is free at first, and can be taken again after it was given back', () => {
    const source = routine('run', 'call m_lock', 'call m_unlock', 'call m_lock', say('twice'));
    assert.deepEqual(told(source), { prints: ['twice'], faults: [] });
  });

  it('that its holder takes again stops it at the line of the call, in a debug build', () => {
    const source = routine('run', 'call m_lock', 'call m_lock', say('never'));
    assert.deepEqual(told(source), {
      prints: [],
      faults: [
        'mutex m is locked by the thread that holds it already, which would wait for ever at A.S:7',
      ],
    });
    assert.deepEqual(told(source, { optimization: 'release' }), { prints: [], faults: [] });
  });

  it('that a thread gives back without holding it stops that one, in a debug build', () => {
    const source = routine('run', 'call m_unlock', say('on'));
    assert.deepEqual(told(source), {
      prints: [],
      faults: ['mutex m is unlocked by a thread that does not hold it at A.S:6'],
    });
    assert.deepEqual(told(source, { optimization: 'release' }).prints, ['on']);
  });

  it('that another thread holds is waited for', () => {
    const source =
      routine('run', 'call m_lock', 'call b_wait', say('held'), 'call m_unlock') +
      routine('p_go', 'call b_post', 'call m_lock', say('taken'), 'call m_unlock');
    assert.deepEqual(told(source), { prints: ['held', 'taken'], faults: [] });
  });
});

describe('a semaphore', () => {
  const tried = ['call s_trywait', 'neg a0, a0', sayDigit];

  it('counts from one, or from its setting', () => {
    const source = routine('run', ...tried, ...tried, ...tried);
    assert.deepEqual(told(source).prints, ['0', '1', '1']);
    assert.deepEqual(told(source, { settings: 'a.s_value = 2;' }).prints, ['0', '0', '1']);
    assert.deepEqual(told(source, { settings: 'a.s_value = 0;' }).prints, ['1', '1', '1']);
  });

  it('that is binary is taken at first, and counts no further than one', () => {
    const source = routine(
      'run',
      'call b_post',
      'call b_post',
      'call b_wait',
      say('one'),
      'call b_wait',
      say('two'),
    );
    assert.deepEqual(told(source).prints, ['one']);
    assert.deepEqual(told(routine('run', 'call b_wait', say('free'))).prints, []);
    const free = told(routine('run', 'call b_wait', say('free')), { settings: 'a.b_value = 1;' });
    assert.deepEqual(free.prints, ['free']);
  });
});
