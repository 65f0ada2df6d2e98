/** Debugging the components of an assembly: each in its own address space, in its own source. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { buildAdapter } from '../support/adapter.js';
import { breakAt, killAll, launch, stack, topFrame, valueOf } from './session-fixture.js';

const adapter = buildAdapter();
after(() => adapter.remove());
afterEach(killAll);

const sample = path.resolve('extension/samples/asm');
const adder = path.join(sample, 'components/Adder.S');
const client = path.join(sample, 'components/Client.S');

/** The line of a source that has this text, counted from `start` on. */
const lineWith = (file: string, text: string, start = 0): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line, index) => index >= start && line.includes(text)) + 1;

describe('components of an assembly', () => {
  it('stop at lines of their sources, with the stack of their address space', async () => {
    const line = lineWith(adder, 'add     a0, a0, a1');
    const session = await launch(adapter.file, sample, {}, async (dap) => {
      const [breakpoint] = await breakAt(dap, adder, { line });
      assert.equal(breakpoint?.verified, false);
      assert.match(breakpoint.message ?? '', /adder has not been loaded yet/);
    });
    assert.equal(session.stop.reason, 'breakpoint');
    const [top] = await stack(session.client, session.thread);
    assert.deepEqual([top?.name, top?.source?.path, top?.line], ['calculator_add', adder, line]);
    assert.match(await valueOf(session.client, 'a0 + a1'), /\(26\)$/);
    await session.client.close();
  });

  it('step over a call of another component as over any call', async () => {
    const call = lineWith(client, 'call    calculator_add');
    const session = await launch(adapter.file, sample, {}, (dap) =>
      breakAt(dap, client, { line: call }),
    );
    await session.client.runTo('next', { threadId: session.thread });
    const { line, name, source } = await topFrame(session.client, session.thread);
    assert.deepEqual([line, name, source?.path], [call + 1, 'run', client]);
    assert.match(await valueOf(session.client, 'a0'), /\(26\)$/);
    await session.client.close();
  });

  it('have functions of their own names, and symbols of their own', async () => {
    const session = await launch(adapter.file, sample, {}, (dap) =>
      dap.request('setFunctionBreakpoints', { breakpoints: [{ name: 'calculator_divide' }] }),
    );
    const top = await topFrame(session.client, session.thread);
    // The client has a stub of this name, which comes first; it has no source.
    assert.deepEqual([top.name, top.source], ['calculator_divide', undefined]);
    const served = await session.client.runTo('continue', { threadId: session.thread });
    const { name, source } = await topFrame(session.client, served.threadId ?? 0);
    assert.deepEqual([name, source?.path], ['calculator_divide', adder]);
    // Meanwhile the client waits inside of its stub, called from its source.
    const waiting = await stack(session.client, session.thread);
    const frames = waiting.map((frame) => `${frame.name} ${frame.source?.name ?? ''}`.trim());
    assert.deepEqual(frames.slice(0, 3), ['camkes_call', 'calculator_divide', 'run Client.S']);
    await session.client.close();
  });
});
