/** What there is of the vector core in a booted system: its memory, and the interrupts of its control block. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../runtime/base/address.js';
import { viewMemory } from '../../runtime/inspect/memory.js';
import { runApplications } from '../support/application-system.js';

/** The client has the registers and the memory, too. */
const sharing = (text: string): string =>
  text
    .replace(
      "import { proc_ctrl, timer } from 'camkes'",
      "import { CSR, TCM, proc_ctrl, timer } from 'camkes'",
    )
    .replace(
      'component Client { control;',
      'component Client { control; dataport Buf CSR; dataport Buf(0x400000) TCM; attribute string allocation_after_init = "allowed";',
    )
    .replace('from ml_coordinator.CSR,', 'from ml_coordinator.CSR, from client.CSR,')
    .replace('from ml_coordinator.TCM,', 'from ml_coordinator.TCM, from client.TCM,');

describe('the vector core', () => {
  it('interrupts MlCoordinator, which takes each cause and acknowledges it, again and again', () => {
    const lines = runApplications({
      apps: [],
      edit: sharing,
      client: `for (let cause: u32 = 1; cause <= 8; cause <<= 1)
        for (let time = 0; time < 2; time++) {
          CSR.set<u32>(8, cause); sleep(2);
          log('| ' + CSR.get<u32>(0).toString());
        }`,
    })
      .trim()
      .split('\n');
    const told = (what: string): string[] =>
      [1, 2].flatMap(() => [`ml_coordinator::the vector core ${what}, and runs nothing`, '| 0']);
    assert.deepEqual(lines, [
      ...told('asks for something'),
      ...told('has finished'),
      ...told('has met an instruction that it does not have'),
      ...told('has reached for memory that it does not have'),
      'END',
    ]);
  });

  it('has 4 MiB of memory, which programs and a debugger read', () => {
    let bytes: readonly number[] = [];
    const text = runApplications({
      apps: [],
      edit: sharing,
      client: `TCM.set<u32>(0, 0x04030201); TCM.set<u8>(0x3fffff, 9);
        log('| ' + TCM.get<u16>(2).toString() + ' ' + TCM.get<u32>(0x3ffffc).toString());`,
      look: (platform) => {
        const at = (address: number): number[] => [
          ...viewMemory(platform, { kind: 'physical' }, virtAddr(address), 4).bytes,
        ];
        bytes = [...at(0x5a00_0000), ...at(0x5a3f_fffc)];
        assert.deepEqual(at(0x5a40_0000), []);
      },
    });
    assert.equal(text, `| 1027 150994944\nEND\n`);
    assert.deepEqual(bytes, [1, 2, 3, 4, 0, 0, 0, 9]);
  });
});
