/** The devices of nexus from a guest's side, by the command line: a flash that outlives the run, and what is traced. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commandUnderTest, type CommandUnderTest } from '../support/command-under-test.js';

let command: CommandUnderTest;

/** Programs the first word of the flash where it is erased, else prints it. */
const flashProgram = readFileSync(path.resolve('test/protocol/programs/flash.S'), 'utf8');

/** Asks for the list of files, and waits for the answer. */
const mailboxProgram = `
  .globl _start
_start:
  li s0, 0x540f1000
  li t0, 4
  sw t0, 0x0c(s0)
  li t0, 5
  sw t0, 0x0c(s0)
1:
  lw t0, 0x14(s0)
  andi t0, t0, 1
  bnez t0, 1b
  lw a0, 0x10(s0)
  lb t0, 0x10(s0)
2:
  j 2b
`;

before(() => {
  command = commandUnderTest('nexus-devices');
});
after(() => {
  command.remove();
});

describe('the devices of nexus', () => {
  const bare = ['--board', 'nexus', '--kernel', 'none'];

  it('keep in a file what the guest has programmed into the flash', async () => {
    const program = command.file('flash.S', flashProgram);
    const flash = 'kept.bin';
    const argv = ['run', program, ...bare, '--flash', flash, '--until', '\n'];
    const first = await command.run(argv, '');
    assert.equal(first.stdout, 'new\n', first.stderr);
    assert.deepEqual(readFileSync(path.join(command.folder, flash)), Buffer.from('hi!!'));
    const second = await command.run(argv, '');
    assert.equal(second.stdout, 'hi!!\n', second.stderr);
  });

  it('leave a file alone that the guest only reads', async () => {
    const program = command.file('flash.S', flashProgram);
    const flash = command.file('given.bin', 'abcdefgh');
    const argv = ['run', program, ...bare, '--flash', flash, '--until', '\n'];
    const { stdout } = await command.run(argv, '');
    assert.equal(stdout, 'abcd\n');
    assert.equal(readFileSync(path.join(command.folder, flash), 'utf8'), 'abcdefgh');
    const missing = 'none.bin';
    await command.run(['run', program, ...bare, '--flash', missing, '--max-instructions', '5'], '');
    assert.equal(existsSync(path.join(command.folder, missing)), false);
  });

  it('refuse a file that is larger than the flash', async () => {
    const program = command.file('flash.S', flashProgram);
    const flash = command.file('large.bin', new Uint8Array(16 * 1024 * 1024 + 1));
    const { code, stderr } = await command.run(['run', program, ...bare, '--flash', flash], '');
    assert.equal(code, 2);
    assert.match(stderr, /large\.bin has 16777217 bytes, but the flash has 16777216/);
  });

  it('are traced by register, and a model says that it is one', async () => {
    const program = command.file('mailbox.S', mailboxProgram);
    const argv = ['run', program, ...bare, '--trace', 'device', '--max-instructions', '2000'];
    const { stderr } = await command.run(argv, '');
    assert.match(stderr, /^ +\d+ {2}write mailbox\.MBOXW: 0x00000005$/m);
    assert.match(
      stderr,
      /^ +\d+ {2}mailbox: A model stands in for the security core: it has listed 0 files\.$/m,
    );
    assert.match(stderr, /^ +\d+ {2}read mailbox\.MBOXR: 0x00000001$/m);
    assert.match(stderr, /^ +\d+ {2}read mailbox\.MBOXR \(1 byte\): bus error$/m);
  });
});
