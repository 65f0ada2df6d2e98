import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { encodeFrame } from '../../debug-adapter/transport/framing.js';
import { buildAdapter } from '../support/adapter.js';
import type { DapClient } from '../support/dap-client.js';
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

const sample = path.resolve('extension/samples/hello');
const sampleSource = path.join(sample, 'hello.S');

/** The line of a label in a source: tests must not depend on how long its comments are. */
const lineOfLabel = (file: string, label: string): number =>
  readFileSync(file, 'utf8').split('\n').indexOf(`${label}:`) + 1;

describe('what the kernel refuses', () => {
  const program = programPath('refused.S');
  const stopBehind = (client: DapClient) => breakAt(client, program, { line: 8 });
  const sentence =
    /^In rootserver: label 127 was refused with IllegalOperation: label 127: .* no such operation/;

  it('is a sentence among the message registers of the thread, and printed when asked', async () => {
    const { client, thread } = await launch(
      adapter.file,
      program,
      { trace: ['refusal'] },
      stopBehind,
    );
    const { reference, rows } = await scope(client, thread, 'Message registers');
    assert.match(rows.find(({ name }) => name === 'last refusal')?.value ?? '', sentence);
    assert.match(client.output('console'), sentence);
    const change = { variablesReference: reference, name: 'last refusal', value: '1' };
    assert.notEqual(await client.refusal('setVariable', change), '');
    await client.close();
  });

  it('is not printed unless asked, and a thread without a refusal has no sentence', async () => {
    const quiet = await launch(adapter.file, program, {}, stopBehind);
    assert.doesNotMatch(quiet.client.output('console'), /was refused/);
    await quiet.client.close();
    const { client, thread } = await launch(adapter.file, calls);
    const { rows } = await scope(client, thread, 'Message registers');
    assert.ok(!rows.some(({ name }) => name === 'last refusal'));
    await client.close();
  });

  it('is a launch with more scheduling domains than there can be, in a sentence', async () => {
    const client = await connect(adapter.file);
    assert.match(
      await client.refusal('launch', { program, domains: 300 }),
      /1 to 256 scheduling domains, not 300/,
    );
    await client.request('launch', { program, domains: 4 });
    await client.close();
  });

  it('is compiled for debugging or for release, and in no other way', async () => {
    const client = await connect(adapter.file);
    assert.match(
      await client.refusal('launch', { program, optimization: 'fast' }),
      /optimization must be one of debug, release/,
    );
    await client.request('launch', { program, optimization: 'release' });
    await client.close();
  });

  it('is traced by no other name', async () => {
    const client = await connect(adapter.file);
    assert.match(
      await client.refusal('launch', { program, trace: ['smell'] }),
      /trace\[0\] must be one of refusal/,
    );
    await client.close();
  });
});

describe('the serial flash', () => {
  const program = programPath('flash.S');

  it('is kept in the file that the launch names, when the guest has changed it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-flash-'));
    const flash = path.join(folder, 'flash.bin');
    const run = async (expected: string): Promise<void> => {
      const client = await connect(adapter.file);
      await client.request('launch', { program, board: 'nexus', kernel: 'none', flash });
      await client.event('initialized');
      await client.request('configurationDone');
      await client.outputContains('stdout', expected);
      await client.close();
    };
    await run('new');
    assert.equal(readFileSync(flash, 'utf8'), 'hi!!');
    await run('hi!!');
    rmSync(folder, { recursive: true });
  });
});

