/** Debugging what makes a system: the root server's sources are shown, though no client has them as files. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { builtinSources } from '../../runtime/toolchain/builtin-sources.js';
import { buildAdapter } from '../support/adapter.js';
import { killAll, launch, stack } from './session-fixture.js';

const adapter = buildAdapter();
after(() => adapter.remove());
afterEach(killAll);

const sample = path.resolve('extension/samples/asm');
const source = 'builtin:/rootserver/main.ts';

const lineWith = (text: string): number =>
  (builtinSources.get(source) ?? '').split('\n').findIndex((line) => line.includes(text)) + 1;

describe('the root server', () => {
  it('stops at a breakpoint in its source, which the source request gives', async () => {
    const line = lineWith('perform(info, table, memory, report);');
    const session = await launch(adapter.file, sample, {}, async (client) => {
      const { breakpoints } = await client.request<DebugProtocol.SetBreakpointsResponse['body']>(
        'setBreakpoints',
        { source: { path: source, sourceReference: 1 }, breakpoints: [{ line }] },
      );
      assert.deepEqual(
        breakpoints.map((each) => [each.verified, each.line]),
        [[true, line]],
      );
    });
    const [frame] = await stack(session.client, session.thread);
    assert.deepEqual([frame?.name, frame?.line], ['load_system', line]);
    assert.equal(frame?.source?.path, source);
    const { sourceReference } = frame.source;
    const { content } = await session.client.request<DebugProtocol.SourceResponse['body']>(
      'source',
      { source: frame.source, sourceReference },
    );
    assert.equal(content, builtinSources.get(source));
    assert.notEqual(await session.client.refusal('source', { sourceReference: 99_999 }), '');
    await session.client.close();
  });
});
