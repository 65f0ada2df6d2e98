/** After an edit a client reads anew what it is told is old: no more than that, or a view folds under the user's hand. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { buildAdapter } from '../support/adapter.js';
import type { DapClient } from '../support/dap-client.js';
import {
  breakAt,
  calls,
  killAll,
  launch,
  scope,
  stack,
  valueOf,
  type Launched,
} from './session-fixture.js';

const adapter = buildAdapter();
after(() => adapter.remove());
afterEach(killAll);

const values = ['variables'];
const callsToo = ['stacks', 'variables'];

/** In a leaf that a function called which was called itself. */
const launchNested = (): Promise<Launched> =>
  launch(adapter.file, calls, {}, (setup) => breakAt(setup, calls, { line: 33 }));

/** The areas of all events `invalidated` that a request brought. */
async function areasAfter(client: DapClient, request: () => Promise<unknown>): Promise<unknown[]> {
  const since = client.events.length;
  await request();
  return client.events
    .slice(since)
    .filter(({ event }) => event === 'invalidated')
    .map(({ body }) => (body as DebugProtocol.InvalidatedEvent['body']).areas);
}

describe('an edit', () => {
  it('of a row makes values old, and call stacks where the calls are others', async () => {
    const { client, thread } = await launchNested();
    const set = async (name: string, row: string, value: string): Promise<unknown[]> => {
      const { reference: variablesReference } = await scope(client, thread, name);
      return areasAfter(client, () =>
        client.request('setVariable', { variablesReference, name: row, value }),
      );
    };
    const before = await stack(client, thread);
    assert.equal(before.length, 3);
    assert.deepEqual(await set('Registers', 's1', '1'), [values]);
    assert.deepEqual(await set('Registers', 'a0', '1'), [values]);
    assert.deepEqual(await set('Message registers', 'MR0', '77'), [values]);
    assert.deepEqual(await set('CSRs', 'mscratch', '3'), [values]);
    const { rows } = await scope(client, thread, 'Devices');
    const variablesReference = rows.find(({ name }) => name === 'uart')?.variablesReference;
    assert.deepEqual(
      await areasAfter(client, () =>
        client.request('setVariable', { variablesReference, name: 'CTRL', value: '4' }),
      ),
      [values],
    );
    assert.deepEqual(await stack(client, thread), before);
    const ra = await valueOf(client, 'ra,x');
    assert.deepEqual(await set('Registers', 'ra', '0'), [callsToo]);
    assert.equal((await stack(client, thread)).length, 1);
    assert.deepEqual(await set('Registers', 'ra', ra), [callsToo]);
    assert.deepEqual(await set('Registers', 'sp', 'sp + 16'), [callsToo]);
    assert.deepEqual(await set('Registers', 'sp', 'sp - 16'), [callsToo]);
    assert.deepEqual(await set('Registers', 'pc', 'put'), [callsToo]);
    await client.close();
  });

  it('of an expression, and of memory, does so too', async () => {
    const { client, thread } = await launchNested();
    const setExpression = (expression: string, value: string): Promise<unknown[]> =>
      areasAfter(client, () => client.request('setExpression', { expression, value }));
    const assign = (expression: string): Promise<unknown[]> =>
      areasAfter(client, () => client.request('evaluate', { expression, context: 'repl' }));
    const write = (memoryReference: string, text: string): Promise<unknown[]> => {
      const data = Buffer.from(text).toString('base64');
      return areasAfter(client, () => client.request('writeMemory', { memoryReference, data }));
    };
    assert.deepEqual(await setExpression('[counter]', '9'), [values]);
    assert.deepEqual(await setExpression('uart.CTRL', '4'), [values]);
    assert.deepEqual(await assign('[counter] = 8'), [values]);
    assert.deepEqual(await assign('uart.CTRL = 0'), [values]);
    assert.deepEqual(await write(await valueOf(client, 'text,x'), 'DATA'), [values]);
    const saved = await valueOf(client, '[sp + 12],x');
    assert.deepEqual(await setExpression('[sp + 12]', '0'), [callsToo]);
    assert.equal((await stack(client, thread)).length, 2);
    assert.deepEqual(await assign(`[sp + 12] = ${saved}`), [callsToo]);
    assert.deepEqual(await write(await valueOf(client, 'sp + 12,x'), 'none'), [callsToo]);
    await client.close();
  });

  it('that is refused leaves everything as it was', async () => {
    const { client } = await launchNested();
    const areas = await areasAfter(client, async () => {
      await client.refusal('setExpression', { expression: 'zero', value: '2' });
      await client.refusal('setExpression', { expression: 'uart.STATUS', value: '2' });
      await client.refusal('evaluate', { expression: '[0] = 1', context: 'repl' });
      await client.refusal('writeMemory', { memoryReference: '0x0', data: 'AAAA' });
    });
    assert.deepEqual(areas, []);
    await client.close();
  });
});