describe('stepping', () => {
  it('over a call stops behind it, into a call at its first line, out of it in the caller', async () => {
    const { client, thread } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: 7 }),
    );
    const lineNow = async (): Promise<number> => (await topFrame(client, thread)).line;
    await client.runTo('stepIn', { threadId: thread });
    assert.equal(await lineNow(), 25);
    for (const expected of [26, 27, 28]) {
      await client.runTo('next', { threadId: thread });
      assert.equal(await lineNow(), expected);
    }
    await client.runTo('stepOut', { threadId: thread });
    assert.equal(await lineNow(), 8);
    assert.equal(await valueOf(client, 'a0,d'), '66');
    await client.close();
  });

  it('out of a function that has no caller is refused with the reason', async () => {
    const { client, thread } = await launch(adapter.file, calls);
    assert.match(await client.refusal('stepOut', { threadId: thread }), /caller .* cannot be told/);
    await client.close();
  });

  it('over a system call stops in the same thread although others ran in between', async () => {
    const { client, thread } = await launch(adapter.file, sample);
    const lines = readFileSync(sampleSource, 'utf8').split('\n');
    const entry = lineOfLabel(sampleSource, 'pinger');
    assert.ok(entry > 0, 'the sample has a pinger');
    await breakAt(client, sampleSource, { line: entry });
    const stop = await client.runTo('continue', { threadId: thread });
    const pinger = stop.threadId ?? 0;
    assert.notEqual(pinger, thread, 'the breakpoint is in the code of the second thread');
    await breakAt(client, sampleSource);
    // Its first line is one instruction, the second calls a function which calls us.
    for (let count = 0; count < 2; count += 1) {
      const stepped = await client.runTo('next', { threadId: pinger });
      assert.deepEqual([stepped.reason, stepped.threadId], ['step', pinger]);
    }
    assert.match(lines[(await topFrame(client, pinger)).line - 1] ?? '', /\S/);
    assert.match(client.output('stdout'), /ping 1/);
    await client.close();
  });
});

describe('the order of messages', () => {
  const isRunning = (message: DebugProtocol.ProtocolMessage): boolean =>
    JSON.stringify(message).includes('"running":true');

  it('has the response to a step before anything that the step does', async () => {
    const { client, thread } = await launch(adapter.file, calls);
    for (const verb of ['next', 'stepIn', 'continue']) {
      const since = client.messages.length;
      const next = verb === 'continue' ? 'pause' : 'threads';
      await client.request(verb, { threadId: thread });
      await client.request(next, { threadId: thread });
      const [first] = client.messages
        .slice(since)
        .filter((message) => message.type === 'response' || isRunning(message));
      assert.equal(first?.type, 'response', verb);
      if (verb !== 'continue') await client.event('stopped');
    }
    await client.close();
  });

  it('ends a stop before a restart, so that its reason does not stay', async () => {
    const { client, thread } = await launch(adapter.file, calls);
    await client.runTo('next', { threadId: thread });
    const since = client.events.length;
    await client.runTo('restart', {});
    const names = client.events.slice(since).map(({ event }) => event);
    assert.ok(names.includes('continued'), names.join(', '));
    assert.ok(names.indexOf('continued') < names.indexOf('stopped'), names.join(', '));
    await client.close();
  });

  it('starts a program once, however often the configuration is done', async () => {
    const { client } = await launch(adapter.file, calls);
    assert.match(await client.refusal('configurationDone'), /done already/);
    await client.close();
  });
});

describe('a launch', () => {
  it('warns of an attribute that it does not know, and of none that clients add', async () => {
    const { client } = await launch(adapter.file, calls, {
      ...{ type: 'cantrip', request: 'launch', name: 'calls', __sessionId: '1' },
      ...{ stopOnEntry: true, stopAtEntry: true },
    });
    const warnings = client.output('console');
    assert.match(warnings, /The launch attribute "stopAtEntry" is not known and has no effect/);
    assert.doesNotMatch(warnings, /"(type|request|name|__sessionId)"/);
    await client.close();
  });

  it('gives two equal breakpoints an identity each', async () => {
    const { client } = await launch(adapter.file, calls);
    const twice = { line: 8 };
    const made = await breakAt(client, calls, twice, twice);
    const again = await breakAt(client, calls, twice, twice);
    assert.equal(new Set(made.map(({ id }) => id)).size, 2);
    assert.deepEqual(
      again.map(({ id }) => id),
      made.map(({ id }) => id),
    );
    await client.close();
  });
});

