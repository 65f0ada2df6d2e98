/** Debugging applications, which the running system starts and ends: CantripOS on board nexus, over the protocol. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { after, afterEach, before, describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { build } from '../../runtime/toolchain/build.js';
import { buildAdapter } from '../support/adapter.js';
import { applicationOf } from '../support/cantripos-system.js';
import { buildBundle } from '../support/bundle.js';
import type { DapClient } from '../support/dap-client.js';
import { filesOnDisk } from '../support/files-on-disk.js';
import { breakAt, connect, killAll, scope, stack, topFrame, valueOf } from './session-fixture.js';

const adapter = buildAdapter();
// The adapter loads the compiler from beside itself.
buildBundle('guest-compiler', path.dirname(adapter.file));
after(() => adapter.remove());
afterEach(killAll);

/** Board nexus with three applications only: fewer to be compiled. */
const system = mkdtempSync(path.join(tmpdir(), 'cantrip-applications-'));
after(() => rmSync(system, { recursive: true }));
const sources = path.resolve('runtime/system');
const thrower = path.join(system, 'thrower/thrower.ts');
before(() => {
  for (const file of ['system.camkes', 'hardware.camkes'])
    copyFileSync(path.join(sources, 'platforms/nexus', file), path.join(system, file));
  mkdirSync(path.dirname(thrower));
  const settings = {
    program: 'system.camkes',
    board: 'nexus',
    dialect: 'sparrow',
    importPaths: ['interfaces', 'components'].map((folder) => path.join(sources, folder)),
    builtins: [path.join(sources, 'apps/fibonacci'), path.join(sources, 'apps/keyval'), 'thrower'],
  };
  writeFileSync(path.join(system, 'cantrip.json'), JSON.stringify(settings));
  const application = { program: 'thrower.ts', app: { manifest: 'manifest' } };
  writeFileSync(path.join(system, 'thrower/cantrip.json'), JSON.stringify(application));
  writeFileSync(path.join(system, 'thrower/manifest'), 'name = thrower\n');
  writeFileSync(
    thrower,
    "let cats = 0;\nexport function main(): void {\n  if (cats < 1) throw new Error('no cat');\n}\n",
  );
});
const fibonacci = path.resolve('runtime/system/apps/fibonacci/fibonacci.ts');
const keyval = path.resolve('runtime/system/apps/keyval/keyval.ts');

const lineWith = (file: string, text: string): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

/** At the prompt, and running. */
async function boot(configure: (client: DapClient) => Promise<unknown>): Promise<DapClient> {
  const client = await connect(adapter.file);
  await client.request('launch', { program: system, optimization: 'debug' });
  await client.event('initialized');
  await configure(client);
  await client.request('configurationDone');
  await client.outputContains('stdout', 'CANTRIP> ');
  return client;
}

const type = (client: DapClient, line: string): Promise<unknown> =>
  client.request('cantrip/consoleInput', { text: `${line}\r` });

type Stop = DebugProtocol.StoppedEvent['body'];

async function stopAfter(client: DapClient, line: string): Promise<Stop> {
  const since = client.events.length;
  await type(client, line);
  return (await client.event('stopped', since)).body as Stop;
}

/** What the client was told last of a breakpoint. */
const latest = (client: DapClient, id: number | undefined): DebugProtocol.Breakpoint | undefined =>
  client.events
    .filter(({ event }) => event === 'breakpoint')
    .map(({ body }) => (body as DebugProtocol.BreakpointEvent['body']).breakpoint)
    .findLast((each) => each.id === id);

const nameOf = async (client: DapClient, thread: number | undefined): Promise<string | undefined> =>
  (await client.request<DebugProtocol.ThreadsResponse['body']>('threads')).threads.find(
    ({ id }) => id === thread,
  )?.name;

const hasExited = ({ events }: DapClient, thread: number | undefined, since: number): boolean =>
  events
    .slice(since)
    .filter(({ event }) => event === 'thread')
    .map(({ body }) => body as DebugProtocol.ThreadEvent['body'])
    .some(({ reason, threadId }) => reason === 'exited' && threadId === thread);

