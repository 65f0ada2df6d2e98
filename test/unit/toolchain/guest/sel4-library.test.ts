import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelNumber, labelRows, labelTable } from '../../../../runtime/abi/labels.js';
import { sel4InvocationsSource } from '../../../../runtime/toolchain/guest/sel4-invocations-source.js';
import { problemsOf, runGuest, type RunningGuest } from '../../../support/guest-program.js';

const buffer = 0x7_0000;
const words = buffer + 4;

interface Kernel {
  readonly calls: number[][];
  readonly guest: RunningGuest;
}

/** A kernel that notes what it is called with, and answers with fixed words. */
function underKernel(source: string, answer: readonly [number, number] = [0, 0]): Kernel {
  const calls: number[][] = [];
  const guest = runGuest(source, {
    imports: {
      env: { camkes_ipc_buffer: () => buffer },
      riscv: {
        ecall: (...registers: number[]) => {
          calls.push(registers.map((register) => register | 0));
          return (BigInt(answer[1]) << 32n) | BigInt(answer[0]);
        },
        ecall_t0: (...registers: number[]) => {
          calls.push(registers.map((register) => register | 0));
          return (BigInt(answer[1]) << 32n) | BigInt(answer[0]);
        },
        a2: () => 12,
        a3: () => 13,
        a4: () => 14,
        a5: () => 15,
      },
    },
  });
  return { calls, guest };
}

describe('the support library sel4', () => {
  it('has a method for every invocation of the kernel', () => {
    const source = sel4InvocationsSource(16);
    const table = labelTable(16);
    for (const { name } of labelRows)
      assert.match(source, new RegExp(`this\\.slot, ${labelNumber(table, name) ?? -1}, `), name);
  });

  it('compiles as a whole', () => {
    const source = `import { CNode, Thread, Untyped, Page, PageTable, TimeControl, SchedulingContext, InterruptControl, InterruptHandler, DomainControl, AsidControl, AsidPool, Endpoint, Notification, Reply, KernelError } from 'sel4';
export function f(thread: Thread, registers: StaticArray<u32>): KernelError { return thread.writeRegisters(1, 2, registers); }`;
    assert.deepEqual(problemsOf(source), []);
  });

  it('calls the kernel with the label, the words and the capabilities of an invocation', () => {
    const { calls, guest } = underKernel(
      `import { CNode, KernelError } from 'sel4';
export function f(): i32 {
  const own = new CNode(2);
  return own.mint(own, 10, 32, 11, 32, 3, 99);
}`,
      [0, 3 << 12],
    );
    assert.equal(guest.call('f'), 3);
    const label = labelNumber(labelTable(16), 'CNodeMint') ?? 0;
    assert.deepEqual(calls, [[2, (label << 12) | (1 << 7) | 6, 10, 32, 11, 32, 0, -1]]);
    assert.equal(guest.memory.getUint32(buffer + 488, true), 2);
    assert.equal(guest.memory.getUint32(words + 16, true), 3);
    assert.equal(guest.memory.getUint32(words + 20, true), 99);
  });

  it('puts the first words of an answer into the message', () => {
    const { guest } = underKernel(`import { Endpoint, MessageInfo, word } from 'sel4';
export function f(): u32 { new Endpoint(5).call(MessageInfo.make(1, 4)); return word(0) + word(3); }`);
    assert.equal(guest.call('f'), 12 + 15);
  });

  it('gives badge and message info of what was received', () => {
    const { calls, guest } = underKernel(
      `import { Endpoint, MessageInfo, Received, Reply } from 'sel4';
export function f(): u32 {
  const received = new Endpoint(5).receive(new Reply(6));
  return Received.badge(received) * 100 + MessageInfo.label(Received.info(received)) * 10 + MessageInfo.words(Received.info(received));
}`,
      [7, (4 << 12) | 3],
    );
    assert.equal(guest.call('f'), 743);
    assert.deepEqual(calls[0]?.slice(0, 2), [5, 0]);
    assert.deepEqual(calls[0].slice(6), [6, -7]);
  });

  it('sends to one and receives from another in one system call', () => {
    const { calls, guest } = underKernel(
      `import { Endpoint, MessageInfo, Notification, Received, Reply, word } from 'sel4';
export function f(): u32 {
  const received = new Endpoint(5).trySendAndReceive(MessageInfo.make(1, 0), new Endpoint(7), new Reply(6));
  new Notification(8).signalAndReceive(new Endpoint(7), new Reply(6));
  return Received.badge(received) + word(1);
}`,
      [70, 3],
    );
    assert.equal(guest.call('f'), 70 + 13);
    const system = (to: number, info: number): number[] => [7, info, 12, 13, 14, 15, 6, -3, to];
    assert.deepEqual(calls, [[7, 1 << 12, 0, 0, 0, 0, 6, -3, 5], system(8, 0)]);
  });

  it('writes text to the console of the kernel in UTF-8', () => {
    const { calls, guest } = underKernel(`import { log } from 'sel4';
export function f(): void { log('aé€😀'); }`);
    guest.call('f');
    assert.equal(
      new TextDecoder().decode(Uint8Array.from(calls.map(([byte = 0]) => byte))),
      'aé€😀\n',
    );
  });

  it('ends a program that uses a capability after it was moved', () => {
    const { guest } = underKernel(`import { Endpoint } from 'sel4';
function take(endpoint: Endpoint): Endpoint { return endpoint.move(); }
export function f(): void { const a = new Endpoint(5); take(a); a.send(0); }`);
    assert.throws(() => guest.call('f'), /moved away/);
  });

  it('refuses a capability of another kind', () => {
    assert.match(
      problemsOf(`import { Endpoint, Notification } from 'sel4';
function wait(n: Notification): void { n.wait(); }
export function f(): void { wait(new Endpoint(5)); }`)[0] ?? '',
      /^ts-2322 3:34-3:49 Type 'Endpoint' is not assignable to type 'Notification'/,
    );
  });
});