describe('a program that runs', () => {
  it('is paused although it loops for ever', async () => {
    const client = await connect(adapter.file);
    await client.request('launch', { program: programPath('spin.S') });
    await client.request('configurationDone');
    const { threads } = await client.request<DebugProtocol.ThreadsResponse['body']>('threads');
    const threadId = threads[0]?.id ?? 0;
    const refusal = await client.refusal('stackTrace', { threadId });
    assert.match(refusal, /is running: pause it first/);
    const stop = await client.runTo('pause', { threadId });
    assert.equal(stop.reason, 'pause');
    assert.equal(stop.threadId, threadId);
    assert.ok(Number(await valueOf(client, 's0,d')) > 0);
    await client.close();
  });

  it('is paused although it waits for input, and goes on when some comes', async () => {
    const client = await connect(adapter.file);
    await client.request('launch', { program: sample });
    await client.request('configurationDone');
    await client.outputContains('stdout', 'ping 10');
    await client.until(
      () =>
        client.events.find(
          ({ body }) => (body as { reason?: string } | undefined)?.reason === 'waiting for input',
        ),
      () => 'the machine never waits for input',
    );
    const { threads } = await client.request<DebugProtocol.ThreadsResponse['body']>('threads');
    const threadId = threads[0]?.id ?? 0;
    const stop = await client.runTo('pause', { threadId });
    assert.equal(stop.reason, 'pause');
    await client.request('continue', { threadId });
    await client.request('cantrip/consoleInput', { text: 'xyzzy' });
    await client.outputContains('stdout', 'xyzzy');
    await client.close();
  });

  it('sends console bytes as events to a client that asks for them', async () => {
    const { client, thread } = await launch(adapter.file, calls, {
      stopOnEntry: true,
      console: 'event',
    });
    await client.request('continue', { threadId: thread });
    const event = await client.event('cantrip/console');
    const { data } = event.body as { data: string };
    assert.match(Buffer.from(data, 'base64').toString(), /^B/);
    await client.close();
  });

  it('does not stop when it is launched without debugging', async () => {
    const client = await connect(adapter.file);
    await client.request('launch', { program: calls, noDebug: true, stopOnEntry: true });
    await breakAt(client, calls, { line: 8 });
    await client.request('configurationDone');
    await client.event('terminated');
    assert.ok(!client.events.some(({ event }) => event === 'stopped'));
    await client.close();
  });
});

describe('a kernel from a file', () => {
  it('that cannot be read, or is no kernel, is refused with a sentence', async () => {
    const client = await connect(adapter.file);
    const refused = async (kernel: string): Promise<string> => {
      const answer = client.request('launch', { program: calls, board: 'virt', kernel });
      return answer.then(
        () => '',
        (error: unknown) => String(error),
      );
    };
    assert.match(await refused('/nowhere/kernel.elf'), /\/nowhere\/kernel\.elf cannot be read\./);
    assert.match(await refused(calls), /is no ELF file|ELF/);
    await client.close();
  });
});