describe('an application of CantripOS', () => {
  it('has breakpoints that wait until it is started, and lines and variables of its source', async () => {
    const line = lineWith(fibonacci, 'let sum');
    let set: DebugProtocol.Breakpoint[] = [];
    const client = await boot(async (dap) => (set = await breakAt(dap, fibonacci, { line })));
    const [breakpoint] = set;
    assert.equal(breakpoint?.verified, false);
    assert.match(breakpoint.message ?? '', /fibonacci has not been loaded yet/);
    const stop = await stopAfter(client, 'start fibonacci');
    assert.equal(stop.reason, 'breakpoint');
    assert.deepEqual(stop.hitBreakpointIds, [breakpoint.id]);
    assert.equal(latest(client, breakpoint.id)?.verified, true);
    const thread = stop.threadId ?? 0;
    assert.equal(await nameOf(client, thread), 'fibonacci · running');
    const frames = await stack(client, thread);
    assert.deepEqual(
      frames.slice(0, 1).map(({ name, source, line: at }) => [name, source?.path, at]),
      [['loop', fibonacci, line]],
    );
    const { rows } = await scope(client, thread, 'Locals');
    assert.deepEqual(
      rows.slice(0, 1).map(({ name, value }) => [name, value]),
      [['number', '" 0"']],
    );
    assert.equal(await valueOf(client, 'second'), '1');
    await client.runTo('next', { threadId: thread });
    const next = await topFrame(client, thread);
    assert.deepEqual([next.name, next.line], ['loop', line + 1]);
    assert.equal(await valueOf(client, 'sum'), '1');
    await client.close();
  });

  it('is known again after it was stopped and started, in its new memory', async () => {
    const line = lineWith(fibonacci, 'let sum');
    const client = await boot(() => Promise.resolve());
    for (const turn of [1, 2]) {
      const [set] = await breakAt(client, fibonacci, { line });
      assert.equal(set?.verified, false, `turn ${String(turn)}`);
      const { threadId } = await stopAfter(client, 'start fibonacci');
      assert.equal(latest(client, set.id)?.verified, true);
      assert.equal(await valueOf(client, 'first'), '0');
      const since = client.events.length;
      await breakAt(client, fibonacci);
      await client.request('continue', { threadId });
      await type(client, 'stop fibonacci');
      await client.until(
        () => (hasExited(client, threadId, since) ? true : undefined),
        () => 'the thread of the application did not end',
      );
    }
    await client.close();
  });

  it('is told from another one that runs at the same addresses', async () => {
    const loop = lineWith(fibonacci, 'let sum');
    const read = lineWith(keyval, 'let found');
    const client = await boot((dap) => breakAt(dap, keyval, { line: read }));
    await type(client, 'start fibonacci');
    await client.outputContains('stdout', '[ 0]');
    const stop = await stopAfter(client, 'start keyval');
    const thread = stop.threadId ?? 0;
    assert.deepEqual(
      (await stack(client, thread)).slice(0, 2).map(({ name, source }) => [name, source?.path]),
      [
        ['read', keyval],
        ['main', keyval],
      ],
    );
    await breakAt(client, keyval);
    await breakAt(client, fibonacci, { line: loop });
    const other = await client.runTo('continue', { threadId: thread });
    assert.equal(await nameOf(client, other.threadId), 'fibonacci · running');
    const top = await topFrame(client, other.threadId ?? 0);
    assert.deepEqual([top.name, top.source?.path, top.line], ['loop', fibonacci, loop]);
    await client.close();
  });

  it('that stops itself tells why, and at which line', async () => {
    const client = await boot((dap) =>
      dap.request('setExceptionBreakpoints', { filters: ['handled'] }),
    );
    const stop = await stopAfter(client, 'start thrower');
    assert.equal(stop.reason, 'exception');
    assert.match(stop.description ?? '', /^In thrower: no cat \(thrower\.ts:3:\d+\)/);
    const top = await topFrame(client, stop.threadId ?? 0);
    assert.deepEqual([top.name, top.source?.path, top.line], ['main', thrower, 3]);
    await client.request('continue', { threadId: stop.threadId });
    // The system says it, too.
    await client.outputContains('stdout', 'thrower: no cat (thrower.ts:3:');
    await client.close();
  });

  it('that stops itself is told of in the debug console, with a way to the line', async () => {
    const client = await boot(() => Promise.resolve());
    await type(client, 'start thrower');
    await client.outputContains('stderr', 'faulted at');
    const { output, source, line } = client.events
      .filter(({ event }) => event === 'output')
      .map(({ body }) => body as DebugProtocol.OutputEvent['body'])
      .find(({ category }) => category === 'stderr') ?? { output: '' };
    assert.match(
      output,
      /^\S*thrower\.ts:3:\d+: The application thrower faulted at 0x\w{8} in main: no cat\.\n$/,
    );
    assert.deepEqual([source?.path, line], [thrower, 3]);
    await client.close();
  });

  it('has breakpoints where it was installed, with its ELF file beside the bundle', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-bundle-'));
    try {
      const source = path.join(folder, 'later.S');
      writeFileSync(source, '.globl main\nmain:\n  li a0, 1\n  li a1, 2\n1:\n  j 1b\n');
      writeFileSync(path.join(folder, 'manifest'), 'name = later\n');
      const settings = { program: 'later.S', app: { manifest: 'manifest' } };
      writeFileSync(path.join(folder, 'cantrip.json'), JSON.stringify(settings));
      const built = build(folder, filesOnDisk, { boards: [nexusBoard()] });
      assert.ok(built.bundle !== undefined && built.elf !== undefined);
      const bundle = path.join(folder, 'later.app');
      writeFileSync(bundle, built.bundle);
      writeFileSync(path.join(folder, 'later.elf'), built.elf);
      const client = await boot(() => Promise.resolve());
      await client.request('cantrip/installBundle', { path: bundle });
      await client.event('cantrip/installed');
      const [set] = await breakAt(client, source, { line: 4 });
      assert.match(set?.message ?? '', /has not been loaded yet/);
      const stop = await stopAfter(client, 'start later');
      assert.equal(latest(client, set?.id)?.verified, true);
      const { name, source: at, line } = await topFrame(client, stop.threadId ?? 0);
      assert.deepEqual([name, at?.path, line], ['main', source, 4]);
      await client.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are installed from a file of the host, by the terminal', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-bundle-'));
    try {
      const file = path.join(folder, 'extra.app');
      writeFileSync(file, applicationOf('extra', '1: j 1b'));
      const client = await boot(() => Promise.resolve());
      const installed = async (bundle: string): Promise<unknown> => {
        const since = client.events.length;
        await client.request('cantrip/installBundle', { path: bundle });
        return (await client.event('cantrip/installed', since)).body;
      };
      await assert.rejects(
        client.request('cantrip/installBundle', { path: 'none.app' }),
        /cannot be read/,
      );
      assert.deepEqual(await installed(file), {
        isInstalled: true,
        message: 'Bundle "extra" installed',
      });
      // No letter of the transfer is left in the line.
      await type(client, 'echo clean');
      await client.outputContains('stdout', '\r\nclean\r\n');
      assert.deepEqual(await installed(file), {
        isInstalled: false,
        message: 'Bundle install failed: BundleFound',
      });
      await client.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
