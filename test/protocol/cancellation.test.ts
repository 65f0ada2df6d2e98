/** A build that takes long, in the middle of a compilation: what ends it, and what becomes of the session. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { after, afterEach, describe, it } from 'node:test';
import { buildAdapter } from '../support/adapter.js';
import type { DapClient } from '../support/dap-client.js';
import { writeHangingCompiler } from '../support/hanging-compiler.js';
import { breakAt, calls, connect, killAll } from './session-fixture.js';

const adapter = buildAdapter();
writeHangingCompiler(path.dirname(adapter.file));
after(() => adapter.remove());
afterEach(killAll);

const program = path.resolve('extension/samples/rpc');

interface Compiling {
  readonly client: DapClient;
  readonly launch: Promise<DebugProtocol.Response>;
  readonly progress: DebugProtocol.ProgressStartEvent['body'];
}

/** The progress of a build that has begun. */
async function shown(client: DapClient): Promise<DebugProtocol.ProgressStartEvent['body']> {
  const event = await client.event('progressStart');
  return event.body as DebugProtocol.ProgressStartEvent['body'];
}

async function compiling(): Promise<Compiling> {
  const client = await connect(adapter.file, { supportsProgressReporting: true });
  const launch = client.send('launch', { program });
  return { client, launch, progress: await shown(client) };
}

async function isCancelled({ client, launch }: Compiling): Promise<void> {
  const { success, message } = await launch;
  assert.deepEqual([success, message], [false, 'cancelled']);
  await client.event('progressEnd');
}

describe('a launch that compiles', () => {
  it('can be cancelled by its progress, and the session can launch another program', async () => {
    const it = await compiling();
    assert.equal(it.progress.cancellable, true);
    await it.client.request('cancel', { progressId: it.progress.progressId });
    await isCancelled(it);
    await it.client.request('launch', { program: calls });
    await it.client.close();
  });

  it('can be cancelled by its request', async () => {
    const it = await compiling();
    await it.client.request('cancel', { requestId: it.progress.requestId });
    await isCancelled(it);
    await it.client.close();
  });

  it('is not ended by the cancellation of something else', async () => {
    const it = await compiling();
    await it.client.request('cancel', { requestId: 12_345 });
    assert.deepEqual(
      it.client.events.filter(({ event }) => event === 'progressEnd'),
      [],
    );
    await it.client.request('cancel', { requestId: it.progress.requestId });
    await isCancelled(it);
    await it.client.close();
  });

  it('is ended by a disconnect', async () => {
    const it = await compiling();
    const disconnected = it.client.request('disconnect');
    await isCancelled(it);
    await disconnected;
    assert.equal(await it.client.exited(), 0);
  });

  it('is ended by a terminate, which is told', async () => {
    const it = await compiling();
    const terminated = it.client.request('terminate');
    await isCancelled(it);
    await terminated;
    await it.client.event('terminated');
    await it.client.close();
  });

  it('ends with a client that goes away', async () => {
    const { client, launch } = await compiling();
    // Nobody waits for its answer.
    launch.catch(() => undefined);
    await client.close();
  });

  it('has other requests wait for it, and answers them in their order', async () => {
    const it = await compiling();
    const threads = it.client.send('threads');
    const exit = it.client.send('configurationDone');
    await it.client.request('cancel', { requestId: it.progress.requestId });
    const answers = (await Promise.all([it.launch, threads, exit])).map(({ command }) => command);
    assert.deepEqual(answers, ['launch', 'threads', 'configurationDone']);
    const order = it.client.messages.flatMap((message) =>
      message.type === 'response' ? [(message as DebugProtocol.Response).command] : [],
    );
    assert.deepEqual(order, ['initialize', 'cancel', 'launch', 'threads', 'configurationDone']);
    await it.client.close();
  });
});

describe('a restart that compiles', () => {
  it('can be cancelled, and the machine that was there goes on', async () => {
    const client = await connect(adapter.file, { supportsProgressReporting: true });
    await client.request('launch', { program: calls });
    await client.event('initialized');
    await breakAt(client, calls, { line: 18 });
    const { threadId } = await client.runTo('configurationDone');
    const restart = client.send('restart', { arguments: { program } });
    const { progressId } = await shown(client);
    await client.request('cancel', { progressId });
    assert.equal((await restart).message, 'cancelled');
    assert.notEqual(await client.request('stackTrace', { threadId }), undefined);
    await client.close();
  });
});