describe('a program that crashes', () => {
  it('stops at a trap for which a bare program has no handler', async () => {
    const { client, thread, stop } = await launch(adapter.file, programPath('bare-crash.S'), {
      kernel: 'none',
      board: 'virt',
    });
    assert.equal(stop.reason, 'exception');
    assert.match(stop.description ?? '', /^Illegal instruction at 0x8000000[0-9a-f]/);
    const frames = await stack(client, thread);
    assert.deepEqual(
      frames.map(({ line }) => line),
      [0, 5],
      'the missing handler, and the instruction that trapped',
    );
    assert.equal(await valueOf(client, 's0,d'), '7');
    assert.equal(await valueOf(client, 'mcause,d'), '2');
    await client.close();
  });

  it('makes no step, with the reason, and says when it goes on that nothing happens', async () => {
    const { client, thread } = await launch(adapter.file, programPath('crash.S'), {});
    for (const verb of ['next', 'stepIn', 'stepOut']) {
      assert.match(
        await client.refusal(verb, { threadId: thread }),
        /^There is no step to make: rootserver stands still with a fault .*VM fault/,
      );
    }
    // Nothing was started, so there is still something to look at.
    assert.equal((await topFrame(client, thread)).line, 6);
    await client.request('continue', { threadId: thread });
    await client.outputContains('console', 'Nothing runs now, and rootserver stands still');
    await client.close();
  });

  it('can be restarted', async () => {
    const { client } = await launch(adapter.file, programPath('crash.S'), {});
    const again = await client.runTo('restart', {});
    assert.equal(again.reason, 'exception');
    await client.close();
  });
});

describe('a program with errors', () => {
  it('is refused with its first error, and all are in the output with their places', async () => {
    const client = await connect(adapter.file);
    const program = programPath('broken.S');
    const refusal = await client.refusal('launch', { program });
    assert.match(refusal, /broken\.S:5:5: .*adi/);
    const event = client.events.find(({ event: name }) => name === 'output');
    const body = event?.body as DebugProtocol.OutputEvent['body'];
    assert.deepEqual([body.category, body.line, body.column], ['stderr', 5, 5]);
    assert.equal(body.source?.path, program);
    // The session goes on: another program can be launched.
    await client.request('launch', { program: calls, stopOnEntry: true });
    assert.equal((await client.runTo('configurationDone')).reason, 'entry');
    await client.close();
  });

  it('is refused when it is not there', async () => {
    const client = await connect(adapter.file);
    const refusal = await client.refusal('launch', { program: '/no/such/program.S' });
    assert.match(refusal, /program\.S.*There is no such file/);
    await client.close();
  });
});

describe('breakpoints', () => {
  it('on a line without code move to the next one, and past the end are not verified', async () => {
    const { client } = await launch(adapter.file, calls);
    const [moved, none] = await breakAt(client, calls, { line: 1 }, { line: 4000 });
    assert.deepEqual([moved?.verified, moved?.line], [true, 5]);
    assert.match(`${none?.verified}: ${none?.message}`, /^false: .*no code at or after this line/);
    await client.close();
  });

  it('that are set before the launch are verified by it', async () => {
    const client = await connect(adapter.file);
    const [early] = await breakAt(client, calls, { line: 8 });
    assert.ok(early !== undefined && !early.verified);
    await client.request('launch', { program: calls });
    const changed = await client.event('breakpoint');
    const { breakpoint } = changed.body as DebugProtocol.BreakpointEvent['body'];
    assert.deepEqual([breakpoint.id, breakpoint.verified], [early.id, true]);
    const stop = await client.runTo('configurationDone');
    assert.deepEqual(stop.hitBreakpointIds, [early.id]);
    await client.close();
  });

  it('can be set while the program runs', async () => {
    const client = await connect(adapter.file);
    const program = programPath('spin.S');
    await client.request('launch', { program });
    await client.request('configurationDone');
    const since = client.events.length;
    await breakAt(client, program, { line: 5 });
    const stop = await client.event('stopped', since);
    assert.equal((stop.body as DebugProtocol.StoppedEvent['body']).reason, 'breakpoint');
    await client.close();
  });
});

describe('a log point in a loop without end', () => {
  it('prints a bounded number of lines, and the program can be paused and looked at', async () => {
    const client = await connect(adapter.file);
    const program = programPath('spin.S');
    await client.request('launch', { program });
    await breakAt(client, program, { line: 4, logMessage: 'count is {s0,d}' });
    await client.request('configurationDone');
    await client.outputContains('console', 'messages of log points are left out here');
    const { threads } = await client.request<DebugProtocol.ThreadsResponse['body']>('threads');
    const stop = await client.runTo('pause', { threadId: threads[0]?.id });
    assert.equal(stop.reason, 'pause');
    const visits = Number(await valueOf(client, 's0,d'));
    const lines = client.output('console').split('\n').length;
    assert.ok(visits > lines, `${visits} visits gave ${lines} lines`);
    await client.close();
  });
});

