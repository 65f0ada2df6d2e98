/** What a group is made of when its members are built here, and so call each other directly. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileAssembly } from '../../../../../runtime/toolchain/camkes/compile.js';
import type { SystemWords } from '../../../../support/camkes-system.js';
import { slotsOf, systemOf } from '../../../../support/camkes-system.js';

const words: SystemWords = {
  dialect: 'upstream',
  components: { Client: ['uses api'], Server: ['provides api'] },
  instances: { a: 'Client in g', server: 'Server in g' },
  connections: ['seL4RPCCall call a.api -> server.api'],
};

const compiled = (more: Partial<SystemWords> = {}, capsules: readonly string[] = ['g']) =>
  compileAssembly(systemOf({ ...words, ...more }), { capsules: new Set(capsules) });

/** Endpoints, reply objects and threads, without those of the start of each instance. */
const objectsOf = ({ spec }: ReturnType<typeof compiled>): string[] =>
  spec.objects
    .filter(({ type }) => ['ep', 'rtreply', 'tcb'].includes(type))
    .map(({ name }) => name)
    .filter((name) => !/_(pre|interface|post)_init_ep$|_0_control_tcb$/.test(name));

describe('calls within a group that is built here', () => {
  it('need no endpoint, no reply object and no thread; the capsule has two semaphores', () => {
    assert.deepEqual(objectsOf(compiled()), ['g_start_ep', 'g_turn_ep']);
    assert.deepEqual(objectsOf(compiled({}, [])), [
      'call_ep',
      'call_reply_cap_slot',
      'server_server_api_0000_tcb',
    ]);
  });

  it('share a capability where the programs come from elsewhere, which is told; built here, each has its own', () => {
    const more = { instances: { a: 'Client in g', b: 'Client in g', server: 'Server' } };
    const connections = ['seL4RPCCall call a.api, b.api -> server.api'];
    const codes = (capsules: readonly string[]): string[] =>
      compiled({ ...more, connections }, capsules).diagnostics.map(({ code }) => code);
    assert.deepEqual(codes([]), ['shared-badge']);
    assert.deepEqual(codes(['g']), []);
  });

  it('leave the endpoint to clients that are elsewhere, with the badges that they have anyway', () => {
    const made = compiled({
      instances: { ...words.instances, other: 'Client' },
      connections: ['seL4RPCCall call a.api, other.api -> server.api'],
    });
    assert.deepEqual(objectsOf(made), [
      'call_ep',
      'call_reply_cap_slot',
      'g_start_ep',
      'g_turn_ep',
      'server_server_api_0000_tcb',
    ]);
    assert.ok(
      slotsOf(made.spec, 'other_cnode').some((line) => line.endsWith(' call_ep WP badge 2')),
    );
  });

  it('take a lock where the server may wait while it serves one', () => {
    const made = compiled({
      components: { Client: ['uses api'], Server: ['provides api', 'mutex m'] },
    });
    assert.ok(objectsOf(made).includes('call_call_lock_ep'));
    const [program] = made.programs;
    const ends = program?.instances.flatMap((instance) => [...instance.ends]) ?? [];
    assert.deepEqual(
      ends.map(({ isDirect, callLock, badge }) => [isDirect, callLock !== undefined, badge]),
      [
        [true, false, 1n],
        [undefined, true, undefined],
      ],
    );
  });
});
