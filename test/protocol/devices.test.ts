/** The scope Devices: registers by name without side effects, over the wire. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, describe, it } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { virtBoard } from '../../runtime/machine/boards/virt.js';
import { buildAdapter } from '../support/adapter.js';
import type { DapClient } from '../support/dap-client.js';
import {
  breakAt,
  calls,
  killAll,
  launch,
  programPath,
  scope,
  topFrame,
  valueOf,
} from './session-fixture.js';

const adapter = buildAdapter();
after(() => adapter.remove());
afterEach(killAll);

const receive = programPath('receive.S');
const lineOf = (label: string): number =>
  readFileSync(receive, 'utf8').split('\n').indexOf(`${label}:`) + 2;

type Row = DebugProtocol.Variable;

async function inside(client: DapClient, row: Row, more: object = {}): Promise<readonly Row[]> {
  const { variables } = await client.request<DebugProtocol.VariablesResponse['body']>('variables', {
    variablesReference: row.variablesReference,
    ...more,
  });
  return variables;
}

function named(rows: readonly Row[], name: string): Row {
  const found = rows.find((row) => row.name === name);
  return found ?? assert.fail(`there is no ${name} among ${rows.map((row) => row.name).join(' ')}`);
}

const launchReceiver = () =>
  launch(
    adapter.file,
    receive,
    { board: 'virt', kernel: 'none', input: 'x' },
    async (setup: DapClient) => {
      await breakAt(setup, receive, { line: lineOf('waiting') }, { line: lineOf('taken') });
    },
  );

describe('the scope Devices', () => {
  it('is the last one, with or without a kernel, and tells how many devices there are', async () => {
    for (const [program, args, board] of [
      [calls, { stopOnEntry: true }, nexusBoard()],
      [receive, { stopOnEntry: true, board: 'virt', kernel: 'none' }, virtBoard()],
    ] as const) {
      const { client, thread } = await launch(adapter.file, program, args);
      const { id } = await topFrame(client, thread);
      const { scopes } = await client.request<DebugProtocol.ScopesResponse['body']>('scopes', {
        frameId: id,
      });
      const last = scopes.at(-1);
      assert.deepEqual(
        [last?.name, last?.namedVariables, last?.expensive],
        ['Devices', board.devices.length, true],
      );
      await client.close();
    }
  });

  it('unfolds to registers by name, and those to fields', async () => {
    const { client, thread } = await launch(adapter.file, calls, { stopOnEntry: true });
    const { rows } = await scope(client, thread, 'Devices');
    const uart = named(rows, 'uart');
    assert.match(uart.value, /^0x54000000-0x54000fff, \d+ registers$/);
    assert.equal(uart.type, 'Interrupts 1, 2, 3, 4, 5, 6, 7, 8.');
    const memory = named(rows, 'ml_memory');
    assert.match(memory.value, /, memory$/);
    assert.equal(memory.variablesReference, 0);

    const registers = await inside(client, uart);
    assert.equal(uart.namedVariables, registers.length);
    const status = named(registers, 'STATUS');
    assert.equal(status.value, '0x0000003c');
    assert.deepEqual(status.presentationHint?.attributes, ['readOnly']);
    assert.equal(named(registers, 'CTRL').presentationHint, undefined);
    const fields = await inside(client, status);
    assert.equal(status.namedVariables, fields.length);
    assert.equal(named(fields, 'RXEMPTY').value, '1');
    assert.match(named(fields, 'RXEMPTY').type ?? '', /^Bit 5\. .*\.$/);
    await client.close();
  });

  it('has an array of registers as elements, page by page', async () => {
    const { client, thread } = await launch(adapter.file, calls, { stopOnEntry: true });
    const { rows } = await scope(client, thread, 'Devices');
    const priorities = named(await inside(client, named(rows, 'plic')), 'PRIO');
    assert.equal(priorities.indexedVariables, 43);
    const page = await inside(client, priorities, { filter: 'indexed', start: 40, count: 100 });
    assert.deepEqual(
      page.map(({ name }) => name),
      ['PRIO[40]', 'PRIO[41]', 'PRIO[42]'],
    );
    assert.deepEqual(await inside(client, priorities, { filter: 'named' }), []);
    await client.close();
  });

  it('opens the memory of a register at its physical address', async () => {
    const { client, thread } = await launch(adapter.file, calls, { stopOnEntry: true });
    const { rows } = await scope(client, thread, 'Devices');
    const status = named(await inside(client, named(rows, 'uart')), 'STATUS');
    assert.equal(status.memoryReference, 'phys:0x54000014');
    const { memoryReference } = status;
    const read = await client.request('readMemory', { memoryReference, count: 4 });
    assert.equal(read['data'], Buffer.from([0x3c, 0, 0, 0]).toString('base64'));
    await client.close();
  });

  it('takes no character and claims no interrupt, however often it is read', async () => {
    const { client, thread } = await launchReceiver();
    for (let time = 0; time < 2; time += 1) {
      const { rows } = await scope(client, thread, 'Devices');
      const uart = await inside(client, named(rows, 'uart'));
      assert.equal(named(uart, 'RBR').value, '0x78');
      assert.equal(named(await inside(client, named(uart, 'LSR')), 'DR').value, '1');
      const plic = await inside(client, named(rows, 'plic'));
      assert.equal(named(plic, 'claim_m').value, '0x0000000a');
    }
    await client.runTo('continue', { threadId: thread });
    assert.equal(await valueOf(client, 'a0,d'), '10');
    assert.equal(await valueOf(client, 'a1,x'), '0x00000078');
    await client.close();
  });

  it('shows what can only be written, without reading it', async () => {
    const { client, thread } = await launch(adapter.file, calls, { stopOnEntry: true });
    const { rows } = await scope(client, thread, 'Devices');
    const uart = await inside(client, named(rows, 'uart'));
    assert.equal(named(uart, 'WDATA').value, '(write-only)');
    const test = named(uart, 'INTR_TEST');
    assert.equal(test.value, '(write-only)');
    assert.equal(named(await inside(client, test), 'tx_empty').value, '(write-only)');
    assert.equal(await valueOf(client, '$uart.WDATA', { context: 'watch' }), '(write-only)');
    assert.match(
      await client.refusal('evaluate', { expression: 'uart.WDATA + 1' }),
      /^uart\.WDATA is write-only: /,
    );
    await client.close();
  });

  it('gives each row an expression for Watch, which has its value and unfolds as it does', async () => {
    const { client, thread } = await launch(adapter.file, calls, { stopOnEntry: true });
    const { rows } = await scope(client, thread, 'Devices');
    const uart = named(rows, 'uart');
    const status = named(await inside(client, uart), 'STATUS');
    const empty = named(await inside(client, status), 'RXEMPTY');
    const priorities = named(await inside(client, named(rows, 'plic')), 'PRIO');
    const [, priority] = await inside(client, priorities);
    assert.deepEqual(
      [uart, status, empty, priorities, priority].map((row) => row?.evaluateName),
      ['$uart', '$uart.STATUS', '$uart.STATUS.RXEMPTY', '$plic.PRIO', '$plic.PRIO[1]'],
    );
    for (const row of [uart, status, empty, priorities, priority]) {
      const watched = await client.request<DebugProtocol.EvaluateResponse['body']>('evaluate', {
        expression: row?.evaluateName,
        context: 'watch',
      });
      assert.deepEqual(
        [watched.result, watched.type, watched.variablesReference],
        [row?.value, row?.type, row?.variablesReference],
      );
      assert.match(watched.memoryReference ?? '', /^phys:0x/);
    }
    assert.equal(await valueOf(client, 'uart.STATUS.RXEMPTY', { context: 'hover' }), '1');
    // Only a dollar sign says that a single word in a source is meant as the device.
    const hover = { context: 'hover' };
    assert.match(await client.refusal('evaluate', { expression: 'uart', ...hover }), /\$uart is/);
    assert.match(await valueOf(client, '$uart', hover), / registers$/);
    assert.equal(await valueOf(client, 'uart.STATUS & 4', { context: 'repl' }), '0x00000004 (4)');
    await client.close();
  });

  it('is completed in the console, name by name', async () => {
    const { client } = await launch(adapter.file, calls, { stopOnEntry: true });
    const labels = async (text: string): Promise<readonly string[]> => {
      const { targets } = await client.request<DebugProtocol.CompletionsResponse['body']>(
        'completions',
        { text, column: text.length + 1 },
      );
      return targets.map((target) => `${text.slice(0, (target.start ?? 0) - 1)}${target.label}`);
    };
    assert.deepEqual(await labels('uar'), ['uart']);
    assert.deepEqual(await labels('1 + uart.ST'), ['1 + uart.STATUS']);
    assert.deepEqual(await labels('[$uart.STATUS.TXF'), ['[$uart.STATUS.TXFULL']);
    assert.deepEqual(await labels('plic.PRIO[5].'), ['plic.PRIO[5].PRIO']);
    assert.deepEqual(await labels('uart.NONE.'), []);
    await client.close();
  });

  it('is known to conditions of breakpoints and to log messages', async () => {
    const { client, thread, stop } = await launch(
      adapter.file,
      receive,
      { board: 'virt', kernel: 'none', input: 'x' },
      async (setup: DapClient) => {
        await breakAt(
          setup,
          receive,
          { line: lineOf('waiting'), condition: 'uart.LSR.DR == 0' },
          { line: lineOf('waiting') + 1, logMessage: 'claim {plic.claim_m}, byte {uart.RBR,c}' },
          { line: lineOf('taken'), condition: 'uart.LSR.DR == 0 && uart.LSR.THRE == 1' },
        );
      },
    );
    const { line } = await topFrame(client, thread);
    assert.deepEqual([stop.reason, line], ['breakpoint', lineOf('taken')]);
    assert.equal(await valueOf(client, 'a1,x'), '0x00000078');
    await client.outputContains('console', "claim 0x0000000a, byte 'x'");
    await client.close();
  });

  it('is set by a store, as the program would make it', async () => {
    const { client, thread } = await launch(adapter.file, calls, { stopOnEntry: true });
    const { rows } = await scope(client, thread, 'Devices');
    const { variablesReference } = named(rows, 'uart');
    const set = async (reference: number, name: string, value: string): Promise<unknown> =>
      (await client.request('setVariable', { variablesReference: reference, name, value }))[
        'value'
      ];
    assert.equal(await set(variablesReference, 'CTRL', '1'), '0x00000001');
    const control = named(await inside(client, named(rows, 'uart')), 'CTRL');
    assert.equal(await set(control.variablesReference, 'RXBLVL', '3'), '3');
    assert.equal(await valueOf(client, 'uart.CTRL'), '0x00000301');
    assert.equal(await set(variablesReference, 'WDATA', "'A'"), '(write-only)');
    await client.outputContains('stdout', 'A');
    const priorities = named(await inside(client, named(rows, 'plic')), 'PRIO');
    assert.equal(await set(priorities.variablesReference, 'PRIO[2]', '7'), '0x00000007');
    assert.equal(
      await valueOf(client, 'uart.INTR_TEST = 0x10', { context: 'repl' }),
      '(write-only)',
    );
    const expression = '$uart.INTR_STATE.rx_frame_err';
    assert.equal(await valueOf(client, expression), '1');
    const { value } = await client.request('setExpression', { expression, value: '1' });
    assert.equal(value, '0');
    await client.close();
  });

  it('refuses to be set where the device would do nothing, and says why', async () => {
    const { client, thread } = await launch(adapter.file, calls, { stopOnEntry: true });
    const { reference, rows } = await scope(client, thread, 'Devices');
    const { variablesReference } = named(rows, 'uart');
    assert.match(
      await client.refusal('setVariable', { variablesReference, name: 'STATUS', value: '3' }),
      /^uart\.STATUS is read-only: .*\.$/,
    );
    assert.match(
      await client.refusal('setVariable', {
        variablesReference: reference,
        name: 'uart',
        value: '3',
      }),
      /^uart is a device: name a register of it, .*\.$/,
    );
    assert.match(
      await client.refusal('setVariable', { variablesReference, name: 'NONE', value: '3' }),
      /^uart has no register NONE: .*\.$/,
    );
    await client.close();
  });
});