describe('code that is patched after it has run', () => {
  it('runs as patched from then on', async () => {
    const { client, thread } = await launch(adapter.file, calls, {}, (setup) =>
      breakAt(setup, calls, { line: lineOfLabel(calls, 'count') + 4 }),
    );
    assert.equal(await valueOf(client, '[counter],d'), '1');
    // The second instruction of the loop, c.addi t0,1, becomes c.addi t0,2.
    const memoryReference = await valueOf(client, 'count + 4,x');
    const read = await client.request('readMemory', { memoryReference, count: 2 });
    assert.equal(read['data'], Buffer.from([0x85, 0x02]).toString('base64'));
    const data = Buffer.from([0x89, 0x02]).toString('base64');
    await client.request('writeMemory', { memoryReference, data });
    await client.runTo('continue', { threadId: thread });
    assert.equal(await valueOf(client, '[counter],d'), '3');
    await client.close();
  });
});

describe('what a stopped system shows', () => {
  it('are its threads with state, its scopes, and its capabilities slot by slot', async () => {
    const entry = lineOfLabel(sampleSource, 'pinger');
    const { client, thread } = await launch(adapter.file, sample, {}, (setup) =>
      breakAt(setup, sampleSource, { line: entry }),
    );
    const { threads } = await client.request<DebugProtocol.ThreadsResponse['body']>('threads');
    assert.match(
      threads[0]?.name ?? '',
      /^rootserver · blocked on receive, endpoint 0x[0-9a-f]{8}$/,
    );
    assert.match(threads[1]?.name ?? '', / · running$/);
    // A thread that blocks stands at its ecall.
    const blocked = await topFrame(client, threads[0]?.id ?? 0);
    assert.match(
      await valueOf(client, `pc`, { frameId: blocked.id }),
      new RegExp(`^${blocked.instructionPointerReference ?? ''}`),
    );

    const buffer = await scope(client, thread, 'IPC buffer');
    assert.equal(buffer.rows.length, 128);
    const csrs = await scope(client, thread, 'CSRs');
    assert.ok(csrs.rows.some(({ name }) => name === 'mstatus'));

    const { cspaces } = await client.request<{
      cspaces: { cnode: number; label: string; filled: number }[];
    }>('cantrip/capabilities');
    assert.equal(cspaces[0]?.label, 'rootserver');
    const { slots } = await client.request<{
      slots: { path: string; cptr: number; capability: { label: string; type: string } }[];
    }>('cantrip/slots', { cnode: cspaces[1]?.cnode });
    assert.deepEqual(
      slots.map(({ cptr, capability }) => [cptr, capability.type]),
      [
        [1, 'Endpoint'],
        [2, 'TCB'],
      ],
    );
    assert.match(slots[0]?.capability.label ?? '', /^Endpoint 0x[0-9a-f]{8}, -W-P, badge 7$/);
    await client.close();
  });
});

