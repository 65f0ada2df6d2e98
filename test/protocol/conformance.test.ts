import assert from 'node:assert/strict';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { after, afterEach, describe, it } from 'node:test';
import { buildAdapter } from '../support/adapter.js';
import { writeHangingCompiler } from '../support/hanging-compiler.js';
import {
  breakAt,
  calls,
  connect,
  killAll,
  launch,
  programPath,
  scope,
  stack,
  topFrame,
  valueOf,
} from './session-fixture.js';

const adapter = buildAdapter();
after(() => adapter.remove());
afterEach(killAll);

/** Line numbers of calls.S. */
const line = {
  callDouble: 7,
  afterDouble: 8,
  load: 12,
  store: 14,
  put: 18,
  doubleEntry: 25,
  doubleCall: 27,
  doubleAdd: 28,
  identity: 35,
};

type DataInfo = DebugProtocol.DataBreakpointInfoResponse['body'];

/** One test for each announced capability, under its name. */
const conformance: Readonly<Record<string, () => Promise<void>>> = {
  async supportsConfigurationDoneRequest() {
    const client = await connect(adapter.file);
    await client.request('launch', { program: calls, stopOnEntry: true });
    await client.event('initialized');
    const machine = await client.request('cantrip/machine');
    assert.equal(machine['instructions'], 0, 'nothing runs before configurationDone');
    const stop = await client.runTo('configurationDone');
    assert.equal(stop.reason, 'entry');
    await client.close();
  },

  async supportsFunctionBreakpoints() {
    const { client, thread, stop } = await launch(adapter.file, calls, {}, async (setup) => {
      const body = await setup.request<DebugProtocol.SetBreakpointsResponse['body']>(
        'setFunctionBreakpoints',
        { breakpoints: [{ name: 'identity' }, { name: 'nowhere' }] },
      );
      assert.deepEqual(
        body.breakpoints.map(({ verified }) => verified),
        [true, false],
      );
      assert.match(body.breakpoints[1]?.message ?? '', /has no function or symbol nowhere/);
      const [found] = body.breakpoints;
      assert.deepEqual([found?.source?.path, found?.line], [calls, line.identity]);
    });
    assert.equal(stop.reason, 'function breakpoint');
    assert.equal((await topFrame(client, thread)).name, 'identity');
    await client.close();
  },

  async supportsConditionalBreakpoints() {
    const { client, stop } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: line.store, condition: 't0 == 4' }),
    );
    assert.equal(stop.reason, 'breakpoint');
    assert.equal(await valueOf(client, 't0,d'), '4');
    await client.close();
  },

  async supportsHitConditionalBreakpoints() {
    const { client, thread } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: line.store, hitCondition: '% 2' }),
    );
    assert.equal(await valueOf(client, 't0,d'), '2');
    await client.runTo('continue', { threadId: thread });
    assert.equal(await valueOf(client, 't0,d'), '4');
    // A bad one does not take the good ones with it.
    const [bad, good] = await breakAt(
      client,
      calls,
      { line: line.store, hitCondition: 'often' },
      { line: line.put },
    );
    assert.deepEqual([bad?.verified, good?.verified], [false, true]);
    assert.match(bad?.message ?? '', /The hit condition "often" is not understood/);
    await client.close();
  },

  async supportsLogPoints() {
    const { client } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(
        setup,
        calls,
        { line: line.store, logMessage: 'count is {t0,d}' },
        { line: line.put },
      ),
    );
    assert.equal(
      client.output('console'),
      [1, 2, 3, 4, 5].map((count) => `count is ${count}\n`).join(''),
    );
    await client.close();
  },

  async supportsInstructionBreakpoints() {
    const { client, thread } = await launch(adapter.file, calls);
    const address = (await valueOf(client, 'identity,x')).trim();
    const body = await client.request<DebugProtocol.SetBreakpointsResponse['body']>(
      'setInstructionBreakpoints',
      { breakpoints: [{ instructionReference: address, offset: 2 }] },
    );
    assert.equal(body.breakpoints[0]?.verified, true);
    const stop = await client.runTo('continue', { threadId: thread });
    assert.equal(stop.reason, 'instruction breakpoint');
    assert.equal(await valueOf(client, 'pc - identity,d'), '2');
    await client.close();
  },

  async exceptionBreakpointFilters() {
    const crash = await launch(adapter.file, programPath('crash.S'), {});
    assert.equal(crash.stop.reason, 'exception');
    await crash.client.close();

    const refused = await launch(adapter.file, programPath('refused.S'), {}, (setup) =>
      setup.request('setExceptionBreakpoints', { filters: ['refused', 'handled'] }),
    );
    assert.equal(refused.stop.text, 'IllegalOperation');
    await refused.client.close();

    const handled = await launch(adapter.file, programPath('fault-handled.S'), {}, (setup) =>
      setup.request('setExceptionBreakpoints', { filters: ['handled'] }),
    );
    assert.match(
      handled.stop.description ?? '',
      /^In rootserver: VM fault .* load from 0x00000000/,
    );
    await handled.client.close();

    // A filter that is off does not stop: the program runs to its end.
    const client = await connect(adapter.file);
    await client.request('launch', { program: programPath('refused.S') });
    await client.request('setExceptionBreakpoints', { filters: [] });
    await client.request('configurationDone');
    assert.deepEqual((await client.event('exited')).body, { exitCode: 0 });
    await client.close();
  },

  async supportsDataBreakpoints() {
    const { client, thread } = await launch(adapter.file, calls);
    const info = async (args: object): Promise<DataInfo> =>
      client.request('dataBreakpointInfo', args);
    const found = await info({ name: '*counter' });
    assert.equal(found.description, '*counter (4 bytes, in every address space that has them)');
    assert.deepEqual(found.accessTypes, ['read', 'write', 'readWrite']);
    const set = async (...breakpoints: object[]): Promise<DebugProtocol.Breakpoint[]> =>
      (
        await client.request<DebugProtocol.SetDataBreakpointsResponse['body']>(
          'setDataBreakpoints',
          { breakpoints },
        )
      ).breakpoints;
    const [breakpoint] = await set({ dataId: found.dataId });
    assert.equal(breakpoint?.verified, true);
    const first = await client.runTo('continue', { threadId: thread });
    assert.deepEqual([first.reason, first.threadId], ['data breakpoint', thread]);
    assert.deepEqual(first.hitBreakpointIds, [breakpoint.id]);
    assert.match(
      first.description ?? '',
      /\*counter was 0x0 and is 0x1 now, written by rootserver/,
    );
    // Behind the store.
    assert.equal((await topFrame(client, thread)).line, line.store + 1);
    await set({ dataId: found.dataId, accessType: 'read', condition: 't0 == 4' });
    const second = await client.runTo('continue', { threadId: thread });
    assert.match(second.description ?? '', /\*counter is 0x4, and was read by rootserver/);
    assert.equal((await topFrame(client, thread)).line, line.load + 1);
    assert.equal(await valueOf(client, 't0,d'), '4');
    // A register has no address; neither has what nothing maps.
    assert.deepEqual((await info({ name: 's1' })).dataId, null);
    const wrong = await set({ dataId: 'nothing' });
    assert.equal(wrong[0]?.verified, false);
    await set();
    await client.close();
  },

  async supportsDataBreakpointBytes() {
    const { client, thread } = await launch(adapter.file, calls);
    const address = await valueOf(client, 'counter');
    const name = /0x[0-9a-f]+/.exec(address)?.[0] ?? '';
    const found = await client.request<DataInfo>('dataBreakpointInfo', {
      name,
      asAddress: true,
      bytes: 8,
    });
    await client.request('setDataBreakpoints', {
      breakpoints: [{ dataId: found.dataId, accessType: 'readWrite' }],
    });
    const stop = await client.runTo('continue', { threadId: thread });
    assert.match(stop.description ?? '', /is 0x6174616400000000, and was read/);
    assert.equal((await topFrame(client, thread)).line, line.load + 1);
    await client.close();
  },

  async supportsExceptionInfoRequest() {
    const { client, thread, stop } = await launch(adapter.file, programPath('crash.S'), {});
    assert.match(stop.description ?? '', /VM fault.*store to 0x00000010/);
    const info = await client.request<DebugProtocol.ExceptionInfoResponse['body']>(
      'exceptionInfo',
      { threadId: thread },
    );
    assert.equal(info.exceptionId, 'VMFault');
    assert.equal(info.breakMode, 'unhandled');
    assert.equal(info.description, stop.description);
    // Everything can be looked at where the thread stands.
    assert.equal((await topFrame(client, thread)).line, 6);
    assert.equal(await valueOf(client, 't1,d'), '42');
    const { threads } = await client.request<DebugProtocol.ThreadsResponse['body']>('threads');
    assert.equal(threads[0]?.name, 'rootserver · stopped by a fault');
    await client.close();
  },

  async supportsEvaluateForHovers() {
    const { client } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: line.afterDouble }),
    );
    assert.equal(await valueOf(client, 'a0', { context: 'hover' }), '0x00000042 (66)');
    assert.equal(await valueOf(client, 'a0,c', { context: 'watch' }), "'B'");
    assert.equal(await valueOf(client, 'a0 * 2 + 1,d', { context: 'repl' }), '133');
    assert.match(await valueOf(client, 'double'), /^0x[0-9a-f]{8} <double>$/);
    assert.equal(await valueOf(client, 'byte(text),c'), "'d'");
    assert.equal(await valueOf(client, '[counter],d'), '0');
    const refusal = await client.refusal('evaluate', { expression: '[0]', context: 'hover' });
    assert.match(refusal, /Memory at 0x00000000 cannot be read/);
    await client.close();
  },

  async supportsClipboardContext() {
    const { client } = await launch(adapter.file, calls);
    assert.equal(await valueOf(client, '0x10', { context: 'clipboard' }), '0x00000010 (16)');
    await client.close();
  },

  async supportsSetVariable() {
    const { client, thread } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: line.afterDouble + 1 }),
    );
    const { reference } = await scope(client, thread, 'Registers');
    const set = await client.request('setVariable', {
      variablesReference: reference,
      name: 's1',
      value: "'Z'",
    });
    assert.equal(set['value'], '0x0000005a (90)');
    await client.event('invalidated');
    const message = await scope(client, thread, 'Message registers');
    await client.request('setVariable', {
      variablesReference: message.reference,
      name: 'MR0',
      value: '77',
    });
    assert.equal(await valueOf(client, 'a2,d'), '77', 'MR0 travels in a2');
    await client.request('continue', { threadId: thread });
    await client.event('exited');
    assert.match(client.output('stdout'), /^Z/);
    await client.close();
  },

  async supportsSetExpression() {
    const { client, thread } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: line.put }),
    );
    const set = await client.request('setExpression', { expression: '[counter]', value: '7 * 6' });
    assert.equal(set['value'], '0x0000002a (42)');
    assert.equal(await valueOf(client, 'word(counter),d'), '42');
    const refusal = await client.refusal('setExpression', { expression: 'a0 + 1', value: '2' });
    assert.match(refusal, /value and no place/);
    assert.match(
      await client.refusal('setExpression', { expression: 'zero', value: '2' }),
      /always 0/,
    );
    assert.ok(thread > 0);
    await client.close();
  },

  async supportsCompletionsRequest() {
    const { client } = await launch(adapter.file, calls);
    const { targets } = await client.request<DebugProtocol.CompletionsResponse['body']>(
      'completions',
      { text: '[iden', column: 6 },
    );
    assert.deepEqual(targets, [{ label: 'identity', type: 'function', start: 2, length: 4 }]);
    await client.close();
  },

  async supportsDelayedStackTraceLoading() {
    const { client, thread } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: line.identity }),
    );
    const all = await stack(client, thread);
    assert.deepEqual(
      all.map(({ name, line: at }) => `${name}:${at}`),
      [`identity:${line.identity}`, `double:${line.doubleCall}`, `_start:${line.callDouble}`],
    );
    const part = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
      threadId: thread,
      startFrame: 1,
      levels: 1,
    });
    assert.deepEqual(
      part.stackFrames.map(({ name }) => name),
      ['double'],
    );
    assert.equal(part.totalFrames, 3);
    await client.close();
  },

  async supportsSteppingGranularity() {
    const { client, thread } = await launch(adapter.file, calls);
    const step = async (command: string): Promise<string> => {
      await client.runTo(command, { threadId: thread, granularity: 'instruction' });
      const pc = await valueOf(client, 'pc');
      return /<(.*)>/.exec(pc)?.[1] ?? pc;
    };
    // `la` is two instructions on one line.
    assert.equal(await step('next'), '_start+4');
    assert.equal((await topFrame(client, thread)).line, 5);
    assert.equal(await step('next'), '_start+8');
    await client.runTo('next', { threadId: thread, granularity: 'line' });
    assert.equal((await topFrame(client, thread)).line, line.callDouble);
    assert.equal(await step('stepIn'), '_start+16');
    assert.equal(await step('stepIn'), 'double');
    await client.close();
  },

  async supportsDisassembleRequest() {
    const { client, thread } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: line.doubleAdd }),
    );
    const { instructionPointerReference } = await topFrame(client, thread);
    const { instructions } = await client.request<
      NonNullable<DebugProtocol.DisassembleResponse['body']>
    >('disassemble', {
      memoryReference: instructionPointerReference,
      instructionOffset: -4,
      instructionCount: 6,
    });
    assert.equal(instructions.length, 6);
    assert.equal(instructions[4]?.address, instructionPointerReference);
    assert.match(instructions[4]?.instruction ?? '', /^add\s+a0,\s*a0,\s*a0$/);
    assert.equal(instructions[4]?.line, line.doubleAdd);
    const [first] = instructions.map(
      ({ symbol, instruction }) => `${symbol ?? ''}: ${instruction}`,
    );
    assert.match(first ?? '', /^double: addi\s+sp,\s*sp,\s*-16$/);
    const far = await client.request<NonNullable<DebugProtocol.DisassembleResponse['body']>>(
      'disassemble',
      { memoryReference: '0x0', instructionOffset: 0, instructionCount: 3 },
    );
    assert.deepEqual(
      far.instructions.map(({ instruction, presentationHint }) => [instruction, presentationHint]),
      Array.from({ length: 3 }, () => ['unreadable', 'invalid']),
    );
    await client.close();
  },

  async supportsReadMemoryRequest() {
    const { client } = await launch(adapter.file, calls);
    const memoryReference = await valueOf(client, 'text,x');
    const read = await client.request<NonNullable<DebugProtocol.ReadMemoryResponse['body']>>(
      'readMemory',
      { memoryReference, count: 4 },
    );
    assert.equal(Buffer.from(read.data ?? '', 'base64').toString(), 'data');
    assert.equal(read.address, memoryReference);
    const hole = await client.request<NonNullable<DebugProtocol.ReadMemoryResponse['body']>>(
      'readMemory',
      { memoryReference: '0x0', count: 16 },
    );
    assert.deepEqual([hole.data, hole.unreadableBytes], ['', 16]);
    assert.match(
      await client.refusal('readMemory', { memoryReference: 'here', count: 1 }),
      /"here" is no memory reference/,
    );
    await client.close();
  },

  async supportsWriteMemoryRequest() {
    const { client } = await launch(adapter.file, calls);
    const memoryReference = await valueOf(client, 'text,x');
    const data = Buffer.from('DATA').toString('base64');
    const written = await client.request('writeMemory', { memoryReference, data });
    assert.equal(written['bytesWritten'], 4);
    assert.deepEqual((await client.event('memory')).body, {
      memoryReference,
      offset: 0,
      count: 4,
    });
    assert.equal(await valueOf(client, 'byte(text),c'), "'D'");
    assert.match(
      await client.refusal('writeMemory', { memoryReference: '0x0', data }),
      /Only 0 of 4 bytes .* are RAM/,
    );
    await client.close();
  },

  async supportsRestartRequest() {
    const { client, thread } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: line.put }),
    );
    assert.equal(await valueOf(client, '[counter],d'), '5');
    const again = await client.runTo('restart', {});
    assert.equal(again.reason, 'breakpoint', 'breakpoints stay');
    assert.equal(again.threadId, thread);
    assert.equal(await valueOf(client, '[counter],d'), '5', 'memory began anew');
    await client.close();
  },

  async supportsTerminateRequest() {
    const { client } = await launch(adapter.file, programPath('spin.S'));
    await client.request('terminate');
    await client.event('terminated');
    assert.equal(client.stderr, '');
    await client.request('disconnect');
    assert.equal(await client.exited(), 0);
  },

  async supportsCancelRequest() {
    writeHangingCompiler(path.dirname(adapter.file));
    const client = await connect(adapter.file, { supportsProgressReporting: true });
    const launching = client.send('launch', { program: path.resolve('extension/samples/rpc') });
    const started = await client.event('progressStart');
    const { progressId } = started.body as DebugProtocol.ProgressStartEvent['body'];
    await client.request('cancel', { progressId });
    assert.equal((await launching).message, 'cancelled');
    await client.close();
  },
};

describe('the announced capabilities', () => {
  it('are exactly those that have a conformance test', async () => {
    const client = await connect(adapter.file);
    const announced = await client.request('initialize', { adapterID: 'cantrip' });
    const names = Object.entries(announced)
      .filter(([name, value]) => name !== 'cantripProtocolVersion' && value !== false)
      .map(([name]) => name);
    assert.deepEqual(names.sort(), Object.keys(conformance).sort());
    await client.close();
  });

  for (const [name, test] of Object.entries(conformance)) {
    it(`${name} keeps its promise`, test);
  }
});