describe('a malformed message', () => {
  const cases: readonly (readonly [what: string, bytes: string | Uint8Array, sentence: RegExp])[] =
    [
      ['that is not JSON', 'Content-Length: 5\r\n\r\n{oops', /is not JSON/],
      [
        'with a header of something else',
        'Content-Size: 2\r\n\r\n{}',
        /must start with "Content-Length/,
      ],
      ['that is no object', encodeFrame([1, 2]), /must be a JSON object/],
      ['without a number', encodeFrame({ type: 'request', command: 'threads' }), /integer "seq"/],
      ['without a command', encodeFrame({ seq: 900, type: 'request' }), /must name its "command"/],
      ['of no known type', encodeFrame({ seq: 901, type: 'question' }), /type "request"/],
    ];
  for (const [what, bytes, sentence] of cases) {
    it(`${what} gets an error response, and the session goes on`, async () => {
      const client = await connect(adapter.file);
      client.write(bytes);
      const response = await client.unaskedResponse();
      assert.equal(response.success, false);
      assert.match(response.message ?? '', sentence);
      await client.request('launch', { program: calls, stopOnEntry: true });
      await client.close();
      assert.equal(client.stderr, '');
    });
  }

  it('with an unknown command or wrong arguments says what is wrong', async () => {
    const { client } = await launch(adapter.file, calls);
    assert.match(await client.refusal('makeCoffee'), /"makeCoffee" is not known/);
    assert.match(await client.refusal('toString'), /"toString" is not known/);
    assert.match(
      await client.refusal('stackTrace', { threadId: 'one' }),
      /arguments\.threadId must be an integer, but it is "one"/,
    );
    assert.match(await client.refusal('variables', {}), /variablesReference must be an integer/);
    assert.match(
      await client.refusal('setBreakpoints', { source: { path: calls }, breakpoints: [{}] }),
      /arguments\.breakpoints\[0\]\.line must be an integer, but it is missing/,
    );
    assert.match(await client.refusal('scopes', { frameId: 999 }), /There is no frame 999/);
    assert.match(await client.refusal('stackTrace', { threadId: 12345 }), /no thread 12345/);
    assert.equal(await valueOf(client, '1 + 1,d'), '2');
    await client.close();
  });
});

describe('the other ways to reach the adapter', () => {
  it('are a worker thread that exchanges objects', async () => {
    const worker = new Worker(adapter.file);
    const answer = new Promise<DebugProtocol.Response>((resolve) =>
      worker.once('message', resolve),
    );
    worker.postMessage({ seq: 1, type: 'request', command: 'initialize', arguments: {} });
    const response = await answer;
    assert.deepEqual([response.type, response.success], ['response', true]);
    await worker.terminate();
  });

  it('are the same thread once more, after a disconnect', async () => {
    const worker = new Worker(adapter.file);
    const messages: DebugProtocol.ProtocolMessage[] = [];
    worker.on('message', (message: DebugProtocol.ProtocolMessage) => messages.push(message));
    const ask = async (seq: number, command: string, args: object): Promise<boolean> => {
      worker.postMessage({ seq, type: 'request', command, arguments: args });
      for (;;) {
        const found = (messages as DebugProtocol.Response[]).find(
          (message) => message.type === 'response' && message.request_seq === seq,
        );
        if (found !== undefined) return found.success;
        await new Promise((resolve) => worker.once('message', resolve));
      }
    };
    for (const first of [1, 11]) {
      assert.ok(await ask(first, 'initialize', {}));
      assert.ok(await ask(first + 1, 'launch', { program: sample }));
      assert.ok(await ask(first + 2, 'disconnect', {}));
    }
    await worker.terminate();
  });

  it('are a TCP port', async () => {
    const child = spawn(process.execPath, [adapter.file, '--port', '0']);
    const port = await new Promise<number>((resolve) => {
      child.stderr.on('data', (data: Buffer) => {
        const found = /127\.0\.0\.1:(\d+)/.exec(data.toString())?.[1];
        if (found !== undefined) resolve(Number(found));
      });
    });
    const socket = connectSocket(port, '127.0.0.1');
    socket.write(encodeFrame({ seq: 1, type: 'request', command: 'initialize', arguments: {} }));
    const text = await new Promise<string>((resolve) =>
      socket.once('data', (data: Buffer) => resolve(data.toString())),
    );
    assert.match(text, /^Content-Length: \d+\r\n\r\n\{.*"supportsStepp/);
    socket.destroy();
    child.kill();
  });
});
